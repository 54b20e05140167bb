"""A Hacker News collector on the fake search, the stories it finds, and what a run brought."""

from typing import Any

from collectors._http import Http
from collectors.hackernews.collector import HackerNews
from groundswell.post import Post
from groundswell.settings import Settings
from tests.collectors.asks import NOW, SINCE, topic
from tests.collectors.clock import Clock
from tests.collectors.fake_hackernews import FakeSearch, story

START_S, NOW_S = int(SINCE.timestamp()), int(NOW.timestamp())
OPENAI = topic("openai")


def collector(site: FakeSearch, clock: Clock | None = None, **settings: Any) -> HackerNews:
    """The collector pointed at the fake site, with a clock that does not wait."""
    clock = clock or Clock()
    own = Settings(
        allow_private_addresses=True,
        hackernews_url=site.web.url,
        hackernews_items_url=site.web.url,
        **settings,
    )
    return HackerNews(own, Http(own, source="hackernews", sleep=clock.sleep, now=clock.now))


def spread(count: int, since_s: int = START_S, until_s: int = NOW_S) -> list[dict[str, Any]]:
    """Stories about OpenAI, evenly over a period."""
    step = (until_s - since_s) / max(count, 1)
    return [story(since_s + int(n * step), f"OpenAI news {n}") for n in range(count)]


def ids(posts: list[Post]) -> set[str]:
    return {post.uri.partition("id=")[2] for post in posts}
