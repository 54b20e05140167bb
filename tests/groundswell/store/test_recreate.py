"""Made, changed, deleted and made anew under one address: any order of replay ends the same."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.post import Deletion
from groundswell.settings import Settings
from groundswell.spool import Batch, Spool
from groundswell.store import questions, rawfiles, tidy
from groundswell.store.absorb import absorb
from groundswell.store.database import open_database
from groundswell.store.erase import erase
from groundswell.store.filters import STANCES, Filters
from groundswell.store.transaction import transaction
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import HOUR, T0, batch, deletion, post, read, rows, scored
from tests.groundswell.store.recount import check

STORY = Filters(topic="story")
STATE = """
    SELECT uri, text, version, first_seen_at, posted_at, skewed, announced_at, withheld
    FROM posts ORDER BY ALL
"""
SAID = """
    SELECT topic, target, uri, s.posted_at, stance FROM stances AS s JOIN posts USING (post_no)
    ORDER BY ALL
"""
MATCHES = "SELECT uri, topic, query, route FROM matches JOIN posts USING (post_no) ORDER BY ALL"

Event = tuple[str, int, int]  # kind, post, hour


def _batch(seq: int, events: Sequence[Event]) -> Batch:
    told = [
        read(scored(
            post(
                number, text=f"{kind} at{hour}", version=f"cid{hour}", likes=None,
                first_seen_at=T0 + hour * HOUR, created_at=T0 + (hour - 0.5) * HOUR,
                announced_at=T0 + hour * HOUR,
            ),
            [None, 0.5, -0.5][hour % 3],
            topics=("story", "even") if hour % 2 == 0 else ("story",),
        ), {"Sample": STANCES[hour % 4], f"Of {hour}": "none"})
        for kind, number, hour in events
        if kind in ("made", "changed")
    ]  # fmt: skip
    gone = [
        Deletion(source="bluesky", uri=post(number).uri, seen_at=T0 + hour * HOUR)
        for kind, number, hour in events
        if kind == "deleted"
    ]
    asked = {"story": ["Sample"], "even": ["Of 2", "Of 4"]}
    return batch(seq, told, deletions=gone, run_id=f"run-{seq}", targets=asked)


def _absorbed(home: Path, groups: Sequence[Sequence[Event]], *, upkeep: bool) -> list[Any]:
    con, spool = open_database(home, Settings(home=home)), Spool(home)
    try:
        for seq, events in enumerate(groups):
            spool.write(_batch(seq, events))
            while absorb(con, home, spool) is not None:
                continue
            if upkeep:
                tidy.seal(con)
        check(con)
        terms = sorted(questions.term_counts(con, STORY).itertuples(index=False, name=None))
        return [
            rows(con, STATE),
            rows(con, MATCHES),
            rows(con, SAID),
            terms,
            questions.timeline(con, STORY, "hour").to_csv(),
            questions.timeline(con, Filters(topic="even"), "hour").to_csv(),
        ]
    finally:
        con.close()


@st.composite
def _lives(draw: st.DrawFn) -> list[Event]:
    """What may happen to two addresses, each in an order that a site allows."""
    events: list[Event] = []
    for number in (0, 1):
        is_there = False
        for hour in range(1, draw(st.integers(1, 7)) + 1):
            kind = draw(st.sampled_from(["changed", "deleted"])) if is_there else "made"
            is_there = kind != "deleted"
            events.append((kind, number, hour))
    return sorted(events, key=lambda event: event[2])


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    events=_lives(),
    order=st.randoms(use_true_random=False),
    together=st.integers(1, 3),
    upkeep=st.booleans(),
)
def test_any_order_of_replay_ends_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    events: list[Event],
    order: Any,
    together: int,
    upkeep: bool,
) -> None:
    """T-JET-12."""
    straight = _absorbed(
        tmp_path_factory.mktemp("straight"), [[event] for event in events], upkeep=False
    )
    mixed = [*events, *events]
    order.shuffle(mixed)
    groups = [mixed[n : n + together] for n in range(0, len(mixed), together)]
    assert _absorbed(tmp_path_factory.mktemp("mixed"), groups, upkeep=upkeep) == straight
    last = {number: (kind, hour) for kind, number, hour in events}
    there = {f"{kind} at{hour}" for kind, hour in last.values() if kind != "deleted"}
    assert {row[1] for row in straight[0]} == there


def _told(number: int, hour: int, text: str) -> Any:
    at = T0 + hour * HOUR
    return scored(post(number, text=text, version=text, first_seen_at=at, announced_at=at))


def test_delete_before_create(con: DuckDBPyConnection, take: Take) -> None:
    """T-JET-12."""
    gone = Deletion(source="bluesky", uri=post(1).uri, seen_at=T0 + 2 * HOUR)
    take(batch(0, deletions=[gone]))
    take(batch(1, [_told(1, 1, "old")]))
    assert rows(con, "SELECT count(*) FROM posts") == [(0,)]
    take(batch(2, [_told(1, 3, "anew")]))
    assert rows(con, "SELECT text FROM posts") == [("anew",)]


def test_to_be_merely_seen_revives_nothing(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(1))]))
    take(batch(1, deletions=[deletion(1)]))
    take(batch(2, [scored(post(1, first_seen_at=T0 + 99 * HOUR, version="2"))]))
    assert rows(con, "SELECT count(*) FROM posts") == [(0,)]


def test_once_announced_anew_it_may_be_seen_again(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [_told(1, 1, "old")]))
    take(batch(1, deletions=[Deletion(source="bluesky", uri=post(1).uri, seen_at=T0 + 2 * HOUR)]))
    take(batch(2, [_told(1, 3, "anew")]))
    take(batch(3, [scored(post(1, text="lagging", first_seen_at=T0 + 1.5 * HOUR))]))
    take(batch(4, [scored(post(1, version="anew", likes=7, first_seen_at=T0 + 4 * HOUR))]))
    assert rows(con, "SELECT text FROM posts") == [("anew",)]
    assert rows(con, "SELECT likes FROM engagement ORDER BY seen_at DESC LIMIT 1") == [(7,)]
    check(con)


@pytest.mark.parametrize("final", ["purge", "account"])
def test_a_purge_and_the_end_of_an_account_are_for_good(
    con: DuckDBPyConnection, take: Take, final: str
) -> None:
    take(batch(0, [_told(1, 1, "old")]))
    gone = deletion(1) if final == "purge" else deletion(author=1)
    with transaction(con):
        erase(con, [gone], final=final == "purge")
    take(batch(1, [_told(1, 50, "anew"), _told(2, 50, "other")]))
    assert rows(con, "SELECT text FROM posts") == [("other",)]
    take(batch(2, deletions=[deletion(1)]))
    take(batch(3, [_told(1, 60, "anew")]))
    assert rows(con, "SELECT text FROM posts") == [("other",)]


def test_raw_items_from_before_the_deletion_are_cut(
    con: DuckDBPyConnection, home: Path, take: Take
) -> None:
    take(batch(0, [_told(1, 1, "old"), _told(1, 3, "anew")]))
    assert len(rawfiles.read(con, home, "bluesky", post(1).uri)) == 2
    take(batch(1, deletions=[Deletion(source="bluesky", uri=post(1).uri, seen_at=T0 + 2 * HOUR)]))
    assert rawfiles.read(con, home, "bluesky", post(1).uri) == []
    assert rows(con, "SELECT text FROM posts") == [("anew",)]
    check(con)


def test_a_batch_from_before_announcements_were_known_is_read(
    con: DuckDBPyConnection, home: Path, take: Take
) -> None:
    old = Spool(home).write(batch(0, [scored(post(1))]))
    table = pq.read_table(old)
    pq.write_table(table.drop_columns(["announced_at"]), old)
    take(batch(1, [_told(2, 1, "new")]))
    assert rows(con, "SELECT announced_at IS NULL FROM posts ORDER BY uri") == [(True,), (False,)]
