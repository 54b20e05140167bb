"""A Lemmy collector on fake servers, and what a run brought."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from collectors._http import Http
from collectors.lemmy.collector import Lemmy
from collectors.lemmy.views import Sight
from groundswell.coverage import merge
from groundswell.post import Item
from groundswell.settings import Settings
from groundswell.source import Ask, Page
from tests.collectors.asks import NOW, SINCE, topic
from tests.collectors.clock import Clock
from tests.collectors.sites.lemmy import LemmySite

SETTINGS = Settings(allow_private_addresses=True)


def collector(clock: Clock | None = None) -> Lemmy:
    """With a clock that does not wait."""
    clock = clock or Clock()
    return Lemmy(SETTINGS, Http(SETTINGS, source="lemmy", sleep=clock.sleep, now=clock.now))


def wanted(
    *sites: LemmySite | str,
    query: str = "openai",
    since: datetime = SINCE,
    now: datetime = NOW,
    known_by: dict[str, Any] | None = None,
    limit: int | None = None,
) -> Ask:
    """What a run wants of ``sites``, which are fakes or addresses."""
    addresses = [site if isinstance(site, str) else site.web.url for site in sites]
    return Ask(
        topic=topic(query, lemmy={"instances": addresses}),
        span=(since, now),
        now=now,
        known_by=known_by or {},
        limit=limit,
    )


def known_after(pages: Sequence[Page]) -> dict[str, Any]:
    """Coverage by instance once ``pages`` are stored."""
    known: dict[str, Any] = {}
    for page in pages:
        if page.instance and page.coverage:
            known[page.instance] = merge(known.get(page.instance, ()), page.coverage)
    return known


def read_views(*views: Any, sight: Sight | None = None) -> list[Item]:
    """What the collector makes of these views of v3, shown by ``seen.example``."""
    is_comment = [isinstance(view, dict) and "comment" in view for view in views]
    page = Page(
        source="lemmy",
        route="search",
        url="https://seen.example/api",
        fetched_at=NOW,
        body={
            "posts": [view for view, one in zip(views, is_comment, strict=True) if not one],
            "comments": [view for view, one in zip(views, is_comment, strict=True) if one],
        },
        instance="seen.example",
        context={"sight": sight} if sight else {},
    )
    return list(Lemmy(SETTINGS).posts(page))
