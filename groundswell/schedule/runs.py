"""The runs that go on: listened to, ended when they are late or silent, booked when they end."""

import logging
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from groundswell.errors import GroundswellError
from groundswell.schedule import child
from groundswell.schedule.child import Child
from groundswell.store import jobs
from groundswell.store.jobs import STREAM, Job
from groundswell.store.owner import Owner

MISSED_BEATS = 3
STOPPED = "Groundswell was stopped."
UNSEEN = "Nobody saw its end."
LOOK_S = 0.05
ENDED_WELL = (0, 3)  # 3: in part, and said so
_log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Ticks = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Seconds: ``time_s`` of a run, the stream's excepted; ``beat_s`` between two heartbeats;
    ``end_s`` to end after being asked."""

    time_s: float
    beat_s: float
    end_s: float


@dataclass(slots=True, kw_only=True)
class Going:
    """A run that goes on; without a ``child`` another process started it. ``seen_s`` is when its
    heartbeat was last seen to move, by a clock that only rises: the wall clock may jump."""

    job: str
    run: str
    pid: int
    child: Child | None
    began_s: float
    seen_s: float
    beat: datetime | None = None
    is_asked: bool = False
    verdict: str | None = None


class Runs:
    """The runs of a served home by job. ``ended`` is told of each that ends unasked, with the
    seconds it lived."""

    def __init__(
        self,
        owner: Owner,
        bounds: Bounds,
        launch: Callable[[Job], Child],
        clock: Clock,
        ticks: Ticks,
        ended: Callable[[str, float], None],
    ) -> None:
        self._owner, self._bounds, self._launch = owner, bounds, launch
        self._clock, self._ticks, self._ended = clock, ticks, ended
        self._going: dict[str, Going] = {}

    def __bool__(self) -> bool:
        return bool(self._going)

    def of(self, job: str) -> Going | None:
        """The run of ``job`` that goes on; None: there is none."""
        return self._going.get(job)

    def begin(self, job: Job) -> None:
        """Starts a run and books it. Raises ``HomeIsOwned`` when another goes on, ``HomeError`` and
        ``StoreError``: then nothing runs."""
        started = self._launch(job)
        now, now_s = self._clock(), self._ticks()
        try:
            run = self._owner.write(lambda con: jobs.begin(con, job.name, started.pid, now))
        except GroundswellError:
            started.kill()
            started.exit_code()
            raise
        known = {"job": job.name, "run": run, "pid": started.pid, "topic": job.topic}
        sources = " ".join(job.sources) or None
        _log.info("A run began.", extra={"event": "run_began", **known, "source": sources})
        self._going[job.name] = Going(
            job=job.name, run=run, pid=started.pid, child=started, began_s=now_s, seen_s=now_s
        )

    def refuse(self, job: str, now: datetime) -> None:
        """Books that ``job`` was due while a run of it goes on."""
        run = self._going[job].run
        self._owner.write(lambda con: jobs.refuse(con, run, now))

    def ask(self, going: Going, verdict: str | None = None) -> None:
        """Asks a run, once, to write its batch and end; ``verdict`` says why in its outcome."""
        if going.is_asked:
            return
        going.is_asked = True
        going.verdict = going.verdict or verdict
        if going.child is not None:
            going.child.ask()
        else:
            self._signal(going, signal.SIGTERM)

    def watch(self) -> None:
        """Takes on the runs of others, books what ended, and ends what is late or silent."""
        self._adopt()
        for going in list(self._going.values()):
            if self._is_over(going):
                self._book_end(going)
                continue
            self._listen(going)
            self._hold_to_bounds(going)

    def remove_strangers_to(self, known: set[str]) -> None:
        """Asks the runs of jobs that are not ``known`` any more to end."""
        for going in self._going.values():
            if going.job not in known:
                self.ask(going)

    def end_all(self, is_aborting: Callable[[float], bool]) -> None:
        """Ends every run that was started here, killing after ``end_s`` or once ``is_aborting``,
        which waits the seconds given. The runs of others are theirs."""
        own = [going for going in self._going.values() if going.child is not None]
        for going in own:
            self.ask(going, STOPPED)
        end_s = self._ticks() + self._bounds.end_s
        while own:
            if is_aborting(LOOK_S) or self._ticks() > end_s:
                for going in own:
                    self._kill(going)
            for going in [one for one in own if self._is_over(one)]:
                own.remove(going)
                self._book_end(going)

    def _adopt(self) -> None:
        """Runs of a server before this one, or of ``run-now``."""
        with self._owner.read() as cursor:
            open_runs = jobs.open_runs(cursor)
        now_s = self._ticks()
        for run in open_runs:
            if run.job not in self._going:
                self._going[run.job] = Going(
                    job=run.job, run=run.run, pid=run.pid, child=None, began_s=now_s, seen_s=now_s
                )

    def _hold_to_bounds(self, going: Going) -> None:
        silence_s = MISSED_BEATS * self._bounds.beat_s
        late_s = self._ticks() - going.began_s - self._bounds.time_s
        if self._ticks() - going.seen_s > silence_s:
            going.verdict = f"It gave no sign of life for {silence_s:g} s and was ended."
            self._kill(going)
        elif late_s > 0 and going.job != STREAM:
            minutes = self._bounds.time_s / 60
            self.ask(going, f"It was ended at its time limit of {minutes:g} min; the next goes on.")
            if late_s > self._bounds.end_s:
                self._kill(going)

    def _listen(self, going: Going) -> None:
        """Books a heartbeat that moved."""
        beat = going.child.heartbeat_at() if going.child else child.heartbeat_at(self._lock(going))
        if beat is None or beat == going.beat:
            return
        going.beat, going.seen_s = beat, self._ticks()
        self._owner.write(lambda con: jobs.beat(con, going.run, self._clock()))

    def _is_over(self, going: Going) -> bool:
        if going.child is not None:
            return going.child.exit_code() is not None
        return child.holder(self._lock(going)) is None

    def _book_end(self, going: Going) -> None:
        """Off the list first: were the book closed (a full disk), it would be adopted again."""
        del self._going[going.job]
        code = going.child.exit_code() if going.child else None
        said = going.child.last_words() if going.child else UNSEEN
        outcome = " ".join(part for part in (going.verdict, said) if part)
        if not going.is_asked:
            self._ended(going.job, self._ticks() - going.began_s)
        now = self._clock()
        self._owner.write(lambda con: jobs.end(con, going.run, code, outcome, now))
        self._log_end(going, code)

    def _log_end(self, going: Going, code: int | None) -> None:
        """Without its last words: they may quote sites."""
        known = {"job": going.job, "run": going.run, "pid": going.pid, "code": code}
        lived_s = round(self._ticks() - going.began_s, 1)
        in_order = code in ENDED_WELL or going.is_asked
        _log.log(
            logging.INFO if in_order else logging.WARNING,
            "The run %s ended.",
            going.run,
            extra={"event": "run_ended", **known, "seconds": lived_s},
        )

    def _kill(self, going: Going) -> None:
        if going.child is not None:
            going.child.kill()
        else:
            self._signal(going, signal.SIGKILL)

    def _signal(self, going: Going, number: signal.Signals) -> None:
        """To the holder of the job's lock, and to nobody else."""
        pid = child.holder(self._lock(going))
        if pid is not None:
            with suppress(ProcessLookupError):  # it ended meanwhile
                os.kill(pid, number)

    def _lock(self, going: Going) -> Path:
        return child.lock_of(self._owner.home, going.job)
