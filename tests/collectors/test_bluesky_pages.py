"""Two whole answers, an ordinary and an ugly one, and exactly what becomes of them."""

import json
from pathlib import Path
from typing import Any

from collectors.bluesky.collector import Bluesky
from groundswell.post import Item, Post, Rejected
from groundswell.settings import Settings
from groundswell.source import Page
from tests.collectors.bluesky_views import SEEN, did_of, uri_of

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "bluesky"


def read(name: str, **context: Any) -> list[Item]:
    body = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    page = Page(
        source="bluesky",
        route="search",
        url="https://pds.example/xrpc/app.bsky.feed.searchPosts",
        fetched_at=SEEN,
        body=body,
        context=context,
    )
    return list(Bluesky(Settings()).posts(page))


def test_the_ordinary_answer_is_read_whole() -> None:
    posts = [item for item in read("ordinary") if isinstance(item, Post)]
    assert [post.author for post in posts] == [
        f"sample-user-{number}.example" for number in (1, 2, 2, 3, 1)
    ]
    critic, defend, reply, quote, meme = posts
    assert critic.tags == ("DeepSeek",)
    assert (defend.card_url, defend.links) == (
        "https://example.com/ft-story",
        ("https://example.com/ft-story",),
    )
    assert (reply.reply_to, reply.thread_root) == (uri_of(10, 1), uri_of(1, 1))
    assert (quote.quote_of, quote.quoted_text) == (uri_of(5), "words of the quoted post")
    assert (quote.lang_declared, meme.alt_text) == ("en", "whale eats a logo")
    assert all(post.first_seen_at == SEEN and post.raw for post in posts)


def test_the_ugly_answer_loses_only_what_is_no_post() -> None:
    items = read("ugly")
    rejected = [item for item in items if isinstance(item, Rejected)]
    assert [item.field_name for item in rejected] == ["author.did", "record.text", "uri"]
    posts = {item.uri: item for item in items if isinstance(item, Post)}
    assert len(posts) == 7
    shy, ancient, future = posts[uri_of(1, 4)], posts[uri_of(2)], posts[uri_of(3)]
    assert (shy.withheld, shy.text, shy.raw) == ("no-unauthenticated", "", b"")
    assert (ancient.created_at, ancient.likes, ancient.quotes) == (None, None, None)
    assert future.created_at is not None
    assert future.created_at.year == 2031
    assert posts[uri_of(4)].quote_of == uri_of(5)
    assert posts[uri_of(5)].links == ()
    assert posts[uri_of(8)].withheld == "label spam"
    nameless = posts[uri_of(9)]
    assert (nameless.author, nameless.author_name, nameless.author_id) == (None, None, did_of(17))


def test_a_withheld_post_that_does_not_fit_the_query_is_left_out() -> None:
    fitting = {
        item.uri for item in read("ugly", query="deepseek AND signed*") if isinstance(item, Post)
    }
    assert uri_of(1, 4) in fitting
    assert uri_of(8) not in fitting  # spam, of which not even the count is ours
