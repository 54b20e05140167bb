"""Whether a long file of posts is scored without holding more and more memory, and how fast."""

import csv
import gzip
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

import psutil

from bench._promise import Promise, is_quick, report
from groundswell.resources import bundled
from groundswell.scoring.lite import available

ROWS, QUICK_ROWS = 100_000, 3_000
EVERY_S = 0.25
TARGET = "OpenAI"
SCORE = (sys.executable, "-m", "groundswell.cli", "score")

GROWTH = Promise(name="score_memory_growth", unit="last to second quarter", goal=1.1, at_most=True)
SCORED = Promise(name="score_rows", unit="rows", goal=ROWS)
# Each row is read twice: the whole message, and what it says of the target.
SPEED = Promise(name="score_readings_per_cpu_s", unit="readings/CPU-s", goal=400)


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the promises on a backlog; 1 when one does not hold."""
    rows = QUICK_ROWS if is_quick(argv, __doc__ or "") else ROWS
    missing = available().reason
    if missing:
        return report([replace(promise, reason=missing) for promise in (GROWTH, SCORED, SPEED)])
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder) / "given.csv", Path(folder) / "scored.csv"
        write(given, rows)
        begin = cpu_s()
        held = watched([*SCORE, str(given), "--out", str(out), "--target", TARGET])
        took = cpu_s() - begin
        scored = sum(1 for _ in read(out))
    return report(promises(held, rows, scored, took))


def promises(held: Sequence[float], rows: int, scored: int, took: float) -> list[Promise]:
    """``held`` is the memory of all processes at equal steps; a quick run is too short to hold it
    to anything."""
    part = len(held) // 4
    quarters = [sum(held[n * part : (n + 1) * part]) / part for n in (1, 3)] if part else []
    growth = quarters[1] / quarters[0] if quarters and rows == ROWS else None
    return [
        replace(GROWTH, value=growth, reason=None if growth else "too short a run to tell"),
        replace(SCORED, value=scored, goal=rows),
        replace(SPEED, value=2 * rows / took),
    ]


def write(path: Path, rows: int) -> None:
    """A file of ``rows`` texts of the synthetic sample, no two alike."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text"])
        for number, text in enumerate(islice(cycle(texts()), rows)):
            writer.writerow([f"{text} {number}"])


def texts() -> list[str]:
    """Those of the sample that are not empty."""
    with gzip.open(bundled("sample") / "posts.jsonl.gz", "rt", encoding="utf-8") as file:
        found = [json.loads(line).get("text") or "" for line in file]
    whole = [text.encode("utf-8", "ignore").decode() for text in found]  # one has half an emoji
    return [text for text in whole if text.strip()]


def read(path: Path) -> Iterator[dict[str, str]]:
    """The rows that got a stance or *not scored*."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["stance"])


def watched(command: Sequence[str]) -> list[float]:
    """Runs ``command``; the megabytes that it and its children held, at equal steps."""
    held = []
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            held.append(megabytes(psutil.Process(process.pid)))
            with suppress(subprocess.TimeoutExpired):
                process.wait(EVERY_S)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return held


def cpu_s() -> float:
    """CPU-seconds of all processes that this one started and that have ended, with theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def megabytes(process: psutil.Process) -> float:
    """What a process and its children hold; those that end while they are asked hold nothing."""
    total = 0
    try:
        for one in (process, *process.children(recursive=True)):
            try:
                total += one.memory_info().rss
            except psutil.NoSuchProcess:
                continue
    except psutil.NoSuchProcess:
        return 0.0
    return total / 1e6


if __name__ == "__main__":
    sys.exit(main())
