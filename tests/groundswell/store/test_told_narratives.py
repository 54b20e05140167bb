"""Narratives come as batches, are told side by side, and lose whoever goes at once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from groundswell.narrated import Narrated, ToldNarrative, ToldPart
from groundswell.post import Hiding
from groundswell.spool import Batch, Spool, read_envelope
from groundswell.store import narratives
from groundswell.store.filters import Filters
from groundswell.store.purge import Wish, purge
from groundswell.store.rows import json_records
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import HOUR, T0, batch, deletion, post, read, rows, scored
from tests.groundswell.store.recount import check

STORY = Filters(topic="story")
LATER = T0 + HOUR
AGAINST, FAVOR = (1, 2, 3, 4), (5, 6, 7)
MEMBERS = (
    "SELECT narrative, p.uri[-1:] FROM narrative_posts JOIN posts AS p USING (post_no) ORDER BY ALL"
)


def collected() -> Batch:
    posts = [
        *(read(scored(post(n)), {"Acme": "against"}) for n in AGAINST),
        *(read(scored(post(n)), {"Acme": "favor"}) for n in FAVOR),
        read(scored(post(8)), {"Acme": "none"}),
    ]
    return batch(0, posts, targets={"story": ["Acme"]})


def narrative(name: str, side: str = "against", **changes: Any) -> ToldNarrative:
    values: dict[str, Any] = {
        "id": name,
        "side": side,
        "terms": ("river", "smoke"),
        "counter": None,
        "nearness": None,
        "merged": (),
        "split_from": None,
    }
    return ToldNarrative(**(values | changes))


def parts(name: str, numbers: Iterable[int], seen_at: datetime = T0) -> list[ToldPart]:
    return [
        ToldPart(
            source="bluesky",
            uri=post(number).uri,
            seen_at=seen_at,
            narrative=name,
            closeness=None if number == 4 else 1 - number / 10,
        )
        for number in numbers
    ]


def told(
    *groups: tuple[ToldNarrative, Iterable[int]], at: datetime = LATER, **changes: Any
) -> Batch:
    narrated = Narrated(
        target="Acme",
        posts=7,
        stated=7,
        version="m1",
        fingerprint="f",
        narratives=tuple(one for one, _ in groups),
    )
    return batch(
        0,
        source="narratives",
        route="narratives",
        run_id=f"told-{at}-{changes}",
        written_at=at,
        narrated=changes.get("narrated", narrated),
        parts=[part for one, numbers in groups for part in parts(one.id, numbers)],
    )


SMOKE = narrative("smoke", counter="jobs", nearness=0.4)
JOBS = narrative("jobs", "favor", terms=(), merged=("old",), split_from="older")


@pytest.fixture
def two(take: Take) -> None:
    """Posts of both sides, and what they argue."""
    take(collected(), told((SMOKE, AGAINST), (JOBS, FAVOR)))


def test_a_batch_of_narratives_comes_back_whole(tmp_path: Path) -> None:
    one = told((SMOKE, AGAINST), (JOBS, FAVOR))
    envelope = read_envelope(Spool(tmp_path).write(one))
    assert envelope.narrated == one.narrated
    assert (envelope.compared, envelope.coverage) == (None, ())


def test_they_are_told_by_side_with_counts(con: DuckDBPyConnection, two: None) -> None:
    table = narratives.narratives(con, STORY, "Acme")
    records = json_records(table)
    assert [(r["narrative"], r["side"], r["posts"], r["side_posts"]) for r in records] == [
        ("smoke", "against", 4, 4),
        ("jobs", "favor", 3, 3),
    ]
    smoke, jobs = records
    assert (smoke["terms"], smoke["counter"], smoke["nearness"]) == (
        ["river", "smoke"],
        "jobs",
        0.4,
    )
    assert (jobs["terms"], jobs["merged"], jobs["split_from"]) == ([], ["old"], "older")
    assert smoke["typical"] == post(1).text
    assert smoke["authors"] == 4
    assert smoke["first_at"] == (T0 - timedelta(minutes=4)).isoformat()
    assert narratives.narrating(con, "story", "Acme") == narratives.Narrating(
        posts=7, stated=7, read_at=LATER, version="m1"
    )
    check(con)


def test_they_are_named_for_a_choice(con: DuckDBPyConnection, two: None, take: Take) -> None:
    assert json_records(narratives.named(con, "story")) == [
        {"target": "Acme", "narrative": "smoke", "side": "against", "terms": ["river", "smoke"]}
        | {"typical": post(1).text},
        {
            "target": "Acme",
            "narrative": "jobs",
            "side": "favor",
            "terms": [],
            "typical": post(5).text,
        },
    ]
    assert narratives.named(con, "other").empty
    take(batch(1, deletions=[deletion(number) for number in FAVOR]))
    assert narratives.named(con, "story")["narrative"].tolist() == ["smoke"]


def test_growth_is_the_last_day_against_the_day_before(con: DuckDBPyConnection, take: Take) -> None:
    hours = {1: 0, 2: 3, 3: 25, 4: 30, 5: 49}
    posts = [
        read(scored(post(n, created_at=T0 - h * HOUR)), {"Acme": "against"})
        for n, h in hours.items()
    ]
    take(batch(0, posts, targets={"story": ["Acme"]}), told((SMOKE, hours)))
    (row,) = json_records(narratives.narratives(con, STORY, "Acme"))
    assert (row["recent"], row["before"], row["period_h"]) == (2, 2, 24)


def test_filters_narrow_what_is_counted(con: DuckDBPyConnection, two: None) -> None:
    since = T0 - timedelta(minutes=2)
    narrow = Filters(topic="story", since=since)
    assert narratives.narratives(con, narrow, "Acme")["posts"].tolist() == [2]
    assert narratives.narratives(con, Filters(topic="story", keyword="number3"), "Acme")[
        "narrative"
    ].tolist() == ["smoke"]
    assert narratives.narratives(con, STORY, "Zenith").empty


def test_posts_come_the_most_typical_first_and_copies_last(
    con: DuckDBPyConnection, two: None
) -> None:
    table = narratives.narrative_posts(con, STORY, "Acme", "smoke", 10)
    assert [uri.rsplit("/", 1)[1] for uri in table["uri"]] == ["1", "2", "3", "4"]
    second = narratives.narrative_posts(con, STORY, "Acme", "smoke", 1, 1)
    assert second["text"].tolist() == [post(2).text]


def test_the_series_counts_posts_and_authors_by_bucket(con: DuckDBPyConnection, two: None) -> None:
    table = narratives.narrative_series(con, STORY, "Acme", "day")
    assert table[["narrative", "posts", "authors"]].values.tolist() == [
        ["jobs", 3, 3],
        ["smoke", 4, 4],
    ]


def test_what_was_read_later_stands(con: DuckDBPyConnection, take: Take) -> None:
    take(collected(), told((SMOKE, AGAINST), at=LATER), told((JOBS, FAVOR), at=T0))
    assert {name for name, _ in rows(con, MEMBERS)} == {"smoke"}
    take(told((JOBS, FAVOR), at=LATER + HOUR))
    assert {name for name, _ in rows(con, MEMBERS)} == {"jobs"}
    assert rows(con, "SELECT narrative FROM narratives") == [("jobs",)]


def test_an_id_keeps_the_time_it_was_given(con: DuckDBPyConnection, take: Take) -> None:
    take(collected(), told((SMOKE, AGAINST), at=LATER))
    take(told((SMOKE, AGAINST), (JOBS, FAVOR), at=LATER + HOUR))
    table = narratives.narratives(con, STORY, "Acme").set_index("narrative")
    assert table["found_at"].map(lambda at: at.to_pydatetime()).to_dict() == {
        "smoke": LATER,
        "jobs": LATER + HOUR,
    }


def test_deleted_posts_leave_and_take_the_last_of_a_narrative_along(
    con: DuckDBPyConnection, take: Take, two: None
) -> None:
    take(batch(1, deletions=[deletion(5), deletion(6)]))
    assert [p for name, p in rows(con, MEMBERS) if name == "jobs"] == ["7"]
    take(batch(2, deletions=[deletion(7)]))
    assert rows(con, "SELECT narrative FROM narratives") == [("smoke",)]
    check(con)


def test_an_edited_post_leaves(con: DuckDBPyConnection, take: Take, two: None) -> None:
    edited = post(2, version="2", text="something else", first_seen_at=T0 + HOUR)
    take(batch(1, [read(scored(edited), {"Acme": "against"})]))
    assert ("smoke", "2") not in rows(con, MEMBERS)
    take(told((SMOKE, AGAINST), at=LATER + HOUR))  # read before the edit: it stays out
    assert ("smoke", "2") not in rows(con, MEMBERS)


def test_a_post_seen_again_stays(con: DuckDBPyConnection, take: Take, two: None) -> None:
    again = post(2, first_seen_at=T0 + HOUR, likes=99)
    take(batch(1, [read(scored(again), {"Acme": "against"})]))
    assert ("smoke", "2") in rows(con, MEMBERS)


def test_a_hidden_post_leaves_and_is_read_again_when_shown(
    con: DuckDBPyConnection, take: Take, two: None
) -> None:
    def mark(hours: int, *, lifted: bool) -> Hiding:
        return Hiding(
            source="bluesky",
            uri=post(2).uri,
            reason="!hide",
            lifted=lifted,
            seen_at=T0 + hours * HOUR,
        )

    take(batch(1, hidings=[mark(1, lifted=False)]))
    assert ("smoke", "2") not in rows(con, MEMBERS)
    take(batch(2, hidings=[mark(2, lifted=True)]))
    assert narratives.state(con, "story", "Acme", "m1").due
    assert rows(con, "SELECT fingerprint FROM narratings") == [(None,)]


def test_a_post_that_changed_sides_is_not_counted(
    con: DuckDBPyConnection, take: Take, two: None
) -> None:
    turned = read(scored(post(1)), {"Acme": "none"}, version="2")
    take(batch(1, [turned]))
    assert narratives.narratives(con, STORY, "Acme")["posts"].tolist() == [3, 3]


def test_it_is_due_once_posts_or_model_change(con: DuckDBPyConnection, take: Take) -> None:
    assert not narratives.state(con, "story", "Acme", "m1").due
    take(collected())
    before = narratives.state(con, "story", "Acme", "m1")
    assert (before.due, before.stated) == (True, 7)
    one = told((SMOKE, AGAINST))
    assert one.narrated is not None
    values = {name: getattr(one.narrated, name) for name in one.narrated.__slots__}
    take(told((SMOKE, AGAINST), narrated=Narrated(**values | {"fingerprint": before.now})))
    assert not narratives.state(con, "story", "Acme", "m1").due
    assert narratives.state(con, "story", "Acme", "m2").due
    take(batch(1, [read(scored(post(9)), {"Acme": "none"})]))
    assert not narratives.state(con, "story", "Acme", "m1").due
    take(batch(2, deletions=[deletion(1)]))
    assert narratives.state(con, "story", "Acme", "m1").due


def test_material_is_what_takes_sides_the_newest_first(con: DuckDBPyConnection, two: None) -> None:
    found = narratives.material(con, "story", "Acme", 3)
    assert [one["uri"].rsplit("/", 1)[1] for one in found["posts"]] == ["1", "2", "3"]
    first = found["posts"][0]
    assert (first["text"], first["stance"], first["seen_at"]) == (post(1).text, "against", T0)
    known = {one["narrative"]: one for one in found["known"]}
    assert known["jobs"]["keys"] == [{"source": "bluesky", "uri": post(n).uri} for n in (7, 6, 5)]
    assert known["smoke"]["terms"] == ["river", "smoke"]


def test_a_purged_topic_leaves_nothing(con: DuckDBPyConnection, home: Path, two: None) -> None:
    purge(con, home, Wish(topic="story"))
    for table in ("narratives", "narrative_posts", "narratings"):
        assert rows(con, f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608  # ours
