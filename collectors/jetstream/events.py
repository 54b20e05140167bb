"""Frames of Jetstream, version 2 or 1, as events: pure, one frame at a time, trusting nothing.

Both wires say the same in other words. The time of an event is when the server witnessed it: of all
it says only that is a place to go on from, on this host and on another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import orjson

from collectors._fields import at, text
from collectors._wire_json import read_json

NSID = "network.bsky.jetstream.subscribeEvents"
POSTS = "app.bsky.feed.post"
KINDS = ("commit", "account", "identity", "sync")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
NEVER = "1970-01-01T00:00:00.000000Z"  # a time that no event has
EARLIEST_US = 10**15  # below, a cursor counts events instead of time
LATEST_US = 4 * 10**15

_USUAL = np.frombuffer(b"0000-00-00T00:00:00.000000Z", np.uint8)
_DIGITS = np.isin(_USUAL, ord("0"))
_SIGNS = ~_DIGITS


@dataclass(slots=True)  # not frozen: there are millions of them, and freezing triples the cost
class Event:
    """One event. ``us`` is when the server witnessed it, in unix microseconds, 0 when an unknown
    kind does not say; ``body`` is the commit, account or identity; ``frame`` the whole frame."""

    kind: str  # of KINDS, "info", or a name not known here
    us: int
    did: str
    body: dict[str, Any]
    frame: bytes


class Unreadable(Exception):
    """A frame that is no event of Jetstream; the sentence says why."""


class Ended(Exception):
    """The server says that it ends the connection, and why."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}" if message else name)
        self.name = name


def read_event(frame: bytes) -> Event:
    """The event in ``frame``. Raises ``Unreadable``, and ``Ended`` for the server's farewell."""
    try:
        said = orjson.loads(frame)
    except orjson.JSONDecodeError:
        said = _leniently(frame)
    if at(said, "$type") == "error":
        raise Ended(str(at(said, "error")), str(at(said, "message") or ""))
    event = _of_v2(said, frame) if at(said, "$type") == "message" else _of_v1(said, frame)
    _check(event)
    return event


def _leniently(frame: bytes) -> Any:
    """Lone surrogates and wrong bytes cost a string, not the event."""
    try:
        return read_json(frame)
    except ValueError as error:
        raise Unreadable(f"is not JSON ({error})") from None


def microseconds(time: str | None) -> int:
    """A written time in unix microseconds, 0 when it is none that a server can have witnessed."""
    if time is None:
        return 0
    if len(time) == 27 and time[19] == "." and time[26] == "Z":
        micro = time[20:26]
        if micro.isdecimal():
            second_us = _second(time[:19])
            return second_us + int(micro) if second_us else 0
    return _whole(time)


def microseconds_each(times: Sequence[str]) -> list[int]:
    """``microseconds`` of each; of many in the usual form at once, in a seventh of the time."""
    if not times or set(map(len, times)) != {_USUAL.size}:
        return [microseconds(time) for time in times]
    letters = np.frombuffer("".join(times).encode("ascii", "replace"), np.uint8)
    table = letters.reshape(-1, _USUAL.size)
    is_usual = (table[:, _DIGITS] - ord("0") <= 9).all() and (
        table[:, _SIGNS] == _USUAL[_SIGNS]
    ).all()
    try:
        said = table[:, :-1].copy().view("S26").astype("M8[us]") if is_usual else None
    except ValueError:  # one is a day that does not exist
        said = None
    if said is None:
        return [microseconds(time) for time in times]
    us = said.ravel().astype(np.int64)
    us[(us < EARLIEST_US) | (us >= LATEST_US)] = 0
    found: list[int] = us.tolist()
    return found


@lru_cache(maxsize=64)  # a second holds dozens of events, in a replay many thousands
def _second(time: str) -> int:
    return _whole(f"{time}Z")


def _whole(time: str) -> int:
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        return 0
    if moment.tzinfo is None:
        return 0
    us = (moment - EPOCH) // MICROSECOND
    return us if EARLIEST_US <= us < LATEST_US else 0


def moment(us: int) -> datetime:
    """Unix microseconds as a time in UTC."""
    return EPOCH + timedelta(microseconds=us)


def uri_of(event: Event) -> str:
    """The address of the record that a commit speaks of."""
    return f"at://{event.did}/{event.body['collection']}/{event.body['rkey']}"


def _of_v2(said: Any, frame: bytes) -> Event:
    payload = at(said, "payload")
    name, _, kind = (text(at(payload, "$type")) or "").partition("#")
    if name != NSID or not kind:
        raise Unreadable("is a message of another kind of stream")
    if kind == "info":
        return Event("info", 0, "", payload, frame)
    witnessed = text(at(payload, "witnessedAt")) or text(at(payload, "time"))
    body = payload if kind == "commit" else at(payload, kind)
    did = text(at(payload, "did")) or ""
    return Event(kind, microseconds(witnessed), did, body if isinstance(body, dict) else {}, frame)


def _of_v1(said: Any, frame: bytes) -> Event:
    kind, us = text(at(said, "kind")), at(said, "time_us")
    if kind is None:
        raise Unreadable("names no kind of event")
    timed = isinstance(us, int) and not isinstance(us, bool) and EARLIEST_US <= us < LATEST_US
    body = at(said, kind)
    did = text(at(said, "did")) or ""
    return Event(kind, us if timed else 0, did, body if isinstance(body, dict) else {}, frame)


def _check(event: Event) -> None:
    """An event that is to be obeyed must say whom it is about, when, and what."""
    if event.kind not in KINDS:
        return
    if event.us == 0:
        raise Unreadable("does not say when it was witnessed")
    if not event.did.startswith("did:"):
        raise Unreadable("does not say whose it is")
    if event.kind == "account" and not isinstance(event.body.get("active"), bool):
        raise Unreadable("does not say whether the account is active")
    if event.kind == "commit":
        _check_commit(event.body)


def _check_commit(body: dict[str, Any]) -> None:
    if not (text(body.get("collection")) and text(body.get("rkey"))):
        raise Unreadable("does not say which record it is about")
    operation = body.get("operation")
    if operation not in ("create", "update", "delete"):
        raise Unreadable("does not say what was done")
    if operation != "delete" and not isinstance(body.get("record"), dict):
        raise Unreadable("lacks the record")
