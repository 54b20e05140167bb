"""A first look at a frame: posts that no topic can want, most of them, are not read any further.

Nearly all that a network says fits no topic. Only their texts are decoded, and compared with the
pieces of text that a match must hold; whatever is not plainly such a post is read in full.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from collectors._plain_letters import plain_letters
from collectors.jetstream_events import (
    EARLIEST_US,
    LATEST_US,
    NSID,
    POSTS,
    Event,
    microseconds,
    read_event,
)
from groundswell.query import Query
from groundswell.text import clean_text, fold

_COMMIT = f"{NSID}#commit"
_NONE = msgspec.Raw()


class _Record(msgspec.Struct, kw_only=True, gc=False):
    text: Any = None
    embed: msgspec.Raw = _NONE
    facets: msgspec.Raw = _NONE
    tags: Any = None


class _Commit(msgspec.Struct, kw_only=True, gc=False):
    collection: str
    operation: str
    rkey: str
    record: _Record | None = None


class _Payload(_Commit, kw_only=True, gc=False):
    type: str = msgspec.field(name="$type")
    time: str
    did: str
    witnessed: str | None = msgspec.field(default=None, name="witnessedAt")


class _Frame2(msgspec.Struct, kw_only=True, gc=False):
    type: str = msgspec.field(name="$type")
    payload: _Payload


class _Frame1(msgspec.Struct, kw_only=True, gc=False):
    did: str
    kind: str
    time_us: int
    commit: _Commit


_READ_2 = msgspec.json.Decoder(_Frame2).decode
_READ_1 = msgspec.json.Decoder(_Frame1).decode


def reader(queries: Sequence[Query], *, is_v1: bool) -> Callable[[bytes], Event | int]:
    """``read_event``, except that of posts that meet none of ``queries`` only the time is given."""
    glance = _in_v1 if is_v1 else _in_v2
    tests = [query.may_match for query in queries]
    in_plain_letters = all(query.asks_plain_letters for query in queries)

    def read(frame: bytes) -> Event | int:
        try:
            us, did, commit = glance(frame)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return read_event(frame)  # no commit, or an odd one: it has to be read in full
        record = commit.record
        if us and record is not None and commit.operation == "create":
            texts = _texts_of(record)
            if texts is not None and commit.collection == POSTS and commit.rkey:
                compared = plain_letters(texts) if in_plain_letters else None
                if compared is None:
                    compared = _folded(texts)
                for may_match in tests:
                    if may_match(compared):
                        return read_event(frame)
                return us
        elif us and commit.operation == "delete" and commit.collection and commit.rkey:
            return Event("commit", us, did, _deletion(commit), frame)
        return read_event(frame)

    return read


def _deletion(commit: _Commit) -> dict[str, Any]:
    return {"operation": "delete", "collection": commit.collection, "rkey": commit.rkey}


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


def _texts_of(record: _Record) -> str | None:
    """All texts of a record that queries look at, and more; None: it cannot be told cheaply.

    An embed is not taken apart: its texts stand in its JSON, as long as nothing is escaped there.
    """
    texts = record.text
    if type(texts) is not str or record.tags is not None:
        return None
    if record.embed is not _NONE:
        embed = bytes(record.embed)
        if b"\\" in embed:
            return None
        texts = f"{texts} {embed.decode()}"
    if record.facets is not _NONE and b"#tag" in bytes(record.facets):
        return " ".join([texts, *_tags(record.facets)])
    return str(texts)


def _folded(texts: str) -> str:
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
