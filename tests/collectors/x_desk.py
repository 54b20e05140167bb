"""A collector on the fake X, what it is asked, and what it has spent."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from collectors._http import Http
from collectors.x.collector import X
from groundswell.budget import Budget
from groundswell.coverage import merge
from groundswell.settings import Settings
from groundswell.source import Ask, Page
from tests.collectors.asks import (
    NOW,
    ask,
    coverage_of,
    posts_of,
    topic,
)
from tests.collectors.clock import Clock
from tests.collectors.sites.x import XSite

SINCE = NOW - timedelta(days=3)
HOUR = timedelta(hours=1)
END = NOW - timedelta(seconds=15)


def collector(site: XSite, home: Path, clock: Clock | None = None, **more: Any) -> X:
    clock = clock or Clock(NOW)
    settings = Settings(home=home, **{**site.settings_changes(), **more})
    return X(settings, Http(settings, source="x", sleep=clock.sleep, now=clock.now))


def wanted(query: str = "openai", since: datetime = SINCE, **more: Any) -> Ask:
    return ask(topic(query, x={}), since=since, **more)


def after(first: Ask, pages: list[Page]) -> Ask:
    """The ask of the next run with what the pages left behind."""
    cursors = [page.cursor for page in pages if page.cursor]
    known = merge(first.known, coverage_of(pages))
    return Ask(topic=first.topic, span=first.span, now=NOW, known=known, cursor=cursors[-1])


def uris(reads: X, pages: list[Page]) -> list[str]:
    return [post.uri for post in posts_of(reads, pages)]


def spent(home: Path) -> int:
    return Budget(home, "x:money", 10**12, period="ever").spent()


def recent() -> Ask:
    """An ask for the last three days of the wall clock, for a process of its own."""
    now = datetime.now(NOW.tzinfo)
    return Ask(topic=topic("openai", x={}), span=(now - timedelta(days=3), now), now=now)
