"""A first look at a frame: posts that no topic can want, most of them, are not read any further.

Nearly all that a network says fits no topic. Only their texts are decoded, and compared with the
pieces of text that a match must hold; whatever is not plainly such a post is read in full.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from collectors.jetstream_events import NSID, PASSED, POSTS, Event, microseconds, read_event
from groundswell.query import Query
from groundswell.text import clean_text, fold

_COMMIT = f"{NSID}#commit"


class _Record(msgspec.Struct):
    text: Any = None
    embed: Any = None
    facets: Any = None
    tags: Any = None


class _Commit(msgspec.Struct):
    collection: str
    operation: str
    rkey: str
    record: _Record


class _Payload(_Commit):
    type: str = msgspec.field(name="$type")
    time: str
    did: str
    witnessed: str | None = msgspec.field(default=None, name="witnessedAt")


class _Frame2(msgspec.Struct):
    type: str = msgspec.field(name="$type")
    payload: _Payload


class _Frame1(msgspec.Struct):
    did: str
    time_us: int
    commit: _Commit


_READ_2 = msgspec.json.Decoder(_Frame2).decode
_READ_1 = msgspec.json.Decoder(_Frame1).decode


def reader(queries: Sequence[Query], *, is_v1: bool) -> Callable[[bytes], Event]:
    """``read_event``, except that posts that meet none of ``queries`` come as ``PASSED``."""

    def read(frame: bytes) -> Event:
        try:
            glimpse = _in_v1(frame) if is_v1 else _in_v2(frame)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return read_event(frame)  # no post, or an odd one: what it is has to be said in full
        if glimpse is None:
            return read_event(frame)
        us, record = glimpse
        folded = _folded(record)
        if any(query.may_match(folded) for query in queries):
            return read_event(frame)
        return Event(PASSED, us, "", {}, frame)

    return read


def _in_v2(frame: bytes) -> tuple[int, _Record] | None:
    """Time and record of a new post; None for all else. An edited post is always read in full: the
    one it replaces may be stored."""
    said = _READ_2(frame)
    payload = said.payload
    if said.type != "message" or payload.type != _COMMIT or not payload.did.startswith("did:"):
        return None
    us = microseconds(payload.witnessed or payload.time)
    return (us, payload.record) if us and _is_new_post(payload) else None


def _in_v1(frame: bytes) -> tuple[int, _Record] | None:
    said = _READ_1(frame)
    us = said.time_us
    return (us, said.commit.record) if us >= 10**15 and _is_new_post(said.commit) else None


def _is_new_post(commit: _Commit) -> bool:
    return (
        commit.operation == "create"
        and commit.collection == POSTS
        and commit.rkey != ""
        and type(commit.record.text) is str
    )


def _folded(record: _Record) -> str:
    """All texts of a record that queries look at, and perhaps more, folded."""
    texts = record.text
    if record.embed is not None or record.facets is not None or record.tags is not None:
        texts = " ".join([texts, *_beside(record)])
    if not texts.isprintable():
        texts = clean_text(texts)[0]
    return fold(texts)


def _beside(record: _Record) -> Iterator[str]:
    """Texts of an embed, with a hash sign also those of tags."""
    if record.embed is not None:
        yield from _texts(record.embed)
    for tags in (record.facets, record.tags):
        if tags is not None:
            yield from (f"#{text}" for text in _texts(tags))


def _texts(value: Any) -> Iterator[str]:
    """Every text inside ``value``, in any depth that the decoder let through."""
    kind = type(value)
    if kind is str:
        yield value
    elif kind is dict:
        for entry in value.values():
            yield from _texts(entry)
    elif kind is list:
        for entry in value:
            yield from _texts(entry)
