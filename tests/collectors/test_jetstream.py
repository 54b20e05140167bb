"""Catching up with the stream, as ``collect`` does it: from its place, once, and honestly."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collectors.jetstream import run as jetstream_run
from collectors.jetstream import wire as jetstream_wire
from collectors.jetstream.collector import Jetstream
from collectors.jetstream.run import cursor_at
from groundswell.coverage import Coverage
from groundswell.errors import Closed, RateLimited, RefusedAddress, StateError, Unreachable
from groundswell.settings import Settings
from groundswell.source import Ask
from tests.collectors.asks import coverage_of, pages_of, posts_of, topic
from tests.collectors.jetstream_listener import ago, listen, stream_of
from tests.collectors.sites.jetstream import FakeJetstream, Fault, in_us
from tests.collectors.web import Reply

NOW = datetime.now(UTC)
WEEK = (NOW - timedelta(days=7), NOW)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jetstream_run, "SLICE_S", 0.1)
    monkeypatch.setattr(jetstream_run, "IDLE_S", 0.2)
    monkeypatch.setattr(jetstream_run, "PATIENCE_S", 0.3)
    monkeypatch.setattr("collectors.jetstream.collector.PATIENCE_S", 0.3)
    monkeypatch.setattr(jetstream_wire, "TICK_S", 0.03)


@pytest.fixture
def site() -> Iterator[FakeJetstream]:
    with FakeJetstream() as made:
        made.publish(5, start=NOW - timedelta(hours=5), step=timedelta(hours=1))
        yield made


def wanted(**changes: Any) -> Ask:
    values: dict[str, Any] = {"topic": topic("openai"), "span": WEEK, "now": NOW}
    return Ask(**(values | changes))


async def test_a_new_topic_gets_the_last_day_and_the_rest_is_said(site: FakeJetstream) -> None:
    stream = stream_of(site)
    pages = await pages_of(stream, wanted())
    assert len(posts_of(stream, pages)) == 5
    day = NOW - timedelta(hours=24)
    gap, read = coverage_of(pages)
    assert (gap.start, gap.end, gap.status) == (WEEK[0], day, "gap")
    assert (read.start, read.status, read.found) == (day, "complete", 5)


async def test_what_is_covered_is_not_read_again(site: FakeJetstream) -> None:
    known = [Coverage(start=WEEK[0], end=NOW - timedelta(hours=2, minutes=30), status="complete")]
    stream = stream_of(site)
    pages = await pages_of(stream, wanted(known=known))
    assert len(posts_of(stream, pages)) == 2
    assert all(window.status == "complete" for window in coverage_of(pages))


async def test_it_goes_on_from_its_place(site: FakeJetstream) -> None:
    stream = stream_of(site)
    cursor = [page.cursor for page in await pages_of(stream, wanted()) if page.cursor][-1]
    assert cursor == cursor_at(site.log[-1]["us"])
    site.create("later", "openai later")
    later = datetime.now(UTC) + timedelta(seconds=1)
    pages = await pages_of(stream, wanted(now=later, span=(WEEK[0], later), cursor=cursor))
    assert {post.text for post in posts_of(stream, pages)} == {"openai 4", "openai later"}


async def test_a_period_long_over_asks_nothing(site: FakeJetstream) -> None:
    over = (NOW - timedelta(days=9), NOW - timedelta(days=8))
    pages = await pages_of(stream_of(site), wanted(span=over))
    assert [(w.start, w.end, w.status) for w in coverage_of(pages)] == [(*over, "gap")]
    assert site.asked == []


@pytest.mark.parametrize(
    "cursor",
    ["", "7", "null", "[]", '{"v": 1}', '{"v": 2, "us": 1738000000000000}', '{"v": 1, "us": 7}'],
)
async def test_a_foreign_cursor_is_loud(site: FakeJetstream, cursor: str) -> None:
    with pytest.raises(StateError, match="none of ours"):
        await pages_of(stream_of(site), wanted(cursor=cursor))
    with pytest.raises(StateError):
        stream_of(site).place(cursor)
    assert site.asked == []


async def test_a_place_from_the_future_is_loud(site: FakeJetstream) -> None:
    cursor = cursor_at(in_us(datetime.now(UTC) + timedelta(days=3)))
    with pytest.raises(StateError, match="future"):
        await pages_of(stream_of(site), wanted(cursor=cursor))
    with pytest.raises(StateError, match="future"):
        await listen(stream_of(site), lambda heard: True, cursor=cursor)
    assert site.asked == []


async def test_the_limit_is_kept_and_the_place_stays(site: FakeJetstream) -> None:
    stream = stream_of(site)
    pages = await pages_of(stream, wanted(limit=2))
    assert len(posts_of(stream, pages)) == 2
    assert "limited" in str(coverage_of(pages)[-1].reason)
    assert [page.cursor for page in pages if page.cursor] == []


async def test_closed_and_busy_and_absent_hosts_are_told_apart(site: FakeJetstream) -> None:
    site.script = [Fault(refused=Reply(status=403))]
    with pytest.raises(Closed):
        await pages_of(stream_of(site), wanted())
    site.script = [Fault(refused=Reply(status=429, headers={"Retry-After": "7200"}))]
    with pytest.raises(RateLimited) as caught:
        await pages_of(stream_of(site), wanted())
    assert caught.value.resumes_at is not None
    assert caught.value.resumes_at > datetime.now(UTC) + timedelta(minutes=100)
    site.script = [Fault(refused=Reply(status=503))] * 200
    with pytest.raises(Unreachable, match="503"):
        await pages_of(stream_of(site), wanted())


async def test_private_addresses_are_refused(site: FakeJetstream) -> None:
    for url in (site.url, site.url.replace("127.0.0.1", "localhost"), "ws://[::1]:9", "http://x"):
        settings = Settings(jetstream_url=url, jetstream_fallback_urls=())
        with pytest.raises(RefusedAddress):
            await pages_of(Jetstream(settings, rest=no_rest), wanted())
    assert site.asked == []


async def test_a_redirect_is_not_followed(site: FakeJetstream) -> None:
    with FakeJetstream() as other:
        moved = Reply(status=302, headers={"Location": other.url})
        site.script = [Fault(refused=moved)] * 200
        with pytest.raises(Unreachable):
            await pages_of(stream_of(site), wanted())
        assert other.asked == []


async def test_check_says_which_host_speaks_and_how_late(site: FakeJetstream) -> None:
    asking = asyncio.ensure_future(stream_of(site).check())
    while not asking.done():
        site.create("x", "anything", us=in_us(ago(seconds=0)))
        await asyncio.sleep(0.05)
    assert await asking == f"127.0.0.1:{site.port} speaks, 0 s behind"


async def test_check_fails_as_collecting_would(site: FakeJetstream) -> None:
    site.script = [Fault(refused=Reply(status=503))] * 200
    with pytest.raises(Unreachable):
        await stream_of(site).check()


async def no_rest(wait_s: float, stop: asyncio.Event) -> None:
    """Does not wait."""
