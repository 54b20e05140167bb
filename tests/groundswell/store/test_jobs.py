"""The schedule in the database: entered once, paused, removed, and what came of each run."""

from datetime import UTC, datetime, timedelta

import pytest
from duckdb import DuckDBPyConnection

from groundswell.errors import WrongUse
from groundswell.store import jobs, status
from groundswell.store.jobs import RUNS_KEPT, Job, make_job
from groundswell.timetable import Cron, every
from tests.groundswell.store import making
from tests.groundswell.store.conftest import Take

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NIGHTLY = Cron(line="30 2 * * *", zone="Europe/Berlin")


def a_job(topic: str = "story", *sources: str) -> Job:
    return make_job("collect", topic, sources or ("bluesky",), every("15m"), now=NOW)


def test_a_job_is_named_after_what_it_does() -> None:
    quarter = every("15m")
    assert make_job("collect", "story", [], quarter, now=NOW).name == "story"
    assert make_job("collect", "story", ["rss", "rss"], quarter, now=NOW).name == "story.rss"
    assert make_job("refresh", "story", ["x", "reddit"], quarter, now=NOW).name == (
        "story.refresh.x-reddit"
    )
    assert make_job("collect", "story", ["my-forum"], quarter, now=NOW).name == "story.my-forum"


def test_jobs_come_back_as_they_were_entered(con: DuckDBPyConnection) -> None:
    night = make_job("refresh", "story", [], NIGHTLY, now=NOW)
    entered = [a_job(), night, jobs.stream_job(NOW)]
    for one in entered:
        jobs.add(con, one)
    assert jobs.jobs(con) == sorted(entered, key=lambda job: job.name)


def test_the_same_job_is_not_entered_twice(con: DuckDBPyConnection) -> None:
    jobs.add(con, a_job())
    with pytest.raises(WrongUse, match=r"already \(every 15 minutes\).*remove story.bluesky"):
        jobs.add(con, a_job())


def test_a_job_that_is_not_there_names_those_that_are(con: DuckDBPyConnection) -> None:
    jobs.add(con, a_job())
    for change in (jobs.remove, lambda c, n: jobs.enable(c, n, enabled=False)):
        with pytest.raises(WrongUse, match=r"no job “nothing”. Known: story.bluesky"):
            change(con, "nothing")


def test_removing_a_job_takes_its_runs_along(con: DuckDBPyConnection) -> None:
    jobs.add(con, a_job())
    jobs.begin(con, "story.bluesky", 1, NOW)
    jobs.remove(con, "story.bluesky")
    assert (jobs.jobs(con), jobs.runs(con)) == ([], [])


def test_the_stream_is_paused_but_not_removed(con: DuckDBPyConnection) -> None:
    jobs.add(con, jobs.stream_job(NOW))
    with pytest.raises(WrongUse, match="Pause it"):
        jobs.remove(con, "stream")
    assert jobs.enable(con, "stream", enabled=False).enabled is False
    assert [job.enabled for job in jobs.jobs(con)] == [False]


def test_a_run_is_booked_from_start_to_end(con: DuckDBPyConnection) -> None:
    run = jobs.begin(con, "story.bluesky", 4711, NOW)
    jobs.beat(con, run, NOW + MINUTE)
    (going,) = jobs.open_runs(con)
    assert (going.pid, going.heartbeat_at, going.ended_at) == (4711, NOW + MINUTE, None)
    jobs.end(con, run, 3, "in part: a gap\x00 " + "x" * 5000, NOW + 2 * MINUTE)
    (done,) = jobs.runs(con, "story.bluesky")
    assert jobs.open_runs(con) == []
    assert (done.exit_code, done.ended_at) == (3, NOW + 2 * MINUTE)
    assert done.outcome is not None
    assert done.outcome.startswith("in part: a gap x")
    assert len(done.outcome) <= jobs.OUTCOME_CAP_BYTES


def test_only_the_latest_runs_are_kept_of_each_job(con: DuckDBPyConnection) -> None:
    other = jobs.begin(con, "other", 1, NOW)
    for number in range(RUNS_KEPT + 3):
        jobs.begin(con, "story.bluesky", number, NOW + number * MINUTE)
    kept = jobs.runs(con, "story.bluesky", limit=1000)
    assert [run.pid for run in kept] == list(range(RUNS_KEPT + 2, 2, -1))
    assert [run.run for run in jobs.runs(con, "other")] == [other]


def test_the_board_says_what_is_due(con: DuckDBPyConnection) -> None:
    for one in (a_job(), a_job("other"), make_job("collect", "paused", [], NIGHTLY, now=NOW)):
        jobs.add(con, one)
    jobs.enable(con, "paused", enabled=False)
    jobs.begin(con, "story.bluesky", 1, NOW)
    jobs.begin(con, "story.bluesky", 2, NOW + MINUTE)
    by_name = {one.job.name: one for one in jobs.board(con, NOW + 2 * MINUTE)}
    assert by_name["paused"].next_due is None
    assert by_name["other.bluesky"].next_due == NOW
    ran = by_name["story.bluesky"]
    assert ran.last is not None
    assert ran.last.pid == 2
    assert ran.next_due is not None
    assert NOW + MINUTE < ran.next_due <= NOW + 24 * MINUTE


def test_a_start_that_was_refused_is_not_made_up_for(con: DuckDBPyConnection) -> None:
    jobs.add(con, a_job())
    run = jobs.begin(con, "story.bluesky", 1, NOW)
    jobs.refuse(con, run, NOW + 20 * MINUTE)
    jobs.refuse(con, run, NOW + 35 * MINUTE)
    (standing,) = jobs.board(con, NOW + 36 * MINUTE)
    assert standing.last is not None
    assert (standing.last.refused, standing.last.refused_at) == (2, NOW + 35 * MINUTE)
    assert standing.next_due is not None
    assert standing.next_due > NOW + 36 * MINUTE


def test_a_source_is_next_asked_by_the_first_job_that_covers_it(con: DuckDBPyConnection) -> None:
    for one in (
        make_job("collect", "story", [], NIGHTLY, now=NOW),
        make_job("collect", "story", ["rss"], every("15m"), now=NOW),
        make_job("refresh", "story", ["bluesky"], every("15m"), now=NOW),
    ):
        jobs.add(con, one)
    board = jobs.board(con, NOW)
    night = next(one.next_due for one in board if one.job.name == "story")
    assert jobs.next_run_at(board, "story", "rss") == NOW
    assert jobs.next_run_at(board, "story", "bluesky") == night
    assert jobs.next_run_at(board, "other", "rss") is None


def test_status_tells_the_next_run_of_a_source(con: DuckDBPyConnection, take: Take) -> None:
    take(making.batch(0, [making.scored(making.post(1))]))
    assert [row["next_run_at"] for row in status.records(con)] == [None]
    (row,) = status.records(con)
    job = make_job("collect", row["topic"], [row["source"]], every("15m"), now=NOW)
    jobs.add(con, job)
    assert [row["next_run_at"] for row in status.records(con)] == [NOW.isoformat()]


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ((None, None, None), "one of the two"),
        ((900, "30 2 * * *", None), "one of the two"),
        ((900, None, "Europe/Berlin"), "belongs to a cron line"),
        ((5, None, None), "1 minute"),
    ],
)
def test_when_is_said_in_one_way(
    said: tuple[float | None, str | None, str | None], complaint: str
) -> None:
    with pytest.raises(WrongUse, match=complaint):
        jobs.timing(*said)


def test_a_cron_line_without_a_zone_is_in_utc() -> None:
    assert jobs.timing(None, "30 2 * * *", None) == Cron(line="30 2 * * *", zone="UTC")
