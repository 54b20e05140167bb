"""Ready text for other schedulers, each read by its own checker or by a reader of its format."""

import plistlib
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
import yaml
from cronsim import CronSim
from hypothesis import given
from hypothesis import strategies as st

from groundswell.errors import WrongUse
from groundswell.schedule.printed import SYSTEMS, Place, files, program
from groundswell.schedule.printed.calendar import line_of
from groundswell.schedule.printed.systemd import calendars, command
from groundswell.schedule.printed.windows import NAMESPACE
from groundswell.store.jobs import Job, make_job, stream_job
from groundswell.timetable import Cron, Every, Timing, every

NOW = datetime(2025, 6, 1, tzinfo=UTC)
UGLY = '/srv/it\'s 100% "ours" $HOME & <more>'
PLACE = Place(
    program="/opt/ground swell/bin/groundswell",
    home=UGLY,
    time_limit_s=3600,
    memory_bytes=4 * 1024**3,
)
NIGHTLY = Cron(line="30 2 * * 1-5", zone="Europe/Berlin")
EITHER = Cron(line="0 6 1,15 * 5", zone="UTC")  # the 1st, the 15th, and every Friday


def job(timing: Timing, source: str = "rss", topic: str = "story") -> Job:
    return make_job("collect", topic, [source], timing, now=NOW)


JOBS = [job(every("15m")), job(NIGHTLY, "bluesky"), job(EITHER, "lemmy"), stream_job(NOW)]
WORDS = ["collect", "story", "--source", "rss", "--home", UGLY]


def text_of(system: str, jobs: Sequence[Job] = JOBS, part: str = "") -> str:
    (text,) = (text for name, text in files(system, jobs, PLACE).items() if part in name)
    return text


# cron


def crontab(jobs: Sequence[Job]) -> list[tuple[str, str]]:
    """Times and command of each line, as cron reads them."""
    read = []
    for line in text_of("cron", jobs).splitlines():
        if line and not line.startswith(("#", "CRON_TZ=")):
            *times, command_line = line.split(" ", 5)
            read.append((" ".join(times), command_line.replace(r"\%", "%")))
    return read


def test_each_line_of_a_crontab_is_one_and_survives_the_shell() -> None:
    lines = crontab(JOBS)
    assert [times for times, _ in lines][-1] == "* * * * *"  # the stream
    for times, command_line in lines:
        CronSim(times, NOW)
        flock, option, lock, *words = shlex.split(command_line)
        assert (Path(flock).name, option) == ("flock", "-n")
        assert lock.startswith(UGLY)
        assert words[0] == PLACE.program
    assert [shlex.split(c)[4:] for t, c in lines if "story --source rss" in c] == [WORDS]


def test_a_crontab_runs_what_it_says(tmp_path: Path) -> None:
    said = tmp_path / "said"
    program_path = tmp_path / "it's 100% mine"
    program_path.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {said}\n')
    program_path.chmod(0o700)
    place = Place(program=str(program_path), home=str(tmp_path), time_limit_s=1, memory_bytes=1)
    if shutil.which("flock") is None:
        pytest.skip("needs flock, which this machine does not have")
    (line,) = [
        line
        for line in files("cron", JOBS[:1], place)["groundswell.crontab"].splitlines()
        if not line.startswith("#")
    ]
    subprocess.run(["/bin/sh", "-c", line.split(" ", 5)[5].replace(r"\%", "%")], check=True)
    assert said.read_text().splitlines() == [*WORDS[:-1], str(tmp_path)]


def test_a_zone_stands_above_its_lines() -> None:
    text = text_of("cron")
    assert "CRON_TZ=Europe/Berlin\n# collect story from bluesky\n30 2 * * 1-5 " in text
    assert "CRON_TZ" not in text_of("cron", JOBS[:1])


@given(st.integers(1, 31 * 24 * 60), st.text("abc-", min_size=1, max_size=8))
def test_an_interval_comes_in_cron_at_least_as_often_as_it_was_asked(
    minutes: int, source: str
) -> None:
    period = timedelta(minutes=minutes)
    asked = Job(
        name=source,
        kind="collect",
        topic="story",
        sources=(source,),
        timing=Every(period=period),
        enabled=True,
        created_at=NOW,
    )
    line = line_of(asked)
    comes = CronSim(line.text, NOW)
    times = [next(comes) for _ in range(80)]
    gaps = [b - a for a, b in zip(times, times[1:], strict=False)]
    assert max(gaps) <= period
    assert (line.note is None) is (max(gaps) == period)


# systemd


def test_units_pass_the_checker_of_systemd(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("needs systemd-analyze, which this machine does not have")
    place = Place(program="/bin/true", home=UGLY, time_limit_s=60, memory_bytes=10**9)
    for name, text in files("systemd", JOBS, place).items():
        (tmp_path / name).write_text(text)
    units = [str(path) for path in sorted(tmp_path.iterdir())]
    assert len(units) == 7
    checked = subprocess.run(
        [analyze, "verify", "--man=no", "--recursive-errors=no", *units],
        capture_output=True,
        text=True,
        check=False,
    )
    own = [line for line in checked.stderr.splitlines() if "groundswell" in line]
    assert (checked.returncode, own) == (0, [])


@pytest.mark.parametrize("timing", [every("15m"), every("1d"), NIGHTLY, EITHER])
def test_systemd_reads_the_times_as_cron_does(timing: Timing) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("needs systemd-analyze, which this machine does not have")
    asked = job(timing)
    line = line_of(asked)
    comes = CronSim(line.text, NOW.astimezone(ZoneInfo(line.zone)))
    wanted = [next(comes).astimezone(UTC) for _ in range(8)]
    found = sorted(moment for entry in calendars(asked) for moment in elapses(analyze, entry))
    assert list(dict.fromkeys(found))[:8] == wanted


def elapses(analyze: str, entry: str) -> list[datetime]:
    said = subprocess.run(
        [analyze, "calendar", "--iterations=8", f"--base-time={NOW:%Y-%m-%d %H:%M:%S} UTC", entry],
        capture_output=True,
        text=True,
        check=True,
        env={"TZ": "UTC", "LC_ALL": "C"},
    ).stdout
    return [
        datetime.strptime(" ".join(line.split()[-3:-1]), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        for line in said.splitlines()
        if "Next elapse" in line or "Iter. #" in line
    ]


def test_what_means_something_to_systemd_is_written_so_that_it_does_not() -> None:
    assert command(["a b", '"q"', "100%", "$HOME", "back\\slash"]) == (
        '"a b" "\\"q\\"" "100%%" "$$HOME" "back\\\\slash"'
    )


def test_a_timer_makes_up_for_what_it_missed_and_the_stream_comes_back() -> None:
    assert "Persistent=true\nRandomizedDelaySec=" in text_of("systemd", JOBS[:1], ".timer")
    stream = text_of("systemd", part="stream.service")
    assert "Restart=always" in stream
    assert "WantedBy=default.target" in stream


# launchd


def test_property_lists_have_the_keys_of_launchd() -> None:
    known = {
        *("Label", "ProgramArguments", "ProcessType", "StandardOutPath", "StandardErrorPath"),
        *("StartInterval", "StartCalendarInterval", "KeepAlive", "RunAtLoad", "ThrottleInterval"),
    }
    for name, text in files("launchd", JOBS, PLACE).items():
        assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC')
        agent = plistlib.loads(text.encode())
        assert set(agent) <= known
        assert f"{agent['Label']}.plist" == name
        assert agent["ProgramArguments"][0] == PLACE.program
        assert agent["ProgramArguments"][-1] == UGLY


def test_launchd_gets_intervals_in_seconds_and_times_one_by_one() -> None:
    agents = [plistlib.loads(text.encode()) for text in files("launchd", JOBS, PLACE).values()]
    assert agents[0]["StartInterval"] == 900
    assert agents[1]["StartCalendarInterval"] == [
        {"Minute": 30, "Hour": 2, "Weekday": day} for day in range(1, 6)
    ]
    assert agents[2]["StartCalendarInterval"] == [
        {"Minute": 0, "Hour": 6, "Day": 1},
        {"Minute": 0, "Hour": 6, "Day": 15},
        {"Minute": 0, "Hour": 6, "Weekday": 5},
    ]
    assert agents[3]["KeepAlive"] is True


def test_a_name_with_two_hyphens_does_not_end_a_comment() -> None:
    (text,) = files("launchd", [job(every("15m"), topic="a--b")], PLACE).values()
    assert plistlib.loads(text.encode())["Label"] == "org.groundswell.a--b.rss"


# Windows: the order of elements is that of the schema of Task Scheduler 1.2

TRIGGER = ["Enabled", "StartBoundary", "EndBoundary", "Repetition", "ExecutionTimeLimit"]
CALENDAR = [
    *TRIGGER,
    *("RandomDelay", "ScheduleByDay", "ScheduleByWeek", "ScheduleByMonth"),
]
ORDERS = {
    "TimeTrigger": [*TRIGGER, "RandomDelay"],
    "CalendarTrigger": CALENDAR,
    "LogonTrigger": TRIGGER,
    "Repetition": ["Interval", "Duration", "StopAtDurationEnd"],
    "Exec": ["Command", "Arguments", "WorkingDirectory"],
    "RestartOnFailure": ["Interval", "Count"],
}
PARTS = {"RegistrationInfo", "Triggers", "Settings", "Actions"}


def task(one: Job) -> ElementTree.Element:
    text = text_of("windows", [one])
    assert text.isascii() or "“" in text
    root = ElementTree.fromstring(text)  # our own text
    assert root.tag == f"{{{NAMESPACE}}}Task"
    assert root.get("version") == "1.2"
    assert {bare(part) for part in root} == PARTS
    return root


def bare(element: ElementTree.Element) -> str:
    return element.tag.removeprefix(f"{{{NAMESPACE}}}")


@pytest.mark.parametrize("one", JOBS, ids=lambda one: one.name)
def test_a_task_keeps_the_order_of_its_schema(one: Job) -> None:
    for element in task(one).iter():
        order = ORDERS.get(bare(element))
        if order is not None:
            places = [order.index(bare(part)) for part in element]
            assert places == sorted(places)


def test_a_task_runs_the_command_and_never_twice_at_once() -> None:
    root = task(JOBS[0])
    said = {bare(element): element.text for element in root.iter()}
    assert said["Command"] == PLACE.program
    assert said["Arguments"] == subprocess.list2cmdline(WORDS)
    assert said["MultipleInstancesPolicy"] == "IgnoreNew"
    assert said["StartWhenAvailable"] == "true"
    assert said["ExecutionTimeLimit"] == "PT3600S"
    assert (said["Interval"], said["RandomDelay"]) == ("PT900S", "PT90S")


def test_windows_gets_a_trigger_for_each_time() -> None:
    triggers = next(part for part in task(JOBS[1]) if bare(part) == "Triggers")
    (one,) = triggers
    days = next(e for e in one.iter() if bare(e) == "DaysOfWeek")
    assert [bare(day) for day in days] == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    assert len(next(part for part in task(JOBS[2]) if bare(part) == "Triggers")) == 2


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("*/10 * * * *", "144 times a day"),
        ("0 6 * 3 1", "days of the week to some months"),
        ("0 6 */2 * 1", "not both"),
    ],
)
def test_what_windows_cannot_say_is_refused(line: str, complaint: str) -> None:
    with pytest.raises(WrongUse, match=complaint):
        text_of("windows", [job(Cron(line=line, zone="UTC"))])


# GitHub


def workflow(jobs: Sequence[Job]) -> dict[Any, Any]:
    text = text_of("github", jobs)
    assert "60 days" in text
    read = yaml.safe_load(text)
    assert isinstance(read, dict)
    return read


def test_a_workflow_has_the_shape_of_one() -> None:
    read = workflow(JOBS)
    assert set(read) == {"name", True, "permissions", "concurrency", "jobs"}  # YAML 1.1: on is true
    assert read[True]["schedule"] == [
        {"cron": line_of(JOBS[0]).text},
        {"cron": "30 2 * * 1-5", "timezone": "Europe/Berlin"},
        {"cron": "0 6 1,15 * 5"},
    ]
    (collect,) = read["jobs"].values()
    for step in collect["steps"]:
        assert {"uses"} <= set(step) or {"run"} <= set(step)
        assert set(step) <= {"uses", "with", "run", "name", "if"}
    runs = [step["run"] for step in collect["steps"] if "name" in step]
    assert len(runs) == 3  # the stream is left out
    assert runs[0] == "groundswell collect story --source rss || [ $? -eq 3 ]"


def test_a_workflow_passes_actionlint(tmp_path: Path) -> None:
    lint = shutil.which("actionlint")
    if lint is None:
        pytest.skip("needs actionlint, which this machine does not have")
    file = tmp_path / "groundswell.yml"
    file.write_text(text_of("github"))
    subprocess.run([lint, str(file)], check=True)


def test_github_starts_nothing_more_often_than_every_five_minutes() -> None:
    read = workflow([job(every("1m"))])
    assert read[True]["schedule"] == [{"cron": "*/5 * * * *"}]


def test_github_cannot_follow_a_stream() -> None:
    with pytest.raises(WrongUse, match="stream"):
        text_of("github", JOBS[3:])


# all of them


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_a_path_with_a_line_break_is_refused(system: str) -> None:
    place = Place(program="/bin/true", home="/tmp/a\nb", time_limit_s=1, memory_bytes=1)
    with pytest.raises(WrongUse, match="control character"):
        files(system, JOBS, place)


@pytest.mark.parametrize("system", ["systemd", "launchd", "windows"])
@pytest.mark.parametrize("line", ["0 0 L * *", "0 0 * * 5L", "0 0 * * 1#2"])
def test_days_that_only_we_know_are_refused(system: str, line: str) -> None:
    with pytest.raises(WrongUse, match="do not know"):
        files(system, [job(Cron(line=line, zone="UTC"))], PLACE)


def test_the_program_is_the_one_that_runs() -> None:
    assert Path(program()).is_absolute()
    assert Path(program()).name == "groundswell"
