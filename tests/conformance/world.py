"""A home that a case is collected into, run by run, as the command does it, down to the table."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from collectors._http import Http
from groundswell.coverage import Coverage, Span
from groundswell.run import Outcome, collect
from groundswell.scoring.score import Reading
from groundswell.settings import Settings
from groundswell.source import Ask
from groundswell.spool import Spool
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.owner import open_briefly
from groundswell.topic import Topic
from tests.collectors.clock import Clock
from tests.conformance.case import Case

LATER = timedelta(hours=2)


def read(posts: Any) -> list[Reading]:
    """Scores nothing: what is tried here is what comes in, not what is made of it."""
    return [Reading(lang="und", lang_confidence=0.0, scores=()) for _ in posts]


@dataclass
class World:
    """``table`` and ``windows`` are what a page would show after the runs so far."""

    case: Case
    home: Path
    now: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.now = self.case.wanted.now
        self._settings = Settings(home=self.home)

    async def run(self, *, spool: Spool | None = None) -> Outcome:
        """One run up to ``now`` with what earlier ones left, and its batches absorbed."""
        clock = Clock(self.now)
        async with Http(
            self.case.settings,
            source="sample",
            transport=self.case.transport,
            sleep=clock.sleep,
            now=clock.now,
        ) as http:
            collector = self.case.make(http)
            ask = self._ask(collector.name, collector.route)
            outcome = await collect(
                collector, ask, spool or Spool(self.home), read, clock=clock.now
            )
        self.absorb()
        return outcome

    def absorb(self) -> None:
        """Takes what waits in the spool into the table."""
        with open_briefly(self.home, self._settings):
            pass

    def table(self) -> dict[str, dict[str, Any]]:
        """Every stored post by its uri, without what tells one run from another."""
        with open_briefly(self.home, self._settings) as visit, visit.read() as cursor:
            answer = cursor.execute(
                "SELECT uri, source, url, author, created_at, text, lang, version, labels,"
                " withheld, reply_to FROM posts"
            )
            names = [column[0] for column in answer.description or []]
            rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
        found = {row["uri"]: row for row in rows}
        assert len(found) == len(rows), "a post must be one row"
        return found

    def windows(self) -> list[tuple[str | None, datetime, datetime, str]]:
        """Instance, start, end and status of each coverage window, in order."""
        with open_briefly(self.home, self._settings) as visit, visit.read() as cursor:
            known = questions.coverage(cursor, "sample")
        columns = known[["instance", "start", "end", "status"]]
        return [tuple(row) for row in columns.itertuples(index=False)]

    def quarantined(self) -> int:
        """How many items wait in quarantine."""
        with open_briefly(self.home, self._settings) as visit, visit.read() as cursor:
            return len(questions.quarantine(cursor, "sample", 10_000, 0))

    def totals(self) -> questions.Totals:
        """The counts a page shows."""
        with open_briefly(self.home, self._settings) as visit, visit.read() as cursor:
            return questions.totals(cursor, Filters(topic="sample"))

    def _ask(self, source: str, route: str) -> Ask:
        with open_briefly(self.home, self._settings) as visit, visit.read() as cursor:
            state = questions.route_state(cursor, "sample", source, route)
        start, _ = self.case.wanted.span
        return ask_after(self.case.wanted.topic, (start, self.now), state)


def ask_after(topic: Topic, span: Span, state: questions.RouteState) -> Ask:
    """What a run at the end of ``span`` asks, knowing what earlier ones left."""
    known_by: dict[str, list[Coverage]] = {}
    for covered in state.covered:
        if covered.instance is not None:
            known_by.setdefault(covered.instance, []).append(covered.window)
    return Ask(
        topic=topic,
        span=span,
        now=span[1],
        known=[covered.window for covered in state.covered],
        known_by=known_by,
        cursor=state.cursor,
    )
