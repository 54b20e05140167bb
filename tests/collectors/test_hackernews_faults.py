"""Hacker News when it does not play along: hits that are no posts, hostile answers, failures."""

import gzip
from datetime import timedelta
from typing import Any

import pytest

from collectors.hackernews.collector import HackerNews
from collectors.hackernews.windows import CHUNK_S
from groundswell.coverage import uncovered
from groundswell.errors import BadAnswer, Closed, RateLimited, RefusedAddress, Unreachable
from groundswell.post import Post, Rejected
from groundswell.settings import Settings
from groundswell.source import Page
from tests.collectors.asks import (
    NOW,
    SINCE,
    ask,
    coverage_of,
    items_of,
    others_of,
    pages_of,
    pages_until,
    posts_of,
)
from tests.collectors.clock import Clock
from tests.collectors.fake_hackernews import FakeSearch, comment, story
from tests.collectors.hackernews_desk import OPENAI, START_S, collector, ids, spread
from tests.collectors.web import Reply

# --- items that are none


async def test_items_without_words_are_rejected_or_deleted(site: FakeSearch) -> None:
    site.hits = [
        story(START_S, "", url=None),
        story(START_S + 1, "", deleted=True),
        comment(START_S + 2, "[deleted]", "1", "1"),
        comment(START_S + 3, "OpenAI", "1", "1", dead=True),
    ]
    for hit in site.hits:
        hit["author"] = "openai"  # found by its author
    hn = collector(site)
    items = others_of(hn, await pages_of(hn, ask(OPENAI)))
    kinds = [type(item).__name__ for item in items]
    assert kinds == ["Deletion", "Deletion", "Deletion", "Rejected"]
    rejected = items[-1]
    assert isinstance(rejected, Rejected)
    assert (rejected.field_name, rejected.place) == ("title", "hit 4")
    assert site.hits[0]["objectID"].encode() in rejected.raw


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"objectID": None}, "objectID"),
        ({"objectID": "abc"}, "objectID"),
        ({"objectID": "1.88E+18"}, "objectID"),
        ({"created_at_i": None, "created_at": None}, "created_at_i"),
        ({"created_at_i": 10**20, "created_at": None}, "created_at_i"),
        ({"created_at_i": None, "created_at": "28/01/2025"}, "created_at_i"),
    ],
)
def test_one_bad_hit_costs_one_hit(change: dict[str, Any], field: str) -> None:
    hits = [story(START_S, "OpenAI a") | change, story(START_S, "OpenAI b"), "not a hit", 7, None]
    page = Page(
        source="hackernews",
        route="search",
        url="u",
        fetched_at=NOW,
        body={"hits": hits, "nbHits": 2},
    )
    items = list(HackerNews(Settings()).posts(page))
    bad, good, *rest = items
    assert isinstance(bad, Rejected)
    assert bad.field_name == field
    assert isinstance(good, Post)
    assert [type(item) for item in rest] == [Rejected] * 3


def test_written_time_is_read_when_the_number_is_missing() -> None:
    hit = story(START_S, "OpenAI") | {
        "created_at_i": None,
        "created_at": "2025-01-20T01:00:00+01:00",
    }
    page = Page(
        source="hackernews",
        route="search",
        url="u",
        fetched_at=NOW,
        body={"hits": [hit], "nbHits": 1},
    )
    (post,) = HackerNews(Settings()).posts(page)
    assert isinstance(post, Post)
    assert post.created_at == SINCE


# --- a site that does not play along

BOMB = gzip.compress(b"\0" * 30_000_000)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Reply(body=b"<html>Be right back</html>"), BadAnswer),
        (Reply(body=b"null"), BadAnswer),
        (Reply(body=b'{"message": "wrong index", "status": 200}'), BadAnswer),
        (Reply(body=b'{"hits": 7, "nbHits": 7}'), BadAnswer),
        (Reply(body=b"[" * 100_000), BadAnswer),
        (Reply(body=b'{"hits": [{"a"'), BadAnswer),
        (Reply(status=403, body=b"blocked"), Closed),
        (Reply(status=302, headers={"Location": "ftp://x.example/"}), RefusedAddress),
    ],
)
async def test_hostile_answers_are_typed_errors(
    site: FakeSearch, fault: Reply, error: type[Exception]
) -> None:
    site.faults = [fault]
    with pytest.raises(error):
        await pages_of(collector(site), ask(OPENAI))


async def test_a_bomb_in_one_second_is_too_large(site: FakeSearch) -> None:
    headers = {"Content-Encoding": "gzip"}
    site.faults = [Reply(body=BOMB, headers=headers)] * 40
    with pytest.raises(BadAnswer, match="larger"):
        await pages_of(collector(site), ask(OPENAI, since=NOW - timedelta(seconds=1)))


@pytest.mark.parametrize("form", ["30", "Sat, 01 Feb 2025 12:00:30 GMT"])
async def test_waits_the_site_asks_for_are_kept(site: FakeSearch, form: str) -> None:
    site.hits, clock = spread(3), Clock()
    site.faults = [Reply(status=429, headers={"Retry-After": form}), Reply(status=503)]
    hn = collector(site, clock)
    assert len(posts_of(hn, await pages_of(hn, ask(OPENAI)))) == 3
    assert clock.waits[0] == 30.0


async def test_what_was_read_before_a_failure_is_kept_and_the_rest_read_next_time(
    site: FakeSearch,
) -> None:
    since = NOW - timedelta(seconds=2 * CHUNK_S)
    site.hits = spread(20, int(since.timestamp()))
    hn = collector(site)

    def fail_after_the_first_window(page: Page) -> None:
        site.faults = [Reply(status=500)] * 6 if page.coverage else []

    read = await pages_until(Unreachable, hn, ask(OPENAI, since=since), fail_after_the_first_window)
    assert [c.end for c in coverage_of(read)] == [NOW]
    rest = await pages_of(hn, ask(OPENAI, since=since, known=coverage_of(read)))
    assert len(ids(posts_of(hn, [*read, *rest]))) == 20
    assert uncovered((since, NOW), coverage_of([*read, *rest])) == []


async def test_a_long_wait_says_when_to_resume(site: FakeSearch) -> None:
    site.faults = [Reply(status=429, headers={"Retry-After": "3600"})]
    with pytest.raises(RateLimited) as caught:
        await pages_of(collector(site), ask(OPENAI))
    assert caught.value.resumes_at == NOW + timedelta(hours=1)


async def test_it_makes_its_own_client_when_given_none(site: FakeSearch) -> None:
    site.hits = spread(3)
    settings = Settings(allow_private_addresses=True, hackernews_url=site.web.url)
    hn = HackerNews(settings)
    assert len(items_of(hn, await pages_of(hn, ask(OPENAI)))) == 3
    with pytest.raises(RefusedAddress):
        await pages_of(HackerNews(Settings(hackernews_url=site.web.url)), ask(OPENAI))
