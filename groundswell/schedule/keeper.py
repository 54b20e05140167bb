"""Keeps the schedule while a home is served: starts what is due, and the stream while it is wanted.

The table in the database is the truth and is read anew each turn: what is due is asked of the wall
clock, so a machine that slept, or a clock that jumped, is made up for with one run.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from groundswell.disk import nearly_full
from groundswell.errors import GroundswellError, HomeIsOwned
from groundswell.schedule import child
from groundswell.schedule.child import BEAT_S, Child
from groundswell.schedule.paces import Paces, required
from groundswell.schedule.runs import Bounds, Clock, Runs, Ticks
from groundswell.schedule.stream import Comeback, Wish, Wishes
from groundswell.settings import Settings
from groundswell.store import jobs, schedule_records
from groundswell.store.jobs import STREAM, Job, JobRun, Standing
from groundswell.store.owner import Owner

TURN_S = 30.0  # at most: a clock that only rises stands still while the machine sleeps
WATCH_S = 1.0  # while something runs or waits
END_S = 8.0  # container engines allow ten seconds from the first signal to the last
AFTER_TROUBLE_S = 5.0


class Keeper:
    """The one thread that starts jobs. ``start`` and ``stop`` belong to the server's life."""

    def __init__(
        self,
        owner: Owner,
        settings: Settings,
        *,
        launch: Callable[[Job], Child] | None = None,
        clock: Clock = lambda: datetime.now(UTC),
        ticks: Ticks = time.monotonic,
        beat_s: float = BEAT_S,
        end_s: float = END_S,
    ) -> None:
        self._owner, self._clock, self._ticks = owner, clock, ticks
        bounds = Bounds(time_s=settings.job_time_limit_s, beat_s=beat_s, end_s=end_s)
        starting = launch or (lambda job: child.start(job, settings, beat_s=beat_s))
        self._runs = Runs(owner, bounds, starting, clock, ticks, self._ended)
        self._wishes, self._comeback = Wishes(settings.home), Comeback()
        self._followed: Wish = ()
        self.paces = Paces(owner.home)
        self._least_free_bytes = settings.least_free_bytes
        self._troubles: list[str] = []
        self._lock = threading.Lock()
        self._wake, self._leaving, self._aborting = (threading.Event() for _ in range(3))
        self._thread = threading.Thread(target=self._keep, name="schedule", daemon=False)

    def start(self) -> None:
        """Begins to run what is due."""
        self.paces.start()
        self._thread.start()

    def leave(self) -> None:
        """Starts nothing more and asks all that runs to finish its batch and end; may be called in
        a signal's handler."""
        self._leaving.set()
        self._wake.set()

    def abort(self) -> None:
        """Ends all that runs at once; likewise."""
        self._aborting.set()
        self.leave()

    def stop(self) -> None:
        """Leaves, and returns when nothing runs any more: at most ``end_s`` seconds and what it
        takes to kill. A second call does nothing."""
        self.leave()
        if self._thread.is_alive():
            self._thread.join()
        self.paces.stop()

    def wake(self) -> None:
        """Looks at the schedule at once: it was edited."""
        self._wake.set()

    @property
    def troubles(self) -> list[str]:
        """What keeps the schedule from being kept, a sentence each, for people."""
        if not self._comeback.is_trouble:
            return list(self._troubles)
        log = child.log_of(self._owner.home, STREAM)
        return [
            *self._troubles,
            f"The live stream ended {self._comeback.ends} times in a row and is tried again every "
            f"few minutes. What it said last is in {log}.",
        ]

    def run_now(self, name: str) -> JobRun:
        """Starts the job ``name`` now, paused or not. Raises ``WrongUse`` when it is not there,
        ``HomeIsOwned`` when it runs already: a second run is refused, not queued."""
        with self._lock:
            with self._owner.read() as cursor:
                job = jobs.wanted(cursor, name)
            going = self._runs.of(name)
            if going is not None:
                raise HomeIsOwned(f"{name} is running already (process {going.pid}).")
            self._runs.begin(job)
        self._wake.set()
        with self._owner.read() as cursor:
            return jobs.runs(cursor, name, limit=1)[0]

    def turn(self) -> float:
        """One look at the schedule, the runs and the clock; seconds until the next."""
        troubles: list[str] = []
        try:
            with self._lock:
                self._runs.watch()
                with self._owner.read() as cursor:
                    board = jobs.board(cursor, self._clock())
                if self._enter_required(board):
                    return WATCH_S
                self._runs.remove_strangers_to({one.job.name for one in board})
                troubles = self._start_due(board)
                self._follow(board)
        except GroundswellError as error:
            self._troubles = [str(error)]
            return AFTER_TROUBLE_S
        self._troubles = troubles
        return self._pause_s(board)

    def _keep(self) -> None:
        while not self._leaving.is_set():
            pause_s = self.turn()
            self._wake.wait(pause_s)
            self._wake.clear()
        with self._lock:
            self._runs.end_all(self._aborting.wait)

    def _pause_s(self, board: list[Standing]) -> float:
        longest = WATCH_S if self._runs or self._comeback.wait_s(self._ticks()) else TURN_S
        now = self._clock()
        ahead = [(one.next_due - now).total_seconds() for one in board if one.next_due is not None]
        return min([longest, *(seconds if seconds > 0 else WATCH_S for seconds in ahead)])

    def _enter_required(self, board: list[Standing]) -> bool:
        """Adds the second looks that the terms of collected sources require and no job does, paused
        ones included; whether there were any."""
        known = [schedule_records.plain(one.job) for one in board]
        wanted = required(self.paces.known(), known)
        for one in wanted:
            period, now = jobs.timing(one["every_s"], None, None), self._clock()
            job = jobs.make_job("refresh", one["topic"], [one["source"]], period, now=now)
            self._owner.write(partial(jobs.add, job=job))
        return bool(wanted)

    def _start_due(self, board: list[Standing]) -> list[str]:
        """One job that cannot be started does not keep the others; why it could not."""
        now, troubles = self._clock(), []
        is_paused = self._is_nearly_full()  # refreshing goes on: what is gone there must go here
        for one in board:
            if one.next_due is None or one.next_due > now:
                continue
            if is_paused and one.job.kind == "collect":
                continue
            try:
                self._start_or_refuse(one.job, now)
            except GroundswellError as error:
                troubles.append(str(error))
        return troubles

    def _start_or_refuse(self, job: Job, now: datetime) -> None:
        if self._runs.of(job.name) is None:
            self._runs.begin(job)
        else:
            self._runs.refuse(job.name, now)

    def _follow(self, board: list[Standing]) -> None:
        """Keeps the stream up while a topic asks for it; anew when those topics changed."""
        wish = self._wishes.now(self._clock())
        job = next((one.job for one in board if one.job.kind == "stream"), None)
        if job is None:
            if not wish:
                return
            job = self._owner.write(lambda con: jobs.add(con, jobs.stream_job(self._clock())))
        wanted = bool(wish) and job.enabled
        going = self._runs.of(STREAM)
        if going is not None and (not wanted or (going.child and wish != self._followed)):
            self._runs.ask(going)
        elif going is None and wanted and self._comeback.wait_s(self._ticks()) == 0:
            self._followed = wish
            self._runs.begin(job)

    def _is_nearly_full(self) -> bool:
        """The owner says so on every page; what is due stays due until there is room."""
        return nearly_full(self._owner.home, self._least_free_bytes) is not None

    def _ended(self, job: str, lived_s: float) -> None:
        if job == STREAM:
            self._comeback.ended(lived_s, self._ticks())


_held: Keeper | None = None


def hold(one: Keeper | None) -> None:
    """Makes ``one`` the keeper that pages and routes of this process ask."""
    global _held  # one slot a process, like the owner's: pages are executed, not imported
    _held = one


def keeper() -> Keeper | None:
    """The keeper of this process; None when it runs no schedule."""
    return _held
