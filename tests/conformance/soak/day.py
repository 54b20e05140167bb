"""Lives a simulated day: posts come, jobs fall due, wires fail, runs die, the machine sleeps."""

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from unittest import mock

import httpx
from duckdb import DuckDBPyConnection

from groundswell import run as running
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store import jobs
from groundswell.store.absorb import absorb
from groundswell.store.database import open_database
from groundswell.store.jobs import Job
from tests.collectors.asks import topic
from tests.conformance.soak.books import TOPIC, Books, Verdict
from tests.conformance.soak.places import PLACES
from tests.conformance.soak.plan import Plan
from tests.conformance.soak.stage import Stage

REPLAY_SHARE, PUT_OFF_SHARE = 0.05, 0.3
AFTERWARDS = timedelta(hours=2)  # then a quiet wire, to make up for what could not be read
PEACEFUL_RUNS = 2
HOUR = timedelta(hours=1)


async def live(plan: Plan, home: Path, each_hour: Callable[[], None] = lambda: None) -> Verdict:
    """What is true at the end of the day. ``each_hour`` is called as they go by. All chance comes
    of the seed, that of the waits too: the same plan gives the same trace."""
    before = random.getstate()
    random.seed(plan.seed)
    try:
        with ExitStack() as stack:
            # A batch after each page: how fast this machine is must not decide what a kill meets.
            stack.enter_context(mock.patch.object(running, "BATCH_S", -1.0))
            places = [stack.enter_context(PLACES[name]()) for name in plan.sources]
            con = stack.enter_context(_database(home))
            async with httpx.AsyncHTTPTransport() as wire:
                stages = [Stage(plan, place, wire, home) for place in places]
                return await _Day(plan, stages, con, home).live(each_hour)
    finally:
        random.setstate(before)


@contextmanager
def _database(home: Path) -> Iterator[DuckDBPyConnection]:
    con = open_database(home, Settings(home=home))
    try:
        yield con
    finally:
        con.close()


class _Day:
    def __init__(
        self, plan: Plan, stages: Sequence[Stage], con: DuckDBPyConnection, home: Path
    ) -> None:
        self._plan, self._con, self._home = plan, con, home
        self._stages = {stage.place.source: stage for stage in stages}
        self._books = Books(plan, [stage.place for stage in stages], con)
        self._chance = plan.chance("day")
        self._now = plan.start
        self._busy_until: dict[str, datetime] = {}
        self._counts: Counter[str] = Counter()
        options = {stage.place.source: stage.place.options for stage in stages}
        self._topic = topic("openai", None, **options)

    async def live(self, each_hour: Callable[[], None]) -> Verdict:
        self._schedule()
        hour = self._plan.start
        while (following := self._next_due()) is not None:
            job, due = following
            self._now = self._awake(max(due, self._now))
            while hour <= self._now:
                hour += HOUR
                self._books.look()
                each_hour()
            await self._start(job)
        await self._make_up()
        for stage in self._stages.values():
            self._counts += stage.counts
        self._books.look()
        return self._books.verdict(self._now, self._counts)

    def _schedule(self) -> None:
        for number, source in enumerate(self._stages):
            timing = self._plan.timing(number)
            job = jobs.make_job("collect", TOPIC, [source], timing, now=self._plan.start)
            jobs.add(self._con, job)

    def _next_due(self) -> tuple[Job, datetime] | None:
        """The job that the stored schedule has due first before the day is over."""
        board = jobs.board(self._con, self._now)
        due = sorted((one.next_due, one.job.name, one.job) for one in board if one.next_due)
        at, _, job = due[0]
        return (job, at) if at < self._plan.end else None

    def _awake(self, moment: datetime) -> datetime:
        start, end = self._plan.asleep
        return end if start <= moment < end else moment

    async def _start(self, job: Job) -> None:
        """A run, unless one of the job goes on: then it is refused and not made up for."""
        going = jobs.runs(self._con, job.name, limit=1)
        if going and self._now < self._busy_until[job.name]:
            jobs.refuse(self._con, going[0].run, self._now)
            self._counts["refused"] += 1
            return
        run = jobs.begin(self._con, job.name, 1, self._now)
        said = await self._collect(self._stages[job.sources[0]])
        jobs.end(self._con, run, 0, said, self._busy_until[job.name])
        if self._chance.random() >= PUT_OFF_SHARE:
            self._absorb()

    async def _collect(self, stage: Stage) -> str:
        outcome, ended = await stage.run(self._con, self._topic, self._now)
        said = "killed"
        if outcome is not None:
            said = f"{outcome.state} {outcome.reason} {outcome.counts}"
        self._busy_until[f"{TOPIC}.{stage.place.source}"] = ended
        self._books.note(f"{self._now.isoformat()} {stage.place.source} {ended.isoformat()} {said}")
        return said

    def _absorb(self) -> None:
        """Takes all in that waits; now and then a batch comes again."""
        spool = Spool(self._home)
        waiting = spool.waiting()
        again = [path for path in waiting if self._chance.random() < REPLAY_SHARE]
        for path in again:
            shutil.copy(path, path.with_suffix(".again"))
        while absorb(self._con, self._home, spool):
            self._counts["absorbed"] += 1
        for path in again:
            path.with_suffix(".again").replace(path)
            self._counts["replayed"] += 1

    async def _make_up(self) -> None:
        """Two hours later all is well, and each source is run again."""
        self._absorb()
        for _ in range(PEACEFUL_RUNS):
            self._now = max([self._now, *self._busy_until.values()]) + AFTERWARDS
            for stage in self._stages.values():
                stage.in_peace = True
                await self._collect(stage)
            self._absorb()
        self._absorb()
