"""One run of a scheduled job: the command line with a memory limit, a heartbeat and an owner.

Started as ``python -m groundswell.confined … -- collect story``. The process holds the lock of
its job, touches the lock's file while it lives, and ends in order when whoever started it goes.
"""

import fcntl
import os
import resource
import signal
import sys
import threading
from pathlib import Path

import click

from groundswell.cli import main

OVERLAP = 75  # EX_TEMPFAIL: another run of the job goes on
OUT_OF_MEMORY = 71  # EX_OSERR


@click.command()
@click.option("--lock", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--beat-s", type=click.FloatRange(min=0.01), required=True)
@click.option("--memory-bytes", type=click.IntRange(min=1), required=True)
@click.argument("words", nargs=-1, required=True)
def confined(lock: Path, beat_s: float, memory_bytes: int, words: tuple[str, ...]) -> None:
    """Runs the command WORDS with at most MEMORY_BYTES of memory of its own, as the only run of the job
    that LOCK names, and touches LOCK every BEAT_S seconds."""
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        click.echo("Another run of this job goes on; this one did nothing.", err=True)
        sys.exit(OVERLAP)
    os.set_inheritable(handle, False)
    # Not RLIMIT_AS: what libraries reserve and never touch is ten times what they use.
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    threading.Thread(target=_beat, args=(lock, beat_s), daemon=True).start()
    threading.Thread(target=_end_with_owner, daemon=True).start()
    try:
        main(words)
    except MemoryError:
        click.echo(f"It needed more memory than its limit of {memory_bytes:,} bytes.", err=True)
        sys.exit(OUT_OF_MEMORY)


def _beat(lock: Path, beat_s: float) -> None:
    pause = threading.Event()
    while True:
        os.utime(lock)
        pause.wait(beat_s)


def _end_with_owner() -> None:
    """``os.read`` and not ``sys.stdin``: a thread that waits in a buffer aborts Python's exit."""
    while os.read(0, 1):
        continue
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    confined()
