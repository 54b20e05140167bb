"""Exports of other tools and our own, in small invented files of their recorded shapes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from collectors.file_import import plan
from collectors.file_import.layouts import KINDS, LAYOUTS, SYNONYMS
from groundswell.post import Post
from tests.collectors.file_import.files import (
    deletions_of,
    posts_of,
    rejected_of,
    write,
    write_csv,
    write_json_lines,
)

WHEN = datetime(2025, 1, 29, 12, tzinfo=UTC)
LONG_ID = "1884943210987654321"


def tweet(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": LONG_ID,
        "text": "@sample_user_2 OpenAI said what? #ai https://t.example/1",
        "author_id": "17",
        "conversation_id": "1884943210987654000",
        "created_at": "2025-01-29T12:00:00.000Z",
        "lang": "en",
        "source": "Sample Web App",
        "public_metrics": {
            "like_count": 5,
            "retweet_count": 2,
            "reply_count": 0,
            "quote_count": 1,
        },
        "referenced_tweets": [
            {"type": "replied_to", "id": "1884943210987654001"},
            {"type": "quoted", "id": "1884943210987654002"},
        ],
        "entities": {
            "hashtags": [{"start": 1, "end": 2, "tag": "ai"}],
            "mentions": [{"username": "sample_user_2", "id": "18"}],
            "urls": [{"url": "https://t.example/1", "expanded_url": "https://example.org/a"}],
        },
    }
    return values | changes


AUTHOR = {"id": "17", "username": "sample_user_17", "name": "Sample User 17"}
PAGE = {
    "data": [tweet(), tweet(id="1884943210987654399", author_id="99", referenced_tweets=None)],
    "includes": {
        "users": [AUTHOR],
        "tweets": [{"id": "1884943210987654002", "text": "They copied us", "author_id": "18"}],
    },
    "meta": {"result_count": 2},
    "__twarc": {"url": "https://example.org/2/tweets", "version": "2.14.0"},
}


def assert_is_the_tweet(post: Post) -> None:
    assert (post.source, post.uri, post.created_at) == ("import", LONG_ID, WHEN)
    assert (post.author, post.author_name, post.author_id) == (
        "sample_user_17",
        "Sample User 17",
        "17",
    )
    assert (post.likes, post.reposts, post.replies, post.quotes) == (5, 2, 0, 1)
    assert (post.reply_to, post.quote_of) == ("1884943210987654001", "1884943210987654002")
    assert (post.tags, post.mentions) == (("ai",), ("sample_user_2",))
    assert (post.links, post.lang_declared) == (("https://example.org/a",), "en")
    assert post.url == f"https://x.com/i/web/status/{LONG_ID}"


@pytest.mark.parametrize("option", [0, orjson.OPT_INDENT_2])
def test_twarc_pages_are_unfolded_with_authors_and_quotes(tmp_path: Path, option: int) -> None:
    path = write(tmp_path, "results.json", orjson.dumps(PAGE, option=option))
    first, second = posts_of(path)
    assert plan(path).layout == "twarc"
    assert_is_the_tweet(first)
    assert first.quoted_text == "They copied us"
    assert (second.author, second.author_id) == (None, "99")


def test_flattened_twarc_lines_read_the_same(tmp_path: Path) -> None:
    flat = [tweet(author=AUTHOR, __twarc={"version": "2"}), tweet(id="18849432109876543")]
    assert_is_the_tweet(posts_of(write_json_lines(tmp_path, flat))[0])


def test_4cat_keeps_the_author_of_a_tweet_under_another_name(tmp_path: Path) -> None:
    assert_is_the_tweet(posts_of(write_json_lines(tmp_path, [tweet(author_user=AUTHOR)]))[0])


def twarc_csv_row(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": LONG_ID,
        "conversation_id": "1884943210987654000",
        "referenced_tweets.replied_to.id": "1884943210987654001",
        "referenced_tweets.retweeted.id": "",
        "referenced_tweets.quoted.id": "1884943210987654002",
        "author_id": "17",
        "created_at": "2025-01-29T12:00:00.000Z",
        "text": "OpenAI said what?\\nReally?",
        "lang": "en",
        "source": "Sample Web App",
        "public_metrics.reply_count": "0",
        "public_metrics.retweet_count": "2",
        "public_metrics.quote_count": "1",
        "public_metrics.like_count": "5.0",
        "entities.hashtags": '["#ai"]',
        "entities.mentions": '["@sample_user_2"]',
        "entities.urls": '["https://example.org/a"]',
        "author.id": "17",
        "author.username": "sample_user_17",
        "author.name": "Sample User 17",
        "__twarc.version": "2.14.0",
    }
    return values | changes


def test_twarc_csv_reads_the_same_and_its_line_breaks_come_back(tmp_path: Path) -> None:
    path = write_csv(tmp_path, [twarc_csv_row()])
    (post,) = posts_of(path)
    assert_is_the_tweet(post)
    assert post.text == "OpenAI said what?\nReally?"
    assert any("--origin x" in warning for warning in plan(path).warnings)
    assert not any("--origin x" in warning for warning in plan(path, origin="x").warnings)


def test_older_twarc_csv_writes_text_as_json(tmp_path: Path) -> None:
    rows = [
        twarc_csv_row(text='"can\\u2019t\\nwait"'),
        twarc_csv_row(id="1", text='"half" of "it"'),
    ]
    assert [post.text for post in posts_of(write_csv(tmp_path, rows))] == [
        "can’t\nwait",
        '"half" of "it"',
    ]


def test_the_counts_of_a_retweet_are_the_originals_and_not_taken(tmp_path: Path) -> None:
    row = twarc_csv_row(**{"referenced_tweets.retweeted.id": "1884943210987654005"})
    (post,) = posts_of(write_csv(tmp_path, [row]))
    assert (post.likes, post.reposts, post.replies, post.quotes) == (None, None, None, None)


FOURCAT_X = {
    "id": LONG_ID,
    "thread_id": LONG_ID,
    "timestamp": "2025-01-29 12:00:00",
    "unix_timestamp": "1738152000",
    "link": f"https://x.com/sample_user_17/status/{LONG_ID}",
    "subject": "",
    "body": "OpenAI said what?",
    "author": "sample_user_17",
    "author_fullname": "Sample User 17",
    "author_id": "17",
    "source": "Sample Web App",
    "language_guess": "en",
    "retweet_count": "2",
    "reply_count": "0",
    "like_count": "5",
    "quote_count": "1",
    "is_retweet": "no",
    "hashtags": "ai,law",
    "urls": "https://example.org/a,https://example.org/b",
    "mentions": "sample_user_2",
}


def test_4cat_csv_of_x(tmp_path: Path) -> None:
    path = write_csv(tmp_path, [FOURCAT_X, FOURCAT_X | {"id": "2", "is_retweet": "yes"}])
    first, second = posts_of(path)
    assert plan(path).layout == "4CAT"
    assert (first.uri, first.created_at, first.thread_root) == (LONG_ID, WHEN, None)
    assert (first.author_name, first.lang_declared, first.source) == (
        "Sample User 17",
        "en",
        "import",
    )
    assert (first.tags, first.links) == (
        ("ai", "law"),
        ("https://example.org/a", "https://example.org/b"),
    )
    assert (first.likes, first.reposts, first.replies, first.quotes) == (5, 2, 0, 1)
    assert second.likes is None


def test_4cat_times_without_offset_are_utc(tmp_path: Path) -> None:
    row = {k: v for k, v in FOURCAT_X.items() if k != "unix_timestamp"}
    (post,) = posts_of(write_csv(tmp_path, [row]))
    assert post.created_at == WHEN


def test_4cat_csv_of_reddit_puts_the_subject_first(tmp_path: Path) -> None:
    row = {
        "thread_id": "1abc",
        "id": "1abc",
        "timestamp": "2025-01-29 12:00:00",
        "body": "Discuss.",
        "subject": "OpenAI and DeepSeek",
        "author": "sample_user_1",
        "url": "https://example.org/a",
        "subreddit": "sample",
        "parent": "",
        "score": "-4",
        "unix_timestamp": "1738152000",
    }
    (post,) = posts_of(write_csv(tmp_path, [row]))
    assert (post.text, post.likes) == ("OpenAI and DeepSeek\n\nDiscuss.", -4)


def test_4cat_csv_of_bluesky_is_one_row_with_what_our_collector_finds(tmp_path: Path) -> None:
    row = {
        "id": "at://did:plc:sample17/app.bsky.feed.post/3kaa",
        "thread_id": "at://did:plc:sample17/app.bsky.feed.post/3kaa",
        "created_at": "2025-01-29T12:00:00+00:00",
        "author": "sample-17.example",
        "author_id": "did:plc:sample17",
        "body": "OpenAI said what?",
        "link": "https://bsky.app/profile/sample-17.example/post/3kaa",
        "like_count": "5",
        "labels": "",
        "languages": "N/A",
        "author_display_name": "Sample 17",
        "timestamp": "2025-01-29 12:00:00",
        "unix_timestamp": "1738152000.0",
    }
    (post,) = posts_of(write_csv(tmp_path, [row]))
    assert (post.source, post.uri, post.lang_declared) == ("bluesky", row["id"], None)


def bluesky_item(**changes: Any) -> dict[str, Any]:
    uri = "at://did:plc:sample17/app.bsky.feed.post/3kab"
    values: dict[str, Any] = {
        "uri": uri,
        "cid": "bafysample",
        "author": {"did": "did:plc:sample17", "handle": "sample-17.example", "labels": []},
        "record": {
            "text": "OpenAI said what?",
            "created_at": "2025-01-29T12:00:00.000Z",
            "langs": ["en"],
            "reply": {"parent": {"uri": f"{uri}p"}, "root": {"uri": f"{uri}r"}},
        },
        "indexed_at": "2025-01-29T12:00:01.000Z",
        "like_count": 5,
        "repost_count": None,
        "labels": [{"val": "sample-label"}],
        "4CAT_metadata": {"collected_at": 1738152000.5, "query": "openai", "rank": 1},
    }
    return values | changes


def test_4cat_ndjson_of_bluesky(tmp_path: Path) -> None:
    path = write_json_lines(tmp_path, [bluesky_item()], "4cat.ndjson")
    (post,) = posts_of(path)
    assert plan(path).layout == "Bluesky posts (4CAT NDJSON)"
    assert (post.source, post.author, post.created_at) == ("bluesky", "sample-17.example", WHEN)
    assert (post.reply_to, post.thread_root) == (f"{post.uri}p", f"{post.uri}r")
    assert (post.labels, post.likes, post.reposts) == (("sample-label",), 5, None)


def test_accounts_for_signed_in_users_only_lose_text_and_author(tmp_path: Path) -> None:
    item = bluesky_item(labels=[{"val": "!no-unauthenticated"}])
    (post,) = posts_of(write_json_lines(tmp_path, [item]))
    assert (post.text, post.author, post.author_id, post.raw) == ("", None, None, b"")
    assert (post.withheld, post.likes) == ("no-unauthenticated", 5)


def test_zeeschuimer_lines_are_unwrapped(tmp_path: Path) -> None:
    data = {
        "id": "7465000000000000001",
        "desc": "OpenAI said what?",
        "createTime": 1738152000,
        "author": {"uniqueId": "sample.user", "nickname": "Sample", "id": "9"},
        "stats": {"diggCount": 5, "shareCount": 2, "commentCount": 0},
    }
    line = {"nav_index": "1", "source_platform": "tiktok.com", "data": data}
    path = write_json_lines(tmp_path, [line])
    (post,) = posts_of(path)
    assert (post.text, post.author, post.created_at) == ("OpenAI said what?", "sample.user", WHEN)
    assert (post.likes, post.reposts, post.replies, post.quotes) == (5, 2, 0, None)


def test_zeeschuimer_lines_of_x(tmp_path: Path) -> None:
    data = {
        "rest_id": LONG_ID,
        "legacy": {
            "created_at": "Wed Jan 29 12:00:00 +0000 2025",
            "full_text": "OpenAI said what?",
            "favorite_count": 5,
        },
        "core": {"user_results": {"result": {"legacy": {"screen_name": "sample_user_17"}}}},
    }
    (post,) = posts_of(write_json_lines(tmp_path, [{"source_platform": "x.com", "data": data}]))
    assert (post.uri, post.author, post.created_at) == (LONG_ID, "sample_user_17", WHEN)


OURS = {
    "source": "hackernews",
    "uri": "42900000",
    "url": "https://example.org/item?id=42900000",
    "author": "sample_user_1",
    "author_name": "",
    "created_at": "2025-01-29 12:00:00+00",
    "first_seen_at": "2025-01-29 12:05:00+00",
    "text": "'=1+1 says OpenAI",
    "lang": "en",
    "reply_to": "42899999",
    "quote_of": "",
    "likes": "",
    "reposts": "",
    "replies": "0",
    "quotes": "",
    "compound": "-0.5",
    "sentiment": "negative",
    "irony": "",
    "matched": "story",
}


def test_our_own_csv_keeps_source_identity_and_first_sight(tmp_path: Path) -> None:
    path = write_csv(tmp_path, [OURS])
    (post,) = posts_of(path)
    assert plan(path).layout == "Groundswell posts"
    assert plan(path).unmapped == ("lang", "compound", "sentiment", "irony", "matched")
    assert (post.source, post.uri, post.text) == ("hackernews", "42900000", "=1+1 says OpenAI")
    assert post.first_seen_at == datetime(2025, 1, 29, 12, 5, tzinfo=UTC)
    assert (post.likes, post.replies) == (None, 0)


def test_deleted_rows_become_deletions_and_may_follow_their_post(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "text": "OpenAI", "deleted_at": ""},
        {"id": "a", "text": "", "deleted_at": "2025-02-01T00:00:00Z"},
        {"id": "b", "text": "", "deleted_at": "true"},
    ]
    path = write_csv(tmp_path, rows)
    assert not rejected_of(path)
    first, second = deletions_of(path)
    assert (first.uri, first.seen_at) == ("a", datetime(2025, 2, 1, tzinfo=UTC))
    assert (second.uri, second.author_id, second.source) == ("b", None, "import")


def test_every_layout_and_synonym_names_fields_of_a_post() -> None:
    made_here = {"title", "deleted_at"}
    assert KINDS.keys() - made_here <= set(Post.__dataclass_fields__)
    for fields in (SYNONYMS, *(layout.fields for layout in LAYOUTS)):
        assert fields.keys() <= KINDS.keys()
