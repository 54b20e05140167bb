"""Posts and comments of Lemmy as posts, in the shapes of 0.18, 0.19 and 1.0."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.lemmy.markdown import read_markdown
from collectors.lemmy.views import Sight
from collectors.lemmy.words import questions
from groundswell.post import Deletion, Post, Rejected
from groundswell.query import parse
from tests.collectors.asks import NOW, SINCE
from tests.collectors.lemmy_desk import read_views
from tests.collectors.sites.lemmy import LemmySite, as_v4

SITE = LemmySite()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def read(view: Any, sight: Sight | None = None) -> Post:
    (found,) = read_views(view, sight=sight)
    assert isinstance(found, Post)
    return found


@pytest.mark.parametrize("shape", [dict, as_v4])
def test_a_post_is_read_whole_in_both_shapes(shape: Any) -> None:
    link = {"url": "https://news.example/a", "embed_title": "News", "embed_description": "Of it"}
    view = SITE.post(SINCE, "OpenAI", body="It *says*", **link)
    found = read(shape(view), Sight(languages={37: "en"}))
    assert found.text == "OpenAI\n\nIt *says*"
    assert (found.uri, found.url) == (view["post"]["ap_id"],) * 2
    assert (found.author, found.author_name) == ("sample-user-17@home.example", "Sample User")
    assert found.author_id == "https://home.example/u/sample-user-17"
    assert (found.created_at, found.first_seen_at) == (SINCE, NOW)
    assert (found.likes, found.replies, found.reposts, found.quotes) == (6, 2, None, None)
    assert (found.card_url, found.card_text) == ("https://news.example/a", "News\nOf it")
    assert (found.lang_declared, found.instance, found.labels) == ("en", "seen.example", ())
    assert (found.reply_to, found.thread_root, found.tags) == (None, None, ())


@pytest.mark.parametrize("shape", [dict, as_v4])
def test_a_comment_knows_its_thread_and_parent(shape: Any) -> None:
    root = SITE.post(SINCE)
    first = SITE.comment(SINCE, "OpenAI, says @other@far.example", under=root)
    second = SITE.comment(SINCE, under=root, answers=first)
    known = Sight(uris={first["comment"]["id"]: first["comment"]["ap_id"]})
    top, below = read(shape(first)), read(shape(second), known)
    assert (top.reply_to, top.thread_root) == (root["post"]["ap_id"],) * 2
    assert top.mentions == ("other@far.example",)
    assert (below.reply_to, below.thread_root) == (first["comment"]["ap_id"], top.thread_root)
    assert read(shape(second)).reply_to is None  # there is one, but its address is not known
    assert (top.likes, top.replies) == (1, 0)


@pytest.mark.parametrize("path", [None, 7, "", "1.2", "0.x", "0"])
def test_a_comment_with_an_odd_path_has_no_known_parent(path: Any) -> None:
    view = SITE.comment(SINCE, path=path)
    assert read(view).reply_to is None
    assert read(view).thread_root == view["post"]["ap_id"]


@pytest.mark.parametrize(
    "published",
    ["2025-01-29T10:00:00.123456", "2025-01-29T10:00:00.123456Z", "2025-01-29T11:00:00.123456+01"],
)
def test_times_without_a_zone_are_utc(published: str) -> None:
    """T-LEM-5: 0.18 wrote none; odd forms are read as well."""
    made = datetime(2025, 1, 29, 10, 0, 0, 123456, tzinfo=UTC)
    found = read(SITE.post(SINCE, published=published, updated="2025-01-30T10:00:00"))
    assert found.created_at == made
    assert found.edited_at == made.replace(microsecond=0) + timedelta(days=1)
    assert found.version == "2025-01-30T10:00:00+00:00"


@pytest.mark.parametrize("word", ["deleted", "removed"])
def test_what_is_gone_is_a_deletion_without_words(word: str) -> None:
    """T-LEM-4."""
    for view in (SITE.post(SINCE), SITE.comment(SINCE)):
        kind = "comment" if "comment" in view else "post"
        view[kind] = {**view[kind], word: True}
        (gone,) = read_views(view)
        assert isinstance(gone, Deletion)
        assert (gone.reason, gone.seen_at) == (word, NOW)


def test_bots_and_sensitive_posts_are_labelled() -> None:
    view = SITE.post(SINCE, nsfw=True)
    view["creator"] = {**view["creator"], "bot_account": True}
    assert read(view).labels == ("bot", "sensitive")


@pytest.mark.parametrize(
    ("fields", "named"),
    [({"ap_id": None}, "ap_id"), ({"published": "?"}, "published"), ({"name": None}, "name")],
)
def test_what_is_no_post_is_rejected_whole_with_the_field(
    fields: dict[str, Any], named: str
) -> None:
    view = SITE.post(SINCE, **fields)
    (refused,) = read_views(view)
    assert isinstance(refused, Rejected)
    assert (refused.field_name, json.loads(refused.raw)) == (named, view)


def test_a_view_without_its_parts_is_rejected() -> None:
    nameless = {**SITE.post(SINCE), "creator": None}
    silent = SITE.comment(SINCE)
    silent["comment"] = {**silent["comment"], "content": None}
    for view in ({}, None, 7, nameless, silent):
        assert isinstance(read_views(view)[0], Rejected)


def test_communities_and_people_in_an_answer_are_no_posts() -> None:
    page = read_views(as_v4(SITE.post(SINCE)))
    assert len(page) == 1


@given(st.sampled_from(["post", "creator", "counts", "comment"]), JSON)
def test_whatever_stands_in_a_view_costs_at_most_that_view(name: str, value: Any) -> None:
    found = read_views({**SITE.comment(SINCE), name: value}, SITE.post(SINCE))
    assert len(found) == 2
    assert any(isinstance(item, Post) for item in found)


@given(st.sampled_from(["url", "body", "language_id", "published", "updated", "nsfw"]), JSON)
def test_whatever_stands_in_a_field_costs_at_most_that_view(name: str, value: Any) -> None:
    (found,) = read_views(SITE.post(SINCE, **{name: value}), sight=Sight(languages={37: "en"}))
    assert isinstance(found, Post | Rejected)


def test_markdown_gives_words_links_names_and_picture_texts() -> None:
    found = read_markdown(
        "See [the report](https://news.example/a_(b) 'x') and https://b.example/x.\n"
        "![A chart](https://pics.example/1.png) @other@far.example, not me@mail.example"
    )
    assert found.text.startswith("See ")
    assert "https://b.example/x" in found.links
    assert found.alts == ("A chart",)
    assert found.names == ("other@far.example",)
    assert read_markdown("[the report](https://news.example/a)").text == "the report"
    assert read_markdown("[x](javascript:alert(1))").links == ()


@pytest.mark.parametrize("piece", ["[", "![", "[a](", "@a", "https://", "![x](y", "@a@b."])
def test_hostile_markdown_takes_no_time(piece: str) -> None:
    assert read_markdown(piece * 200_000).links is not None


QUERIES = [
    '("openai" OR "chatgpt" OR "sam altman") AND (deepseek OR distill* OR "copyright")',
    "openai",
    "#deepseek OR @sama",
    '"sam altman" NEAR/3 deepseek AND NOT chatgpt',
    "人工知能 OR openai",
]
WORDS = ["openai", "chatgpt", "sam altman", "deepseek", "distilled", "copyright", "#deepseek"]


@given(st.sampled_from(QUERIES), st.lists(st.sampled_from([*WORDS, "@sama", "人工知能", "x"])))
def test_every_post_that_fits_holds_one_of_the_questions(query: str, words: list[str]) -> None:
    own = parse(query)
    post = Post(source="lemmy", uri="x:1", first_seen_at=NOW, text=" ".join(words))
    asked = questions(own.searches())
    assert not own.matches(post) or any(text in post.text for text in asked)


def test_questions_are_few() -> None:
    wide = '("openai" OR "chatgpt" OR "sam altman") AND (deepseek OR distilled OR copyright OR r1)'
    assert questions(parse(wide).searches()) == ["chatgpt", "openai", "altman"]
    assert questions(parse("domain:openai.com").searches()) == [""]
    assert questions(parse("lang:en AND gpt").searches()) == ["gpt"]
