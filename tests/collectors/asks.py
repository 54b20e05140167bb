"""Topics and asks for tests of collectors."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from groundswell.coverage import Coverage
from groundswell.errors import SourceError
from groundswell.post import Deletion, Hiding, Item, Missing, Post, Rejected
from groundswell.query import parse
from groundswell.source import Ask, Collector, Page
from groundswell.topic import SourceOptions, Topic

NOW = datetime(2025, 2, 1, 12, 0, tzinfo=UTC)
SINCE = datetime(2025, 1, 20, tzinfo=UTC)


def topic(query: str = "openai", path: Path | None = None, **sources: dict[str, Any]) -> Topic:
    """A topic that asks ``sources``, each with its options."""
    return Topic(
        slug="sample",
        title="A sample",
        query=parse(query),
        sources={name: SourceOptions(**options) for name, options in sources.items()},
        path=path,
    )


def ask(
    of: Topic,
    since: datetime = SINCE,
    until: datetime = NOW,
    now: datetime = NOW,
    known: Sequence[Coverage] = (),
    cursor: str | None = None,
    limit: int | None = None,
) -> Ask:
    """What a run wants."""
    return Ask(topic=of, span=(since, until), now=now, known=known, cursor=cursor, limit=limit)


async def pages_of(collector: Collector, wanted: Ask) -> list[Page]:
    """All pages of a run."""
    return [page async for page in collector.pages(wanted)]


async def pages_until(
    error: type[SourceError],
    collector: Collector,
    wanted: Ask,
    after_each: Callable[[Page], None] = lambda _: None,
) -> list[Page]:
    """The pages of a run before it ends with ``error``."""
    pages: list[Page] = []
    try:
        async for page in collector.pages(wanted):
            pages.append(page)
            after_each(page)
    except error:
        return pages
    raise AssertionError(f"the run ended without {error.__name__}")


def items_of(collector: Collector, pages: Sequence[Page]) -> list[Item]:
    """All items of those pages that have a body."""
    return [item for page in pages if page.body is not None for item in collector.posts(page)]


def posts_of(collector: Collector, pages: Sequence[Page]) -> list[Post]:
    """The posts among the items."""
    return [item for item in items_of(collector, pages) if isinstance(item, Post)]


def others_of(
    collector: Collector, pages: Sequence[Page]
) -> list[Deletion | Hiding | Missing | Rejected]:
    """All among the items that are no posts."""
    return [item for item in items_of(collector, pages) if not isinstance(item, Post)]


def coverage_of(pages: Sequence[Page]) -> list[Coverage]:
    """All windows that the pages settle, in the order they were said."""
    return [window for page in pages for window in page.coverage]
