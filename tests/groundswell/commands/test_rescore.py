"""``rescore``: newer scores beside the old ones, and nothing else is touched."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from groundswell import scoring
from groundswell.errors import HomeFull
from groundswell.post import Post
from groundswell.run import Reader
from groundswell.scoring.score import Reading, Score
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store import stored
from groundswell.store.owner import open_briefly
from tests.groundswell.commands.conftest import Groundswell, printed
from tests.groundswell.store.making import rows
from tests.groundswell.store.recount import check

UNTOUCHED = ("posts", "matches", "engagement", "cursors", "coverage", "sightings", "raw_items")
LATER = tuple(
    Score(model=model, version="later", label="negative", value=-0.75)
    for model in ("vader", "lite")
)
_reader = scoring.reader


def newer(*told: Any) -> Reader:
    """As the scorers of a later release would read: the same languages, other numbers."""
    read = _reader(*told)

    def read_anew(posts: Sequence[Post]) -> list[Reading]:
        return [replace(reading, scores=LATER) for reading in read(posts)]

    return read_anew


def stored_rows(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_briefly(home, Settings(home=home)) as visit, visit.read() as cur:
        check(cur)
        return rows(cur, sql)


def state(home: Path) -> list[list[tuple[Any, ...]]]:
    return [stored_rows(home, f"SELECT * FROM {table} ORDER BY ALL") for table in UNTOUCHED]  # noqa: S608  # names of ours


def test_a_raised_version_is_read_once_and_counts(
    groundswell: Groundswell, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groundswell("collect", "story")
    before, status = state(home), printed(groundswell("status", "--json"))
    monkeypatch.setattr(scoring, "reader", newer)
    done = groundswell("rescore", "story", "--json")
    assert done.exit_code == 0
    assert printed(done) == [{"topic": "story", "posts": 40, "rescored": 40}]
    assert state(home) == before
    assert printed(groundswell("status", "--json")) == status
    stored_of = "SELECT model, version = 'later', count(*) FROM scores GROUP BY ALL ORDER BY ALL"
    assert [row for row in stored_rows(home, stored_of) if row[0] != "lite-irony"] == [
        ("lite", False, 40),
        ("lite", True, 40),
        ("vader", False, 40),
        ("vader", True, 40),
    ]
    assert stored_rows(home, "SELECT sentiment, sum(compound) FROM facts GROUP BY ALL") == [
        ("negative", -30.0)
    ]
    counted = "SELECT * FROM scores", "SELECT * FROM batches", "SELECT * FROM rollup_hour"
    once = [stored_rows(home, sql) for sql in counted]
    again = groundswell("rescore", "story")
    assert (again.exit_code, again.stderr) == (
        0,
        "story: 40 posts, scored by these models already.\n",
    )
    assert [stored_rows(home, sql) for sql in counted] == once


def test_collecting_after_it_brings_nothing_back(
    groundswell: Groundswell, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A collector that still runs the old model adds no old reading in front of the new one."""
    groundswell("collect", "story")
    monkeypatch.setattr(scoring, "reader", newer)
    groundswell("rescore", "story")
    monkeypatch.setattr(scoring, "reader", _reader)
    assert groundswell("collect", "story", "--since", "2025-01-28").exit_code == 0
    assert stored_rows(home, "SELECT DISTINCT sentiment FROM facts") == [("negative",)]


def test_a_stopped_run_goes_on_where_it_was(
    groundswell: Groundswell, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groundswell("collect", "story")
    monkeypatch.setattr(scoring, "reader", newer)
    monkeypatch.setattr(stored, "PAGE_POSTS", 15)
    write, written = Spool.write, iter(range(1))

    def full(self: Spool, batch: Any) -> Path:
        if next(written, None) is None:
            raise HomeFull("No space left.")
        return write(self, batch)

    with monkeypatch.context() as broken:
        broken.setattr(Spool, "write", full)
        stopped = groundswell("rescore", "story")
        assert (stopped.exit_code, stopped.stderr) == (1, "groundswell: No space left.\n")
    said = printed(groundswell("rescore", "story", "--json"))
    assert said == [{"topic": "story", "posts": 40, "rescored": 25}]


def test_a_topic_nobody_collected_has_nothing_to_read(groundswell: Groundswell) -> None:
    done = groundswell("rescore", "story", "--json")
    assert (done.exit_code, printed(done)) == (
        0,
        [{"topic": "story", "posts": 0, "rescored": 0}],
    )
    unknown = groundswell("rescore", "storey")
    assert unknown.exit_code == 2
    assert "story" in unknown.stderr
