"""X: windows, ids as text, rechecks, refusals, and what a post holds."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors._http import Http
from collectors.x.collector import X
from collectors.x.items import read_page
from groundswell.coverage import merge
from groundswell.errors import (
    BudgetSpent,
    Closed,
    StateError,
)
from groundswell.post import Hiding, Missing, Post, Rejected
from groundswell.settings import Settings
from groundswell.source import Page, Stored
from tests.collectors.asks import (
    NOW,
    coverage_of,
    items_of,
    pages_of,
    posts_of,
)
from tests.collectors.clock import Clock
from tests.collectors.sites.x import FIRST_ID, TOKEN, XSite, refusal, uri
from tests.collectors.web import Reply
from tests.collectors.x_desk import END, SINCE, after, collector, spent, uris, wanted


@pytest.fixture
def site() -> Iterator[XSite]:
    made = XSite(NOW)
    with made.serving():
        yield made


async def test_the_end_asked_for_is_fifteen_seconds_past(site: XSite, tmp_path: Path) -> None:
    """T-X-3"""
    site.publish(1, start=NOW - timedelta(seconds=5))
    pages = await pages_of(collector(site, tmp_path), wanted())
    assert site.web.calls[0].one("end_time") == "2025-02-01T11:59:45Z"
    assert [(w.start, w.end, w.status) for w in coverage_of(pages)] == [(SINCE, END, "complete")]


@pytest.mark.parametrize(("ahead_s", "believed"), [(300, True), (5, False), (7200, False)])
async def test_the_reset_header_is_believed_between_10_and_900_seconds(
    site: XSite, tmp_path: Path, ahead_s: int, believed: bool
) -> None:
    """T-X-4"""
    reset = str(int(NOW.timestamp()) + ahead_s)
    site.faults = [Reply(status=429, headers={"x-rate-limit-reset": reset})]
    clock = Clock(NOW)
    await pages_of(collector(site, tmp_path, clock), wanted())
    assert (clock.waits[0] == ahead_s) is believed
    assert clock.waits[0] <= 900


async def test_ids_are_text_to_their_last_digit(site: XSite, tmp_path: Path) -> None:
    """T-X-5"""
    site.post(SINCE, "OpenAI", conversation_id=str(FIRST_ID + 6))
    site.post(SINCE, "OpenAI", id=FIRST_ID + 2, author_id=FIRST_ID + 4)
    reads = collector(site, tmp_path)
    posts = posts_of(reads, await pages_of(reads, wanted()))
    assert {post.uri for post in posts} == {uri(str(FIRST_ID)), uri(str(FIRST_ID + 2))}
    assert str(FIRST_ID + 4) in {post.author_id for post in posts}
    assert uri(str(FIRST_ID + 6)) in {post.thread_root for post in posts}
    assert str(FIRST_ID).encode() in next(p.raw for p in posts if p.uri == uri(str(FIRST_ID)))


def test_only_ids_may_be_handed_on() -> None:
    """T-X-6"""
    assert X.capabilities.redistribution == "ids"


async def test_what_lies_beyond_seven_days_is_a_gap_and_not_asked_for(
    site: XSite, tmp_path: Path
) -> None:
    pages = await pages_of(collector(site, tmp_path), wanted(since=NOW - timedelta(days=12)))
    gap, read = merge((), coverage_of(pages))
    assert (gap.status, gap.start) == ("gap", NOW - timedelta(days=12))
    assert "7 days" in (gap.reason or "")
    assert (read.status, read.start, read.end) == ("complete", gap.end, END)
    assert len(site.web.calls) == 1


async def test_a_limit_ends_the_run_and_the_next_one_goes_on_below(
    site: XSite, tmp_path: Path
) -> None:
    published = site.publish(120, start=SINCE, step=60)
    first = wanted(limit=30)
    reads = collector(site, tmp_path)
    pages = await pages_of(reads, first)
    assert len(uris(reads, pages)) == 30
    assert {w.status for w in coverage_of(pages)} == {"complete", "truncated"}
    later = await pages_of(reads, after(first, pages))
    assert set(uris(reads, pages)) | set(uris(reads, later)) == set(published)


async def test_a_token_that_comes_back_ends_the_walk_in_a_gap(site: XSite, tmp_path: Path) -> None:
    body = {"data": [], "meta": {"result_count": 0, "next_token": "again"}}
    site.faults = [Reply(body=json.dumps(body).encode())] * 50
    pages = await pages_of(collector(site, tmp_path), wanted())
    (gap,) = coverage_of(pages)
    assert (gap.status, len(site.web.calls)) == ("truncated", 2)
    assert spent(tmp_path) == 0


async def test_recheck_tells_hidden_from_missing_and_is_paid_for(
    site: XSite, tmp_path: Path
) -> None:
    published = site.publish(120, start=SINCE, step=60)
    site.remove(published[3])
    site.edit(published[4], "OpenAI, in other words")
    site.protected = {published[5].rpartition("/")[2]}
    reads = collector(site, tmp_path)
    pages = [page async for page in reads.recheck([Stored(uri=one) for one in published])]
    items = items_of(reads, pages)
    assert [i.uri for i in items if isinstance(i, Missing)] == [published[3]]
    assert [i.uri for i in items if isinstance(i, Hiding)] == [published[5]]
    edited = next(i for i in items if isinstance(i, Post) and i.uri == published[4])
    assert edited.text == "OpenAI, in other words"
    assert spent(tmp_path) == 118 * 5_000
    poor = collector(site, tmp_path, x_budget_usd=0.60)
    with pytest.raises(BudgetSpent):
        [page async for page in poor.recheck([Stored(uri=one) for one in published[:3]])]


async def test_corrupt_state_is_loud(site: XSite, tmp_path: Path) -> None:
    for cursor in ("{", '{"version": 2}', '{"version": 1, "since": 3}'):
        with pytest.raises(StateError, match="Nothing was fetched"):
            await pages_of(collector(site, tmp_path), wanted(cursor=cursor))
    (tmp_path / "budgets.sqlite").write_text("$0.00")
    with pytest.raises(StateError, match="delete the file"):
        await pages_of(collector(site, tmp_path), wanted())
    assert site.web.calls == []


async def test_the_token_never_reaches_a_log_an_address_or_an_error(
    site: XSite, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    clock, shown = Clock(NOW), list[str]()
    settings = Settings(home=tmp_path, **site.settings_changes())
    async with Http(settings, source="x", sleep=clock.sleep, now=clock.now) as http:
        shown.append(repr(await pages_of(X(settings, http), wanted())))
        site.faults = [refusal(403, "Forbidden", f"not with {TOKEN}")]
        with pytest.raises(Closed) as caught:
            await pages_of(X(settings, http), wanted())
    shown += [str(caught.value), caplog.text]
    assert not [text for text in shown if TOKEN in text]


@given(
    st.recursive(
        st.none() | st.text(max_size=20) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["id", "text", "created_at", "public_metrics", "entities", "urls"]),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
def test_no_answer_breaks_the_reader(item: Any) -> None:
    page = Page(source="x", route="search", url="", fetched_at=NOW, body={"data": [item]})
    assert all(isinstance(i, (Post, Rejected)) for i in read_page(page))


def test_what_a_post_holds_is_read_whole() -> None:
    post = {
        "id": "1880000000000000007",
        "text": "Short…",
        "note_tweet": {"text": "Long, and to its end", "entities": {"hashtags": [{"tag": "AI"}]}},
        "created_at": "2025-01-28T10:00:00.000Z",
        "author_id": "17",
        "lang": "zh-tw",
        "conversation_id": "1880000000000000001",
        "referenced_tweets": [
            {"type": "replied_to", "id": "1880000000000000001"},
            {"type": "quoted", "id": "1880000000000000002"},
        ],
        "entities": {
            "urls": [{"expanded_url": "https://news.example/a"}, {"expanded_url": "javascript:x"}],
            "mentions": [{"username": "sample-user-18"}],
        },
        "possibly_sensitive": True,
    }
    page = Page(source="x", route="search", url="", fetched_at=NOW, body={"data": [post]})
    (read,) = read_page(page)
    assert isinstance(read, Post)
    assert read.text == "Long, and to its end"
    assert (read.lang_declared, read.labels) == ("zh", ("sensitive",))
    assert (read.reply_to, read.quote_of) == (
        uri("1880000000000000001"),
        uri("1880000000000000002"),
    )
    assert (read.links, read.tags, read.mentions) == (
        ("https://news.example/a",),
        ("AI",),
        ("sample-user-18",),
    )
    assert (read.likes, read.reposts, read.replies, read.quotes) == (None,) * 4
