"""Shares a backlog of texts among a few processes; little work is done where it is."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from groundswell.errors import GroundswellError

Item = TypeVar("Item")
Found = TypeVar("Found")

LEAST_ITEMS = 1_000  # starting processes costs as much as reading some hundred texts
PIECE_ITEMS = 500  # what one process reads in some seconds
MOST_WORKERS = 4  # each needs some 300 MB


class Crew:
    """``workers`` processes that read side by side, started when there is work for them."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._leash: Connection | None = None  # they end when it is closed

    def share(
        self, read: Callable[..., list[Found]], items: Sequence[Item], *told: Any
    ) -> list[Found]:
        """``read(items, *told)``, a piece of ``items`` to each process in turn; results in order.

        ``read`` is a function of a module. Raises ``GroundswellError`` when a process is gone.
        """
        if self._workers < 2 or len(items) < LEAST_ITEMS:
            return read(items, *told)
        pieces = [items[at : at + PIECE_ITEMS] for at in range(0, len(items), PIECE_ITEMS)]
        try:
            found = list(self._started().map(partial(_read_piece, read, told), pieces))
        except BrokenProcessPool as error:
            raise GroundswellError(
                "A process that reads texts ended early, perhaps for want of memory. What was "
                "stored before is kept; run the command again."
            ) from error
        return [one for piece in found for one in piece]

    def end(self) -> None:
        """Ends the processes at once; what they are at is not read to the end."""
        if self._pool is not None and self._leash is not None:
            self._leash.close()
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            spawning = multiprocessing.get_context("spawn")
            held, self._leash = spawning.Pipe(duplex=False)
            self._pool = ProcessPoolExecutor(self._workers, spawning, _begin, (held,))
        return self._pool


@contextmanager
def crew(workers: int = 1) -> Iterator[Crew]:
    """A crew that ends with the block; 1 reads in this process alone."""
    others = Crew(workers)
    try:
        yield others
    finally:
        others.end()


def cores() -> int:
    """How many processes may read side by side on this machine."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(allowed or 1, MOST_WORKERS)


def _read_piece(
    read: Callable[..., list[Found]], told: Sequence[Any], piece: Sequence[Item]
) -> list[Found]:
    return read(piece, *told)


def _begin(held: Connection) -> None:
    """Ctrl-C is for the process that hands out the work; when that lets go, this one ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(held,), daemon=True).start()


def _end_with(held: Connection) -> None:
    held.poll(None)  # nothing is ever sent: it returns when the other end is closed
    os._exit(0)
