"""A collector on the fake YouTube, what it is asked, and what a run leaves for the next one."""

from pathlib import Path
from typing import Any

from collectors._http import Http
from collectors.youtube.collector import YouTube
from groundswell.coverage import Coverage, merge
from groundswell.settings import Settings
from groundswell.source import Ask, Page
from tests.collectors.asks import ask, posts_of, topic
from tests.collectors.clock import Clock
from tests.collectors.sites.youtube import YouTubeSite
from tests.collectors.web import Call


def collector(site: YouTubeSite, home: Path, clock: Clock | None = None, **more: Any) -> YouTube:
    clock = clock or Clock()
    settings = Settings(home=home, **{**site.settings_changes(), **more})
    return YouTube(settings, Http(settings, source="youtube", sleep=clock.sleep, now=clock.now))


def wanted(site: YouTubeSite, videos: list[str] | None = None, **more: Any) -> Ask:
    options = {"videos": videos} if videos is not None else site.topic_options()
    return ask(topic("openai", youtube=options), **more)


def after(first: Ask, pages: list[Page], **more: Any) -> Ask:
    """The ask of the next run, an hour later, with what the pages left behind."""
    known: dict[str, list[Coverage]] = {}
    for page in pages:
        known.setdefault(page.instance or "", []).extend(page.coverage)
    cursors = [page.cursor for page in pages if page.cursor]
    return Ask(
        topic=first.topic,
        span=(first.span[0], more.get("until", first.span[1])),
        now=more.get("until", first.now),
        known_by={instance: merge((), windows) for instance, windows in known.items()},
        cursor=cursors[-1] if cursors else None,
    )


def uris(reads: YouTube, pages: list[Page]) -> list[str]:
    return [post.uri for post in posts_of(reads, pages)]


def calls(site: YouTubeSite, kind: str) -> list[Call]:
    return [call for call in site.web.calls if call.path.endswith(f"/{kind}")]
