"""One Discourse post at a time: its HTML, its fields, its addresses, and the words of a search."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.discourse.collector import Discourse
from collectors.discourse.cooked import read_cooked
from collectors.discourse.forum import forums_of, instance_of
from collectors.discourse.items import read_page, uri_of
from collectors.discourse.words import render, renderings
from groundswell.errors import StateError, TopicError
from groundswell.post import Item, Post, Rejected
from groundswell.query import parse
from groundswell.settings import Settings
from groundswell.source import Page, Stored
from tests.collectors.asks import NOW, topic

BASE = "https://forum.example"
POST: dict[str, Any] = {
    "id": 7,
    "topic_id": 3,
    "post_number": 2,
    "username": "sample-user-3",
    "user_id": 3,
    "cooked": "<p>Text</p>",
    "created_at": "2025-01-28T10:00:00.000Z",
    "updated_at": "2025-01-28T11:00:00.000Z",
    "version": 1,
}


def read(*items: Any) -> list[Item]:
    page = Page(
        source="discourse",
        route="search",
        url=f"{BASE}/t/3.json",
        fetched_at=NOW,
        body={"post_stream": {"posts": list(items)}},
        instance="forum.example",
        context={"base": BASE, "topic": {}},
    )
    return list(read_page(page))


def post(**changes: Any) -> Post:
    (item,) = read({**POST, **changes})
    assert isinstance(item, Post)
    return item


def test_a_quote_within_a_quote_is_taken_once() -> None:
    inner = "<aside class='quote'><blockquote>inner</blockquote></aside>"
    outer = f"<aside class='quote'><blockquote><p>outer</p>{inner}</blockquote></aside>"
    cooked = read_cooked(f"{outer}<p>own</p><blockquote>of my own</blockquote>")
    assert cooked.text == "own\n\nof my own"
    assert cooked.quoted_text == "outer\n\ninner"
    assert cooked.quoted_post is None


def test_a_link_card_is_no_word_of_the_author() -> None:
    cooked = read_cooked(
        '<p>see</p><aside class="onebox allowlistedgeneric" data-onebox-src="https://a.example/x">'
        '<header><img class="site-icon" alt=""></header><article class="onebox-body">'
        '<h3><a href="https://a.example/x">A title</a></h3><p>and more</p></article></aside>'
    )
    assert cooked.text == "see"
    assert cooked.card_url == "https://a.example/x"
    assert cooked.card_text == "A title\n\nand more"
    assert cooked.links == ("https://a.example/x",)


def test_emoji_are_signs_and_pictures_have_their_words() -> None:
    cooked = read_cooked(
        '<p>ha <img class="emoji" alt=":rofl:" title=":rofl:"> <img class="emoji" '
        'alt=":ours_only:"> <img class="avatar" alt="me"></p><div class="lightbox-wrapper">'
        '<a class="lightbox" href="/x.png"><img alt="A chart"><div class="meta">'
        '<span class="filename">chart</span> 690×300 12 KB</div></a></div>'
    )
    assert cooked.text == "ha \U0001f923 :ours_only:"
    assert cooked.alt_text == "A chart"


def test_absurdly_many_tags_are_read_as_text() -> None:
    cooked = read_cooked("<aside class='quote'><div>" * 30_000 + "end")
    assert cooked.text == "end"


@given(st.text(alphabet="<>/abc=\"' &;asideblockquote\ud800\0", max_size=60))
def test_no_html_breaks_the_reader(html: str) -> None:
    assert isinstance(read_cooked(html).text, str)


def test_a_name_that_is_not_given_is_none() -> None:
    assert post(name="").author_name is None
    assert (post(user_id=None).author_id, post(username=None).author) == (None, None)


@pytest.mark.parametrize(
    ("actions", "likes"),
    [
        ([{"id": 2, "count": 4}], 4),
        ([{"id": 4, "count": 9}], 0),
        ([], 0),
        (None, None),
        ([{"id": 2, "count": -1}], None),
    ],
)
def test_likes_are_known_or_none(actions: Any, likes: int | None) -> None:
    assert post(actions_summary=actions).likes == likes


def test_a_post_of_one_version_was_not_edited() -> None:
    assert (post().version, post().edited_at) == (None, None)
    assert post(version=3).version == "3"


def test_a_reply_to_a_post_that_was_not_met_is_none() -> None:
    assert post(reply_to_post_number=1).reply_to is None


@pytest.mark.parametrize(
    ("item", "field"),
    [
        (None, None),
        ({**POST, "id": None}, "id"),
        ({**POST, "id": "7"}, "id"),
        ({**POST, "cooked": None}, "cooked"),
        ({**POST, "cooked": "<p></p>"}, "cooked"),
        ({**POST, "created_at": "yesterday"}, "created_at"),
        ({**POST, "version": 2, "updated_at": None}, "updated_at"),
    ],
)
def test_what_is_no_post_is_set_aside(item: Any, field: str | None) -> None:
    (rejected,) = read(item)
    assert isinstance(rejected, Rejected)
    assert (rejected.field_name, rejected.place) == (field, "post 1")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*POST, "actions_summary", "hidden", "name"]), JSON))
def test_no_post_breaks_a_page(changes: dict[str, Any]) -> None:
    _, second = read({**POST, **changes}, POST)
    assert isinstance(second, Post)


@pytest.mark.parametrize(
    ("written", "base"),
    [
        ("Community.OpenAI.com", "https://community.openai.com"),
        ("https://forum.example/", "https://forum.example"),
        ("HTTP://forum.example/Talk/", "http://forum.example/Talk"),
        ("forum.example:8080", "https://forum.example:8080"),
    ],
)
def test_forums_are_found_at_what_people_write(written: str, base: str) -> None:
    assert forums_of(topic("x", discourse={"instances": [written, base]})) == (base,)
    assert uri_of(base, 7) == f"{base}/p/7"
    assert instance_of(base) == base.partition("://")[2]


@pytest.mark.parametrize("uri", ["", "7", "https://forum.example/p/x", "ftp://a.example/p/7"])
async def test_an_address_that_is_none_is_a_matter_of_state(uri: str) -> None:
    with pytest.raises(StateError, match="no address of one"):
        _ = [page async for page in Discourse(Settings()).recheck([Stored(uri=uri)])]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("openai", "openai"),
        ('"open source"', "open source"),
        ("#deepseek", "deepseek"),
        ("deepse*", "deepse"),
        ("lang:de openai", "openai"),
        ("domain:openai.com", "openai com"),
        ("domain:openai.com price", "price"),
        ('"order:likes l t"', "order likes"),
        ("人工智能", "人工智能"),
    ],
)
def test_searches_are_words_that_order_nothing(query: str, words: str) -> None:
    assert [render(search) for search in parse(query).searches()] == [words]


def test_a_query_of_no_words_is_refused() -> None:
    with pytest.raises(TopicError, match="searches for words only"):
        renderings(topic("openai OR \U0001f680"))
