"""YouTube's quotas and refusals: spent before the call, three kinds of 403, no key anywhere."""

import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collectors._http import Http
from collectors.youtube.collector import YouTube
from groundswell.errors import (
    BudgetSpent,
    LoginRefused,
    NeedsCredentials,
    RateLimited,
    SourceError,
    TopicError,
)
from groundswell.run import collect
from groundswell.scoring.score import Reading
from groundswell.settings import Settings
from groundswell.spool import Spool
from tests.collectors.asks import NOW, SINCE, ask, coverage_of, pages_of, pages_until, topic
from tests.collectors.clock import Clock
from tests.collectors.sites.youtube import KEY, VIDEO, YouTubeSite, refusal
from tests.collectors.web import Reply
from tests.collectors.youtube_desk import after, calls, collector, uris, wanted

MIDNIGHT = datetime(2025, 2, 2, 8, 0, tzinfo=UTC)  # in California, the day of the tests
HOUR = timedelta(hours=1)


@pytest.fixture
def site() -> Iterator[YouTubeSite]:
    made = YouTubeSite()
    with made.serving():
        yield made


async def test_three_kinds_of_403_are_three_messages(site: YouTubeSite, tmp_path: Path) -> None:
    """T-YT-5"""
    site.disabled = {VIDEO}
    pages = await pages_of(collector(site, tmp_path), wanted(site))
    (window,) = coverage_of(pages)
    assert (window.status, window.reason) == (
        "closed",
        "Comments are switched off under this video.",
    )
    site.faults = [refusal(403, "Access Not Configured.", "accessNotConfigured")]
    with pytest.raises(LoginRefused, match="GROUNDSWELL_YOUTUBE_API_KEY"):
        await pages_of(collector(site, tmp_path), wanted(site))
    site.faults = [refusal(403, "You have exceeded your quota.", "quotaExceeded")]
    with pytest.raises(BudgetSpent, match="midnight in California") as caught:
        await pages_of(collector(site, tmp_path), wanted(site))
    assert caught.value.resumes_at == MIDNIGHT


async def test_after_the_sites_own_word_nothing_is_asked_until_midnight_there(
    site: YouTubeSite, tmp_path: Path
) -> None:
    site.faults = [refusal(403, "You have exceeded your quota.", "quotaExceeded")]
    for _ in range(3):
        with pytest.raises(BudgetSpent):
            await pages_of(collector(site, tmp_path), wanted(site))
    assert len(site.web.calls) == 1


async def test_a_bad_key_is_refused_and_not_shown(site: YouTubeSite, tmp_path: Path) -> None:
    reads = collector(site, tmp_path)
    site.key = "another"
    with pytest.raises(LoginRefused) as caught:
        await pages_of(reads, wanted(site))
    assert KEY not in str(caught.value)
    assert len(site.web.calls) == 1


async def test_too_fast_is_not_too_much(site: YouTubeSite, tmp_path: Path) -> None:
    site.faults = [refusal(403, "Too fast.", "rateLimitExceeded")]
    with pytest.raises(RateLimited):
        await pages_of(collector(site, tmp_path), wanted(site))


async def test_the_day_ends_before_the_call_that_is_not_paid_for(
    site: YouTubeSite, tmp_path: Path
) -> None:
    """T-YT-6: what was paid for is kept, the rest is a recorded gap, the next day goes on."""
    published = site.publish(500, start=SINCE, step=600)
    first = wanted(site)
    reads = collector(site, tmp_path, youtube_daily_units=3)
    pages = await pages_until(BudgetSpent, reads, first)
    assert len(site.web.calls) == 3
    assert len(uris(reads, pages)) == 300
    rest = [window for window in coverage_of(pages) if window.status == "budget"]
    assert [(rest[0].start, len(rest))] == [(SINCE, 1)]
    assert "3 of 3 units of this day are spent" in (rest[0].reason or "")
    with pytest.raises(BudgetSpent):
        await pages_of(collector(site, tmp_path, youtube_daily_units=3), first)
    assert len(site.web.calls) == 3
    later = await pages_of(collector(site, tmp_path), after(first, pages))
    assert set(uris(reads, pages)) | set(uris(reads, later)) == set(published)
    assert len(site.web.calls) <= 7


async def test_a_failed_try_is_paid_for_too(site: YouTubeSite, tmp_path: Path) -> None:
    site.faults = [Reply(status=500)] * 5
    with pytest.raises(SourceError):
        await pages_of(collector(site, tmp_path, youtube_daily_units=4), wanted(site))
    assert len(site.web.calls) == 4


async def test_a_budget_ends_the_run_in_part_with_its_own_word(
    site: YouTubeSite, tmp_path: Path
) -> None:
    site.publish(500, start=SINCE, step=600)
    reads = collector(site, tmp_path, youtube_daily_units=2)
    spool = Spool(tmp_path)
    outcome = await collect(
        reads,
        wanted(site),
        spool,
        lambda posts: [Reading(lang="und", lang_confidence=0.0, scores=()) for _ in posts],
    )
    assert (outcome.state, outcome.reason, outcome.counts.posts) == ("partial", "budget", 200)
    assert {gap.window.status for gap in outcome.gaps} == {"budget"}


async def test_a_budget_spent_before_the_run_is_no_failure_either(
    site: YouTubeSite, tmp_path: Path
) -> None:
    reads = collector(site, tmp_path, youtube_daily_units=0)
    outcome = await collect(reads, wanted(site), Spool(tmp_path), lambda _: [])
    assert (outcome.state, outcome.reason) == ("partial", "budget")
    assert site.web.calls == []


async def test_searches_have_a_budget_of_their_own(site: YouTubeSite, tmp_path: Path) -> None:
    """T-YT-6"""
    site.search_hits = [(SINCE + HOUR, VIDEO)]
    published = site.publish(3, start=SINCE + HOUR)
    own = ask(topic("openai OR deepseek", youtube={}))
    reads = collector(site, tmp_path, youtube_daily_searches=3)
    pages = await pages_of(reads, own)
    assert uris(reads, pages)[::-1] == published
    assert [call.one("q") for call in calls(site, "search")] == ["openai", "deepseek"]
    site.web.calls.clear()
    soon = await pages_of(reads, after(own, pages, until=NOW + HOUR))
    assert calls(site, "search") == []
    late = after(own, [*pages, *soon], until=NOW + 7 * HOUR)
    pages = await pages_of(reads, late)
    assert len(calls(site, "search")) == 1  # two are wanted, one is left
    assert len(calls(site, "commentThreads")) == 2
    assert [w.status for p in pages if p.instance == "search" for w in p.coverage] == ["budget"]


async def test_with_no_video_known_a_spent_search_budget_ends_the_run(
    site: YouTubeSite, tmp_path: Path
) -> None:
    with pytest.raises(BudgetSpent, match="searches"):
        await pages_of(
            collector(site, tmp_path, youtube_daily_searches=0), ask(topic("openai", youtube={}))
        )


async def test_more_videos_than_are_read_is_said(site: YouTubeSite, tmp_path: Path) -> None:
    site.search_hits = [(SINCE + n * HOUR, f"video{n:06d}") for n in range(130)]
    for _, video in site.search_hits:
        site.videos[video] = []
    pages = await pages_of(collector(site, tmp_path), ask(topic("openai", youtube={})))
    (window,) = [w for p in pages if p.instance == "search" for w in p.coverage]
    assert window.status == "truncated"
    assert len(calls(site, "commentThreads")) == 100


async def test_no_key_and_nothing_is_asked(site: YouTubeSite, tmp_path: Path) -> None:
    reads = collector(site, tmp_path, youtube_api_key=None)
    with pytest.raises(NeedsCredentials, match="GROUNDSWELL_YOUTUBE_API_KEY"):
        await pages_of(reads, wanted(site))
    with pytest.raises(NeedsCredentials):
        await reads.check()
    assert site.web.calls == []


async def test_check_costs_one_unit(site: YouTubeSite, tmp_path: Path) -> None:
    reads = collector(site, tmp_path)
    assert "9,999 units" in await reads.check()
    assert "9,998 units" in await reads.check(wanted(site).topic)
    site.disabled = {VIDEO}
    assert "comments are off" in await reads.check(wanted(site).topic)
    site.key = "another"
    with pytest.raises(LoginRefused):
        await reads.check()


async def test_a_bad_address_of_a_video_is_said_before_anything_is_asked(
    site: YouTubeSite, tmp_path: Path
) -> None:
    with pytest.raises(TopicError, match="not a YouTube video"):
        await pages_of(collector(site, tmp_path), wanted(site, videos=["a b"]))
    assert site.web.calls == []


async def test_the_key_never_reaches_a_log_an_address_or_an_error(
    site: YouTubeSite, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """T-YT-7"""
    caplog.set_level(logging.DEBUG)
    site.publish(3, start=SINCE)
    shown, clock = list[str](), Clock()
    settings = Settings(home=tmp_path, **site.settings_changes())
    async with Http(settings, source="youtube", sleep=clock.sleep, now=clock.now) as http:
        shown.append(repr(await pages_of(YouTube(settings, http), wanted(site))))
        html = f"<html>{KEY}</html>".encode()
        for fault in (Reply(status=500), Reply(body=html), Reply(status=410)):
            site.faults = [fault] * 9
            with pytest.raises(SourceError) as caught:
                await pages_of(YouTube(settings, http), wanted(site))
            shown.append("".join(traceback.format_exception(caught.value)))
    assert all(call.one("key") == KEY for call in site.web.calls)
    assert not [text for text in [*shown, caplog.text] if KEY in text]
    assert KEY.encode() not in (tmp_path / "budgets.sqlite").read_bytes()
