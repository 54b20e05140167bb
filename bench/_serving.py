"""Servers that a reader's wait is measured on: ours, an empty page, and a page with one chart."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from bench._synthetic import TOPIC

PATIENCE_S = 120.0
EMPTY = """
import streamlit as st
st.title("Nothing")
st.button("Press")
st.text("No more than this.")
"""
ONE_CHART = """
import plotly.graph_objects as go
import streamlit as st
st.title("One chart")
chosen = st.multiselect("Sources", ["bluesky", "hackernews", "mastodon", "rss"], key="source")
bars = {"type": "bar", "x": [1, 2, 3], "y": [1, 2, 1 + len(chosen)]}
st.plotly_chart(go.Figure(data=[bars]), key="bars")
"""
_SERVE = """
import sys
from pathlib import Path
from dashboard.serve import serve
from groundswell.settings import Settings
serve(Settings(home=Path(sys.argv[1])), port=int(sys.argv[2]), announce=lambda line: None)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A page that is served: its address, and the process that serves it."""

    url: str
    pid: int


@contextmanager
def ours(home: Path) -> Iterator[Served]:
    """The dashboard over ``home``, at the story of the benchmark."""
    port = _free_port()
    with _process([sys.executable, "-c", _SERVE, str(home), str(port)], port) as pid:
        yield Served(url=f"http://127.0.0.1:{port}/?topic={TOPIC}", pid=pid)


@contextmanager
def control(folder: Path, script: str) -> Iterator[Served]:
    """A page of the text ``script``, kept in ``folder``, as Streamlit serves it by itself: our own
    settings, which are cheaper, do not reach it."""
    port = _free_port()
    path = folder / f"control_{port}.py"
    path.write_text(script, encoding="utf-8")
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "streamlit", "run", str(path), *flags]
    with _process(command, port, folder) as pid:
        yield Served(url=f"http://127.0.0.1:{port}/", pid=pid)


@contextmanager
def _process(command: Sequence[str], port: int, folder: Path | None = None) -> Iterator[int]:
    """A server begun in ``folder`` that answers on ``port``, stopped by its own process id."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=folder)
    try:
        _await_health(port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _await_health(port: int) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health"):
                return
        except (URLError, ConnectionError):
            if time.monotonic() > end_s:
                raise
            time.sleep(0.1)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
