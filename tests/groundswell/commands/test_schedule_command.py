"""``schedule`` without a server: added, listed, paused, run here, printed; refused with a mend."""

import subprocess
import sys
from pathlib import Path

import pytest

from collectors import SOURCES
from groundswell.commands import schedule_sources
from tests.groundswell.commands.conftest import Groundswell, printed
from tests.groundswell.commands.waiting import JOB

TWO_SOURCES = 'title = "Two"\nquery = "openai"\n[sources.hackernews]\n[sources.youtube]\n'


@pytest.fixture
def two(home: Path) -> None:
    """A topic of two sources; the terms of one ask for a second look."""
    (home / "topics" / "two.toml").write_text(TWO_SOURCES)


def listed(groundswell: Groundswell) -> dict[str, dict[str, object]]:
    return {job["name"]: job for job in printed(groundswell("schedule", "list", "--json"))}


def test_each_source_of_a_topic_gets_a_job_with_an_interval_of_its_own(
    groundswell: Groundswell, two: None
) -> None:
    result = groundswell("schedule", "add", "two")
    assert result.exit_code == 0
    assert {name: job["every_s"] for name, job in listed(groundswell).items()} == {
        f"two.{name}": SOURCES[name].capabilities.collect_every.total_seconds()
        for name in ("hackernews", "youtube")
    }
    again = "schedule add two --refresh --source youtube"
    assert again in result.stderr  # proposed, not added unasked
    assert groundswell(*again.split()).exit_code == 0
    refresh = listed(groundswell)["two.refresh.youtube"]
    wanted = SOURCES["youtube"].capabilities.recheck_every
    assert refresh["every_s"] == wanted.total_seconds()
    groundswell("schedule", "remove", "two.youtube")
    assert again not in groundswell("schedule", "add", "two", "--source", "youtube").stderr


def test_an_interval_or_a_cron_line_in_a_zone_is_taken(groundswell: Groundswell, two: None) -> None:
    groundswell("schedule", "add", "two", "--every", "6h", "--source", "hackernews")
    night = ("--cron", "30 2 * * *", "--zone", "Europe/Berlin", "--source", "youtube")
    (added,) = printed(groundswell("schedule", "add", "two", *night, "--json"))
    assert (added["cron"], added["zone"]) == ("30 2 * * *", "Europe/Berlin")
    said = groundswell("schedule", "list").stdout
    assert "two.hackernews: every 6 hours; overdue, next " in said
    assert "two.youtube: at “30 2 * * *” in Europe/Berlin; waiting, next " in said


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["add", "nowhere"], "There is no topic"),
        (["add", "story", "--source", "minitel"], "cannot be scheduled"),
        (["add", "story", "--source", "import"], "cannot be scheduled"),
        (["add", "story", "--every", "soon"], "15m"),
        (["add", "story", "--every", "15m", "--cron", "* * * * *"], "one of the two"),
        (["add", "story", "--every", "15m", "--zone", "UTC"], "belongs to a cron line"),
        (["add", "story", "--cron", "* * *"], "is not a cron line"),
        (["add", "story", "--cron", "* * * * *", "--zone", "Mars"], "is not a time zone"),
        (["remove", "story.rss"], "has no job “story.rss”. Known: none"),
        (["pause", "story.rss"], "Known: none"),
        (["run-now", "story.rss"], "Known: none"),
        (["print", "--for", "cron"], "schedule add TOPIC"),
        (["print", "--for", "at"], "'at' is not one of"),
    ],
)
def test_wrong_use_is_exit_2_with_a_mend(
    groundswell: Groundswell, words: list[str], complaint: str
) -> None:
    result = groundswell("schedule", *words)
    assert result.exit_code == 2
    assert complaint in result.stderr
    assert listed(groundswell) == {}


def test_a_job_is_paused_and_resumed(groundswell: Groundswell) -> None:
    groundswell("schedule", "add", "story")
    assert groundswell("schedule", "pause", JOB).exit_code == 0
    assert listed(groundswell)[JOB]["state"] == "paused"
    assert groundswell("schedule", "resume", JOB).exit_code == 0
    assert listed(groundswell)[JOB]["state"] == "overdue"
    assert "Nobody runs these" in groundswell("schedule", "list").stderr


def test_status_tells_the_next_run_also_of_what_never_ran(groundswell: Groundswell) -> None:
    (before,) = printed(groundswell("status", "story", "--json"))
    groundswell("schedule", "add", "story")
    (after,) = printed(groundswell("status", "story", "--json"))
    assert before["next_run_at"] is None
    assert after["next_run_at"] == listed(groundswell)[JOB]["next_run_at"]
    assert ", next run 20" in groundswell("status", "story").stdout


def test_without_a_server_a_job_runs_here_and_is_booked(
    groundswell: Groundswell, environment: dict[str, str]
) -> None:
    groundswell("schedule", "add", "story")
    done = subprocess.run(
        [sys.executable, "-m", "groundswell.cli", "schedule", "run-now", JOB],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert "40 posts" in done.stderr
    last = listed(groundswell)[JOB]["last"]
    assert isinstance(last, dict)
    assert last["exit_code"] == 0


def test_every_source_says_how_often(groundswell: Groundswell) -> None:
    rows = {row["source"]: row for row in printed(groundswell("schedule", "defaults", "--json"))}
    assert set(rows) == set(SOURCES) - set(schedule_sources.NEVER)
    assert all(60 <= row["every_s"] <= 31 * 86_400 for row in rows.values())
    said = groundswell("schedule", "defaults").stdout
    assert "hackernews: every 15 minutes\n" in said
    assert "youtube: every 6 hours, looked at again every 25 days\n" in said


def test_a_schedule_is_printed_or_written_to_files(
    groundswell: Groundswell, tmp_path: Path, two: None
) -> None:
    groundswell("schedule", "add", "two")
    groundswell("schedule", "pause", "two.youtube")
    text = groundswell("schedule", "print", "--for", "cron", "--program", "/opt/bin/gs").stdout
    assert "/opt/bin/gs collect two --source hackernews --home " in text
    assert "youtube" not in text  # paused
    out = tmp_path / "units"
    asked = ("--for", "systemd", "--job", "two.youtube", "--out", str(out))
    done = groundswell("schedule", "print", *asked)
    assert done.stdout.split() == [str(path) for path in sorted(out.iterdir())]
    assert len(done.stdout.split()) == 2
