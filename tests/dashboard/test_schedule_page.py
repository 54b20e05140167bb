"""The schedule on the page of sources: shown, added to, paused, removed, with clear errors."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import access, schedule_desk, schedule_panel, schedule_table
from dashboard.access import Access, Role
from groundswell.schedule import keeper
from groundswell.schedule.keeper import Keeper
from groundswell.settings import Settings
from groundswell.store import jobs, schedule_records
from groundswell.store.jobs import Job, JobRun, Standing
from groundswell.store.owner import Owner
from groundswell.store.schedule_records import Record
from groundswell.timetable import Cron, every
from tests.dashboard import stories
from tests.dashboard.conftest import Open

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
HOSTILE_END = "<b>:red[gone]</b> [x](http://elsewhere.example)"


@pytest.fixture(scope="module")
def scheduled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    """A story whose schedule the tests change."""
    home = tmp_path_factory.mktemp("scheduled")
    stories.write_topic(home)
    stories.fill(home, stories.story(hours=3))
    owner = stories.open_home(home)
    yield owner
    owner.stop()


@pytest.fixture(autouse=True)
def bare(scheduled: Owner) -> Iterator[None]:
    """Nothing is scheduled before a test."""
    yield
    access.hold(Access(everybody=Role.OPERATOR))
    keeper.hold(None)
    for job in all_jobs(scheduled):
        schedule_desk.edit(scheduled, "remove", {"name": job.name})


def all_jobs(owner: Owner) -> list[Job]:
    with owner.read() as cursor:
        return jobs.jobs(cursor)


def add(owner: Owner, source: str = "hackernews") -> Record:
    said = {"kind": "collect", "topic": stories.SLUG, "sources": [source], "every_s": 900}
    return schedule_desk.edit(owner, "add", said)


def table_of(app: AppTest) -> pd.DataFrame:
    return next(frame.value for frame in app.dataframe if "when" in frame.value.columns)


def headers(app: AppTest) -> list[str]:
    return [header.value.replace("\\", "") for header in app.header]


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def fill(app: AppTest, **values: Any) -> None:
    for widgets in (app.selectbox, app.radio, app.text_input):
        for widget in widgets:
            if widget.key in values:
                widget.set_value(values[widget.key])


def test_a_job_is_added_and_shown_with_its_next_run(scheduled: Owner, open_page: Open) -> None:
    app = open_page(scheduled, "sources")
    assert "Nothing is scheduled for this topic" in headers(app)
    fill(app, job_source="hackernews", job_often="Every 6 hours")
    press(app, "Add")
    assert not app.exception
    (job,) = all_jobs(scheduled)
    assert (job.sources, str(job.timing)) == (("hackernews",), "every 6 hours")
    row = table_of(app).iloc[0]
    assert (row["what"], row["state"]) == ("Collect Hacker News", "due now")
    assert row["next"] == job.created_at
    assert any(header.startswith("Schedule: 1 job, next at ") for header in headers(app))


def test_a_cron_line_is_added_with_its_zone(scheduled: Owner, open_page: Open) -> None:
    app = open_page(scheduled, "sources")
    fill(
        app,
        job_kind="refresh",
        job_often=schedule_panel.CRON,
        job_cron=" 30 2 * * * ",
        job_zone="Europe/Berlin",
    )
    press(app, "Add")
    (job,) = all_jobs(scheduled)
    assert job.kind == "refresh"
    assert job.timing == Cron(line="30 2 * * *", zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("line", "zone", "complaint"),
    [("nonsense", "UTC", "is not a cron line"), ("30 2 * * *", "Mars", "is not a time zone")],
)
def test_what_is_no_time_is_said_and_nothing_is_added(
    scheduled: Owner, open_page: Open, line: str, zone: str, complaint: str
) -> None:
    app = open_page(scheduled, "sources")
    fill(app, job_often=schedule_panel.CRON, job_cron=line, job_zone=zone)
    press(app, "Add")
    assert [complaint in error.value for error in app.error] == [True]
    assert all_jobs(scheduled) == []


def test_the_same_job_twice_is_said(scheduled: Owner, open_page: Open) -> None:
    add(scheduled, "bluesky")
    app = open_page(scheduled, "sources")
    fill(app, job_source="bluesky")
    press(app, "Add")
    (error,) = app.error
    assert "already" in error.value
    assert len(all_jobs(scheduled)) == 1


def test_a_job_is_paused_resumed_and_removed(scheduled: Owner, open_page: Open) -> None:
    add(scheduled)
    app = open_page(scheduled, "sources")
    press(app, "Pause")
    assert [job.enabled for job in all_jobs(scheduled)] == [False]
    assert table_of(app)["state"].to_list() == ["paused"]
    press(app, "Resume")
    assert [job.enabled for job in all_jobs(scheduled)] == [True]
    press(app, "Remove")
    assert all_jobs(scheduled) == []
    assert "Nothing is scheduled for this topic" in headers(app)


def test_run_now_without_a_schedule_says_what_to_do(scheduled: Owner, open_page: Open) -> None:
    add(scheduled)
    app = open_page(scheduled, "sources")
    press(app, "Run now")
    (error,) = app.error
    assert "without --no-schedule" in error.value.replace("\\", "")
    assert any("runs no schedule" in caption.value for caption in app.caption)


def test_run_now_starts_the_job(scheduled: Owner, open_page: Open) -> None:
    name = add(scheduled)["name"]
    started: list[str] = []

    class Started:
        pid = 4711

        def exit_code(self) -> int:
            return 0

        def ask(self) -> None: ...

        def kill(self) -> None: ...

        def heartbeat_at(self) -> datetime | None:
            return None

        def last_words(self) -> str:
            return HOSTILE_END

    def launch(job: Job) -> Started:
        started.append(job.name)
        return Started()

    mine = Keeper(scheduled, Settings(home=scheduled.home), launch=launch)
    keeper.hold(mine)
    app = open_page(scheduled, "sources")
    press(app, "Run now")
    assert started == [name]
    assert table_of(app)["state"].to_list() == ["running"]
    mine.turn()
    app.run()
    assert table_of(app)["said"].to_list() == [HOSTILE_END]  # in a cell, which reads no Markdown


def test_a_second_look_that_costs_money_is_offered_and_added(
    scheduled: Owner, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(scheduled)
    wanted = {"source": "hackernews", "every_s": 900, "recheck_every_s": 86_400, "paid": False}
    mine = Keeper(scheduled, Settings(home=scheduled.home))
    monkeypatch.setattr(mine.paces, "known", lambda: {"hackernews": wanted})
    keeper.hold(mine)
    assert not open_page(scheduled, "sources").info  # it is entered by the schedule itself
    wanted["paid"] = True
    app = open_page(scheduled, "sources")
    (said,) = (info.value.replace("\\", "") for info in app.info)
    assert "terms of Hacker News ask" in said
    assert "every day" in said
    press(app, "Look again at Hacker News")
    added = {job.name: str(job.timing) for job in all_jobs(scheduled)}
    assert added[f"{stories.SLUG}.refresh.hackernews"] == "every day"
    assert not app.info


def test_visitors_from_elsewhere_see_the_schedule_and_change_nothing(
    scheduled: Owner, open_page: Open
) -> None:
    add(scheduled)
    app = open_page(scheduled, "sources")
    access.hold(Access(everybody=Role.VIEWER))
    press(app, "Remove")  # drawn before
    assert len(all_jobs(scheduled)) == 1
    assert {"Add", "Remove", "Pause"} & {button.label for button in app.button} == set()
    assert len(table_of(app)) == 1


def test_the_schedule_stands_also_where_nothing_was_collected(
    nothing: Owner, open_page: Open
) -> None:
    app = open_page(nothing, "sources")
    assert "Nothing is scheduled for this topic" in headers(app)
    assert "Add" in {button.label for button in app.button}


def record(*, ended: bool = True, **run: Any) -> Record:
    """A job that was started once."""
    values: dict[str, Any] = {
        "run": "r",
        "job": "story.rss",
        "started_at": NOW,
        "heartbeat_at": NOW,
        "ended_at": NOW if ended else None,
        "exit_code": 0,
        "outcome": "rss: 3 posts; complete.",
        "pid": 1,
        "refused": 0,
        "refused_at": None,
    }
    job = jobs.make_job("collect", "story", ["rss"], every("15m"), now=NOW)
    standing = Standing(
        job=job, last=JobRun(**(values | run)), next_due=NOW + timedelta(minutes=15)
    )
    return schedule_records.record(standing, NOW)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (0, "rss: 3 posts; complete."),
        (3, "rss: 3 posts; complete."),
        (1, "Exit 1: rss: 3 posts; complete."),
        (None, "rss: 3 posts; complete."),
    ],
)
def test_the_table_says_how_a_run_ended(code: int | None, said: str) -> None:
    assert schedule_table.table([record(exit_code=code)])["said"].to_list() == [said]


def test_a_run_that_goes_on_shows_its_sign_of_life_and_no_end() -> None:
    row = schedule_table.table([record(ended=False)]).iloc[0]
    assert (row["state"], row["heartbeat"], row["said"]) == ("running", NOW, "–")
    assert "heartbeat" in schedule_table.columns([record(ended=False), record()])
    assert pd.isna(schedule_table.table([record()]).iloc[0]["heartbeat"])
    assert "heartbeat" not in schedule_table.columns([record()])


def test_the_stream_belongs_to_every_topic() -> None:
    stream = schedule_records.plain(jobs.stream_job(NOW)) | {
        "state": "down",
        "next_run_at": None,
        "last": None,
    }
    other = record() | {"topic": "other"}
    assert schedule_table.of_topic([stream, other], "story") == [stream]
    assert schedule_table.label(stream) == "Live stream, all topics, always"
    assert schedule_table.finding([stream]) == "Schedule: 1 job, none of them waiting"


def test_a_record_is_the_job_it_was_made_of(tmp_path: Path) -> None:
    for job in (
        jobs.stream_job(NOW),
        jobs.make_job("refresh", "story", ["x"], Cron(line="1 2 * * *", zone="UTC"), now=NOW),
        replace(jobs.make_job("collect", "story", [], every("1d"), now=NOW), enabled=False),
    ):
        assert schedule_records.job_of(schedule_records.plain(job)) == job
