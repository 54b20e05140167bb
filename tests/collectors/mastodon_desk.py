"""A Mastodon collector on fake instances, and what a run brought."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from collectors._http import Http
from collectors.mastodon.collector import Mastodon
from groundswell.coverage import merge
from groundswell.post import Item
from groundswell.settings import Settings
from groundswell.source import Ask, Page
from tests.collectors.asks import NOW, SINCE, topic
from tests.collectors.clock import Clock
from tests.collectors.sites.mastodon import MastodonSite, status

SETTINGS = Settings(allow_private_addresses=True)


def collector(clock: Clock | None = None) -> Mastodon:
    """With a clock that does not wait."""
    clock = clock or Clock()
    http = Http(SETTINGS, source="mastodon", sleep=clock.sleep, now=clock.now)
    return Mastodon(SETTINGS, http)


def wanted(
    *sites: MastodonSite | str,
    tags: Sequence[str] = ("openai",),
    since: datetime = SINCE,
    until: datetime = NOW,
    now: datetime = NOW,
    query: str = "openai",
    options: dict[str, Any] | None = None,
    **more: Any,
) -> Ask:
    """What a run wants of ``sites``, which are fakes or addresses."""
    addresses = [site if isinstance(site, str) else site.web.url for site in sites]
    own = {"instances": addresses, "tags": list(tags), **(options or {})}
    return Ask(topic=topic(query, mastodon=own), span=(since, until), now=now, **more)


def after(before: Ask, pages: Sequence[Page], **changes: Any) -> Ask:
    """The ask of the next run, when all of ``pages`` is stored."""
    known: dict[str, Any] = dict(before.known_by)
    for page in pages:
        if page.instance and page.coverage:
            known[page.instance] = merge(known.get(page.instance, ()), page.coverage)
    cursors = [page.cursor for page in pages if page.cursor is not None]
    fields = {
        "topic": before.topic,
        "span": before.span,
        "now": before.now,
        "known_by": known,
        "known": [window for windows in known.values() for window in windows],
        "cursor": cursors[-1] if cursors else before.cursor,
    }
    return Ask(**{**fields, **changes})


def read_one(own: dict[str, Any] | None = None, sight: Any = None, **more: Any) -> list[Item]:
    """What the collector makes of one status, shown by the instance ``seen.example``."""
    shown = own if own is not None else status(SINCE, **more)
    page = Page(
        source="mastodon",
        route="tag",
        url="https://seen.example/api",
        fetched_at=NOW,
        body=[shown],
        instance="seen.example",
        context={"sight": sight} if sight else {},
    )
    return list(Mastodon(SETTINGS).posts(page))
