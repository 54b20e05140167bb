"""A small world for youtube in which the contract is tried."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from collectors.youtube.collector import YouTube
from groundswell.settings import Settings
from tests.collectors.asks import SINCE, ask, topic
from tests.collectors.sites.youtube import YouTubeSite
from tests.collectors.web import Reply
from tests.conformance.case import CANARY, HOSTILE, Case, changed, noting


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

    def spoil(reply: Reply) -> None:
        site.faults = [reply] * 200

    def stumble(replies: Sequence[Reply]) -> None:
        site.faults = list(replies)

    def grow(count: int, since: datetime) -> list[str]:
        return site.publish(count, start=since, step=3_500 / max(count, 1))

    with site.serving():
        yield Case(
            make=lambda http: YouTube(settings, http),
            wanted=ask(topic("openai", youtube=site.topic_options())),
            settings=settings,
            items=13,
            rejects=1,
            spoil=spoil,
            stumble=stumble,
            grow=grow,
            page_size=100,
            mend=lambda raw: changed(raw, "snippet", "publishedAt", to="2025-01-21T00:00:00Z"),
            penniless=lambda http: YouTube(
                settings.model_copy(update={"youtube_daily_units": 0, "youtube_daily_searches": 0}),
                http,
            ),
            remove=site.remove,
            edit=site.edit,
            noted=noting(site, "videos", "replies"),
        )
