"""Where pages make a topic and set its collecting going, which other processes do."""

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard import access, schedule_desk
from dashboard.draft import Draft
from groundswell import authoring
from groundswell.errors import HomeIsOwned, TopicError, WrongUse
from groundswell.schedule.asking import Asking
from groundswell.schedule.keeper import keeper
from groundswell.schedule.stream import SOURCE as STREAM
from groundswell.store.owner import owner
from groundswell.store.schedule_records import Record
from groundswell.topic import Topic

ESTIMATE_S = 20.0  # of each source


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """How the first collecting of a topic stands: its jobs, sources that no job collects, and what
    keeps jobs from starting. ``is_live``: it is also followed as posts are made."""

    jobs: Sequence[Record]
    left_out: Sequence[str] = ()
    troubles: Sequence[str] = ()
    is_live: bool = False

    @property
    def is_over(self) -> bool:
        """Whether each job has had its first run."""
        return bool(self.jobs) and all(_is_over(job) for job in self.jobs)


def ask_sources() -> Asking:
    """Begins to ask which sources there are and what each needs."""
    return Asking(owner().home, ["sources"])


class Estimating:
    """How much there is to collect for a draft, asked of the sites by a process of its own."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._folder = tempfile.TemporaryDirectory(prefix="groundswell-")
        home = Path(self._folder.name)
        made = authoring.create(home, "draft", draft)
        words = ["estimate", str(made.path), "--limit-s", str(ESTIMATE_S)]
        self._asking = Asking(owner().home, words, limit_s=ESTIMATE_S * 2)

    def is_over(self) -> bool:
        """Whether the answer is there, or none will come."""
        return self._asking.is_over()

    def answer(self) -> list[dict[str, Any]]:
        """``source, state, message, hits, searches`` of each source. Raises
        ``GroundswellError``."""
        return self._asking.answer()


def runs_schedule() -> bool:
    """Whether this server collects by itself."""
    return keeper() is not None


def create(slug: str, draft: Draft, known: Mapping[str, Mapping[str, Any]]) -> list[Record]:
    """Writes the topic ``slug``, enters a job for each of its sources that is ready and can be
    asked again and again, and runs it at once; the jobs. Raises ``WrongUse`` where visitors may
    not operate, ``TopicError``, ``HomeError``, ``StoreError``."""
    if not access.may_operate():
        raise WrongUse(access.otherwise("Topics of this server are not changed from its pages."))
    if owner().topic_version(slug):  # its file is gone, its posts are not
        raise TopicError(f"There are posts of a topic {slug} already. Choose another title.")
    authoring.create(owner().home, slug, draft)
    jobs = [
        schedule_desk.edit(owner(), "add", _job(slug, source, known[source]))
        for source in draft["sources"]
        if source in known and known[source]["every_s"] and not known[source]["lacking"]
    ]
    for job in jobs if runs_schedule() else []:
        with suppress(HomeIsOwned):  # the schedule was faster
            schedule_desk.run_now(job["name"])
    return jobs


def going(topic: Topic) -> Going:
    """The first runs of the topic's jobs, as they are now."""
    board = schedule_desk.board(owner())
    jobs = [job for job in board["jobs"] if job["topic"] == topic.slug and job["kind"] == "collect"]
    collected = {source for job in jobs for source in job["sources"]}
    return Going(
        jobs=jobs,
        left_out=[name for name in topic.sources if name not in {*collected, STREAM}],
        troubles=board["troubles"],
        is_live=STREAM in topic.sources and runs_schedule(),
    )


def _job(slug: str, source: str, known: Mapping[str, Any]) -> Record:
    asked = {"topic": slug, "sources": [source], "every_s": known["every_s"]}
    return {"kind": "collect", **asked}


def _is_over(job: Record) -> bool:
    return job["last"] is not None and job["last"]["ended_at"] is not None
