"""A small world for hackernews in which the contract is tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from collectors.hackernews.collector import HackerNews
from collectors.hackernews.items import uri_of
from groundswell.settings import Settings
from tests.collectors.asks import SINCE, ask, topic
from tests.collectors.fake_hackernews import FakeSearch, comment, story
from tests.conformance.case import HOSTILE, Case, changed, over


@contextmanager
def case(_: Path) -> Iterator[Case]:
    start = int(SINCE.timestamp())
    root = story(start, "OpenAI")
    site = FakeSearch(
        [
            root,
            comment(start + 5, "OpenAI, &lt;b&gt; indeed", root["objectID"], root["objectID"]),
            story(start + 9, HOSTILE, story_text="<script>alert(1)</script>OpenAI"),
            story(start + 86_400 * 11, "OpenAI", points=None, num_comments=None),
            story(start + 7, "OpenAI", objectID="no number"),
            comment(start + 8, "[deleted]", "1", "1", author="openai"),
        ]
    )
    settings = Settings(
        allow_private_addresses=True, hackernews_url=site.web.url, hackernews_items_url=site.web.url
    )

    def grow(count: int, since: datetime) -> list[str]:
        first = int(since.timestamp()) + 1
        more = [story(first + n * 3_500 // count, f"OpenAI, take {n}") for n in range(count)]
        site.hits += more
        return [uri_of(hit["objectID"]) for hit in more]

    with site.serving():
        yield Case(
            make=lambda http: HackerNews(settings, http),
            wanted=ask(topic("openai"), since=SINCE - timedelta(days=18)),
            settings=settings,
            items=6,
            rejects=1,
            grow=grow,
            page_size=1_000,
            ceiling=1_000,
            mend=lambda raw: changed(raw, "objectID", to="41999999"),
            edit=site.edit,
            **over(site, "items"),
        )
