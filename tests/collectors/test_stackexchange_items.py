"""One item of the Stack Exchange API at a time: honest fields, rejects, addresses, words."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.stackexchange.items import place_of, read_page
from collectors.stackexchange.sites import host_of
from collectors.stackexchange.words import render, renderings
from groundswell.errors import StateError, TopicError
from groundswell.post import ACCOUNT_DELETED, Item, Post, Rejected
from groundswell.query import parse
from groundswell.source import Page
from tests.collectors.asks import NOW, topic

QUESTION: dict[str, Any] = {
    "question_id": 12,
    "title": "A &amp;lt;b&amp;gt; &#39;title&#39;",
    "body": "<p>Text</p>",
    "creation_date": 1_738_000_000,
    "owner": {"user_id": 3, "display_name": "sample-user-3"},
}


def read(*items: Any, **context: Any) -> list[Item]:
    page = Page(
        source="stackexchange",
        route="search",
        url="https://api.stackexchange.com/2.3/questions/12",
        fetched_at=NOW,
        body={"items": list(items)},
        instance="ai",
        context=context,
    )
    return list(read_page(page))


def post(**changes: Any) -> Post:
    (item,) = read({**QUESTION, **changes})
    assert isinstance(item, Post)
    return item


def test_titles_are_unescaped_once() -> None:
    """T-SE-3."""
    assert post().text == "A &lt;b&gt; 'title'\n\nText"


def test_author_and_link_are_always_there() -> None:
    """T-SE-6: CC BY-SA asks for both."""
    assert post().author == "sample-user-3"
    assert post().url == "https://ai.stackexchange.com/q/12"


def test_a_user_who_is_gone_has_a_name_and_no_account() -> None:
    gone = post(owner={"user_type": "does_not_exist", "display_name": "user7"})
    assert (gone.author, gone.author_id, gone.labels) == ("user7", None, (ACCOUNT_DELETED,))
    assert post(owner=None).labels == ()
    assert (post(owner=None).author, post(owner="x").author_id) == (None, None)


@pytest.mark.parametrize("score", [None, -4, True, "7", 2**60, 1.5])
def test_a_score_that_counts_nobody_is_none(score: Any) -> None:
    assert post(score=score).likes is None


def test_a_closed_question_is_labelled_and_an_edited_one_versioned() -> None:
    changed = post(closed_date=1_738_000_100, last_edit_date=1_738_000_050)
    assert changed.labels == ("closed",)
    assert changed.edited_at == datetime.fromtimestamp(1_738_000_050, UTC)
    assert changed.version == "1738000050"
    assert (post().labels, post().version) == ((), None)


@pytest.mark.parametrize(
    ("item", "field"),
    [
        (None, None),
        ({}, "question_id"),
        ({**QUESTION, "question_id": "12"}, "question_id"),
        ({**QUESTION, "question_id": True}, "question_id"),
        ({**QUESTION, "creation_date": None}, "creation_date"),
        ({**QUESTION, "creation_date": 10**20}, "creation_date"),
        ({**QUESTION, "title": "", "body": "<p></p>"}, "body"),
        ({**QUESTION, "answer_id": 5, "body": None}, "body"),
    ],
)
def test_what_is_no_post_is_set_aside_whole(item: Any, field: str | None) -> None:
    (rejected,) = read(item)
    assert isinstance(rejected, Rejected)
    assert (rejected.field_name, rejected.place) == (field, "item 1")
    assert json.loads(rejected.raw) == item


def test_an_item_that_cannot_be_read_is_not_missing() -> None:
    items = read({**QUESTION, "creation_date": None}, asked=[["question", "12"]])
    assert [type(item) for item in items] == [Rejected]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*QUESTION, "answer_id", "comment_id", "tags"]), JSON))
def test_no_item_breaks_a_page(changes: dict[str, Any]) -> None:
    first, second = read({**QUESTION, **changes}, QUESTION)
    assert isinstance(first, Post | Rejected)
    assert isinstance(second, Post)


@pytest.mark.parametrize("uri", ["", "ai/12", "ai/user/12", "ai/question/x", "question/12"])
def test_an_address_that_is_none_is_a_matter_of_state(uri: str) -> None:
    with pytest.raises(StateError, match="no address of one"):
        place_of(uri)


def test_places_come_back_from_addresses() -> None:
    place = place_of("meta.stackoverflow/answer/7")
    assert (place.site, place.kind, place.number, place.parent) == (
        "meta.stackoverflow",
        "answer",
        "7",
        None,
    )


@pytest.mark.parametrize(
    ("site", "host"),
    [
        ("stackoverflow", "stackoverflow.com"),
        ("ai", "ai.stackexchange.com"),
        ("meta", "meta.stackexchange.com"),
        ("pt.stackoverflow", "pt.stackoverflow.com"),
        ("meta.stackoverflow", "meta.stackoverflow.com"),
        ("mathoverflow.net", "mathoverflow.net"),
        ("meta.mathoverflow.net", "meta.mathoverflow.net"),
        ("askubuntu", "askubuntu.com"),
        ("ai.meta", "ai.meta.stackexchange.com"),
    ],
)
def test_sites_are_where_they_are(site: str, host: str) -> None:
    assert host_of(site) == host


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("openai", {"q": "openai"}),
        ('"open source"', {"q": '"open source"'}),
        ('"open-source llm"', {"q": "open source llm"}),
        ("#deepseek", {"q": "deepseek"}),
        ("@sam.altman", {"q": "sam altman"}),
        ("deepse*", {"q": "deepse*"}),
        ("openai deepse*", {"q": "openai"}),
        ("domain:openai.com", {"url": "*openai.com*"}),
        ("domain:openai.com price", {"q": "price"}),
        ("lang:de openai", {"q": "openai"}),
    ],
)
def test_searches_are_never_narrower_than_they_stand_for(query: str, asked: dict[str, str]) -> None:
    assert [dict(render(search)) for search in parse(query).searches()] == [asked]


def test_signs_of_the_sites_own_search_are_taken_out() -> None:
    (search,) = parse('"-[openai] user:7"').searches()
    assert dict(render(search)) == {"q": "openai user 7"}


def test_a_query_of_no_words_is_refused() -> None:
    with pytest.raises(TopicError, match="searches for words only"):
        renderings(topic("openai OR \U0001f680"))
