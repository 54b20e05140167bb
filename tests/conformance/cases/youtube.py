"""A small world for youtube in which the contract is tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from collectors.youtube.collector import YouTube
from groundswell.settings import Settings
from tests.collectors.asks import SINCE, ask, topic
from tests.collectors.sites.youtube import YouTubeSite
from tests.conformance.case import CANARY, HOSTILE, Case, changed, growing, over


@contextmanager
def case(home: Path) -> Iterator[Case]:
    site = YouTubeSite()
    site.key = CANARY
    root = site.thread(SINCE + timedelta(seconds=5), "Is OpenAI down?")
    site.reply(root, SINCE + timedelta(seconds=60), "OpenAI says so.")
    site.thread(SINCE + timedelta(seconds=90), HOSTILE, likeCount=None)
    busy = site.thread(SINCE + timedelta(hours=6), "OpenAI, a long talk")
    for n in range(8):
        site.reply(busy, SINCE + timedelta(hours=9, seconds=n), "OpenAI again")
    site.thread(SINCE + timedelta(hours=1), "OpenAI", publishedAt="soon")
    settings = Settings(home=home, **site.settings_changes())

    with site.serving():
        yield Case(
            make=lambda http: YouTube(settings, http),
            wanted=ask(topic("openai", youtube=site.topic_options())),
            settings=settings,
            items=13,
            rejects=1,
            grow=growing(site.publish),
            page_size=100,
            mend=lambda raw: changed(raw, "snippet", "publishedAt", to="2025-01-21T00:00:00Z"),
            penniless=lambda http: YouTube(
                settings.model_copy(update={"youtube_daily_units": 0, "youtube_daily_searches": 0}),
                http,
            ),
            edit=site.edit,
            **over(site, "videos", "replies"),
        )
