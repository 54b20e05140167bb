"""A stream for many topics at once, down to the tables: each its own place, nothing twice."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell import stream as streaming
from groundswell.coverage import Coverage
from groundswell.errors import HomeFull
from groundswell.post import Deletion, Post, Rejected
from groundswell.query import parse
from groundswell.scoring.score import Reading
from groundswell.settings import Settings
from groundswell.source import Slice
from groundswell.spool import Batch, Spool, read_envelope
from groundswell.store import questions
from groundswell.store.owner import open_briefly
from groundswell.stream import Following, places
from groundswell.stream_beat import HEARTBEAT, last_beat
from groundswell.topic import Topic

T0 = datetime(2025, 1, 29, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@dataclass
class Told:
    """A stream that tells these slices. Its cursors are whole numbers."""

    slices_: Sequence[Slice]
    began: list[str | None] = field(default_factory=list)
    name: str = "bluesky"
    route: str = "stream"

    def place(self, cursor: str) -> int:
        return int(cursor)

    async def slices(
        self, topics: Sequence[Topic], cursor: str | None, stop: asyncio.Event
    ) -> AsyncIterator[Slice]:
        self.began.append(cursor)
        for one in self.slices_:
            yield one
        stop.set()


def read(posts: Sequence[Post]) -> list[Reading]:
    return [Reading(lang="en", lang_confidence=1.0, scores=()) for _ in posts]


def topic(slug: str, query: str = "openai") -> Topic:
    return Topic(slug=slug, title=slug, query=parse(query))


def post(rkey: str, second: int, text: str = "openai", cid: str | None = None) -> Post:
    at = T0 + second * SECOND
    return Post(
        source="bluesky",
        uri=f"at://did:plc:sample17/app.bsky.feed.post/{rkey}",
        first_seen_at=at,
        announced_at=at,
        created_at=T0,
        text=text,
        version=cid or f"cid-{second}",
        author_id="did:plc:sample17",
        author="sample-user-17.example",
        raw=b"{}",
    )


def deletion(rkey: str, second: int) -> Deletion:
    uri = f"at://did:plc:sample17/app.bsky.feed.post/{rkey}"
    return Deletion(source="bluesky", uri=uri, seen_at=T0 + second * SECOND)


def window(start: int, end: int, **changes: Any) -> Coverage:
    values: dict[str, Any] = {"status": "complete"}
    return Coverage(start=T0 + start * SECOND, end=T0 + end * SECOND, **(values | changes))


def told(until: int, *found: tuple[Post, tuple[str, ...]], **changes: Any) -> Slice:
    values: dict[str, Any] = {
        "found": found,
        "coverage": [window(until - 5, until)],
        "cursor": str(until),
        "read": 100,
        "dropped": 90,
        "reached": T0 + until * SECOND,
        "host": "host.example",
    }
    return Slice(**(values | changes))


async def follow(
    home: Path,
    slices: Sequence[Slice],
    topics: Sequence[Topic],
    cursors: dict[str, str | None] | None = None,
    spool: Spool | None = None,
) -> Told:
    source = Told(slices)
    following = Following(source, topics, cursors or {}, spool or Spool(home), read, home=home)
    await following.follow(asyncio.Event())
    return source


def batches(home: Path) -> list[Any]:
    return [read_envelope(path) for path in Spool(home).waiting()]


def absorb(home: Path) -> None:
    with open_briefly(home, Settings(home=home)):
        pass


def stored(home: Path) -> dict[str, str]:
    """Text by the last part of the address."""
    with open_briefly(home, Settings(home=home)) as visit, visit.read() as cursor:
        rows = cursor.execute("SELECT uri, text FROM posts").fetchall()
    found = {uri.rpartition("/")[2]: text for uri, text in rows}
    assert len(found) == len(rows)
    return found


async def test_each_topic_gets_its_posts_and_its_place(tmp_path: Path) -> None:
    both = (post("a", 3), ("one", "two"))
    only = (post("b", 4), ("two",))
    await follow(tmp_path, [told(5, both, only)], [topic("one"), topic("two")])
    first, second = batches(tmp_path)
    assert [(b.topic, b.cursor_from, b.cursor_to) for b in (first, second)] == [
        ("one", None, "5"),
        ("two", None, "5"),
    ]
    assert [(b.coverage[0].window.found, b.dropped) for b in (first, second)] == [(1, 90), (2, 90)]
    absorb(tmp_path)
    assert stored(tmp_path).keys() == {"a", "b"}


async def test_it_begins_at_the_earliest_place_and_no_place_moves_back(tmp_path: Path) -> None:
    cursors: dict[str, str | None] = {"one": "100", "two": "7", "new": None}
    again = (post("a", 8), ("one", "two", "new"))
    topics = [topic("one"), topic("two"), topic("new")]
    source = await follow(tmp_path, [told(12, again)], topics, cursors)
    assert source.began == ["7"]
    moved = {batch.topic: (batch.cursor_from, batch.cursor_to) for batch in batches(tmp_path)}
    assert moved == {"one": ("100", "100"), "two": ("7", "12"), "new": (None, "12")}


async def test_a_stream_of_new_topics_begins_now(tmp_path: Path) -> None:
    source = await follow(tmp_path, [], [topic("one")])
    assert source.began == [None]
    assert batches(tmp_path) == []


async def test_deletions_go_once_with_the_first_topic_and_before_all_else(tmp_path: Path) -> None:
    bad = Rejected(source="bluesky", reason="bad", raw=b"x", seen_at=T0)
    one = told(5, (post("a", 3), ("two",)), others=[deletion("z", 2), bad])
    await follow(tmp_path, [one], [topic("one"), topic("two")])
    first, second = batches(tmp_path)
    assert (first.topic, len(first.deletions), len(first.rejected)) == ("one", 1, 1)
    assert (second.topic, len(second.deletions), len(second.rejected)) == ("two", 0, 0)


async def test_a_quiet_topic_writes_seldom_and_loses_no_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slices = [told(5 * n) for n in range(1, 20)]
    await follow(tmp_path, slices, [topic("one")])
    (batch,) = batches(tmp_path)
    assert (batch.cursor_to, batch.dropped, batch.pages) == ("95", 19 * 90, 19)
    assert [c.window for c in batch.coverage] == [window(0, 95, dropped=19 * 90)]
    monkeypatch.setattr(streaming, "QUIET_S", 0.0)
    other = tmp_path / "other"
    other.mkdir()
    await follow(other, slices, [topic("one")])
    assert len(batches(other)) == 19


async def test_trouble_is_written_at_once_and_filled_by_what_comes_later(tmp_path: Path) -> None:
    gap = window(5, 60, status="gap", reason="Jetstream has not been heard.")
    trouble = told(5, coverage=[gap], cursor=None, trouble="Jetstream has not been heard.")
    source = Told([trouble])
    following = Following(source, [topic("one")], {}, Spool(tmp_path), read, home=tmp_path)
    following.take(trouble)
    said = last_beat(tmp_path)
    assert said is not None
    assert (said["state"], said["trouble"]) == ("trouble", "Jetstream has not been heard.")
    following.take(told(70, (post("a", 65), ("one",)), coverage=[window(5, 70)]))
    absorb(tmp_path)
    with open_briefly(tmp_path, Settings(home=tmp_path)) as visit, visit.read() as cursor:
        known = questions.route_state(cursor, "one", "bluesky", "stream")
    assert [(c.window.start, c.window.end, c.window.status) for c in known.covered] == [
        (T0 + 5 * SECOND, T0 + 70 * SECOND, "complete")
    ]


async def test_an_edit_that_fits_no_more_replaces_what_is_stored(tmp_path: Path) -> None:
    made = told(5, (post("a", 3), ("one",)))
    edited = told(10, (post("a", 8, text="something else"), ()), (post("b", 9, text="else"), ()))
    await follow(tmp_path, [made, edited], [topic("one")])
    absorb(tmp_path)
    assert stored(tmp_path) == {"a": "something else"}


async def test_words_that_an_edit_took_away_are_forgotten(tmp_path: Path) -> None:
    for second, text in ((3, "openai xylophone"), (8, "openai corrected")):
        one = told(second + 2, (post("a", second, text), ("one",)))
        await follow(tmp_path, [one], [topic("one")])
        absorb(tmp_path)
    with open_briefly(tmp_path, Settings(home=tmp_path)) as visit, visit.read() as cursor:
        words = {term for (term,) in cursor.execute("SELECT term FROM terms").fetchall()}
    assert "corrected" in words
    assert not [word for word in words if "xylophone" in word]


async def test_hostile_text_is_cleaned_before_it_is_kept(tmp_path: Path) -> None:
    await follow(
        tmp_path,
        [told(5, (post("a", 3, text="openai\x00 \ud800\u202e"), ("one",)))],
        [topic("one")],
    )
    absorb(tmp_path)
    assert stored(tmp_path) == {"a": "openai \ufffd"}


class Killed(BaseException):
    """Stands for SIGKILL."""


class KilledAt(Spool):
    """Dies at a batch: before it is written or after."""

    def __init__(self, home: Path, number: int, *, after: bool) -> None:
        super().__init__(home)
        self._left, self._after = number, after

    def write(self, batch: Batch) -> Path:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise Killed
        path = super().write(batch)
        if self._left == 0:
            raise Killed
        return path


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", [1, 3, 4])
async def test_killed_at_every_batch_it_goes_on_from_what_was_written(
    tmp_path: Path, number: int, after: bool
) -> None:
    topics = [topic("one"), topic("two")]
    slices = [
        told(5, (post("a", 3), ("one", "two"))),
        told(10, (post("b", 8), ("two",)), (post("c", 9), ("one",)), others=[deletion("a", 7)]),
        told(15, (post("d", 13), ("one", "two"))),
    ]
    with pytest.raises(Killed):
        await follow(tmp_path, slices, topics, spool=KilledAt(tmp_path, number, after=after))
    kept = places(Told([]), Spool(tmp_path), lambda: {"one": None, "two": None})
    begin = min((int(c) for c in kept.values() if c), default=0) if all(kept.values()) else 0
    rest = [one for one in slices if one.cursor and int(one.cursor) > begin]
    await follow(tmp_path, rest, topics, kept)
    absorb(tmp_path)
    assert stored(tmp_path).keys() == {"b", "c", "d"}
    with open_briefly(tmp_path, Settings(home=tmp_path)) as visit, visit.read() as cursor:
        ends = [questions.route_state(cursor, s, "bluesky", "stream") for s in ("one", "two")]
    assert [state.cursor for state in ends] == ["15", "15"]


async def test_the_place_of_a_batch_that_still_waits_counts(tmp_path: Path) -> None:
    """Else the next run would begin where the database stands, and its place would never move."""
    await follow(tmp_path, [told(5, (post("a", 3), ("one",)))], [topic("one")])
    kept = places(Told([]), Spool(tmp_path), lambda: {"one": "2", "two": "4"})
    assert kept == {"one": "5", "two": "4"}
    absorb(tmp_path)
    assert places(Told([]), Spool(tmp_path), lambda: {"one": "9"}) == {"one": "9"}


async def test_a_full_spool_ends_it_loudly(tmp_path: Path) -> None:
    spool = Spool(tmp_path, limit_bytes=1)
    with pytest.raises(HomeFull):
        await follow(
            tmp_path,
            [told(n, (post("a", n), ("one",))) for n in (5, 10)],
            [topic("one")],
            spool=spool,
        )


async def test_it_leaves_word_of_how_it_goes(tmp_path: Path) -> None:
    assert last_beat(tmp_path) is None
    await follow(tmp_path, [told(5, (post("a", 3), ("one",)))], [topic("one")])
    said = last_beat(tmp_path)
    assert said is not None
    assert (said["state"], said["events"], said["posts"], said["topics"]) == (
        "stopped",
        100,
        1,
        ["one"],
    )
    assert datetime.now(UTC) - said["written_at"] < timedelta(minutes=1)
    (tmp_path / HEARTBEAT).write_text("{cut")
    assert last_beat(tmp_path) is None


async def test_upkeep_is_called_now_and_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "UPKEEP_S", 0.0)
    calls: list[int] = []

    async def upkeep() -> None:
        calls.append(1)

    source = Told([told(5), told(10)])
    following = Following(source, [topic("one")], {}, Spool(tmp_path), read, home=tmp_path)
    await following.follow(asyncio.Event(), upkeep)
    assert len(calls) == 2


Deed = Callable[[int], Slice]
EVENTS: list[tuple[str, Slice]] = [
    ("create", told(1, (post("a", 1, "openai first"), ("one",)))),
    ("edit", told(2, (post("a", 2, "openai edited"), ("one",)))),
    ("delete", told(3, others=[deletion("a", 3)])),
    ("make anew", told(4, (post("a", 4, "openai again"), ("one",)))),
    ("edit", told(5, (post("a", 5, "openai at last"), ("one",)))),
    ("create", told(6, (post("b", 6, "openai b"), ("one",)))),
    ("delete", told(7, others=[deletion("b", 7)])),
    ("edit first", told(8, (post("c", 8, "openai c edited"), ("one",)))),
]


@settings(max_examples=2, deadline=None)
@given(st.permutations([*range(len(EVENTS))] * 3))
def test_jet_12_replayed_three_times_in_any_order_it_is_the_same_table(order: list[int]) -> None:
    """T-JET-12: delete before create, create, delete, create with one key, edit before create."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        for run, number in enumerate(order):
            source = Told([])
            following = Following(source, [topic("one")], {}, Spool(home), read, home=home)
            following.take(replace(EVENTS[number][1], cursor=None, coverage=()))
            if run in (5, 13):
                absorb(home)
        absorb(home)
        assert stored(home) == {"a": "openai at last", "c": "openai c edited"}


def test_the_heartbeat_is_one_object_of_json(tmp_path: Path) -> None:
    following = Following(Told([]), [topic("one")], {}, Spool(tmp_path), read, home=tmp_path)
    following.take(told(5))
    said = json.loads((tmp_path / HEARTBEAT).read_text())
    assert said["last_event_at"] == (T0 + 5 * SECOND).isoformat()
    assert said["host"] == "host.example"
