"""One run of a scheduled job: the command line with a memory limit, a heartbeat and an owner.

Started as ``python -m groundswell.confined … -- collect story`` with the lock of its job, whose
file it touches while it lives; it ends in order when whoever started it goes.
"""

import logging
import os
import resource
import signal
import sys
import threading

import click

from groundswell import logs
from groundswell.cli import main

OUT_OF_MEMORY = 71  # EX_OSERR


@click.command()
@click.option("--lock", type=int, required=True, help="Open file of the job's lock.")
@click.option("--beat-s", type=click.FloatRange(min=0.01), required=True)
@click.option("--memory-bytes", type=click.IntRange(min=1), required=True)
@click.argument("words", nargs=-1, required=True)
def confined(lock: int, beat_s: float, memory_bytes: int, words: tuple[str, ...]) -> None:
    """Runs the command WORDS with at most MEMORY_BYTES of memory, and touches LOCK every BEAT_S
    seconds."""
    os.set_inheritable(lock, False)
    # Not RLIMIT_AS: what libraries reserve and never touch is ten times what they use.
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    threading.Thread(target=_beat, args=(lock, beat_s), daemon=True).start()
    threading.Thread(target=_end_with_owner, daemon=True).start()
    try:
        main(list(words))
    except MemoryError:
        said = f"It needed more memory than its limit of {memory_bytes:,} bytes."
        if not logs.tell(said, event="out_of_memory", level=logging.ERROR):
            click.echo(said, err=True)
        sys.exit(OUT_OF_MEMORY)


def _beat(lock: int, beat_s: float) -> None:
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
