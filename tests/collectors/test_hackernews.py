"""Hacker News: windows, the ceiling, limits, coverage, threads, and every trap of its search."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collectors._http import Http
from collectors.hackernews.items import uri_of
from collectors.hackernews.windows import CHUNK_S
from groundswell.coverage import Coverage, merge, uncovered
from groundswell.errors import Closed
from groundswell.post import Deletion, Missing, Post
from groundswell.source import Stored
from tests.collectors.asks import (
    NOW,
    SINCE,
    ask,
    coverage_of,
    pages_of,
    pages_until,
    posts_of,
    topic,
)
from tests.collectors.fake_hackernews import FakeSearch, comment, story
from tests.collectors.hackernews_desk import NOW_S, OPENAI, START_S, collector, ids, spread
from tests.collectors.web import Reply


async def test_everything_in_the_period_is_read_and_nothing_else(site: FakeSearch) -> None:
    inside = [story(START_S, "OpenAI begins"), story(NOW_S - 1, "OpenAI ends")]
    outside = [story(START_S - 1, "OpenAI before"), story(NOW_S, "OpenAI after")]
    site.hits = [*inside, *outside, story(NOW_S - 5, "Something else")]
    hn = collector(site)
    pages = await pages_of(hn, ask(OPENAI))
    assert ids(posts_of(hn, pages)) == {hit["objectID"] for hit in inside}
    assert coverage_of(pages) == [Coverage(start=SINCE, end=NOW, status="complete", found=2)]


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001])
async def test_t_hn_1_window_over_the_ceiling_is_split_and_all_are_stored(
    site: FakeSearch, count: int
) -> None:
    site.hits = spread(count)
    hn = collector(site)
    pages = await pages_of(hn, ask(OPENAI))
    assert len(ids(posts_of(hn, pages))) == count
    assert uncovered((SINCE, NOW), coverage_of(pages)) == []


async def test_t_hn_2_overfull_second_is_a_gap_and_not_asked_again(site: FakeSearch) -> None:
    second = START_S + 1234
    site.hits = [story(second, f"OpenAI {n}") for n in range(1100)] + spread(10)
    hn = collector(site)
    pages = await pages_of(hn, ask(OPENAI))
    assert len(ids(posts_of(hn, pages))) == 1010
    gaps = [c for c in coverage_of(pages) if c.status != "complete"]
    at = datetime.fromtimestamp(second, UTC)
    assert [(gap.start, gap.end, gap.status) for gap in gaps] == [
        (at, at + timedelta(seconds=1), "gap")
    ]
    assert "1100 hits in one second" in str(gaps[0].reason)
    assert uncovered((SINCE, NOW), coverage_of(pages)) == [(at, at + timedelta(seconds=1))]

    known = merge([], coverage_of(pages))
    site.web.calls.clear()
    await pages_of(hn, ask(OPENAI, known=known))
    asked = [call.one("numericFilters") for call in site.web.calls]
    assert asked == [f"created_at_i>={NOW_S - 600},created_at_i<{NOW_S}"]  # the look-back alone


async def test_t_hn_3_comment_html_becomes_plain_text_once(site: FakeSearch) -> None:
    text = "I don&#x27;t think <i>OpenAI</i> wrote &amp;lt;b&amp;gt;<p>Second<p>Third"
    site.hits = [comment(START_S, text, parent="1", story_id="1")]
    hn = collector(site)
    (post,) = posts_of(hn, await pages_of(hn, ask(OPENAI)))
    assert post.text == "I don't think OpenAI wrote &lt;b&gt;\n\nSecond\n\nThird"


async def test_t_hn_4_missing_counts_are_none_and_never_zero(site: FakeSearch) -> None:
    site.hits = [
        comment(START_S, "OpenAI", parent="1", story_id="1"),
        comment(START_S + 1, "OpenAI", parent="1", story_id="1", points=1),
        story(START_S + 2, "OpenAI", points=0, num_comments=0),
        story(START_S + 3, "OpenAI", points="many", num_comments=True),
        story(START_S + 4, "OpenAI", points=2**70),
    ]
    hn = collector(site)
    posts = sorted(posts_of(hn, await pages_of(hn, ask(OPENAI))), key=lambda post: post.uri)
    counts = [(post.likes, post.replies) for post in posts]
    assert counts == [(None, None), (1, None), (0, 0), (None, None), (None, 3)]


async def test_t_hn_5_loose_matches_of_the_server_are_left_to_the_local_matcher(
    site: FakeSearch,
) -> None:
    site.hits = [story(START_S, "OpenAIish"), story(START_S + 1, "OpenAI at last")]
    hn = collector(site)
    of = topic("opena*")
    posts = posts_of(hn, await pages_of(hn, ask(of)))
    assert len(posts) == 2
    asked = site.web.calls[0]
    assert asked.one("typoTolerance") == "false"
    assert asked.one("advancedSyntax") == "true"
    assert asked.one("queryType") == "prefixAll"
    assert [post.text for post in posts if OPENAI.query.matches(post)] == ["OpenAI at last"]


async def test_t_hn_6_points_are_never_filtered_on_the_server(site: FakeSearch) -> None:
    site.hits = spread(3)
    await pages_of(collector(site), ask(OPENAI))
    assert not any("points" in str(call.query) for call in site.web.calls)


OLD_FORM = {  # as the search answered until about 2019, without several fields
    "created_at": "2025-01-21T10:00:00.000Z",
    "title": None,
    "author": "sample-user-19",
    "points": 1,
    "comment_text": "OpenAI again",
    "story_id": 7,
    "parent_id": 8,
    "created_at_i": START_S + 5,
    "_tags": ["comment", "author_sample-user-19", "story_7"],
    "objectID": "41000000",
}


@pytest.mark.parametrize("highlight", [{}, {"_highlightResult": {"title": {"value": "x"}}}])
async def test_t_hn_7_old_and_new_forms_of_a_hit_parse(
    site: FakeSearch, highlight: dict[str, Any]
) -> None:
    site.hits = [OLD_FORM | highlight]
    hn = collector(site)
    (post,) = posts_of(hn, await pages_of(hn, ask(OPENAI)))
    assert (post.likes, post.author, post.created_at) == (
        1,
        "sample-user-19",
        datetime.fromtimestamp(START_S + 5, UTC),
    )
    assert b"_highlightResult" not in post.raw


async def test_t_hn_8_null_is_an_unknown_item_and_not_a_deleted_one(site: FakeSearch) -> None:
    site.items = {
        "1": {"id": 1, "type": "story", "by": "sample-user-17", "time": START_S}
        | {"title": "OpenAI", "score": 99, "descendants": 40},
        "2": {"id": 2, "type": "comment", "time": START_S, "deleted": True},
        "3": {"id": 3, "type": "comment", "time": START_S, "text": "OpenAI", "dead": True},
    }
    hn = collector(site)
    stored = [Stored(uri=uri_of(number)) for number in (1, 2, 3, 4)]
    pages = [page async for page in hn.recheck(stored)]
    items = [list(hn.posts(page)) for page in pages]
    (live,), (deleted,), (dead,), (unknown,) = items
    assert isinstance(live, Post)
    assert (live.likes, live.replies) == (99, 40)
    assert isinstance(deleted, Deletion)
    assert isinstance(dead, Deletion)
    assert (deleted.reason, dead.reason) == ("deleted", "dead")
    assert isinstance(unknown, Missing)
    assert (unknown.uri, live.uri) == (uri_of(4), uri_of(1))


async def test_comments_hang_below_their_story(site: FakeSearch) -> None:
    root = story(START_S, "OpenAI", url="https://openai.example/r1", story_text="<p>Look")
    reply = comment(START_S + 1, "OpenAI says", root["objectID"], root["objectID"])
    deep = comment(START_S + 2, "OpenAI never", reply["objectID"], root["objectID"])
    site.hits = [root, reply, deep]
    hn = collector(site)
    posts = {post.created_at: post for post in posts_of(hn, await pages_of(hn, ask(OPENAI)))}
    top, first, second = (posts[t] for t in sorted(posts, key=str))
    assert (top.reply_to, top.thread_root) == (None, None)
    assert (first.reply_to, first.thread_root) == (top.uri, top.uri)
    assert (second.reply_to, second.thread_root) == (first.uri, top.uri)
    assert top.text == "OpenAI\n\nLook"
    assert top.card_url == "https://openai.example/r1"
    assert top.uri == top.url == f"https://news.ycombinator.com/item?id={root['objectID']}"


async def test_links_of_a_comment_are_whole_though_shown_shortened(site: FakeSearch) -> None:
    link = '<a href="https:&#x2F;&#x2F;openai.example&#x2F;a?b=1&amp;c=2">https://openai...</a>'
    site.hits = [comment(START_S, f"OpenAI {link}", "1", "1")]
    hn = collector(site)
    (post,) = posts_of(hn, await pages_of(hn, ask(OPENAI)))
    assert post.links == ("https://openai.example/a?b=1&c=2",)


# --- windows


async def test_every_search_must_be_read_before_a_window_is_complete(site: FakeSearch) -> None:
    site.hits = [story(START_S, "OpenAI"), story(START_S + 1, "DeepSeek"), story(START_S, "Both")]
    site.hits[2]["title"] = "OpenAI and DeepSeek"
    hn = collector(site)
    pages = await pages_of(hn, ask(topic("openai OR deepseek")))
    assert [bool(page.coverage) for page in pages] == [False, False, True]
    posts = posts_of(hn, pages)
    assert len(posts) == len(ids(posts)) == 3  # the third was found twice

    site.faults = [Reply(body=b'{"hits": [], "nbHits": 0}'), Reply(status=404)]
    read = await pages_until(Closed, hn, ask(topic("openai OR deepseek")))
    assert coverage_of(read) == []


async def test_windows_are_chunked_newest_first_so_that_progress_is_kept(
    site: FakeSearch,
) -> None:
    since = NOW - timedelta(seconds=3 * CHUNK_S - 5)
    site.hits = spread(9, int(since.timestamp()))
    windows = coverage_of(await pages_of(collector(site), ask(OPENAI, since=since)))
    assert [c.end for c in windows] == sorted((c.end for c in windows), reverse=True)
    assert len(windows) == 3
    assert merge([], windows) == [Coverage(start=since, end=NOW, status="complete", found=9)]


async def test_the_future_is_never_complete(site: FakeSearch) -> None:
    until = NOW + timedelta(days=2)
    pages = await pages_of(collector(site), ask(OPENAI, until=until))
    assert max(c.end for c in coverage_of(pages)) == NOW
    ahead = [Coverage(start=SINCE, end=until, status="complete")]
    assert await pages_of(collector(site), ask(OPENAI, until=until, known=ahead)) == []


async def test_a_second_in_progress_is_left_to_the_next_run(site: FakeSearch) -> None:
    now = NOW + timedelta(milliseconds=700)
    site.hits = [story(NOW_S, "OpenAI this second")]
    hn = collector(site)
    pages = await pages_of(hn, ask(OPENAI, until=now, now=now))
    assert posts_of(hn, pages) == []
    known = coverage_of(pages)
    assert max(c.end for c in known) == NOW
    later = now + timedelta(minutes=1)
    pages = await pages_of(hn, ask(OPENAI, until=later, now=later, known=known))
    assert len(posts_of(hn, pages)) == 1


async def test_only_what_is_not_covered_is_asked_for(site: FakeSearch) -> None:
    known = [
        Coverage(start=SINCE, end=SINCE + timedelta(days=1), status="complete"),
        Coverage(start=SINCE + timedelta(days=2), end=NOW, status="complete"),
    ]
    await pages_of(collector(site), ask(OPENAI, known=known))
    day = 86_400
    assert [call.one("numericFilters") for call in site.web.calls] == [
        f"created_at_i>={NOW_S - 600},created_at_i<{NOW_S}",
        f"created_at_i>={START_S + day},created_at_i<{START_S + 2 * day}",
    ]


async def test_burst_of_2200_between_two_runs_is_stored_in_full(site: FakeSearch) -> None:
    site.hits = spread(5)
    hn = collector(site)
    first = await pages_of(hn, ask(OPENAI))
    later = NOW + timedelta(hours=1)
    burst = spread(2200, NOW_S, NOW_S + 3600)
    site.hits += burst
    wanted = ask(OPENAI, until=later, now=later, known=coverage_of(first))
    second = await pages_of(hn, wanted)
    assert {hit["objectID"] for hit in burst} <= ids(posts_of(hn, second))
    assert uncovered((SINCE, later), [*coverage_of(first), *coverage_of(second)]) == []


async def test_late_hits_are_found_by_the_look_back(site: FakeSearch) -> None:
    hn = collector(site)
    known = coverage_of(await pages_of(hn, ask(OPENAI)))
    site.hits = [story(NOW_S - 500, "OpenAI, indexed late")]
    later = NOW + timedelta(minutes=5)
    again = await pages_of(hn, ask(OPENAI, until=later, now=later, known=known))
    assert len(posts_of(hn, again)) == 1


async def test_hits_removed_while_paging_cost_nothing(site: FakeSearch) -> None:
    site.hits = spread(1500)
    gone = random.Random(7).sample(site.hits, 40)

    def remove_one(_: object) -> None:
        if gone:
            site.hits.remove(gone.pop())

    site.before_answer = remove_one
    hn = collector(site)
    pages = await pages_of(hn, ask(OPENAI))
    assert {hit["objectID"] for hit in site.hits} <= ids(posts_of(hn, pages))
    assert uncovered((SINCE, NOW), coverage_of(pages)) == []


async def test_small_pages_are_read_to_the_last(site: FakeSearch, monkeypatch: Any) -> None:
    monkeypatch.setattr("collectors.hackernews.collector.CEILING", 40)
    monkeypatch.setattr("tests.collectors.fake_hackernews.CEILING", 10)
    site.hits = spread(35)
    hn = collector(site)
    pages = await pages_of(hn, ask(OPENAI))
    assert len(ids(posts_of(hn, pages))) == 35
    assert uncovered((SINCE, NOW), coverage_of(pages)) == []


async def test_a_window_too_large_to_read_is_split(site: FakeSearch, monkeypatch: Any) -> None:
    site.hits = [story(START_S + n * 9000, "OpenAI " + "x" * 3000) for n in range(100)]
    hn = collector(site)
    get = Http.get

    async def narrow(self: Http, url: str, **how: Any) -> Any:
        return await get(self, url, **how, cap_bytes=50_000)

    monkeypatch.setattr(Http, "get", narrow)
    pages = await pages_of(hn, ask(OPENAI))
    assert len(ids(posts_of(hn, pages))) == 100
    assert uncovered((SINCE, NOW), coverage_of(pages)) == []


# --- limits


@pytest.mark.parametrize("limit", [0, 1, 7])
async def test_limit_takes_the_newest_and_says_what_is_missing(
    site: FakeSearch, limit: int
) -> None:
    since = NOW - timedelta(seconds=2 * CHUNK_S)
    site.hits = spread(20, int(since.timestamp()))
    hn = collector(site)
    pages = await pages_of(hn, ask(OPENAI, since=since, limit=limit))
    newest = sorted(site.hits, key=lambda hit: -int(hit["created_at_i"]))[:limit]
    assert ids(posts_of(hn, pages)) == {hit["objectID"] for hit in newest}
    windows = coverage_of(pages)
    assert {c.status for c in windows} <= {"truncated", "gap"}
    assert all(
        f"limit{f' of {limit}' if c.status == 'gap' else ''}" in str(c.reason) for c in windows
    )
    assert (merge([], windows)[0].start, merge([], windows)[-1].end) == (since, NOW)


async def test_limit_that_is_not_reached_changes_nothing(site: FakeSearch) -> None:
    site.hits = spread(20)
    pages = await pages_of(collector(site), ask(OPENAI, limit=20))
    assert uncovered((SINCE, NOW), coverage_of(pages)) == []
