"""A collector on the fake Reddit, what it is asked, and what a run leaves for the next one."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from collectors._http import Http
from collectors.reddit.collector import Reddit
from groundswell.coverage import Coverage, merge
from groundswell.settings import Settings
from groundswell.source import Ask, Page
from tests.collectors.asks import NOW, SINCE, ask, posts_of, topic
from tests.collectors.clock import Clock
from tests.collectors.sites.reddit import SUB, RedditSite
from tests.collectors.web import Call

HOUR = timedelta(hours=1)
START = SINCE.timestamp()


def collector(site: RedditSite, home: Path, clock: Clock | None = None, **more: Any) -> Reddit:
    clock = clock or Clock(NOW)
    settings = Settings(home=home, **{**site.settings_changes(), **more})
    return Reddit(settings, Http(settings, source="reddit", sleep=clock.sleep, now=clock.now))


def wanted(subreddits: list[str] | None = None, query: str = "openai", **more: Any) -> Ask:
    names = [SUB] if subreddits is None else subreddits
    return ask(topic(query, reddit={"subreddits": names}), **more)


def after(first: Ask, pages: list[Page], now: datetime = NOW) -> Ask:
    """The ask of the next run with what the pages left behind."""
    known: dict[str, list[Coverage]] = {}
    for page in pages:
        known.setdefault(page.instance or "", []).extend(page.coverage)
    cursors = [page.cursor for page in pages if page.cursor]
    return Ask(
        topic=first.topic,
        span=(first.span[0], now),
        now=now,
        known_by={instance: merge((), windows) for instance, windows in known.items()},
        cursor=cursors[-1],
    )


def windows(pages: list[Page], instance: str = f"r/{SUB}") -> list[Coverage]:
    """What is known of one place."""
    return merge((), [w for page in pages if page.instance == instance for w in page.coverage])


def uris(reads: Reddit, pages: list[Page]) -> list[str]:
    return [post.uri for post in posts_of(reads, pages)]


def calls(site: RedditSite, kind: str) -> list[Call]:
    return [call for call in site.web.calls if kind in call.path]
