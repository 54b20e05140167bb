"""A first look at frames: posts that no topic can want, most of them, are not read any further.

Nearly all that a network says fits no topic. Only their texts are decoded, and those of a bundle
are searched together for the pieces of text that a match must hold: one long search costs a tenth
of many short ones. Whatever is not plainly such a post is read in full.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

import msgspec

from collectors._plain_letters import plain_letters
from collectors.jetstream.events import (
    EARLIEST_US,
    LATEST_US,
    Ended,
    Event,
    Unreadable,
    microseconds,
    read_event,
)
from groundswell.query import Query
from groundswell.text import clean_text, fold

Seen: TypeAlias = Event | int | Unreadable | Ended

_NONE = msgspec.Raw()
_HIDING = re.compile(rb"\\[ubf]")  # an escape of a letter, or of a control between two letters
_BREAK = "\0"  # between the texts of a bundle


class _Record(msgspec.Struct, kw_only=True, gc=False):
    text: str
    embed: msgspec.Raw = _NONE
    facets: msgspec.Raw = _NONE
    tags: msgspec.Raw = _NONE


class _Commit(msgspec.Struct, kw_only=True, gc=False):
    collection: Literal["app.bsky.feed.post"]
    operation: Literal["create", "delete"]
    rkey: str
    record: _Record | None = None


class _Payload(_Commit, kw_only=True, gc=False):
    type: Literal["network.bsky.jetstream.subscribeEvents#commit"] = msgspec.field(name="$type")
    time: str
    did: str
    witnessed: str | None = msgspec.field(default=None, name="witnessedAt")


class _Frame2(msgspec.Struct, kw_only=True, gc=False):
    type: Literal["message"] = msgspec.field(name="$type")
    payload: _Payload


class _Frame1(msgspec.Struct, kw_only=True, gc=False):
    kind: Literal["commit"]
    did: str
    time_us: int
    commit: _Commit


_READ_2 = msgspec.json.Decoder(_Frame2).decode
_READ_1 = msgspec.json.Decoder(_Frame1).decode


class _Posts:
    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.texts: list[str] = []


def reader(queries: Sequence[Query], *, is_v1: bool) -> Callable[[Sequence[bytes]], list[Seen]]:
    """``read_event`` for each frame of a bundle, what it raises as a value; except that of posts
    that meet none of ``queries`` only the time is given."""
    glance = _in_v1 if is_v1 else _in_v2
    in_plain_letters = all(query.asks_plain_letters for query in queries)
    alike = plain_letters if in_plain_letters else _folded

    def read(frames: Sequence[bytes]) -> list[Seen]:
        seen: list[Seen] = []
        plain, other = _Posts(), _Posts()  # plain ones are searched far faster if kept apart
        for number, frame in enumerate(frames):
            try:
                us, did, commit = glance(frame)
            except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
                seen.append(_in_full(frame))  # no post, or an odd one
                continue
            if not us or not commit.rkey or not did.startswith("did:"):
                seen.append(_in_full(frame))
            elif commit.operation == "delete":
                seen.append(Event("commit", us, did, _deletion(commit), frame))
            elif (text := _text_of(commit)) is not None:
                posts = plain if text.isascii() else other
                posts.numbers.append(number)
                posts.texts.append(text)
                seen.append(us)
            else:
                seen.append(_in_full(frame))
        for posts in filter(lambda posts: posts.texts, (plain, other)):
            lines = alike(posts.texts)
            for line in set[int]().union(*(query.may_match(lines) for query in queries)):
                number = posts.numbers[line]
                seen[number] = _in_full(frames[number])
        return seen

    return read


def _in_full(frame: bytes) -> Seen:
    try:
        return read_event(frame)
    except (Unreadable, Ended) as said:
        return said


def _wanted(lines: str, queries: Sequence[Query]) -> set[int]:
    return set[int]().union(*(query.may_match(lines) for query in queries))


def _deletion(commit: _Commit) -> dict[str, Any]:
    return {"operation": "delete", "collection": commit.collection, "rkey": commit.rkey}


def _in_v2(frame: bytes) -> tuple[int, str, _Commit]:
    """Time, account and commit of a frame; time 0 for none that can be."""
    payload = _READ_2(frame).payload
    return microseconds(payload.witnessed or payload.time), payload.did, payload


def _in_v1(frame: bytes) -> tuple[int, str, _Commit]:
    said = _READ_1(frame)
    us = said.time_us if EARLIEST_US <= said.time_us < LATEST_US else 0
    return us, said.did, said.commit


def _text_of(commit: _Commit) -> str | None:
    """All texts of a new post that queries look at, and more; None: it cannot be told cheaply.

    What is not plain text is not taken apart: its texts stand in its JSON, as long as no escape
    hides them there.
    """
    record = commit.record
    if record is None:
        return None
    if record.embed is _NONE and record.facets is _NONE and record.tags is _NONE:
        return record.text
    beside = bytes(record.embed)
    if record.facets is not _NONE and b"#tag" in (facets := bytes(record.facets)):
        beside += facets
    if record.tags is not _NONE:
        beside += bytes(record.tags)
    if b"\\" in beside and _HIDING.search(beside):
        return None
    return f"{record.text} {beside.decode(errors='replace')}"


def _folded(texts: Sequence[str]) -> str:
    return _BREAK.join(fold(text if text.isprintable() else _clean(text)) for text in texts)


def _clean(text: str) -> str:
    return clean_text(text, cap_bytes=len(text) * 4)[0]
