"""A home that a case is collected into, run by run, as the command does it, down to the table."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from collectors._http import Http
from groundswell.coverage import Coverage, Span
from groundswell.post import Item
from groundswell.recheck import recheck
from groundswell.run import Outcome, collect
from groundswell.scoring.score import Reading
from groundswell.settings import Settings
from groundswell.source import Ask, Collector, Page, Stored
from groundswell.spool import Spool
from groundswell.store import questions, rechecks
from groundswell.store.filters import Filters
from groundswell.store.owner import open_briefly
from groundswell.store.rechecks import Asked
from groundswell.topic import Topic
from tests.collectors.clock import Clock
from tests.conformance.case import Case

LATER = timedelta(hours=2)


def read(posts: Any) -> list[Reading]:
    """Scores nothing: what is tried here is what comes in, not what is made of it."""
    return [Reading(lang="und", lang_confidence=0.0, scores=()) for _ in posts]


class Later:
    """A collector whose pages are fetched so much later than by the clock of this machine."""

    def __init__(self, collector: Any, by: timedelta) -> None:
        self._own, self._by = collector, by
        self.name, self.route = collector.name, collector.route
        self.capabilities = replace(collector.capabilities, retention=None)  # it stands in 2025

    async def pages(self, ask: Ask) -> AsyncIterator[Page]:
        async for page in self._own.pages(ask):
            yield replace(page, fetched_at=page.fetched_at + self._by)

    async def recheck(self, stored: Sequence[Stored]) -> AsyncIterator[Page]:
        async for page in self._own.recheck(stored):
            yield replace(page, fetched_at=page.fetched_at + self._by)

    def posts(self, page: Page) -> Iterator[Item]:
        return iter(self._own.posts(page))


@dataclass
class World:
    """``table`` and ``windows`` are what a page would show after the runs so far."""

    case: Case
    home: Path
    now: datetime = field(init=False)
    passed: timedelta = timedelta(0)  # by ``pass_by``

    def __post_init__(self) -> None:
        self.now = self.case.wanted.now
        self._settings = Settings(home=self.home)

    def pass_by(self, time: timedelta) -> None:
        """Lets time pass, also for what is read from then on."""
        self.now += time
        self.passed += time

    async def run(self, *, spool: Spool | None = None, anew: bool = False) -> Outcome:
        """One run up to ``now`` with what earlier ones left, or ``anew`` as if nothing had been
        read, and its batches absorbed."""
        async with self._collector() as collector:
            ask = self._ask(collector.name, collector.route)
            if anew:
                ask = replace(ask, known=(), known_by={}, cursor=None)
            outcome = await collect(
                collector, ask, spool or Spool(self.home), read, clock=Clock(self.now).now
            )
        self.absorb()
        return outcome

    async def look_again(self) -> None:
        """Every stored post asked for again, as ``refresh`` does; a stream tells by itself."""
        async with self._collector() as collector:
            is_told = collector.route == "stream"
            if not is_told:
                stored = self._stored(collector.name)
                await recheck(collector, "sample", [stored], Spool(self.home), read)
        self.absorb()
        if is_told:
            await self.run()

    @asynccontextmanager
    async def _collector(self) -> AsyncIterator[Collector]:
        clock = Clock(self.now)
        async with Http(
            self.case.settings,
            source="sample",
            transport=self.case.transport,
            sleep=clock.sleep,
            now=clock.now,
        ) as http:
            yield Later(self.case.make(http), self.passed)

    def _stored(self, source: str) -> list[Stored]:
        asked = Asked(topic="sample", source=source, before=datetime.max.replace(tzinfo=UTC))
        with open_briefly(self.home, self._settings) as visit, visit.read() as cursor:
            page = rechecks.page(cursor, self.home, asked)
        return [rechecks.stored_of(record) for record in page["posts"]]

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

    def shown(self) -> dict[str, dict[str, Any]]:
        """What a page shows of every post by its uri: none that is hidden."""
        with open_briefly(self.home, self._settings) as visit, visit.read() as cursor:
            posts = questions.posts(cursor, Filters(topic="sample"), "oldest", 10_000)
        rows = posts[["uri", "author", "text"]].astype(object)
        said = rows.where(rows.notna(), None).itertuples(index=False, name=None)
        return {uri: {"author": author, "text": text} for uri, author, text in said}

    def buried(self) -> set[str]:
        """Addresses of posts that were deleted, and are not to come in again by being seen."""
        with open_briefly(self.home, self._settings) as visit, visit.read() as cursor:
            rows = cursor.execute("SELECT uri FROM tombstones WHERE uri IS NOT NULL").fetchall()
        return {uri for (uri,) in rows}

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
