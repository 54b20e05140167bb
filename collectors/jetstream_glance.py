"""A first look at a frame: posts that no topic can want, most of them, are not read any further.

Nearly all that a network says fits no topic. Only their texts are decoded, and compared with the
pieces of text that a match must hold; whatever is not plainly such a post is read in full.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from collectors.jetstream_events import (
    EARLIEST_US,
    LATEST_US,
    NSID,
    PASSED,
    POSTS,
    Event,
    microseconds,
    read_event,
)
from groundswell.query import Query
from groundswell.text import clean_text, fold

_COMMIT = f"{NSID}#commit"
_NONE = msgspec.Raw()


class _Record(msgspec.Struct, kw_only=True):
    text: Any = None
    embed: msgspec.Raw = _NONE
    facets: msgspec.Raw = _NONE
    tags: Any = None


class _Commit(msgspec.Struct, kw_only=True):
    collection: str
    operation: str
    rkey: str
    record: _Record | None = None


class _Payload(_Commit, kw_only=True):
    type: str = msgspec.field(name="$type")
    time: str
    did: str
    witnessed: str | None = msgspec.field(default=None, name="witnessedAt")


class _Frame2(msgspec.Struct, kw_only=True):
    type: str = msgspec.field(name="$type")
    payload: _Payload


class _Frame1(msgspec.Struct, kw_only=True):
    did: str
    kind: str
    time_us: int
    commit: _Commit


_READ_2 = msgspec.json.Decoder(_Frame2).decode
_READ_1 = msgspec.json.Decoder(_Frame1).decode


def reader(queries: Sequence[Query], *, is_v1: bool) -> Callable[[bytes], Event]:
    """``read_event``, except that posts that meet none of ``queries`` come as ``PASSED``."""
    glance = _in_v1 if is_v1 else _in_v2
    tests = [query.may_match for query in queries]

    def read(frame: bytes) -> Event:
        try:
            us, did, commit = glance(frame)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return read_event(frame)  # no commit, or an odd one: it has to be read in full
        if us and commit.operation == "create" and type(commit.record) is _Record:
            folded = _folded(commit.record)
            if folded is not None and commit.collection == POSTS and commit.rkey:
                for may_match in tests:
                    if may_match(folded):
                        return read_event(frame)
                return Event(PASSED, us, did, {}, frame)
        elif us and commit.operation == "delete" and commit.collection and commit.rkey:
            body = {
                "operation": "delete",
                "collection": commit.collection,
                "rkey": commit.rkey,
            }
            return Event("commit", us, did, body, frame)
        return read_event(frame)

    return read


def _in_v2(frame: bytes) -> tuple[int, str, _Commit]:
    """Time, account and commit of a frame; time 0 for what is none."""
    said = _READ_2(frame)
    payload = said.payload
    is_commit = payload.type == _COMMIT and said.type == "message"
    us = microseconds(payload.witnessed or payload.time)
    return (us if is_commit and payload.did.startswith("did:") else 0), payload.did, payload


def _in_v1(frame: bytes) -> tuple[int, str, _Commit]:
    said = _READ_1(frame)
    timed = EARLIEST_US <= said.time_us < LATEST_US
    is_commit = said.kind == "commit" and said.did.startswith("did:")
    return (said.time_us if is_commit and timed else 0), said.did, said.commit


def _folded(record: _Record) -> str | None:
    """All texts of a record that queries look at, and more, folded; None: it cannot be told.

    An embed is not taken apart: its texts stand in its JSON, as long as nothing is escaped there.
    """
    texts = record.text
    if type(texts) is not str or record.tags is not None:
        return None
    embed = bytes(record.embed)
    if embed:
        if b"\\" in embed:
            return None
        texts = f"{texts} {embed.decode()}"
    if b"#tag" in bytes(record.facets):
        texts = " ".join([texts, *_tags(record.facets)])
    if not texts.isprintable():
        texts = clean_text(texts, cap_bytes=len(texts) * 4)[0]
    return fold(texts)


def _tags(facets: msgspec.Raw) -> Iterator[str]:
    for found in _texts(msgspec.json.decode(facets)):
        yield f"#{found}"


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
