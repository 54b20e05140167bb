"""``groundswell stream`` as a process: it starts, follows, stops when told, and goes on later."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from groundswell.cli import main
from groundswell.locks import job_lock
from groundswell.stream_beat import last_beat
from tests.collectors.sites.jetstream import FakeJetstream

pytestmark = pytest.mark.slow  # real processes of the stream

TOPIC = 'title = "A story"\nquery = "openai"\n[sources.jetstream]\n'
LIMIT_S = 60.0


@pytest.fixture
def site() -> Iterator[FakeJetstream]:
    with FakeJetstream() as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "live.toml").write_text(TOPIC)
    return tmp_path


def environment(site: FakeJetstream, folder: Path) -> dict[str, str]:
    return os.environ | {
        "GROUNDSWELL_HOME": str(folder),
        "GROUNDSWELL_JETSTREAM_URL": site.url,
        "GROUNDSWELL_JETSTREAM_FALLBACK_URLS": "[]",
        "GROUNDSWELL_BLUESKY_PUBLIC_URL": f"http://127.0.0.1:{site.port}",
        "GROUNDSWELL_ALLOW_PRIVATE_ADDRESSES": "1",
    }


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "groundswell.cli", *words]


def wait_for(site: FakeJetstream, connections: int) -> None:
    deadline = time.monotonic() + LIMIT_S
    while len(site.asked) < connections:
        assert time.monotonic() < deadline, "the stream does not connect"
        time.sleep(0.05)


def stopped_after(
    env: dict[str, str], site: FakeJetstream, rkey: str, number: int, code: int = 0
) -> str:
    """Starts the stream, lets one post be made, and tells it to stop in mid-batch; what it said."""
    child = subprocess.Popen(command("stream"), env=env, stderr=subprocess.PIPE)
    try:
        wait_for(site, connections=number)
        site.create(rkey, f"openai {rkey}")
        time.sleep(2.0)  # into the batch, which nothing shows from outside
        child.send_signal(signal.SIGTERM)
        _, said = child.communicate(timeout=LIMIT_S)
    finally:
        child.kill()
        child.wait()
    assert child.returncode == code, said
    assert b"Stopped; what was read is kept" in said
    return said.decode()


def test_told_to_stop_it_finishes_its_batch_and_goes_on_from_there(
    site: FakeJetstream, folder: Path
) -> None:
    env = environment(site, folder)
    stopped_after(env, site, "first", 1)
    said = last_beat(folder)
    assert said is not None
    assert (said["state"], said["posts"], said["topics"]) == ("stopped", 1, ["live"])
    assert "cursor" not in site.asked[0]

    site.create("meanwhile", "openai meanwhile")
    stopped_after(env, site, "last", 2)
    assert int(site.asked[1]["cursor"]) < site.log[0]["us"]
    done = subprocess.run(
        command("status", "--json"), env=env, capture_output=True, check=True, timeout=LIMIT_S
    )
    (record,) = [row for row in json.loads(done.stdout) if row["topic"] == "live"]
    assert (record["source"], record["posts"]) == ("bluesky", 3)


def test_collect_catches_up_once(site: FakeJetstream, folder: Path) -> None:
    site.publish(3, start=datetime.now(UTC) - timedelta(hours=2), step=timedelta(minutes=5))
    done = subprocess.run(
        command("collect", "live", "--source", "jetstream", "--since", "3h", "--json"),
        env=environment(site, folder),
        capture_output=True,
        timeout=LIMIT_S,
    )
    (outcome,) = json.loads(done.stdout)
    assert (outcome["posts"], outcome["source"]) == (3, "bluesky"), done.stderr


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["stream", *words])
    return result.exit_code, result.output


def test_without_a_topic_it_says_what_to_add(tmp_path: Path) -> None:
    code, said = run("--home", str(tmp_path))
    assert code == 2
    assert "[sources.jetstream]" in said


def test_a_topic_whose_period_is_over_is_left_out(folder: Path) -> None:
    over = TOPIC.replace("[sources", "until = 2025-01-31\n[sources")
    (folder / "topics" / "live.toml").write_text(over)
    code, said = run("live", "--home", str(folder))
    assert code == 2
    assert "its period has ended" in said


def test_a_topic_file_that_cannot_be_read_stops_only_itself(
    site: FakeJetstream, folder: Path
) -> None:
    (folder / "topics" / "broken.toml").write_text("title = [")
    said = stopped_after(environment(site, folder), site, "first", 1, code=3)
    assert "broken is NOT followed" in said
    assert "cannot be read: broken" in said
    beat = last_beat(folder)
    assert beat is not None
    assert (beat["posts"], beat["topics"]) == (1, ["live"])
    code, named = run("broken", "--home", str(folder))
    assert code == 2
    assert "broken.toml" in named


def test_only_one_stream_runs_in_a_home(folder: Path) -> None:
    with job_lock(folder, "stream"):
        code, said = run("live", "--home", str(folder))
    assert code == 1
    assert "another run" in said
