"""Uses the installed wheel as a newcomer would: topics, the demo, its numbers, its CSV."""

import importlib.metadata
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

BIN = Path(sys.executable).parent
DEADLINE_S = 120


def groundswell(*words: str) -> str:
    done = subprocess.run([BIN / "groundswell", *words], capture_output=True, text=True)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_healthy(url: str, child: subprocess.Popen[bytes]) -> None:
    for _ in range(DEADLINE_S * 4):
        assert child.poll() is None, f"demo ended with {child.returncode}"
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health") as answer:
                if answer.read() == b"ok":
                    return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.25)
    raise AssertionError("the demo did not become healthy")


def main(work: Path) -> None:
    tops = {
        str(path).split("/")[0]
        for path in importlib.metadata.files("groundswell") or []
        if str(path).endswith(".py")
    }
    assert tops == {"groundswell", "collectors", "dashboard"}, tops
    assert any(t["slug"] == "openai-deepseek" for t in json.loads(groundswell("topics", "--json")))
    home, port = work / "home", free_port()
    child = subprocess.Popen(
        [BIN / "groundswell", "demo", "--home", str(home)],
        env=os.environ | {"GROUNDSWELL_PORT": str(port)},
    )
    try:
        wait_healthy(f"http://127.0.0.1:{port}", child)
        status = json.loads(groundswell("status", "--home", str(home), "--json"))
        assert sum(row["posts"] for row in status) > 5_000, status
    finally:
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=30) == 0
    groundswell("export", "openai-deepseek-sample", "--home", str(home), "--out", str(work / "out"))
    assert (work / "out" / "posts.csv").stat().st_size > 500_000
    sys.stdout.write("the wheel works alone\n")


main(Path(sys.argv[1]))
