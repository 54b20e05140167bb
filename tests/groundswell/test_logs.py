"""Logs as JSON: what each line holds, and that neither a post nor a secret is ever in one."""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import pytest

from groundswell import logs
from groundswell.settings import Settings, secrets_of
from tests.collectors.fake_hackernews import FakeSearch, story
from tests.groundswell.commands.conftest import FIRST, TOPIC

pytestmark = pytest.mark.slow  # real processes

SECRET = "canary-secret-of-reddit"
SAID = "canary words of a stranger"
PATIENCE_S = 60.0


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The lines since the last look, as events are told as JSON."""
    logs.begin("json", [SECRET])
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    logs.begin("text")


def test_a_line_is_an_object_with_time_level_event_and_what_is_known(
    told: Callable[[], list[dict[str, Any]]],
) -> None:
    known: dict[str, Any] = {"topic": "story", "source": "rss", "run": "r1", "posts": 0}
    assert logs.tell("Read.", event="collected", **known)
    (line,) = told()
    at = datetime.fromisoformat(line.pop("time"))
    assert at.utcoffset() is not None
    assert abs((datetime.now(UTC) - at).total_seconds()) < 60
    assert line == {"level": "info", "event": "collected", "message": "Read."} | known


def test_a_message_of_several_lines_is_one_line(
    told: Callable[[], list[dict[str, Any]]],
) -> None:
    logs.tell('a\nb\r\u2028"c', event="said")
    assert told()[0]["message"] == 'a\nb\r\u2028"c'


def test_a_secret_is_blacked_out_wherever_it_stands(
    told: Callable[[], list[dict[str, Any]]],
) -> None:
    logs.tell(f"It says {SECRET}.", event="said", url=f"https://x/?key={SECRET}")
    logging.getLogger("library").warning("with %s", SECRET)
    assert SECRET not in json.dumps(told())


def test_what_others_log_is_told_without_its_values(
    told: Callable[[], list[dict[str, Any]]],
) -> None:
    other = logging.getLogger("some.library")
    other.warning("Could not read %s", SAID)
    other.warning(f"Could not read {SAID}")  # as libraries do
    other.info("nothing")
    try:
        raise ValueError(SAID)
    except ValueError:
        other.exception("It failed")
    lines = told()
    assert [line["event"] for line in lines] == ["library"] * 3
    assert lines[0]["message"].startswith("Could not read %s by some.library (test_logs.py:")
    assert lines[2]["error"] == "ValueError"
    assert lines[2]["where"][-1].startswith("test_logs.py:")
    assert SAID not in json.dumps(lines)


def test_an_error_of_ours_is_told_by_its_kind_and_place(
    told: Callable[[], list[dict[str, Any]]],
) -> None:
    try:
        raise KeyError(SAID)
    except KeyError:
        logging.getLogger("groundswell.x").exception("It failed")
    (line,) = told()
    assert (line["level"], line["error"]) == ("error", "KeyError")
    assert SAID not in json.dumps(line)


def test_a_crash_of_a_thread_and_a_warning_are_lines(
    told: Callable[[], list[dict[str, Any]]],
) -> None:
    def crash() -> None:
        raise RuntimeError(SAID)

    thread = threading.Thread(target=crash)
    thread.start()
    thread.join()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(SAID, stacklevel=1)
    crashed, warned = told()
    assert (crashed["event"], crashed["level"]) == ("crashed", "critical")
    assert warned["event"] == "library"
    assert SAID not in json.dumps([crashed, warned])


def test_as_text_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    hooks = sys.excepthook, threading.excepthook
    logs.begin("json")
    assert sys.excepthook is not hooks[0]
    logs.begin("text")
    assert not logs.tell("Read.", event="collected")
    logging.getLogger("groundswell.x").info("nothing")
    assert capsys.readouterr().err == ""
    assert (sys.excepthook, threading.excepthook) == hooks


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("rss: 3 posts", "rss: 3 posts"),
        ('{"event": "collected", "message": "rss: 3 posts"}', "rss: 3 posts"),
        ('{"a": 1}', '{"a": 1}'),
        ("{not json", "{not json"),
        ('{"message": 3}', '{"message": 3}'),
    ],
)
def test_people_read_the_message_of_a_line(line: str, said: str) -> None:
    assert logs.plain(line) == said


def test_all_secrets_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDSWELL_LOGIN_CLIENT_SECRET", SECRET)
    assert SECRET in secrets_of(Settings())


# Real processes


class Reader:
    """What a process says on stderr, line by line, as it comes."""

    def __init__(self, pipe: IO[str]) -> None:
        self.lines: list[str] = []
        self._thread = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        self._thread.start()

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in list(self.lines)]

    def wait_for(self, event: str) -> dict[str, Any]:
        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s:
            found = [one for one in self.events() if one["event"] == event]
            if found:
                return found[-1]
            time.sleep(0.05)
        raise AssertionError(f"no {event} in {self.lines}")

    def ended(self) -> None:
        self._thread.join(PATIENCE_S)

    def _read(self, pipe: IO[str]) -> None:
        for line in pipe:
            self.lines.append(line.rstrip("\n"))


@pytest.fixture
def site() -> Iterator[FakeSearch]:
    at = int(FIRST.timestamp())
    found = FakeSearch([story(at + n, f"OpenAI and DeepSeek: {SAID}, {n}") for n in range(20)])
    with found.serving():
        yield found


@pytest.fixture
def home(tmp_path: Path, site: FakeSearch) -> Path:
    """A home whose settings ask for JSON in its ``.env``."""
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "story.toml").write_text(TOPIC)
    (tmp_path / ".env").write_text(
        f"GROUNDSWELL_LOG=json\nGROUNDSWELL_HACKERNEWS_URL={site.web.url}\n"
        f"GROUNDSWELL_ALLOW_PRIVATE_ADDRESSES=1\nGROUNDSWELL_REDDIT_CLIENT_SECRET={SECRET}\n"
    )
    return tmp_path


def groundswell(home: Path, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "groundswell.cli", *words, "--home", str(home)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )


def run(home: Path, *words: str) -> list[dict[str, Any]]:
    """The events of a command that ends by itself."""
    _, errors = groundswell(home, *words).communicate(timeout=PATIENCE_S)
    return [json.loads(line) for line in errors.splitlines()]


def check(lines: list[dict[str, Any]]) -> None:
    for line in lines:
        assert {"time", "level", "event", "message"} <= set(line)
        assert line["time"].endswith("Z")
        text = json.dumps(line)
        assert SAID not in text
        assert SECRET not in text


def test_collecting_tells_topic_source_and_run(home: Path) -> None:
    lines = run(home, "collect", "story")
    check(lines)
    (line,) = [one for one in lines if one["event"] == "collected"]
    assert (line["topic"], line["source"], line["state"]) == ("story", "hackernews", "ok")
    assert line["posts"] == 20
    assert line["run"]


def test_what_goes_wrong_is_an_event_with_its_word(home: Path) -> None:
    (line,) = run(home, "stream")
    check([line])
    assert (line["level"], line["event"], line["reason"]) == ("error", "failed", "wrong_use")


def test_a_server_its_jobs_and_its_end_are_lines(home: Path) -> None:
    served = groundswell(home, "serve", "--port", "0")
    assert served.stderr is not None
    reader = Reader(served.stderr)
    try:
        assert reader.wait_for("serving")["url"].startswith("http://127.0.0.1:")
        run(home, "schedule", "add", "story", "--every", "1d")
        ended = reader.wait_for("run_ended")
        reader.wait_for("absorbed")
    finally:
        served.send_signal(signal.SIGTERM)
        assert served.wait(PATIENCE_S) == 0
    reader.ended()
    lines = reader.events()
    check(lines)
    began = next(one for one in lines if one["event"] == "run_began")
    assert (began["topic"], began["job"], began["run"]) == ("story", ended["job"], ended["run"])
    assert ended["code"] == 0
    assert lines[-1]["event"] == "stopped"
    (log,) = (home / "logs").glob("story*.log")
    of_job = [json.loads(line) for line in log.read_text().splitlines()]
    check(of_job)
    assert any(one["event"] == "collected" for one in of_job)
    status = subprocess.run(
        [sys.executable, "-m", "groundswell.cli", "schedule", "list", "--home", str(home)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "hackernews: 20 posts" in status.stdout  # people read the message, not JSON
    assert '{"' not in status.stdout
