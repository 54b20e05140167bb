"""The collector of files: rows in chunks as pages, pure rows to posts."""

from collections.abc import AsyncIterator, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import anyio.to_thread

from collectors._set_aside import alone, context_of
from collectors.file_import.formats import check_readable, rows_of
from collectors.file_import.json_rows import row_again
from collectors.file_import.making import NAME, Maker
from collectors.file_import.moments import NotATime, Reckoning, moment
from collectors.file_import.planning import ImportPlan, plan
from collectors.file_import.recipe import Recipe
from collectors.file_import.repeats import Repeats
from collectors.file_import.rows import Row
from groundswell.coverage import Coverage, Span, Status
from groundswell.errors import BadAnswer
from groundswell.post import EARLIEST_PLAUSIBLE, LATEST_PLAUSIBLE, Item
from groundswell.settings import Settings
from groundswell.source import Ask, Capabilities, Page, SetAside
from groundswell.topic import Topic

PAGE_ROWS = 5_000
PAGE_BYTES = 16 * 1024 * 1024  # of raw rows: long rows make short pages

# The most that the terms of a place let a snapshot hand on; own data goes out as text.
REDISTRIBUTION: dict[str, Literal["text", "ids", "link"]] = {
    "x": "ids",
    "twitter": "ids",
    "reddit": "ids",
    "youtube": "ids",
    "rss": "link",
}


class FileImport:
    """Posts from files. Nothing is kept of a file that is refused; the same file twice adds
    nothing, since identities come from its content.

    ``mapping`` is column to field, ``zone`` an IANA name for times without offset, ``origin`` the
    source of rows that name none; it also sets what a snapshot may hand on.
    """

    name: str = NAME
    route: str = "file"
    capabilities = Capabilities(
        keyless=True,
        since=False,
        until=False,
        history="the file",
        engagement=("likes", "reposts", "replies", "quotes"),
        deletion_signal=True,
        redistribution="text",
        terms="Those of the place the file came from; say which with --origin.",
    )

    def __init__(
        self,
        settings: Settings,  # noqa: ARG002  # all collectors are built alike; a file needs neither
        http: Any = None,  # noqa: ARG002
        *,
        files: Sequence[Path | str] = (),
        mapping: Mapping[str, str] | None = None,
        zone: str | None = None,
        origin: str | None = None,
    ) -> None:
        self._files = [Path(file) for file in files]
        self._mapping, self._zone, self._origin = mapping, zone, origin
        most = REDISTRIBUTION.get(origin or "", "text")
        self.capabilities = replace(self.capabilities, redistribution=most)

    def plans(self) -> list[ImportPlan]:
        """What importing each file would do. Raises ``ImportFileError`` for the first refused."""
        return [plan(file, self._mapping, self._zone, origin=self._origin) for file in self._files]

    async def check(self, topic: Topic | None = None) -> str:  # noqa: ARG002  # asks nobody
        """Files need nobody's leave."""
        return "your own files: CSV, JSON Lines, Parquet"

    async def pages(self, ask: Ask) -> AsyncIterator[Page]:
        """Up to 5,000 rows a page, then one page without rows that says what the file covered.

        Every text file is read through once before the first page, so that a damaged one is
        refused whole. Raises ``ImportFileError``.
        """
        plans = await anyio.to_thread.run_sync(self._checked)
        left = ask.limit
        for planned in plans:
            reading = _Reading(planned, ask, left)
            with closing(reading.pages()) as pages:
                while page := await anyio.to_thread.run_sync(next, pages, None):
                    yield page
            left = reading.left

    def posts(self, page: Page) -> Iterator[Item]:
        """A post, deletion or reject for each row of ``page``."""
        recipe = Recipe(**page.context["recipe"])
        yield from Maker(recipe, seen_at=page.fetched_at, file=page.url).items(page.body or ())

    async def page_of(self, kept: SetAside) -> Page:
        """See ``groundswell.source.Requeueable``. Raises ``BadAnswer`` for a row that was set aside
        before it was kept how its file was read: that file can be imported again."""
        known = context_of(kept)
        try:
            recipe = Recipe(**known["recipe"])
            row = row_again(kept.raw, as_json=recipe.format.startswith("JSON"), **known["row"])
        except (KeyError, TypeError, AttributeError):
            raise BadAnswer(
                "It is not known how the file of this row was read. Import the file again.",
                source=NAME,
            ) from None
        return alone(self, kept, [row], {"recipe": asdict(recipe)})

    def _checked(self) -> list[ImportPlan]:
        plans = self.plans()
        for planned in plans:
            check_readable(planned.shape)
        return plans


class _Reading:
    """One file being read: its pages, the span of its times, and what is left of the limit."""

    def __init__(self, planned: ImportPlan, ask: Ask, left: int | None) -> None:
        self.left = left
        self._plan, self._ask = planned, ask
        self._reckoning: Reckoning = planned.recipe.reckoning()
        self._first: datetime | None = None
        self._last: datetime | None = None

    def pages(self) -> Generator[Page, None, None]:
        repeats = Repeats(self._plan.recipe)
        with closing(rows_of(self._plan.shape)) as rows:
            while chunk := _chunk(rows, self.left):
                self._note_times(chunk)
                self.left = None if self.left is None else self.left - len(chunk)
                yield self._page(repeats.marked(chunk))
            more = next(rows, None) is not None
        yield self._page(None, self._covered(truncated=more))

    def _page(self, rows: list[Row] | None, coverage: tuple[Coverage, ...] = ()) -> Page:
        return Page(
            source=NAME,
            route=FileImport.route,
            url=self._plan.path.name,
            fetched_at=self._ask.now,
            body=rows,
            coverage=coverage,
            context={"recipe": asdict(self._plan.recipe)},
        )

    def _note_times(self, rows: Sequence[Row]) -> None:
        for row in rows:
            try:
                when = moment(self._plan.recipe.cell(row.cells, "created_at"), self._reckoning)
            except NotATime:  # the row's own reject says so
                continue
            if when is not None and EARLIEST_PLAUSIBLE <= when < LATEST_PLAUSIBLE:
                self._first = min(self._first or when, when)
                self._last = max(self._last or when, when)

    def _covered(self, *, truncated: bool) -> tuple[Coverage, ...]:
        """The file speaks for the time between its first and its last post, and for no other;
        for none when no post has a plausible time."""
        span = _within(self._ask.span, self._first, self._last)
        if span is None:
            return ()
        status: Status = "truncated" if truncated else "complete"
        reason = f"Stopped at the limit of {self._ask.limit} rows." if truncated else None
        return (Coverage(start=span[0], end=span[1], status=status, reason=reason),)


def _chunk(rows: Iterator[Row], limit: int | None) -> list[Row]:
    chunk: list[Row] = []
    size_bytes = 0
    for row in islice(rows, min(PAGE_ROWS, PAGE_ROWS if limit is None else limit)):
        chunk.append(row)
        size_bytes += len(row.raw)
        if size_bytes >= PAGE_BYTES:
            break
    return chunk


def _within(span: Span, first: datetime | None, last: datetime | None) -> Span | None:
    if first is None or last is None:
        return None
    start, end = max(span[0], first), min(span[1], last + timedelta(microseconds=1))
    return (start, end) if start < end else None
