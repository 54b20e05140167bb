"""A small world for reddit in which the contract is tried."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from collectors.reddit.collector import Reddit
from groundswell.settings import Settings
from tests.collectors.asks import SINCE, ask, topic
from tests.collectors.sites.reddit import RedditSite
from tests.collectors.web import Reply
from tests.conformance.case import CANARY, HOSTILE, Case, changed, noting


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

    def spoil(reply: Reply) -> None:
        site.faults = [reply] * 200

    def stumble(replies: Sequence[Reply]) -> None:
        site.faults = list(replies)

    def grow(count: int, since: datetime) -> list[str]:
        return site.publish(count, start=since, step=3_500 / max(count, 1))

    with site.serving():
        yield Case(
            make=lambda http: Reddit(settings, http),
            wanted=ask(topic("openai", reddit=site.topic_options())),
            settings=settings,
            items=7,
            rejects=1,
            spoil=spoil,
            stumble=stumble,
            grow=grow,
            page_size=100,
            ceiling=1_000,
            mend=lambda raw: changed(raw, "data", "id", to="zz9"),
            remove=site.remove,
            edit=site.edit,
            noted=noting(site, "things"),
            end_account=site.end_account,
        )
