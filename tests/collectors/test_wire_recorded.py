"""Real answers and feeds recorded by others: each is read, or refused with a reason."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.hackernews.collector import HackerNews
from collectors.hackernews.items import read_item
from collectors.rss.collector import Rss
from collectors.rss.entry import NotAFeed
from collectors.rss.reader import FeedReader
from groundswell.post import Post, Rejected
from groundswell.settings import Settings
from groundswell.source import Page
from groundswell.text import clean_text

REAL = Path(__file__).resolve().parents[2] / ".." / "shared" / "real"
NOW = datetime(2025, 2, 1, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason="the recorded answers are not beside this checkout"
)


def page(source: str, route: str, body: Any, **more: Any) -> Page:
    return Page(source=source, route=route, url="recorded", fetched_at=NOW, body=body, **more)


def answers() -> dict[str, Any]:
    """The decoded body of every recorded answer of Hacker News search, by its file."""
    found = {}
    for path in sorted((REAL / "hackernews").glob("algolia_*.json")):
        for recorded in json.loads(path.read_bytes())["interactions"]:
            found[path.stem] = json.loads(recorded["response"]["body"])
    return found


def test_every_recorded_hit_of_hacker_news_becomes_a_post() -> None:
    hn, kinds, posts = HackerNews(Settings()), Counter[str](), []
    searches = {name: body for name, body in answers().items() if "hits" in body}
    assert sorted(set(answers()) - set(searches)) == ["algolia_09"]  # a user, not a search
    for body in searches.values():
        items = list(hn.posts(page("hackernews", "search", body)))
        assert len(items) == len(body["hits"])
        kinds.update(type(item).__name__ for item in items)
        posts += [item for item in items if isinstance(item, Post)]
    assert kinds == {"Post": 95}
    assert len({post.uri for post in posts}) == 71
    comments = [post for post in posts if post.reply_to]
    assert comments
    assert all(post.replies is None and post.thread_root for post in comments)
    assert all(post.created_at and post.author and "&#x27;" not in post.text for post in posts)


def test_every_recorded_item_of_hacker_news_becomes_a_post() -> None:
    lines = (REAL / "hackernews" / "hn_ai_launch_items_2023_2025.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    as_served = [
        {
            "id": row["hn_id"],
            "type": "story",
            "by": row["author"],
            "time": datetime.fromisoformat(row["time_utc"]).timestamp(),
            "title": row["title"],
            "url": row["url"],
            "score": row["score"],
            "descendants": row["descendants"],
        }
        for row in rows
    ]
    items = [
        item for own in as_served for item in read_item(page("hackernews", "item", {"item": own}))
    ]
    assert len(items) == 75
    assert all(isinstance(item, Post) for item in items)
    assert [item.likes for item in items if isinstance(item, Post)] == [r["score"] for r in rows]


async def test_every_recorded_feed_is_read_or_refused_with_a_reason() -> None:
    paths = sorted(path for path in (REAL / "rss").glob("*/*") if path.is_file())
    refused, kinds, posts = {}, Counter[str](), []
    async with FeedReader() as reader:
        for path in paths:
            try:
                feed = await reader.read(path.read_bytes(), url="https://recorded.example/feed")
            except NotAFeed as error:
                refused[path.name] = str(error)
                continue
            own = page("rss", "feed", b"", instance=path.name, context={"feed": feed})
            items = list(Rss(Settings()).posts(own))
            assert bool(items) == bool(feed.entries)
            kinds.update(type(item).__name__ for item in items)
            posts += [item for item in items if isinstance(item, Post)]
            rejected = [item for item in items if isinstance(item, Rejected)]
            assert path.parent.name == "feedparser" or not rejected
            assert all("neither title nor text" in item.reason for item in rejected)
    assert len(paths) == 246
    assert sorted(refused) == [
        "HREFConsideredHarmfulFirstEntry.xml",
        "PaulDixExplainsNothingFirstEntryContent.xml",
        "encoding__bozo_invalid-bytes-with-bom.xml",
        "illformed__aaa_illformed.xml",
        "illformed__rss_empty_document.xml",
        "unrecognized.rss",
        "wellformed__cdf__channel_href_map_link.xml",
        "wellformed__cdf__channel_href_map_links.xml",
    ]
    assert all(refused.values())
    # 49 entries of feedparser's own unit tests hold one element and nothing to read; one entry
    # stands twice in its feed.
    assert kinds == {"Post": 514, "Rejected": 49}
    assert len({post.uri for post in posts}) == len(posts)
    for post in posts:
        assert clean_text(post.text)[0] == post.text
        assert all(link.startswith(("http://", "https://")) for link in post.links)
