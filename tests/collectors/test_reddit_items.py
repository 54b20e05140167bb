"""What Reddit shows, read item by item: recorded answers whole, hostile ones without breaking."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.reddit.items import name_of, not_shown, read_page, uri_of
from groundswell.post import ACCOUNT_DELETED, Deletion, Item, Post, Rejected
from groundswell.source import Page
from tests.collectors.asks import NOW

RECORDED = Path(__file__).resolve().parents[2] / ".." / "shared" / "real" / "reddit_praw"
TITLES = RECORDED.parent / "reddit_ai_titles_2025_26" / "titles.csv"


def read(body: Any, **context: Any) -> list[Item]:
    page = Page(source="reddit", route="search", url="", fetched_at=NOW, body=body, context=context)
    return list(read_page(page))


def listing(*things: Any) -> dict[str, Any]:
    return {"kind": "Listing", "data": {"children": list(things), "after": None}}


def submission(**own: Any) -> dict[str, Any]:
    made = {"id": "abc", "title": "OpenAI", "created_utc": 1738058400.0, "is_self": True}
    return {"kind": "t3", "data": {**made, **own}}


def comment(**own: Any) -> dict[str, Any]:
    made = {"id": "def", "link_id": "t3_abc", "parent_id": "t3_abc", "body": "OpenAI"}
    return {"kind": "t1", "data": {**made, "created_utc": 1738058460.0, **own}}


def bodies() -> Iterator[tuple[str, Any]]:
    """Every recorded answer in JSON that is no login."""
    for path in sorted(RECORDED.glob("*.json")):
        for exchange in json.loads(path.read_text(encoding="utf-8"))["interactions"]:
            request, response = exchange["request"], exchange["response"]
            if response["status"] == 200 and "access_token" not in request["uri"]:
                yield path.name, json.loads(response["body"])


def named(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Names and data of all submissions and comments anywhere in an answer, counted by hand."""
    if isinstance(value, dict):
        if value.get("kind") in ("t1", "t3"):
            yield f"{value['kind']}_{value['data']['id']}", value["data"]
        for part in value.values():
            yield from named(part)
    elif isinstance(value, list):
        for part in value:
            yield from named(part)


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded answers are not on this machine")
def test_every_recorded_answer_is_read_whole() -> None:
    kinds: Counter[str] = Counter()
    for place, body in bodies():
        by_hand = Counter(name for name, _ in named(body))
        items = read(body)
        bad = [item.reason for item in items if isinstance(item, Rejected)]
        assert not bad, (place, bad)
        found = Counter(
            name_of(item.uri or "") for item in items if isinstance(item, Post | Deletion)
        )
        assert found == by_hand, place
        kinds.update(type(item).__name__ for item in items)
        kinds["stubs"] += len(not_shown(body))
    assert kinds == {"Post": 5_675, "Deletion": 69, "stubs": 506}


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded answers are not on this machine")
def test_recorded_texts_authors_and_scores_are_those_of_the_recording() -> None:
    for _, body in bodies():
        own = dict(named(body))
        for post in (item for item in read(body) if isinstance(item, Post)):
            name = name_of(post.uri)
            assert name is not None
            shown = own[name]
            text = shown.get("body") or shown.get("selftext") or shown.get("title")
            assert (text or "").strip() in post.text
            nobody = shown["author"] == "[deleted]"
            assert post.author == (None if nobody else shown["author"])
            assert (ACCOUNT_DELETED in post.labels) == nobody
            assert post.created_at is not None
            assert post.created_at.timestamp() == shown["created_utc"]
            hidden = shown.get("score_hidden") or shown["score"] < 0
            assert post.likes == (None if hidden else shown["score"])
            assert (post.thread_root is not None) is name.startswith("t1_")
            if name.startswith("t1_"):
                assert name_of(post.reply_to or "") == shown["parent_id"]


@pytest.mark.skipif(not TITLES.is_file(), reason="the recorded titles are not on this machine")
def test_recorded_titles_come_out_as_they_were_written() -> None:
    import csv

    with TITLES.open(encoding="utf-8", newline="") as rows:
        titles = [row["title"] for row in csv.DictReader(rows) if row["title"].strip()][:3_000]
    things = [submission(id=f"{n:x}", title=title) for n, title in enumerate(titles)]
    posts = [item for item in read(listing(*things)) if isinstance(item, Post)]
    assert [post.text for post in posts] == [title.strip() for title in titles]


def test_a_submission_is_its_title_then_its_text() -> None:
    (post,) = read(listing(submission(selftext=" Is it so?\n\n* see https://news.example/a) ")))
    assert isinstance(post, Post)
    assert post.text == "OpenAI\n\nIs it so?\n\n* see https://news.example/a)"
    assert post.links == ("https://news.example/a",)
    assert (post.likes, post.replies, post.author, post.card_url) == (None, None, None, None)


def test_a_link_is_a_card_and_a_crosspost_quotes() -> None:
    above = {"title": "First", "selftext": "words"}
    (post,) = read(
        listing(
            submission(
                is_self=False,
                url="https://news.example/a",
                crosspost_parent="t3_xyz",
                crosspost_parent_list=[above],
                over_18=True,
                edited=1738058500.0,
                author="sample-user-17",
                permalink="/r/samples/comments/abc/sample/",
            )
        )
    )
    assert isinstance(post, Post)
    assert (post.card_url, post.quote_of) == ("https://news.example/a", uri_of("xyz"))
    assert (post.quoted_text, post.labels) == ("First\n\nwords", ("nsfw",))
    assert post.url == "https://www.reddit.com/r/samples/comments/abc/sample/"
    assert post.edited_at is not None
    assert post.edited_at.timestamp() == 1738058500


def test_a_link_that_is_no_web_address_is_dropped() -> None:
    (post,) = read(listing(submission(is_self=False, url="javascript:alert(1)")))
    assert isinstance(post, Post)
    assert (post.card_url, post.links) == (None, ())


def test_trees_are_read_to_their_depth() -> None:
    tree: Any = ""
    for n in range(150):
        tree = listing(comment(id=f"d{n}", parent_id=f"t1_d{n + 1}", replies=tree))
    assert len(read([listing(submission()), tree])) == 151


@pytest.mark.parametrize(
    ("thing", "field"),
    [
        (submission(id=None), "id"),
        (submission(id="../x"), "id"),
        (submission(created_utc="soon"), "created_utc"),
        (submission(created_utc=1e40), "created_utc"),
        (submission(title="", selftext=""), "body"),
        (comment(link_id=None), "link_id"),
        ({"kind": "t5", "data": {"id": "abc"}}, "kind"),
        ({"sort": "t3"}, "kind"),
        (7, "kind"),
    ],
)
def test_what_cannot_be_read_is_kept_aside_with_its_field(thing: Any, field: str) -> None:
    (item, post) = read(listing(thing, submission()))
    assert isinstance(item, Rejected)
    assert item.field_name == field
    assert isinstance(post, Post)


Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "kind",
                    "data",
                    "children",
                    "things",
                    "json",
                    "replies",
                    "id",
                    "body",
                    "created_utc",
                ]
            ),
            inner | st.sampled_from(["t1", "t3", "more"]),
            max_size=5,
        )
    ),
    max_leaves=30,
)


@given(Json)
def test_no_answer_breaks_the_reader(body: Any) -> None:
    assert all(isinstance(item, (Post, Deletion, Rejected)) for item in read(body))


@given(st.from_regex(r"[0-9a-z]{1,16}", fullmatch=True), st.booleans())
def test_an_address_and_a_name_mean_each_other(number: str, is_comment: bool) -> None:
    uri = uri_of("abc", number) if is_comment else uri_of(number)
    assert name_of(uri) == f"{'t1' if is_comment else 't3'}_{number}"
    assert name_of(f"{uri}?x") is None
