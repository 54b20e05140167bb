"""A small world for reddit in which the contract is tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collectors.reddit.collector import Reddit
from groundswell.settings import Settings
from tests.collectors.asks import SINCE, ask, topic
from tests.collectors.sites.reddit import RedditSite
from tests.conformance.case import CANARY, HOSTILE, Case, changed, growing, over


@contextmanager
def case(home: Path) -> Iterator[Case]:
    start = SINCE.timestamp()
    site = RedditSite()
    site.secret = CANARY
    root = site.submission(start + 5, "Is OpenAI down?", selftext="For me, OpenAI is.")
    first = site.comment(start + 60, root["name"], "OpenAI says so.")
    site.comment(start + 70, first["name"], "OpenAI", author="[deleted]", author_fullname=None)
    site.comment(start + 80, root["name"], "[deleted]", author="[deleted]")
    site.submission(start + 90, HOSTILE, score=-3, selftext="OpenAI")
    site.submission(start + 95, "OpenAI", selftext="[removed]")
    site.submission(start + 99, "OpenAI", id="no number!")
    settings = Settings(home=home, **site.settings_changes())

    with site.serving():
        yield Case(
            make=lambda http: Reddit(settings, http),
            wanted=ask(topic("openai", reddit=site.topic_options())),
            settings=settings,
            items=7,
            rejects=1,
            grow=growing(site.publish),
            page_size=100,
            ceiling=1_000,
            mend=lambda raw: changed(raw, "data", "id", to="zz9"),
            edit=site.edit,
            **over(site, "things"),
            end_account=site.end_account,
        )
