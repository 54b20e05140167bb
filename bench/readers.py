"""What a page costs the server: how long its script runs, what it sends, and with many readers."""

import random
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median, quantiles

import psutil

from bench._homes import filled
from bench._promise import Promise, is_quick, report
from bench._serving import EMPTY, Served, control, ours
from bench._session import Run, Session, opened
from bench._synthetic import SOURCES

POSTS, QUICK = 1_000_000, 20_000
TIMES = 15
READERS, CHANGES = 20, 6
PAUSE_S = (0.2, 0.6)  # between two changes of one reader: harsher than people
CACHED = Promise(name="readers_script_cached", unit="ms", goal=30, at_most=True)
UNCACHED = Promise(name="readers_script_uncached", unit="ms", goal=250, at_most=True)
SENT = Promise(name="readers_sent_per_rerun", unit="KB", goal=60, at_most=True)
CPU = Promise(name="readers_cpu_per_run", unit="ms", goal=2.5, by_ratio=True, at_most=True)
WAIT = Promise(name="readers_20_sessions_p95", unit="ms", goal=3, by_ratio=True, at_most=True)
MEMORY = Promise(name="readers_memory_per_session", unit="MB", goal=1, at_most=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """What many readers at once met: the 95th percentile of their waits for a filter, in
    milliseconds, the server's CPU a run, in milliseconds, and its memory a session, in MB."""

    p95_ms: float
    cpu_ms: float
    session_mb: float


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the promises on the server; 1 when one does not hold."""
    posts = QUICK if is_quick(argv, __doc__ or "") else POSTS
    with tempfile.TemporaryDirectory() as folder:
        filled(Path(folder) / "home", posts).close()
        return report(measure(Path(folder)))


def measure(folder: Path) -> list[Promise]:
    """The promises; an empty Streamlit page is asked in the same way, in turns with ours."""
    with ours(folder / "home") as page, control(folder, EMPTY) as empty:
        cached, uncached = alone(page)
        floor, full = crowd(empty, ()), crowd(page, SOURCES)
    return [
        replace(CACHED, value=median(1e3 * run.seconds for run in cached)),
        replace(UNCACHED, value=median(1e3 * run.seconds for run in uncached)),
        replace(SENT, value=median(run.bytes / 1e3 for run in cached)),
        replace(CPU, value=full.cpu_ms, baseline=floor.cpu_ms),
        replace(WAIT, value=full.p95_ms, baseline=floor.p95_ms),
        replace(MEMORY, value=full.session_mb),
    ]


def alone(page: Served) -> tuple[list[Run], list[Run]]:
    """Runs of one reader whose answers are kept, and runs that ask all anew: each of these chooses
    sources that nobody chose before."""
    choices = [[a, b] for a in SOURCES for b in SOURCES if a < b] + [[a] for a in SOURCES]
    with opened(page.url) as session:
        session.run()
        uncached = [session.run({"source": choice}) for choice in choices]
        cached = [session.run({"source": choices[n % 2]}) for n in range(TIMES)]
    return cached, uncached


def crowd(page: Served, sources: Sequence[str]) -> Crowd:
    """``READERS`` at once, each choosing one of the ``sources`` ``CHANGES`` times after a first
    look; where there are none to choose, only running the page again."""
    process = psutil.Process(page.pid)
    with opened(page.url) as session:
        session.run()
    before_mb = process.memory_info().rss / 1e6
    with ExitStack() as doors, ThreadPoolExecutor(READERS) as readers:
        sessions = [doors.enter_context(opened(page.url)) for _ in range(READERS)]
        list(readers.map(Session.run, sessions))
        held_mb = process.memory_info().rss / 1e6
        began_s = _cpu_s(process)
        waits = list(readers.map(partial(_reads, sources), range(READERS), sessions))
        spent_s = _cpu_s(process) - began_s
    seconds = [wait for mine in waits for wait in mine]
    return Crowd(
        p95_ms=1e3 * quantiles(seconds, n=20)[-1],
        cpu_ms=1e3 * spent_s / len(seconds),
        session_mb=(held_mb - before_mb) / READERS,
    )


def _reads(sources: Sequence[str], number: int, session: Session) -> list[float]:
    """Seconds that each run of the reader ``number`` took."""
    chance = random.Random(number)
    took = []
    for _ in range(CHANGES):
        time.sleep(chance.uniform(*PAUSE_S))
        chosen = {"source": [chance.choice(sources)]} if sources else {}
        took.append(session.run(chosen).seconds)
    return took


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    sys.exit(main())
