"""A small world for mastodon in which the contract is tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from collectors.mastodon.collector import Mastodon
from groundswell.settings import Settings
from tests.collectors.asks import SINCE, ask, topic
from tests.collectors.sites.mastodon import MastodonSite, status
from tests.conformance.case import HOSTILE, Case, changed, over


@contextmanager
def case(_: Path) -> Iterator[Case]:
    site = MastodonSite(
        [
            status(SINCE + timedelta(hours=1)),
            status(SINCE + timedelta(hours=2), f"{HOSTILE}<script>alert(1)</script>"),
            status(SINCE + timedelta(days=5), favourites_count=None, quotes_count=None),
            status(SINCE + timedelta(days=9), spoiler_text="About OpenAI", content=""),
            status(SINCE + timedelta(days=10), uri=None),
        ]
    )
    settings = Settings(allow_private_addresses=True)

    def grow(count: int, since: datetime) -> list[str]:
        step = timedelta(seconds=3_500) / max(count, 1)
        return site.publish(count, start=since + timedelta(seconds=1), step=step)

    with site.serving():
        yield Case(
            make=lambda http: Mastodon(settings, http),
            wanted=ask(topic("openai", mastodon=site.topic_options())),
            settings=settings,
            items=5,
            rejects=1,
            grow=grow,
            page_size=40,
            mend=lambda raw: changed(raw, "uri", to="https://m.example/users/s/statuses/9"),
            edit=lambda uri, text: site.edit(uri, text, SINCE + timedelta(days=11)),
            **over(site, "statuses"),
        )
