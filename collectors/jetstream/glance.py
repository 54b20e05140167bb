"""A first look at frames: posts that no topic can want, most of them, are not read any further.

Nearly all that a network says fits no topic. Only their texts are decoded, and those of a bundle
are searched together for the pieces of text that a match must hold: one long search costs a tenth
of many short ones. Whatever is not plainly such a post is read in full.
"""

import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, Literal, TypeAlias, TypeVar

import msgspec
import numpy as np

from collectors._plain_letters import plain_letters
from collectors.jetstream.events import (
    EARLIEST_US,
    LATEST_US,
    NEVER,
    Ended,
    Event,
    Unreadable,
    microseconds_each,
    read_event,
)
from groundswell.query import Query, lines_with_any
from groundswell.text import clean_text, fold

Seen: TypeAlias = Event | int | Unreadable | Ended

_NONE = msgspec.Raw()
_HIDING = re.compile(rb"\\[ubf]|\x7f")  # an escape of a letter, or a control between two letters
_BREAK = "\0"  # between the texts of a bundle
_LOWER_BIT = np.uint8(0x20)  # all that tells "a" from "A" in ASCII


class _Record(msgspec.Struct, kw_only=True, gc=False):
    text: str
    embed: msgspec.Raw = _NONE
    facets: msgspec.Raw = _NONE
    tags: msgspec.Raw = _NONE


class _Commit(msgspec.Struct, kw_only=True, gc=False):
    collection: Literal["app.bsky.feed.post"]
    operation: Literal["create", "delete"]
    rkey: Annotated[str, msgspec.Meta(min_length=1)]
    record: _Record | None = None


class _Payload(_Commit, kw_only=True, gc=False):
    type: Literal["network.bsky.jetstream.subscribeEvents#commit"] = msgspec.field(name="$type")
    did: str
    time: str
    witnessed: str | None = msgspec.field(default=None, name="witnessedAt")


class _Frame2(msgspec.Struct, kw_only=True, gc=False):
    type: Literal["message"] = msgspec.field(name="$type")
    event: _Payload = msgspec.field(name="payload")


class _Frame1(msgspec.Struct, kw_only=True, gc=False):
    """Asked like the other, whose payload has all that this one keeps in two places."""

    kind: Literal["commit"]
    did: str
    time: int = msgspec.field(name="time_us")
    commit: _Commit
    witnessed: None = msgspec.field(default=None, name="witnessedAt")

    @property
    def event(self) -> "_Frame1":
        return self

    @property
    def collection(self) -> str:
        return self.commit.collection

    @property
    def operation(self) -> str:
        return self.commit.operation

    @property
    def rkey(self) -> str:
        return self.commit.rkey

    @property
    def record(self) -> _Record | None:
        return self.commit.record


_READ_2 = msgspec.json.Decoder(_Frame2).decode
_READ_1 = msgspec.json.Decoder(_Frame1).decode
_ODD = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)  # no post, or none as usual


_Said = TypeVar("_Said", str, msgspec.Raw)


class _Pool(Generic[_Said]):
    """Texts that are searched together, each with the number of its frame."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.texts: list[_Said] = []


class _Look:
    """What is seen of the frames of a bundle without reading them in full: ``times`` of deletions
    (``gone``) and of new posts with nothing odd about them, the texts of the posts, plain ones
    apart since they are searched far faster, and what stands beside them: the JSON of cards,
    pictures and tags, which is not taken apart."""

    def __init__(self, times: list[Any]) -> None:
        self.times = times
        self.gone: dict[int, _Payload | _Frame1] = {}
        self.plain, self.other = _Pool[str](), _Pool[str]()
        self.beside = _Pool[msgspec.Raw]()


def reader(queries: Sequence[Query], *, is_v1: bool) -> Callable[[Sequence[bytes]], list[Seen]]:
    """``read_event`` for each frame of a bundle, what it raises as a value; except that of posts
    that meet none of ``queries`` only the time is given."""
    in_us = _possible if is_v1 else microseconds_each
    may_match = _searcher(queries)

    def read(frames: Sequence[bytes]) -> list[Seen]:
        look = _looked_at(frames, is_v1=is_v1)
        times = in_us(look.times)
        for number in may_match(look):
            times[number] = 0
        seen: list[Seen] = [us or _in_full(frames[number]) for number, us in enumerate(times)]
        for number, event in look.gone.items():
            if us := times[number]:
                seen[number] = Event("commit", us, event.did, _deletion(event), frames[number])
        return seen

    return read


def _looked_at(frames: Sequence[bytes], *, is_v1: bool) -> _Look:
    """One long loop: of millions of frames each call would cost a twentieth of all."""
    decode: Callable[[bytes], _Frame1 | _Frame2] = _READ_1 if is_v1 else _READ_2
    look = _Look([0 if is_v1 else NEVER] * len(frames))
    times, plain, other, beside = look.times, look.plain, look.other, look.beside
    none = _NONE
    for number, frame in enumerate(frames):
        try:
            event = decode(frame).event
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            continue  # no post, or an odd one
        record = event.record
        if record is None or event.operation == "delete":
            if event.operation != "delete" or not event.did.startswith("did:"):
                continue
            look.gone[number] = event
        else:  # whose it is matters only if it fits, and then it is read in full
            text = record.text
            pool = plain if text.isascii() else other
            pool.numbers.append(number)
            pool.texts.append(text)
            if (said := record.embed) is not none:
                beside.numbers.append(number)
                beside.texts.append(said)
            if (said := record.facets) is not none:
                beside.numbers.append(number)
                beside.texts.append(said)
            if (said := record.tags) is not none:
                beside.numbers.append(number)
                beside.texts.append(said)
        times[number] = event.witnessed or event.time
    return look


def _searcher(queries: Sequence[Query]) -> Callable[[_Look], set[int]]:
    """Which new posts of a look may meet one of ``queries``, by the numbers of their frames."""
    pieces = frozenset[str]().union(*(query.scent for query in queries))
    in_bytes = [_lower(piece.encode()) for piece in pieces if piece.isascii()]
    alike = plain_letters if len(in_bytes) == len(pieces) else _folded
    needs_no_text = not all(query.scent for query in queries)

    def may_match(look: _Look) -> set[int]:
        if needs_no_text:
            return {*look.plain.numbers, *look.other.numbers}
        beside = b"\0".join(look.beside.texts)
        found = _taken_apart(look, beside)
        lines = lines_with_any(_lower(beside), in_bytes, b"\0", beside)
        found.update(look.beside.numbers[line] for line in lines)
        for pool in (look.plain, look.other):
            if pool.texts:
                words = lines_with_any(alike(pool.texts), pieces, _BREAK)
                found.update(pool.numbers[line] for line in words)
        return found

    return may_match


def _taken_apart(look: _Look, beside: bytes) -> set[int]:
    """Lays what is not ASCII of ``beside`` to the other texts; the numbers of frames in which
    letters may be hidden from a search."""
    parts = beside.split(b"\0") if beside else []  # JSON holds no NUL
    hiding = b"\\" in beside or b"\x7f" in beside
    found = set()
    for number, part in zip(look.beside.numbers, parts, strict=True):
        if not part.isascii():
            look.other.numbers.append(number)
            look.other.texts.append(part.decode(errors="replace"))
        if hiding and _HIDING.search(part):
            found.add(number)
    return found


def _lower(said: bytes) -> bytes:
    """ASCII in lower case, some of its signs as others: what holds a piece holds it so as well, and
    it takes an eighth of the time of ``bytes.lower``."""
    return (np.frombuffer(said, np.uint8) | _LOWER_BIT).tobytes()


def _in_full(frame: bytes) -> Seen:
    try:
        return read_event(frame)
    except (Unreadable, Ended) as said:
        return said


def _deletion(event: _Payload | _Frame1) -> dict[str, Any]:
    return {"operation": "delete", "collection": event.collection, "rkey": event.rkey}


def _possible(times: Sequence[int]) -> list[int]:
    """0 for what no server can have witnessed."""
    return [us if EARLIEST_US <= us < LATEST_US else 0 for us in times]


def _folded(texts: Sequence[str]) -> str:
    return _BREAK.join(fold(text if text.isprintable() else _clean(text)) for text in texts)


def _clean(text: str) -> str:
    return clean_text(text, cap_bytes=len(text) * 4)[0]
