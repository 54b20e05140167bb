"""RSS: the traps of the source, each by its name, and what an entry becomes."""

import gzip
import logging
from datetime import datetime, timedelta

import pytest

from collectors.rss.collector import Rss, feeds_of, notice
from collectors.rss.coverage import SECOND
from collectors.rss.reader import FeedReader
from groundswell.coverage import Coverage
from groundswell.errors import (
    BadAnswer,
    Closed,
    RateLimited,
)
from groundswell.post import Rejected, is_skewed
from tests.collectors.asks import (
    NOW,
    SINCE,
    ask,
    coverage_of,
    others_of,
    pages_of,
    pages_until,
    posts_of,
    topic,
)
from tests.collectors.feed_press import (
    SETTINGS,
    HereAndNow,
    Press,
    cursor_of,
    entry,
    state_of,
)
from tests.collectors.test_feed_reading import fixture, rss
from tests.collectors.web import Call, Reply


async def test_entries_become_posts(press: Press, reads: Rss) -> None:
    press.feeds["/feed"] = Reply(body=fixture("ordinary.xml"))
    pages = await pages_of(reads, ask(topic(rss={"feeds": [press.url()]})))
    first, second = posts_of(reads, pages)
    assert first.uri == f"{press.url()}#news-1"
    assert first.url == first.card_url == "https://news.example/a"
    assert (
        first.text
        == "OpenAI accuses DeepSeek & others\n\nIt’s about distillation.\n\nSee the terms."
    )
    assert (first.author, first.replies, first.likes) == ("Sample Reporter", 14, None)
    assert (first.lang_declared, first.tags) == ("en", ("AI", "Law"))
    assert first.instance == press.url()
    assert b"whole article" not in first.raw
    assert second.replies is None
    assert pages[0].body == fixture("ordinary.xml")


async def test_it_makes_its_own_client_and_reader_when_given_none(press: Press) -> None:
    press.feeds["/feed"] = Reply(body=fixture("ordinary.xml"))
    reads = Rss(SETTINGS)
    pages = await pages_of(reads, ask(topic(rss={"feeds": [press.url()]})))
    assert len(posts_of(reads, pages)) == 2


async def test_an_edited_entry_says_so(press: Press, reads: Rss) -> None:
    press.feeds["/feed"] = Reply(body=fixture("atom.xml"))
    pages = await pages_of(reads, ask(topic(rss={"feeds": [press.url()]})))
    (post,) = posts_of(reads, pages)
    assert post.created_at == datetime.fromisoformat("2025-01-28T09:00Z")
    assert post.edited_at == datetime.fromisoformat("2025-01-29T08:00Z")
    assert post.version == "2025-01-29T08:00:00+00:00"
    assert post.url == f"{press.web.url}/posts/1"


# --- T-RSS-1 … 8


@pytest.mark.parametrize("body", [b"", b"<html><form>Sign in</form></html>"])
async def test_t_rss_1_login_page_is_reported_as_no_feed(
    press: Press, reads: Rss, body: bytes
) -> None:
    press.feeds["/feed"] = Reply(body=body)
    pages = await pages_until(BadAnswer, reads, ask(topic(rss={"feeds": [press.url()]})))
    (window,) = coverage_of(pages)
    assert (window.status, window.start, window.end) == ("gap", SINCE, NOW)
    assert "no RSS, Atom or JSON feed" in str(window.reason)


async def test_t_rss_2_entries_sharing_an_id_are_all_stored(press: Press, reads: Rss) -> None:
    press.feeds["/feed"] = Reply(body=fixture("ugly.xml"))
    pages = await pages_of(reads, ask(topic(rss={"feeds": [press.url()]})))
    posts = posts_of(reads, pages)
    assert len({post.uri for post in posts}) == len(posts) == 7
    (rejected,) = others_of(reads, pages)
    assert isinstance(rejected, Rejected)
    assert (rejected.place, "neither title nor text" in rejected.reason) == ("entry 8", True)


async def test_t_rss_3_unreadable_dates_are_none_and_future_ones_flagged(
    press: Press, reads: Rss
) -> None:
    press.feeds["/feed"] = Reply(body=fixture("ugly.xml"))
    pages = await pages_of(reads, ask(topic(rss={"feeds": [press.url()]})))
    posts = {post.text: post for post in posts_of(reads, pages)}
    assert posts["OpenAI bold"].created_at is None
    assert posts["OpenAI bold"].first_seen_at == pages[0].fetched_at
    ahead = [p for p in posts_of(reads, pages) if p.created_at and p.created_at.year == 2031]
    assert len(ahead) == 1
    assert is_skewed(ahead[0])


async def test_t_rss_4_304_costs_nothing_and_covers_the_time_since(
    press: Press, reads: Rss
) -> None:
    def feed(call: Call) -> Reply:
        fresh = call.headers.get("if-none-match") != '"v1"'
        same = {"ETag": '"v1"', "Last-Modified": "Tue, 28 Jan 2025 10:00:00 GMT"}
        return Reply(body=rss(entry(1, SINCE)), headers=same) if fresh else Reply(status=304)

    press.feeds["/feed"] = feed
    of = topic(rss={"feeds": [press.url()]})
    first = await pages_of(reads, ask(of))
    later = NOW + timedelta(hours=1)
    second = await pages_of(reads, ask(of, until=later, now=later, cursor=cursor_of(first)))
    assert press.web.calls[1].headers["if-modified-since"] == "Tue, 28 Jan 2025 10:00:00 GMT"
    assert posts_of(reads, second) == []
    assert coverage_of(second) == [Coverage(start=NOW, end=later, status="complete")]
    third = await pages_of(reads, ask(of, until=later, now=later, cursor=cursor_of(second)))
    assert press.web.calls[2].headers["if-none-match"] == '"v1"'
    assert posts_of(reads, third) == []


async def test_t_rss_4_301_rewrites_the_address_and_302_does_not(press: Press, reads: Rss) -> None:
    press.publish(entry(1, SINCE), path="/new")
    press.feeds["/moved"] = Reply(status=301, headers={"Location": "/new"})
    press.feeds["/lent"] = Reply(status=302, headers={"Location": "/new"})
    of = topic(rss={"feeds": [press.url("/moved"), press.url("/lent")]})
    first = await pages_of(reads, ask(of))
    press.web.calls.clear()
    second = await pages_of(reads, ask(of, cursor=cursor_of(first)))
    assert sorted(call.path for call in press.web.calls) == ["/lent", "/new", "/new"]
    uris = [{post.uri for post in posts_of(reads, pages)} for pages in (first, second)]
    assert uris[0] == uris[1] == {f"{press.url('/moved')}#n1", f"{press.url('/lent')}#n1"}


async def test_t_rss_4_a_moved_feed_that_fails_is_asked_at_home_again(
    press: Press, reads: Rss
) -> None:
    press.publish(entry(1, SINCE), path="/new")
    press.feeds["/feed"] = Reply(status=301, headers={"Location": "/new"})
    of = topic(rss={"feeds": [press.url()]})
    first = await pages_of(reads, ask(of))
    press.feeds["/new"] = Reply(status=404)
    second = await pages_until(Closed, reads, ask(of, cursor=cursor_of(first)))
    press.publish(entry(2, SINCE))
    third = await pages_of(reads, ask(of, cursor=cursor_of(second)))
    assert [post.text for post in posts_of(reads, third)] == ["OpenAI 2"]


async def test_t_rss_4_410_stops_the_feed_for_good(press: Press, reads: Rss) -> None:
    press.feeds["/feed"] = Reply(status=410)
    of = topic(rss={"feeds": [press.url()]})
    first = await pages_until(Closed, reads, ask(of))
    assert coverage_of(first)[0].status == "closed"
    press.publish(entry(1, SINCE))
    again = await pages_until(Closed, reads, ask(of, cursor=cursor_of(first)))
    assert len(press.web.calls) == 1
    assert coverage_of(again)[0].status == "closed"


@pytest.mark.parametrize("status", [429, 503])
async def test_t_rss_4_a_long_retry_after_is_kept_over_runs(
    press: Press, reads: Rss, status: int
) -> None:
    press.feeds["/feed"] = Reply(status=status, headers={"Retry-After": "7200"})
    of = topic(rss={"feeds": [press.url()]})
    first = await pages_until(RateLimited, reads, ask(of))
    assert coverage_of(first)[0].status == "gap"
    press.publish(entry(1, SINCE))
    soon = NOW + timedelta(hours=1)
    fresh = Rss(SETTINGS, reader=HereAndNow())
    waits = await pages_until(RateLimited, fresh, ask(of, now=soon, cursor=cursor_of(first)))
    assert "not asked before 14:00 UTC" in str(coverage_of(waits)[0].reason)
    later = NOW + timedelta(hours=2)
    assert len(await pages_of(fresh, ask(of, now=later, cursor=cursor_of(first)))) == 1


async def test_t_rss_5_overflow_between_polls_is_a_gap_and_shortens_the_interval(
    press: Press, reads: Rss
) -> None:
    of = topic(rss={"feeds": [press.url()]})
    press.publish(*[entry(n, NOW - timedelta(hours=10 - n)) for n in range(10)])
    first = await pages_of(reads, ask(of))
    later = NOW + timedelta(hours=4)
    oldest = NOW + timedelta(hours=2)
    press.publish(*[entry(n, oldest + timedelta(minutes=n - 100)) for n in range(100, 110)])
    second = await pages_of(reads, ask(of, until=later, now=later, cursor=cursor_of(first)))
    gap, complete = coverage_of(second)
    assert (gap.status, gap.start, gap.end) == ("gap", NOW, oldest + SECOND)
    assert "overflowed" in str(gap.reason)
    assert (complete.status, complete.start, complete.end) == ("complete", oldest + SECOND, later)
    assert state_of(second, press.url())["interval_s"] == 900

    press.publish(entry(109, oldest), entry(110, later))
    evening = later + timedelta(hours=1)
    third = await pages_of(reads, ask(of, until=evening, now=evening, cursor=cursor_of(second)))
    assert [c.status for c in coverage_of(third)] == ["complete"]


async def test_t_rss_5_a_removed_newest_entry_is_no_overflow(press: Press, reads: Rss) -> None:
    of = topic(rss={"feeds": [press.url()]})
    press.publish(entry(2, NOW), entry(1, SINCE))
    first = await pages_of(reads, ask(of))
    press.publish(entry(3, NOW), entry(1, SINCE))
    later = NOW + timedelta(hours=1)
    second = await pages_of(reads, ask(of, until=later, now=later, cursor=cursor_of(first)))
    assert [c.status for c in coverage_of(second)] == ["complete"]


async def test_t_rss_6_scripts_and_other_schemes_do_not_come_in(press: Press, reads: Rss) -> None:
    press.feeds["/feed"] = Reply(body=fixture("ugly.xml"))
    posts = posts_of(reads, await pages_of(reads, ask(topic(rss={"feeds": [press.url()]}))))
    assert not any("<script" in post.text or "alert" in post.text for post in posts)
    addresses = [link for post in posts for link in (post.url, post.card_url, *post.links) if link]
    assert all(link.startswith("https://") for link in addresses)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=b" " * (5 * 1024 * 1024 + 1)),
        Reply(body=gzip.compress(b"\0" * 30_000_000), headers={"Content-Encoding": "gzip"}),
    ],
)
async def test_t_rss_7_a_feed_over_5_mb_is_refused(press: Press, reads: Rss, reply: Reply) -> None:
    press.feeds["/feed"] = reply
    pages = await pages_until(BadAnswer, reads, ask(topic(rss={"feeds": [press.url()]})))
    assert "larger than 5,242,880 bytes" in str(coverage_of(pages)[0].reason)


async def test_t_rss_7_a_feed_that_takes_too_long_is_a_gap_and_the_next_is_read(
    press: Press,
) -> None:
    press.feeds["/slow"] = Reply(body=b"<rss><channel>" + b"<a>" * 1_600_000)
    press.publish(entry(1, SINCE), path="/fast")
    of = topic(rss={"feeds": [press.url("/slow"), press.url("/fast")]})
    async with FeedReader(limit_s=1.0) as reader:
        reads = Rss(SETTINGS, reader=reader)
        slow, fast = await pages_of(reads, ask(of))
    assert "within 1 s" in str(slow.coverage[0].reason)
    assert len(posts_of(reads, [fast])) == 1


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("https://news.google.com/rss/search?q=openai", "personal"),
        ("https://www.reddit.com/r/news/.rss", "429"),
        ("https://notreddit.com/feed", None),
        ("https://news.example/feed", None),
    ],
)
def test_t_rss_8_feeds_with_terms_of_their_own_carry_a_notice(
    url: str, word: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "collectors.rss.collector"):
        feeds_of(topic(rss={"feeds": [url]}))
    said = notice(url)
    assert (word is None) == (said is None) == (caplog.text == "")
    assert word is None or (word in str(said) and word in caplog.text)
