"""A home with a schedule, a clock that is set by hand, and runs that only pretend."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from groundswell.errors import HomeError
from groundswell.schedule import child
from groundswell.schedule.keeper import Keeper
from groundswell.settings import Settings
from groundswell.store import jobs
from groundswell.store.jobs import Job, JobRun, Standing, make_job
from groundswell.store.owner import Owner
from groundswell.timetable import Timing, every

START = datetime(2025, 6, 1, 12, tzinfo=UTC)
TOPIC = 'title = "Story"\nquery = "openai"\n[sources.bluesky]\n'
STREAMED = 'title = "Live"\nquery = "openai"\n[sources.jetstream]\n'
BEAT_S = 20.0
LIMIT_S = 600.0


@dataclass
class Pretended:
    """A run that does what the test says."""

    pid: int
    code: int | None = None
    asked: int = 0
    killed: bool = False
    ends_when_asked: bool = True
    beat: datetime | None = None
    said: str = "bluesky: 3 posts from 1 pages; complete."

    def exit_code(self) -> int | None:
        return self.code

    def ask(self) -> None:
        self.asked += 1
        if self.ends_when_asked:
            self.code = 143

    def kill(self) -> None:
        self.killed = True
        self.code = -9

    def heartbeat_at(self) -> datetime | None:
        return self.beat

    def last_words(self) -> str:
        return self.said


@dataclass
class Stage:
    """A keeper over ``owner`` whose wall clock and rising clock are ``now`` and ``ticks_s``."""

    home: Path
    owner: Owner
    now: datetime = START
    ticks_s: float = 1000.0
    started: list[tuple[str, Pretended]] = field(default_factory=list)
    refuses: str | None = None  # the job that cannot be started
    keeper: Keeper = field(init=False)

    def __post_init__(self) -> None:
        settings = Settings(home=self.home, job_time_limit_s=LIMIT_S)
        self.keeper = Keeper(
            self.owner,
            settings,
            launch=self._launch,
            clock=lambda: self.now,
            ticks=lambda: self.ticks_s,
            beat_s=BEAT_S,
            end_s=8.0,
        )

    def add(self, *sources: str, timing: Timing | None = None, topic: str = "story") -> Job:
        job = make_job("collect", topic, sources, timing or every("15m"), now=self.now)
        return self.owner.write(lambda con: jobs.add(con, job))

    def add_topic(self, slug: str, text: str = TOPIC) -> Path:
        path = self.home / "topics" / f"{slug}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    def passes(self, *, beating: bool = True, **time: float) -> float:
        """Time passes by both clocks, runs give signs of life, the keeper takes a turn."""
        step = timedelta(**time)
        self.now += step
        self.ticks_s += step.total_seconds()
        for _, run in self.started:
            if beating and run.code is None:
                run.beat = self.now
        return self.keeper.turn()

    def names(self) -> list[str]:
        return [name for name, _ in self.started]

    def last(self) -> Pretended:
        return self.started[-1][1]

    def runs(self, job: str | None = None) -> list[JobRun]:
        with self.owner.read() as cursor:
            return jobs.runs(cursor, job)

    def board(self) -> dict[str, Standing]:
        with self.owner.read() as cursor:
            return {one.job.name: one for one in jobs.board(cursor, self.now)}

    def _launch(self, job: Job) -> Pretended:
        if job.name == self.refuses:
            raise HomeError(f"{job.name} could not be started.")
        assert child.command_of(job)
        run = Pretended(pid=40_000 + len(self.started))
        self.started.append((job.name, run))
        return run
