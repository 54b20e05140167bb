"""Shares a backlog of texts among a few processes; little work is done where it is.

``concurrent.futures`` would do, but that it waits for ever when it is stopped while processes
begin: the pipe that they share is full, and none reads it (CPython issue 94777, in Python 3.11).
Here each has a pipe of its own.
"""

import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess, parent_process
from typing import Any, TypeVar, cast

from groundswell.errors import GroundswellError

Item = TypeVar("Item")
Found = TypeVar("Found")

LEAST_ITEMS = 1_000  # starting processes costs as much as reading some hundred texts
PIECE_ITEMS = 500  # what one process reads in some seconds
MOST_WORKERS = 4  # each needs some 300 MB


@dataclass(frozen=True, slots=True)
class _Helper:
    process: BaseProcess
    line: Connection  # takes (read, piece, told), answers (found, None) or (None, error)


class Crew:
    """``workers`` processes that read side by side, started when there is work for them."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._helpers: list[_Helper] = []

    def share(
        self, read: Callable[..., list[Found]], items: Sequence[Item], *told: Any
    ) -> list[Found]:
        """``read(items, *told)``, a piece of ``items`` to each process in turn; results in order.

        ``read`` is a function of a module, and what it raises is raised here. Raises
        ``GroundswellError`` when a process is gone.
        """
        if self._workers < 2 or len(items) < LEAST_ITEMS:
            return read(items, *told)
        pieces = [items[at : at + PIECE_ITEMS] for at in range(0, len(items), PIECE_ITEMS)]
        try:
            found = self._shared(read, pieces, told)
        except BaseException:
            self.end()  # else answers to this would be taken for those to the next
            raise
        return [one for piece in found for one in piece]

    def end(self) -> None:
        """Ends the processes at once; what they are at is not read to the end."""
        for helper in self._helpers:
            helper.process.kill()
        for helper in self._helpers:
            helper.process.join()
            helper.line.close()
        self._helpers.clear()

    def _shared(
        self, read: Callable[..., list[Found]], pieces: Sequence[Sequence[Item]], told: Any
    ) -> list[list[Found]]:
        """One piece at a time to each, so that nobody waits while there are some left."""
        found: dict[int, list[Found]] = {}
        left = iter(enumerate(pieces))
        at_work: dict[Connection, int] = {}

        def hand_on(line: Connection) -> None:
            place, piece = next(left, (None, None))
            if place is not None:
                with _told_of_its_end():
                    line.send((read, piece, told))
                at_work[line] = place

        while len(self._helpers) < self._workers:
            self._helpers.append(_started())
        for helper in self._helpers:
            hand_on(helper.line)
        while at_work:
            for line in cast(list[Connection], wait(list(at_work))):
                with _told_of_its_end():
                    answer, error = line.recv()
                if error is not None:
                    raise error
                found[at_work.pop(line)] = answer
                hand_on(line)
        return [found[place] for place in range(len(pieces))]


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


@contextmanager
def _told_of_its_end() -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError) as error:
        raise GroundswellError(
            "A process that reads texts ended early, perhaps for want of memory. What was stored "
            "before is kept; run the command again."
        ) from error


def _started() -> _Helper:
    spawning = multiprocessing.get_context("spawn")
    line, theirs = spawning.Pipe()
    process = spawning.Process(target=_work, args=(theirs,), daemon=True)
    process.start()
    theirs.close()  # so that the line ends with the process
    return _Helper(process, line)


def _work(line: Connection) -> None:
    """Reads what comes. Ctrl-C is for the process that hands out the work; when that is gone, this
    one ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_caller, daemon=True).start()
    with suppress(EOFError, OSError):
        while True:
            line.send(_answer(*line.recv()))


def _answer(read: Callable[..., Any], piece: Sequence[Any], told: Any) -> tuple[Any, Any]:
    try:
        return read(piece, *told), None
    except Exception as error:  # noqa: BLE001  # it is raised where the work comes from
        error.add_note(traceback.format_exc())
        return None, error


def _end_with_caller() -> None:
    caller = parent_process()
    assert caller is not None
    caller.join()
    os._exit(0)
