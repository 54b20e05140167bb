"""Where another scheduler finds Groundswell, and what it runs."""

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from groundswell.schedule.child import command_of
from groundswell.store.jobs import Job

NAME = "groundswell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Paths on the machine that will run the jobs, and the bounds of a run."""

    program: str
    home: str
    time_limit_s: float
    memory_bytes: int

    def words(self, job: Job) -> list[str]:
        """The command line of one run."""
        return [self.program, *command_of(job), "--home", self.home]


def program() -> str:
    """Absolute path of the ``groundswell`` that runs now."""
    beside = Path(sys.executable).with_name(NAME)
    found = str(beside) if beside.exists() else shutil.which(NAME)
    return found or str(Path(sys.argv[0]).resolve())


def what(job: Job) -> str:
    """A job in a few words."""
    if job.kind == "stream":
        return "follow the live stream"
    sources = f" from {', '.join(job.sources)}" if job.sources else ""
    return f"{job.kind} {job.topic}{sources}"


def many(jobs: Sequence[Job]) -> tuple[list[Job], list[Job]]:
    """The jobs that come at times, and the stream, which always runs."""
    return [job for job in jobs if job.kind != "stream"], [j for j in jobs if j.kind == "stream"]
