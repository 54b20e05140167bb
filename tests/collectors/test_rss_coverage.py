"""RSS: what polls settle and leave behind, and one broken feed among others."""

import json
import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors.rss.collector import Rss, feeds_of
from collectors.rss.coverage import SECOND
from collectors.rss.state import key_of
from groundswell.coverage import merge, uncovered
from groundswell.errors import (
    Closed,
    RateLimited,
    RefusedAddress,
    SourceError,
    StateError,
    TopicError,
    Unreachable,
)
from groundswell.post import Post, Rejected
from groundswell.settings import Settings
from groundswell.source import Page
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
from tests.collectors.feed_press import (
    CANARY,
    SETTINGS,
    HereAndNow,
    Press,
    cursor_of,
    entry,
    state_of,
)
from tests.collectors.test_feed_reading import fixture, rss
from tests.collectors.web import Reply

# --- coverage


async def test_first_poll_covers_from_the_oldest_entry_and_tells_the_gap_before(
    press: Press, reads: Rss
) -> None:
    oldest = SINCE + timedelta(days=5)
    press.publish(entry(2, NOW), entry(1, oldest))
    pages = await pages_of(reads, ask(topic(rss={"feeds": [press.url()]})))
    gap, complete = coverage_of(pages)
    assert (gap.status, gap.start, gap.end) == ("gap", SINCE, oldest + SECOND)
    assert (complete.status, complete.start, complete.end) == ("complete", oldest + SECOND, NOW)
    assert pages[0].instance == press.url()


@pytest.mark.parametrize(
    "items",
    [[], ["<title>OpenAI undated</title>"], [entry(1, datetime(1970, 1, 1))]],  # noqa: DTZ001  # printed only
)
async def test_a_feed_without_plausible_dates_covers_from_the_first_poll_on(
    press: Press, reads: Rss, items: list[str]
) -> None:
    press.publish(*items)
    of = topic(rss={"feeds": [press.url()]})
    first = await pages_of(reads, ask(of))
    assert [(c.status, c.start, c.end) for c in coverage_of(first)] == [("gap", SINCE, NOW)]
    later = NOW + timedelta(hours=1)
    second = await pages_of(reads, ask(of, until=later, now=later, cursor=cursor_of(first)))
    assert uncovered((NOW, later), coverage_of(second)) == []


async def test_coverage_stays_inside_the_period_asked_for_and_never_in_the_future(
    press: Press, reads: Rss
) -> None:
    press.publish(entry(1, SINCE - timedelta(days=9)), entry(2, NOW + timedelta(days=9)))
    of = topic(rss={"feeds": [press.url()]})
    until = NOW + timedelta(days=3)
    windows = coverage_of(await pages_of(reads, ask(of, until=until)))
    assert [(c.start, c.end, c.status) for c in windows] == [(SINCE, NOW, "complete")]


async def test_two_reads_add_nothing(press: Press, reads: Rss) -> None:
    press.feeds["/feed"] = Reply(body=fixture("ordinary.xml"))
    of = topic(rss={"feeds": [press.url()]})
    first = await pages_of(reads, ask(of))
    second = await pages_of(reads, ask(of, cursor=cursor_of(first)))
    assert {p.uri for p in posts_of(reads, first)} == {p.uri for p in posts_of(reads, second)}
    assert merge(coverage_of(first), coverage_of(second)) == merge([], coverage_of(first))


async def test_burst_of_2200_is_stored_or_a_gap(press: Press, reads: Rss) -> None:
    of = topic(rss={"feeds": [press.url()]})
    press.publish(*[entry(n, NOW - timedelta(minutes=n)) for n in range(20)])
    first = await pages_of(reads, ask(of))
    later = NOW + timedelta(hours=1)
    burst = [entry(n, NOW + timedelta(seconds=n)) for n in range(2200)]
    press.publish(*burst[-50:])
    second = await pages_of(reads, ask(of, until=later, now=later, cursor=cursor_of(first)))
    lost_until = NOW + timedelta(seconds=2150) + SECOND
    assert len(posts_of(reads, second)) == 50
    assert uncovered((NOW, later), coverage_of(second)) == [(NOW, lost_until)]


async def test_what_came_in_the_second_of_the_oldest_entry_may_have_left_the_feed(
    press: Press, reads: Rss
) -> None:
    of = topic(rss={"feeds": [press.url()]})
    press.publish(entry(1, NOW))
    first = await pages_of(reads, ask(of))
    later, burst_at = NOW + timedelta(hours=1), NOW + timedelta(minutes=5)
    press.publish(*[entry(n, burst_at) for n in range(100, 130)])  # others stood in that second
    second = await pages_of(reads, ask(of, until=later, now=later, cursor=cursor_of(first)))
    assert uncovered((NOW, later), coverage_of(second)) == [(NOW, burst_at + SECOND)]


async def test_a_feed_cut_in_the_middle_gives_its_entries_and_is_asked_for_again(
    press: Press, reads: Rss
) -> None:
    whole = rss(entry(3, NOW), entry(2, NOW), entry(1, SINCE - SECOND))
    press.feeds["/feed"] = Reply(body=whole[: whole.index(b"OpenAI 1")], headers={"ETag": "x"})
    of = topic(rss={"feeds": [press.url()]})
    first = await pages_of(reads, ask(of))
    assert {"OpenAI 3", "OpenAI 2"} <= {post.text for post in posts_of(reads, first)}
    assert [(c.start, c.end, c.status) for c in coverage_of(first)] == [(SINCE, NOW, "truncated")]
    press.feeds["/feed"] = Reply(body=whole)
    second = await pages_of(reads, ask(of, cursor=cursor_of(first)))
    assert "if-none-match" not in press.web.calls[-1].headers
    assert [c.status for c in coverage_of(second)] == ["complete"]


# --- several feeds


async def test_one_broken_feed_does_not_stop_the_others(press: Press, reads: Rss) -> None:
    press.publish(entry(1, SINCE), path="/a")
    press.feeds["/b"] = Reply(status=500)
    press.feeds["/c"] = Reply(status=403, body=b"members only")
    press.feeds["/d"] = Reply(body=b"<html>")
    press.publish(entry(1, SINCE), path="/e")
    urls = [press.url(f"/{name}") for name in "abcde"]
    pages = await pages_of(reads, ask(topic(rss={"feeds": urls})))
    assert [page.instance for page in pages] == urls
    assert len(posts_of(reads, pages)) == 2
    status = {page.instance: page.coverage[-1].status for page in pages}
    assert list(status.values()) == ["complete", "gap", "closed", "gap", "complete"]
    reasons = {page.instance: str(page.coverage[-1].reason) for page in pages}
    assert "members only" in reasons[urls[2]]


async def test_when_all_fail_the_error_names_each(press: Press, reads: Rss) -> None:
    of = topic(rss={"feeds": [press.url(f"/{n}") for n in range(7)]})
    with pytest.raises(Closed) as caught:
        await pages_of(reads, ask(of))
    assert "None of 7 feeds" in str(caught.value)
    assert "and 2 more" in str(caught.value)
    assert str(caught.value).count("answered 404") == 5
    assert str(caught.value).count("Check ") == 1
    press.feeds["/0"] = Reply(body=b"<html>")
    with pytest.raises(Unreachable):
        await pages_of(reads, ask(of))


async def test_a_dead_host_is_not_asked_for_every_one_of_its_feeds(
    press: Press, reads: Rss
) -> None:
    urls = [press.url(f"/{n}") for n in range(20)]
    press.feeds.update({f"/{n}": Reply(status=500) for n in range(20)})
    await pages_until(Unreachable, reads, ask(topic(rss={"feeds": urls})))
    assert len(press.web.calls) < 40


async def test_every_page_carries_the_cursor_so_far(press: Press, reads: Rss) -> None:
    press.publish(entry(1, SINCE), path="/a")
    press.publish(entry(1, SINCE), path="/b")
    urls = [press.url("/a"), press.url("/b")]
    pages = await pages_of(reads, ask(topic(rss={"feeds": urls})))
    polled = [
        [
            key
            for key, state in json.loads(page.cursor or "")["feeds"].items()
            if "polled_at" in state
        ]
        for page in pages
    ]
    assert polled == [[urls[0]], urls]


@pytest.mark.parametrize("limit", [0, 1, 3])
async def test_limit_is_over_all_feeds_and_what_is_missing_is_said(
    press: Press, reads: Rss, limit: int
) -> None:
    for path in ("/a", "/b"):
        press.publish(entry(2, NOW), entry(1, SINCE), path=path)
    of = topic(rss={"feeds": [press.url("/a"), press.url("/b")]})
    pages = await pages_of(reads, ask(of, limit=limit))
    assert len(posts_of(reads, pages)) == limit
    assert pages[-1].coverage[0].status == ("truncated" if limit == 3 else "gap")
    assert "limit" in str(pages[-1].coverage[0].reason)
    rest = await pages_of(reads, ask(of, cursor=cursor_of(pages)))
    assert len(posts_of(reads, rest)) == 4


# --- state


@pytest.mark.parametrize(
    "cursor",
    ["", "not json", "[]", '{"version": 2}', '{"feeds": {"a": {"polled_at": "yesterday"}}}']
    + ['{"feeds": {"a": {"etga": "x"}}}', '{"feeds": {"a": {"polled_at": "2025-01-01T00:00:00"}}}'],
)
async def test_corrupt_state_is_loud(press: Press, reads: Rss, cursor: str) -> None:
    press.publish(entry(1, SINCE))
    with pytest.raises(StateError, match="cannot be read"):
        await pages_of(reads, ask(topic(rss={"feeds": [press.url()]}), cursor=cursor))
    assert press.web.calls == []


async def test_future_state_yields_nothing_wrong_and_recovers(press: Press, reads: Rss) -> None:
    press.publish(entry(1, SINCE))
    of = topic(rss={"feeds": [press.url()]})
    ahead = (NOW + timedelta(days=400)).isoformat()
    state = {"polled_at": ahead, "not_before": ahead}
    cursor = json.dumps({"feeds": {key_of(press.url()): state}})
    pages = await pages_of(reads, ask(of, cursor=cursor))
    assert len(posts_of(reads, pages)) == 1
    assert all(c.end <= NOW for c in coverage_of(pages))
    assert state_of(pages, press.url())["polled_at"] == "2025-02-01T12:00:00Z"


async def test_polls_of_the_same_site_are_half_an_hour_apart(monkeypatch: Any) -> None:
    monkeypatch.setattr("collectors.rss.polling.on_this_machine", lambda _: False)
    server = Press()
    with server.web:
        server.publish(entry(1, SINCE))
        of = topic(rss={"feeds": [server.url()]})
        reads = Rss(SETTINGS, reader=HereAndNow())
        first = await pages_of(reads, ask(of))
        for minutes, pages in ((29, 0), (30, 1)):
            now = NOW + timedelta(minutes=minutes)
            again = await pages_of(reads, ask(of, until=now, now=now, cursor=cursor_of(first)))
            assert len(again) == pages


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets this machine count as another one, whose feeds are spared between polls."""
    monkeypatch.setattr("collectors.rss.polling.on_this_machine", lambda _: False)


@pytest.mark.usefixtures("elsewhere")
async def test_when_every_feed_failed_and_must_wait_the_run_does_not_look_complete(
    press: Press, reads: Rss
) -> None:
    urls = [press.url("/a"), press.url("/b")]
    of = topic(rss={"feeds": urls})
    first = await pages_until(Closed, reads, ask(of))
    asked, soon = len(press.web.calls), NOW + timedelta(minutes=10)
    with pytest.raises(RateLimited) as caught:
        await pages_of(reads, ask(of, until=soon, now=soon, cursor=cursor_of(first)))
    assert len(press.web.calls) == asked
    assert caught.value.resumes_at == NOW + timedelta(minutes=30)
    said = str(caught.value)
    assert all(f"{url}: not asked before 12:30 UTC; the last try failed: " in said for url in urls)
    assert said.count("answered 404") == 2
    assert said.endswith("Run the same command again after 2025-02-01 12:30 UTC.")


@pytest.mark.usefixtures("elsewhere")
async def test_a_feed_that_failed_and_must_wait_is_a_gap_beside_one_that_was_read(
    press: Press, reads: Rss
) -> None:
    press.publish(entry(1, SINCE), path="/good")
    of = topic(rss={"feeds": [press.url("/good"), press.url("/bad")]})
    first = await pages_of(reads, ask(of))
    soon = NOW + timedelta(minutes=10)
    second = await pages_of(reads, ask(of, until=soon, now=soon, cursor=cursor_of(first)))
    (page,) = second
    assert (page.instance, page.body) == (press.url("/bad"), None)
    (gap,) = page.coverage
    assert (gap.status, gap.start, gap.end) == ("gap", SINCE, soon)
    assert str(gap.reason).startswith("not asked before 12:30 UTC; the last try failed: answered")

    press.publish(entry(2, SINCE), path="/bad")
    later = NOW + timedelta(minutes=30)
    third = await pages_of(reads, ask(of, until=later, now=later, cursor=cursor_of(second)))
    assert "failed" not in state_of(third, press.url("/bad"))
    assert await pages_of(reads, ask(of, until=later, now=later, cursor=cursor_of(third))) == []


# --- secrets and addresses


async def test_tokens_in_addresses_are_nowhere_but_in_the_request(
    press: Press, reads: Rss, caplog: pytest.LogCaptureFixture
) -> None:
    press.publish(entry(1, SINCE), ETag='"1"')
    url = f"{press.url()}?token={CANARY}"
    press.feeds["/old"] = Reply(status=301, headers={"Location": f"/feed?token={CANARY}"})
    of = topic(rss={"feeds": [url, press.url("/old"), f"{press.url('/none')}?key={CANARY}"]})
    with caplog.at_level(logging.DEBUG):
        pages = await pages_of(reads, ask(of))
        items = posts_of(reads, pages)
    assert len(items) == 2
    assert CANARY in {call.one("token") for call in press.web.calls}
    written = " ".join(
        [*(repr((p.url, p.instance, p.cursor, p.coverage, p.context)) for p in pages)]
        + [repr(items), caplog.text]
    )
    assert CANARY not in written


def test_feeds_that_differ_only_in_their_secret_stay_two() -> None:
    one, two = (key_of(f"https://news.example/feed?key={n}00000") for n in (1, 2))
    assert one != two
    assert "00000" not in one
    assert key_of("https://news.example/feed?page=2") == "https://news.example/feed?page=2"


async def test_private_addresses_are_a_gap_with_the_reason(press: Press) -> None:
    press.publish(entry(1, SINCE))
    pages = await pages_until(
        RefusedAddress, Rss(Settings()), ask(topic(rss={"feeds": [press.url()]}))
    )
    assert "ALLOW_PRIVATE_ADDRESSES" in str(coverage_of(pages)[0].reason)
    assert press.web.calls == []


# --- where feeds come from


def test_feeds_and_opml_are_joined(tmp_path: Path) -> None:
    (tmp_path / "subscriptions.opml").write_bytes(fixture("subscriptions.opml"))
    path = tmp_path / "sample.toml"
    of = topic(path=path, rss={"feeds": ["https://z.example/f"], "opml": "subscriptions.opml"})
    assert feeds_of(of) == (
        "https://z.example/f",
        "https://news.example/rss?a=1&b=2",
        "https://blog.example/atom.xml",
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "lists no feeds"),
        ({"opml": "missing.opml"}, "cannot be read"),
        ({"opml": "../../etc/passwd"}, "beside the topic's file"),
        ({"opml": "/etc/passwd"}, "beside the topic's file"),
    ],
)
def test_topics_without_usable_feeds_say_what_to_write(
    tmp_path: Path, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(TopicError, match=said):
        feeds_of(topic(path=tmp_path / "sample.toml", rss=options))


def test_a_topic_without_a_file_has_nothing_beside_it() -> None:
    with pytest.raises(TopicError, match="beside nothing"):
        feeds_of(topic(rss={"opml": "feeds.opml"}))


# --- posts() alone


def test_raw_bytes_without_entries_are_read_all_the_same() -> None:
    page = Page(
        source="rss",
        route="feed",
        url="https://a.example/f",
        fetched_at=NOW,
        body=fixture("atom.xml"),
    )
    (post,) = Rss(Settings()).posts(page)
    assert isinstance(post, Post)
    assert post.uri == "https://a.example/f#tag:blog.example,2025:1"


def test_raw_bytes_that_are_no_feed_are_rejected_whole() -> None:
    page = Page(source="rss", route="feed", url="u", fetched_at=NOW, body=b"<html>")
    (item,) = Rss(Settings()).posts(page)
    assert isinstance(item, Rejected)
    assert item.raw == b"<html>"


async def test_no_error_but_source_errors_leaves_a_run(press: Press, reads: Rss) -> None:
    for fault in (Reply(body=b"x", cut_at=0), Reply(status=204), Reply(body=b"\xff\xfe\x00")):
        press.feeds["/feed"] = fault
        with pytest.raises(SourceError):
            await pages_of(reads, ask(topic(rss={"feeds": [press.url()]})))
