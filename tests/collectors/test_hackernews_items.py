"""Hits as posts: the fixtures word for word, and whatever else a site may send."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from collectors.hackernews.collector import HackerNews
from groundswell.post import Deletion, Item, Missing, Post, Rejected
from groundswell.settings import Settings
from groundswell.source import Page
from groundswell.text import clean_text

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "hackernews"
SEEN = datetime(2025, 2, 1, tzinfo=UTC)
SITE = "https://news.ycombinator.com/item?id="


def items(body: Any, route: str = "search", uri: str = f"{SITE}1") -> list[Item]:
    page = Page(
        source="hackernews",
        route=route,
        url="https://x.example/",
        fetched_at=SEEN,
        body=body,
        context={"uri": uri},
    )
    return list(HackerNews(Settings()).posts(page))


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / name).read_bytes())


def test_an_ordinary_page_word_for_word() -> None:
    body = fixture("ordinary.json")
    first, second, third = items(body)
    assert isinstance(first, Post)
    assert first == Post(
        source="hackernews",
        uri=f"{SITE}42000001",
        url=f"{SITE}42000001",
        first_seen_at=SEEN,
        text="OpenAI says it has evidence that DeepSeek used its model",
        author_id="sample-user-17",
        author="sample-user-17",
        created_at=datetime(2025, 1, 28, 9, tzinfo=UTC),
        card_url="https://news.example/openai-deepseek",
        links=("https://news.example/openai-deepseek",),
        likes=321,
        replies=2,
        raw=first.raw,
    )
    shown = {key: value for key, value in body["hits"][0].items() if key != "_highlightResult"}
    assert json.loads(first.raw) == shown
    assert isinstance(second, Post)
    assert second.text == "It's rich coming from OpenAI.\n\nSee https://law.example/copy..."
    assert second.links == ("https://law.example/copyright?a=1&b=2",)
    assert isinstance(third, Post)
    assert third.text == "rich 🐋 &amp; rare, OpenAI"
    assert (third.reply_to, third.thread_root) == (f"{SITE}42000002", f"{SITE}42000001")


def test_an_ugly_page_item_by_item() -> None:
    found = items(fixture("ugly.json"))
    kinds = [type(item) for item in found]
    assert kinds == [Post, Deletion, Rejected, Rejected, Rejected, Post, Rejected]
    ask_hn, _, empty, no_time, no_id, odd, no_hit = found
    assert isinstance(ask_hn, Post)
    assert ask_hn.text == "Ask HN: OpenAI vector<int> & friends\n\nFirst\n\nSecond"
    assert (ask_hn.author, ask_hn.card_url, ask_hn.links) == (None, None, ())
    assert (ask_hn.likes, ask_hn.replies) == (0, None)
    fields = [
        item.field_name for item in (empty, no_time, no_id, no_hit) if isinstance(item, Rejected)
    ]
    assert fields == ["title", "created_at_i", "objectID", None]
    assert isinstance(odd, Post)
    assert odd.created_at == datetime(2025, 1, 28, 9, 0, 4, tzinfo=UTC)
    assert odd.likes is None
    assert clean_text(odd.text) == ("Zero width  OpenAI �", False)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda part: st.lists(part, max_size=2) | st.dictionaries(st.text(), part, max_size=2),
    max_leaves=4,
)
KEYS = ("objectID", "created_at_i", "created_at", "title", "author", "url", "story_text", "points")
MORE = ("comment_text", "num_comments", "story_id", "parent_id", "deleted", "dead", "_tags")
PLAUSIBLE = {"objectID": "42", "created_at_i": 1738054800, "title": "OpenAI"}


@given(st.dictionaries(st.sampled_from(KEYS + MORE), ANYTHING, max_size=8) | ANYTHING)
def test_whatever_a_hit_holds_one_item_comes_of_it(hit: Any) -> None:
    whole = {**PLAUSIBLE, **hit} if isinstance(hit, dict) else hit
    for sent in (hit, whole):
        (item,) = items({"hits": [sent], "nbHits": 1})
        assert isinstance(item, (Post, Deletion, Rejected))
        if isinstance(item, Post):
            assert item.text
            assert item.created_at is not None
            assert item.created_at.utcoffset() == UTC.utcoffset(None)
            assert all(count is None or 0 <= count < 2**63 for count in (item.likes, item.replies))


@given(ANYTHING)
def test_whatever_an_item_page_holds_one_item_comes_of_it(own: Any) -> None:
    (item,) = items({"item": own}, route="item")
    assert isinstance(item, Missing) == (own is None)
