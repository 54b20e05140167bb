"""Mapping one Bluesky post view: everything it says, nothing it does not, never an exception."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.bluesky.post import read_post, read_time, sort_time, whole_post
from groundswell.post import Post, Rejected, is_skewed
from tests.collectors.bluesky_views import (
    NOON,
    SEEN,
    at_time,
    did_of,
    facet,
    label,
    make_author,
    make_view,
    quoted,
    uri_of,
)

OPT_OUT = label("!no-unauthenticated", src=did_of(17))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


def read(view: Any) -> Post:
    item = read_post(view, SEEN)
    assert isinstance(item, Post), item
    return item


def reject(view: Any) -> Rejected:
    item = read_post(view, SEEN)
    assert isinstance(item, Rejected), item
    return item


def test_an_ordinary_post_keeps_identity_author_times_and_counts() -> None:
    post = read(make_view(7))
    assert (post.source, post.uri, post.version) == ("bluesky", uri_of(7), "bafyreisample7")
    assert (post.author_id, post.author) == (did_of(17), "sample-user-17.example")
    assert post.author_name == "Sample User 17"
    assert post.url == "https://bsky.app/profile/sample-user-17.example/post/3k00000007"
    assert post.created_at == post.indexed_at == datetime(2025, 1, 29, 12, 7, tzinfo=UTC)
    assert post.first_seen_at == SEEN
    assert (post.likes, post.reposts, post.replies, post.quotes) == (3, 2, 1, 0)
    assert (post.lang_declared, post.withheld, post.reply_to, post.quote_of) == ("en",) + (
        None,
    ) * 3
    assert json.loads(post.raw) == make_view(7)


def test_absent_and_impossible_counts_are_unknown_not_zero() -> None:
    view = make_view(likeCount=None, repostCount="5", replyCount=True, quoteCount=-1)
    post = read(view)
    assert (post.likes, post.reposts, post.replies, post.quotes) == (None,) * 4
    del view["likeCount"]
    assert read(view).likes is None
    assert read(make_view(likeCount=0)).likes == 0


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2025-01-29T23:30:00+09:00", datetime(2025, 1, 29, 14, 30, tzinfo=UTC)),
        ("2025-01-29T12:00:00.123456789Z", datetime(2025, 1, 29, 12, 0, 0, 123456, tzinfo=UTC)),
        ("2025-01-29T12:00:00", NOON),
        ("2019-05-05T00:00:00.000Z", datetime(2019, 5, 5, tzinfo=UTC)),
        ("2031-05-05T00:00:00.000Z", datetime(2031, 5, 5, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (1738152000, None),
    ],
)
def test_created_at_is_read_with_any_offset_and_absurd_times_do_not_crash(
    written: Any, read_as: datetime | None
) -> None:
    assert read(make_view(record={"createdAt": written})).created_at == read_as


def test_bsk_20_the_times_claimed_and_indexed_are_kept_apart() -> None:
    post = read(make_view(record={"createdAt": "2019-05-05T00:00:00.000Z"}))
    assert post.created_at == datetime(2019, 5, 5, tzinfo=UTC)
    assert post.indexed_at == NOON
    assert is_skewed(post)


def test_t_bsk_5_the_sort_time_is_the_earlier_of_claimed_and_indexed() -> None:
    assert sort_time(make_view(record={"createdAt": "2031-05-05T00:00:00.000Z"})) == NOON
    earlier = datetime(2019, 5, 5, tzinfo=UTC)
    assert sort_time(make_view(record={"createdAt": at_time(earlier)})) == earlier
    assert sort_time(make_view(record={"createdAt": "never"})) == NOON
    assert sort_time(make_view(record={"createdAt": "never"}, indexedAt=None)) is None
    assert sort_time("no view at all") is None


@pytest.mark.parametrize(
    ("langs", "declared"),
    [
        (["fr"], "fr"),
        (["pt-BR", "en"], "pt"),
        (["EN"], "en"),
        (["zh_Hant"], "zh"),
        (["i-klingon"], None),
        ([], None),
        (None, None),
        ("en", None),
        ([7, "de"], "de"),
    ],
)
def test_bsk_21_the_declared_language_is_the_first_tag_or_unknown(
    langs: Any, declared: str | None
) -> None:
    assert read(make_view(record={"langs": langs})).lang_declared == declared


def test_bsk_23_facets_are_sliced_in_bytes_not_characters() -> None:
    text = "honestly 🙃 #DeepSeek says @sample-user-3.example https://example.com/…"
    mention = {"did": did_of(3), "kind": "mention"}
    facets = [
        facet(text, "#DeepSeek", kind="tag", tag="DeepSeek"),
        facet(text, "@sample-user-3.example", **mention),
        facet(text, "https://example.com/…", kind="link", uri="https://example.com/story"),
    ]
    post = read(make_view(record={"text": text, "facets": facets}))
    assert post.tags == ("DeepSeek",)
    assert post.mentions == ("sample-user-3.example",)
    assert post.links == ("https://example.com/story",)


def test_a_tag_without_its_value_is_taken_from_the_bytes_it_covers() -> None:
    text = "🙃🙃 #OpenAI"
    post = read(make_view(record={"text": text, "facets": [facet(text, "#OpenAI", kind="tag")]}))
    assert post.tags == ("OpenAI",)


@pytest.mark.parametrize(
    "index",
    [
        {"byteStart": 0, "byteEnd": 999},
        {"byteStart": -3, "byteEnd": 2},
        {"byteStart": 5, "byteEnd": 5},
        {"byteStart": 9, "byteEnd": 2},
        {"byteStart": 1, "byteEnd": 3},  # cuts the emoji
        {"byteStart": "0", "byteEnd": 4},
        {"byteStart": True, "byteEnd": 4},
        None,
    ],
)
def test_facets_out_of_bounds_are_skipped(index: Any) -> None:
    feature = {"$type": "app.bsky.richtext.facet#mention", "did": did_of(3)}
    facets = [{"index": index, "features": [feature]}]
    assert read(make_view(record={"text": "🙃 words", "facets": facets})).mentions == ()


def test_tags_outside_the_text_are_added_once() -> None:
    text = "#OpenAI"
    facets = [facet(text, "#OpenAI", kind="tag", tag="OpenAI")]
    post = read(make_view(record={"text": text, "facets": facets, "tags": ["AI", "OpenAI", 5]}))
    assert post.tags == ("OpenAI", "AI")


def test_only_http_links_survive() -> None:
    text = "click"
    facets = [
        facet(text, "click", kind="link", uri="javascript:alert(1)"),
        facet(text, "click", kind="link", uri="https://example.com/a"),
    ]
    assert read(make_view(record={"text": text, "facets": facets})).links == (
        "https://example.com/a",
    )


def test_a_reply_names_its_parent_and_the_root_of_its_thread() -> None:
    reply = {"parent": {"uri": uri_of(2), "cid": "x"}, "root": {"uri": uri_of(1), "cid": "y"}}
    post = read(make_view(record={"reply": reply}))
    assert (post.reply_to, post.thread_root) == (uri_of(2), uri_of(1))


def test_bsk_22_a_link_card_keeps_its_address_title_and_description() -> None:
    external = {
        "uri": "https://example.com/story",
        "title": "OpenAI says it has evidence",
        "description": "A sample story",
        "thumb": "https://cdn.example/x",
    }
    for changes in (
        {"embed": {"$type": "app.bsky.embed.external#view", "external": external}},
        {"record": {"embed": {"$type": "app.bsky.embed.external", "external": external}}},
    ):
        post = read(make_view(**changes))
        assert post.card_url == "https://example.com/story"
        assert post.card_text == "OpenAI says it has evidence\nA sample story"
        assert post.links == ("https://example.com/story",)


def test_bsk_22_alt_texts_of_pictures_and_videos_are_kept() -> None:
    images = [{"alt": "a whale"}, {"alt": ""}, {"alt": "a logo"}, {}, "odd"]
    embed = {"$type": "app.bsky.embed.images#view", "images": images}
    assert read(make_view(embed=embed)).alt_text == "a whale\na logo"
    video = {"$type": "app.bsky.embed.video#view", "alt": "a talk", "playlist": "https://x.example"}
    assert read(make_view(embed=video)).alt_text == "a talk"
    assert read(make_view(embed=embed | {"images": [{"alt": ""}]})).alt_text is None


def test_bsk_22_a_quoted_post_keeps_its_own_column() -> None:
    post = read(make_view(embed={"$type": "app.bsky.embed.record#view", "record": quoted(5)}))
    assert (post.quote_of, post.quoted_text) == (uri_of(5), "words of the quoted post")
    assert "quoted" not in post.text


def test_bsk_22_a_quote_with_media_gives_both() -> None:
    embed = {
        "$type": "app.bsky.embed.recordWithMedia#view",
        "record": {"$type": "app.bsky.embed.record#view", "record": quoted(5)},
        "media": {"$type": "app.bsky.embed.images#view", "images": [{"alt": "a meme"}]},
    }
    post = read(make_view(embed=embed))
    assert (post.quote_of, post.quoted_text) == (uri_of(5), "words of the quoted post")
    assert post.alt_text == "a meme"


@pytest.mark.parametrize("kind", ["viewNotFound", "viewBlocked", "viewDetached"])
def test_bsk_22_a_quoted_post_that_is_gone_leaves_its_address(kind: str) -> None:
    embed = {"$type": "app.bsky.embed.record#view", "record": quoted(5, kind=kind)}
    post = read(make_view(embed=embed))
    assert (post.quote_of, post.quoted_text) == (uri_of(5), None)


def test_a_quote_is_read_from_the_record_when_no_view_came() -> None:
    plain = {"$type": "app.bsky.embed.record", "record": {"uri": uri_of(5), "cid": "x"}}
    assert read(make_view(record={"embed": plain})).quote_of == uri_of(5)
    both = {"$type": "app.bsky.embed.recordWithMedia", "record": plain, "media": {}}
    assert read(make_view(record={"embed": both})).quote_of == uri_of(5)


def test_an_embedded_list_or_starter_pack_is_no_quote() -> None:
    pack = quoted(5, uri=f"at://{did_of(5)}/app.bsky.graph.starterpack/3k5")
    post = read(make_view(embed={"$type": "app.bsky.embed.record#view", "record": pack}))
    assert (post.quote_of, post.quoted_text) == (None, None)


def test_labels_of_author_and_moderation_are_kept_once_and_taken_back_ones_are_not() -> None:
    own = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "porn"}]}
    labels = [label("porn"), label("graphic-media"), label("sexual", neg=True), {"val": 5}, "odd"]
    post = read(make_view(record={"labels": own}, labels=labels))
    assert post.labels == ("porn", "graphic-media")
    assert post.withheld is None


def test_t_bsk_6_an_author_who_opted_out_is_counted_without_a_word() -> None:
    view = make_view(7, author=make_author(labels=[OPT_OUT]), record={"tags": ["secret-tag"]})
    view["embed"] = {"$type": "app.bsky.embed.record#view", "record": quoted(5)}
    post = read(view)
    assert post.withheld == "no-unauthenticated"
    assert (post.uri, post.likes, post.created_at) == (uri_of(7), 3, NOON.replace(minute=7))
    assert (post.text, post.raw) == ("", b"")
    kept = (post.author_id, post.author, post.author_name, post.url, post.quoted_text)
    assert kept == (None,) * 5
    assert (post.tags, post.labels, post.links) == ((), (), ())


def test_an_opt_out_that_was_taken_back_counts_no_more() -> None:
    author = make_author(labels=[OPT_OUT | {"neg": True}])
    assert read(make_view(author=author)).withheld is None


@pytest.mark.parametrize("value", ["!hide", "!takedown", "spam"])
def test_posts_that_moderation_removed_are_left_out(value: str) -> None:
    for view in (
        make_view(labels=[label(value)]),
        make_view(author=make_author(labels=[label(value)])),
    ):
        post = read(view)
        assert (post.withheld, post.text, post.author) == (f"label {value}", "", None)


def test_bsk_26_the_words_of_a_quoted_author_who_opted_out_are_nowhere() -> None:
    secret = "words that must not be shown"
    shy = quoted(5, author=make_author(5, labels=[OPT_OUT]), value={"text": secret})
    shy["embeds"] = [{"record": quoted(6, value={"text": secret})}]
    post = read(make_view(embed={"$type": "app.bsky.embed.record#view", "record": shy}))
    assert (post.quote_of, post.quoted_text) == (uri_of(5), None)
    assert secret.encode() not in post.raw
    assert b"sample-user-5" not in post.raw


def test_bsk_26_an_author_who_opted_out_two_quotes_down_is_not_in_the_raw_answer() -> None:
    secret = "words that must not be shown"
    shy = quoted(6, author=make_author(6, labels=[OPT_OUT]), value={"text": secret})
    outer = quoted(5, embeds=[{"$type": "app.bsky.embed.record#view", "record": shy}])
    post = read(make_view(embed={"$type": "app.bsky.embed.record#view", "record": outer}))
    assert post.quoted_text == "words of the quoted post"
    assert secret.encode() not in post.raw


def test_a_withheld_post_can_still_be_matched_by_its_words() -> None:
    whole = whole_post(make_view(author=make_author(labels=[OPT_OUT])), SEEN)
    assert whole is not None
    assert "DeepSeek" in whole.text
    assert whole_post({"uri": "nonsense"}, SEEN) is None


def test_a_handle_that_leads_nowhere_is_unknown() -> None:
    post = read(make_view(1, author=make_author(handle="handle.invalid")))
    assert post.author is None
    assert post.url == f"https://bsky.app/profile/{did_of(17)}/post/3k00000001"


@pytest.mark.parametrize(
    ("view", "field_name"),
    [
        (None, "uri"),
        ("a text", "uri"),
        ({}, "uri"),
        (make_view(uri=None), "uri"),
        (make_view(uri="https://bsky.app/profile/x/post/y"), "uri"),
        (make_view(uri=f"at://{did_of(17)}/app.bsky.feed.like/3k1"), "uri"),
        (make_view(uri=f"at://{did_of(17)}/app.bsky.feed.post/3k1\n"), "uri"),
        (make_view(author=make_author(5)), "author.did"),
        (make_view(record={"text": None}), "record.text"),
        (make_view(record={"text": ["a"]}), "record.text"),
        (make_view() | {"record": None}, "record.text"),
        (make_view() | {"record": "text"}, "record.text"),
    ],
)
def test_what_is_no_post_is_rejected_with_the_field_that_makes_it_none(
    view: Any, field_name: str
) -> None:
    item = reject(view)
    assert item.field_name == field_name
    assert item.reason.startswith(field_name)
    assert json.loads(item.raw) == view


def test_a_rejected_view_keeps_no_words_of_an_author_who_opted_out() -> None:
    author = make_author(labels=[OPT_OUT])
    item = reject(make_view(uri="nonsense", author=author, record={"text": "private words"}))
    assert b"private words" not in item.raw


def test_empty_text_is_a_post_when_there_is_something_beside_it() -> None:
    assert read(make_view(record={"text": ""})).text == ""


def test_a_lone_surrogate_stays_storable() -> None:
    post = read(
        make_view(record={"text": "half \ud83d", "facets": [facet("half", "half", kind="x")]})
    )
    assert post.raw.decode("ascii").count("\\ud83d") == 1


@given(view=JSON)
def test_any_json_is_a_post_or_a_reject(view: Any) -> None:
    assert isinstance(read_post(view, SEEN), Post | Rejected)
    sort_time(view)


@given(path=st.sampled_from(["", "author", "record", "embed", "labels"]), data=st.data())
def test_any_field_may_hold_anything(path: str, data: st.DataObject) -> None:
    view = make_view(embed={"$type": "app.bsky.embed.record#view", "record": quoted(5)})
    place = view[path] if isinstance(view.get(path), dict) else view
    name = data.draw(st.sampled_from(sorted(place)))
    place[name] = data.draw(JSON)
    item = read_post(view, SEEN)
    assert isinstance(item, Post | Rejected)
    if isinstance(item, Post):
        assert item.likes != -1
        assert item.created_at is None or item.created_at.utcoffset() is not None


@given(text=st.text(), start=st.integers(-5, 80), end=st.integers(-5, 80))
def test_facets_never_crash_and_never_invent_text(text: str, start: int, end: int) -> None:
    feature = {"$type": "app.bsky.richtext.facet#mention"}
    facets = [{"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}]
    post = read(make_view(record={"text": text, "facets": facets}))
    assert all(mention in text for mention in post.mentions)


@given(st.datetimes(timezones=st.timezones()))
def test_times_are_read_whatever_their_zone(time: datetime) -> None:
    try:
        expected = time.astimezone(UTC)
    except OverflowError:
        expected = None
    assert read_time(time.isoformat()) == expected
