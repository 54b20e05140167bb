"""The keeper by a clock set by hand: due once, never two at a time, late and silent runs ended."""

from datetime import timedelta
from pathlib import Path

import pytest

from groundswell.errors import HomeFull, HomeIsOwned, WrongUse
from groundswell.schedule.keeper import AFTER_TROUBLE_S, TURN_S, WATCH_S
from groundswell.settings import Settings
from groundswell.store import jobs
from groundswell.store.jobs import make_job
from groundswell.store.owner import Owner
from groundswell.timetable import Cron, every
from tests.groundswell.schedule.stage import BEAT_S, LIMIT_S, STREAMED, Stage


def test_a_new_job_runs_at_once_and_then_once_in_each_period(stage: Stage) -> None:
    stage.add("bluesky")
    for _ in range(2 * 60):
        stage.passes(seconds=30)
        stage.last().code = 0
    assert 4 <= len(stage.started) <= 5
    ended = [run for run in stage.runs() if run.ended_at]
    assert {run.exit_code for run in ended} == {0}
    assert {run.outcome for run in ended} == {"bluesky: 3 posts from 1 pages; complete."}


def test_it_sleeps_at_most_half_a_minute_and_less_before_a_job_is_due(stage: Stage) -> None:
    assert stage.keeper.turn() == TURN_S
    stage.add("bluesky")
    assert stage.passes(seconds=1) == WATCH_S  # one runs
    stage.last().code = 0
    assert stage.passes(seconds=1) == TURN_S
    due = stage.board()["story.bluesky"].next_due
    assert due is not None
    before = (due - stage.now).total_seconds() - 5
    assert stage.passes(seconds=before) == pytest.approx(5.0)


def test_a_night_asleep_is_made_up_with_one_run(stage: Stage) -> None:
    stage.add("bluesky")
    stage.passes(seconds=1)
    stage.last().code = 0
    stage.passes(seconds=1)
    stage.now += timedelta(hours=9)  # the rising clock stood still
    for _ in range(5):
        stage.passes(seconds=1)
        stage.last().code = 0
    assert len(stage.started) == 2


def test_a_sleep_does_not_make_a_run_look_silent_or_late(stage: Stage) -> None:
    stage.add("bluesky")
    stage.passes(seconds=1)
    stage.now += timedelta(hours=9)
    stage.passes(seconds=1, beating=False)
    assert stage.last().code is None


def test_a_clock_set_back_repeats_nothing(stage: Stage) -> None:
    stage.add("bluesky", timing=Cron(line="*/15 * * * *", zone="Europe/Berlin"))
    for _ in range(40):
        stage.passes(seconds=30)
        if stage.started:
            stage.last().code = 0
    before = len(stage.started)
    stage.now -= timedelta(minutes=10)
    for _ in range(20):
        stage.passes(seconds=30)
        stage.last().code = 0
    assert len(stage.started) - before <= 1


def test_a_start_that_falls_on_a_run_is_refused_and_not_queued(stage: Stage) -> None:
    stage.add("bluesky", timing=every("3m"))
    stage.passes(seconds=1)
    for _ in range(8):
        stage.passes(seconds=50)
    assert len(stage.started) == 1
    assert stage.runs()[0].refused == 2
    stage.last().code = 0
    stage.passes(seconds=50)
    assert len(stage.started) == 1
    stage.passes(minutes=3)
    assert len(stage.started) == 2


def test_a_paused_job_does_not_run_until_it_is_resumed(stage: Stage) -> None:
    stage.add("bluesky")
    stage.owner.write(lambda con: jobs.enable(con, "story.bluesky", enabled=False))
    stage.passes(hours=1)
    assert stage.started == []
    stage.owner.write(lambda con: jobs.enable(con, "story.bluesky", enabled=True))
    stage.passes(minutes=1)
    assert stage.names() == ["story.bluesky"]


def test_a_run_of_a_job_that_was_removed_is_asked_to_end(stage: Stage) -> None:
    stage.add("bluesky")
    stage.passes(seconds=1)
    stage.owner.write(lambda con: jobs.remove(con, "story.bluesky"))
    stage.passes(seconds=1)
    assert stage.last().asked == 1
    stage.passes(seconds=1)
    assert stage.runs() == []


def test_a_run_at_its_time_limit_is_asked_and_then_killed(stage: Stage) -> None:
    stage.add("bluesky")
    stage.passes(seconds=1)
    run = stage.last()
    run.ends_when_asked = False
    for _ in range(12):
        stage.passes(minutes=1)
    assert (run.asked, run.killed) == (1, True)
    stage.passes(seconds=1)
    (booked,) = stage.runs()
    assert booked.outcome is not None
    assert f"time limit of {LIMIT_S / 60:g} min" in booked.outcome
    assert booked.exit_code == -9


def test_a_silent_run_is_ended_and_the_job_goes_on(stage: Stage) -> None:
    stage.add("bluesky")
    stage.passes(seconds=1)
    for _ in range(4):
        stage.passes(seconds=BEAT_S, beating=False)
    assert stage.started[0][1].killed
    stage.passes(minutes=24)
    assert len(stage.started) == 2
    first = stage.runs()[1]
    assert first.outcome is not None
    assert "no sign of life for 60 s" in first.outcome


def test_the_heartbeat_of_a_run_is_booked(stage: Stage) -> None:
    stage.add("bluesky")
    stage.passes(seconds=1)
    stage.passes(seconds=20)
    (run,) = stage.runs()
    assert run.heartbeat_at == stage.now


def test_one_job_that_cannot_be_started_does_not_keep_the_others(stage: Stage) -> None:
    stage.add("bluesky")
    stage.add("rss")
    stage.refuses = "story.bluesky"
    assert stage.passes(seconds=1) == WATCH_S  # no turn after turn without a pause
    assert stage.names() == ["story.rss"]
    assert stage.keeper.troubles == ["story.bluesky could not be started."]
    stage.refuses = None
    stage.passes(seconds=1)
    assert stage.names() == ["story.rss", "story.bluesky"]
    assert stage.keeper.troubles == []


def test_run_now_starts_a_paused_job_too_and_refuses_a_second(stage: Stage) -> None:
    stage.add("bluesky")
    stage.owner.write(lambda con: jobs.enable(con, "story.bluesky", enabled=False))
    run = stage.keeper.run_now("story.bluesky")
    assert run.pid == stage.last().pid
    with pytest.raises(HomeIsOwned, match=f"running already .process {run.pid}"):
        stage.keeper.run_now("story.bluesky")
    with pytest.raises(WrongUse, match=r"Known: story.bluesky"):
        stage.keeper.run_now("another")


def test_an_owner_that_stops_is_no_end_of_the_keeper(tmp_path: Path) -> None:
    stage = Stage(home=tmp_path, owner=Owner(tmp_path, Settings(home=tmp_path)))
    stage.owner.stop()
    assert stage.keeper.turn() == AFTER_TROUBLE_S
    assert "stopping" in stage.keeper.troubles[0]


def test_a_run_that_cannot_be_booked_does_not_go_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.add("bluesky")

    def full(*_: object) -> str:
        raise HomeFull("No space left.")

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "begin", full)
        stage.passes(seconds=1)
    assert stage.keeper.troubles == ["No space left."]
    assert stage.last().killed
    stage.passes(seconds=1)
    assert [run.pid for run in stage.runs()] == [stage.last().pid]


def test_a_run_whose_end_nobody_saw_is_booked_by_the_next_keeper(stage: Stage) -> None:
    stage.add("bluesky")
    stage.owner.write(lambda con: jobs.begin(con, "story.bluesky", 4711, stage.now))
    stage.passes(seconds=1)
    stage.passes(minutes=24)
    lost, fresh = stage.runs()[::-1]
    assert (lost.exit_code, lost.outcome) == (None, "Nobody saw its end.")
    assert fresh.pid == stage.last().pid


def test_the_stream_runs_while_a_topic_asks_for_it(stage: Stage) -> None:
    stage.passes(seconds=1)
    assert stage.board() == {}
    path = stage.add_topic("live", STREAMED)
    stage.passes(seconds=30)
    stage.passes(seconds=1)
    assert stage.names() == ["stream"]
    path.unlink()
    stage.passes(seconds=30)
    assert stage.last().asked == 1
    stage.passes(seconds=60)
    assert stage.names() == ["stream"]


def test_the_stream_begins_anew_when_its_topics_change(stage: Stage) -> None:
    stage.add_topic("live", STREAMED)
    stage.passes(seconds=1)
    stage.add_topic("second", STREAMED)
    for _ in range(3):
        stage.passes(seconds=1)
    assert stage.names() == ["stream", "stream"]
    assert stage.keeper.troubles == []


def test_a_topic_that_is_over_or_cannot_be_read_asks_for_no_stream(stage: Stage) -> None:
    stage.add_topic("over", "until = 2025-01-01\n" + STREAMED)
    stage.add_topic("broken", 'query = "a AND ("\n[sources.jetstream]\n')
    stage.passes(seconds=1)
    assert stage.started == []


def test_a_paused_stream_ends_and_stays_down(stage: Stage) -> None:
    stage.add_topic("live", STREAMED)
    stage.passes(seconds=1)
    stage.owner.write(lambda con: jobs.enable(con, "stream", enabled=False))
    for _ in range(4):
        stage.passes(minutes=1)
    assert stage.names() == ["stream"]
    assert stage.last().asked == 1


def test_a_stream_that_dies_again_and_again_waits_longer_and_is_trouble(stage: Stage) -> None:
    stage.add_topic("live", STREAMED)
    starts: list[float] = []
    while len(starts) < 9:
        before = len(stage.started)
        stage.passes(seconds=5)
        if len(stage.started) > before:
            starts.append(stage.ticks_s)
            assert bool(stage.keeper.troubles) is (len(starts) > 5)
            stage.last().code = 1
    pauses = [round(b - a) for a, b in zip(starts, starts[1:], strict=False)]
    assert pauses == sorted(pauses)
    assert pauses[0] <= 10
    assert 300 <= pauses[-1] <= 305
    assert "ended 8 times in a row" in stage.keeper.troubles[0]


def test_a_stream_that_lived_long_comes_back_soon(stage: Stage) -> None:
    stage.add_topic("live", STREAMED)
    stage.passes(seconds=1)
    for _ in range(25):
        stage.passes(seconds=30)
    stage.last().code = 1
    for _ in range(8):
        stage.passes(seconds=1)
    assert stage.names() == ["stream", "stream"]


def test_the_stream_has_no_time_limit(stage: Stage) -> None:
    stage.add_topic("live", STREAMED)
    for _ in range(25):
        stage.passes(seconds=30)
    assert len(stage.started) == 1
    assert stage.last().asked == 0


def test_stopping_asks_every_run_and_kills_what_does_not_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage.keeper.paces, "start", lambda: None)
    stage.add("bluesky")
    stage.add("rss")
    stage.passes(seconds=1)
    stubborn = stage.started[0][1]
    stubborn.ends_when_asked = False
    stage.keeper.abort()  # without a thread of its own
    stage.keeper.start()
    stage.keeper.stop()
    assert [run.asked for _, run in stage.started] == [1, 1]
    assert stubborn.killed
    assert all(run.ended_at for run in stage.runs())
    assert {str(run.outcome).split(" b")[0] for run in stage.runs()} == {"Groundswell was stopped."}


def test_a_refresh_job_is_started_like_any_other(stage: Stage) -> None:
    job = make_job("refresh", "story", ["reddit"], every("1d"), now=stage.now)
    stage.owner.write(lambda con: jobs.add(con, job))
    stage.passes(seconds=1)
    assert stage.names() == ["story.refresh.reddit"]


def know(stage: Stage, monkeypatch: pytest.MonkeyPatch, *, paid: bool = False) -> None:
    """The sources have said how often they want to be asked."""
    pace = {"source": "reddit", "every_s": 900, "recheck_every_s": 86_400, "paid": paid}
    monkeypatch.setattr(stage.keeper.paces, "known", lambda: {"reddit": pace})


def test_second_looks_that_terms_require_are_entered_and_run(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    know(stage, monkeypatch)
    stage.add("reddit")
    stage.add("rss", topic="other")
    for _ in range(3):
        stage.passes(seconds=1)
    looks = stage.board()["story.refresh.reddit"].job
    assert (looks.kind, looks.sources, str(looks.timing)) == ("refresh", ("reddit",), "every day")
    assert sorted(stage.names()) == ["other.rss", "story.reddit", "story.refresh.reddit"]


def test_a_second_look_that_was_paused_stays_paused_and_a_removed_one_comes_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    know(stage, monkeypatch)
    stage.add("reddit")
    stage.passes(seconds=1)
    name = "story.refresh.reddit"
    stage.owner.write(lambda con: jobs.enable(con, name, enabled=False))
    for _ in range(3):
        stage.passes(seconds=1)
    assert [one for one in stage.board() if "refresh" in one] == [name]
    assert not stage.board()[name].job.enabled
    stage.owner.write(lambda con: jobs.remove(con, name))
    stage.passes(seconds=1)
    assert stage.board()[name].job.enabled


def test_a_second_look_that_costs_money_is_never_entered(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    know(stage, monkeypatch, paid=True)
    stage.add("reddit")
    for _ in range(3):
        stage.passes(seconds=1)
    assert set(stage.board()) == {"story.reddit"}
