"""Quota, pauses, keys and errors of the Stack Exchange API, all said in the body."""

import gzip
import json
import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from collectors._http import Http
from collectors.stackexchange.api import Api
from collectors.stackexchange.collector import StackExchange
from groundswell.errors import (
    BadAnswer,
    BudgetSpent,
    LoginRefused,
    RateLimited,
    SourceError,
    Unreachable,
)
from groundswell.post import Rejected
from groundswell.settings import Settings
from groundswell.source import Page
from tests.collectors.asks import (
    NOW,
    SINCE,
    ask,
    coverage_of,
    items_of,
    pages_of,
    pages_until,
    posts_of,
    topic,
)
from tests.collectors.clock import Clock
from tests.collectors.sites.stackexchange import StackExchangeSite, refused, throttled
from tests.collectors.stackexchange_desk import OPENAI, collector
from tests.collectors.web import Reply

CANARY = "canary-9f8e7d6c"
RECORDED = (
    Path(__file__).resolve().parents[2]
    / ".."
    / "shared"
    / "real"
    / "stackexchange"
    / "test_users_associated.json"
)


@pytest.fixture
def site() -> Iterator[StackExchangeSite]:
    fake = StackExchangeSite()
    with fake.serving():
        yield fake


async def test_backoff_delays_the_next_call_of_that_method_only(
    site: StackExchangeSite, tmp_path: Path
) -> None:
    """T-SE-1: also in the next run, since a restart must not begin with a burst."""
    site.publish(150, start=SINCE, step=60)
    site.wrapper["backoff"] = 12
    clock = Clock()
    await pages_of(collector(site, tmp_path, clock), ask(OPENAI))
    methods = [call.path.split("/")[2] for call in site.web.calls]
    assert methods == ["search", "search", "questions", "questions", "posts", "posts"]
    assert clock.waits == [12.0, 12.0, 12.0]
    await collector(site, tmp_path).check(OPENAI)
    again = Clock()
    await collector(site, tmp_path, again).check(OPENAI)
    assert again.waits == [12.0]


async def test_a_backoff_beyond_patience_says_when_to_come_back(
    site: StackExchangeSite, tmp_path: Path
) -> None:
    site.publish(150, start=SINCE, step=60)
    site.wrapper["backoff"] = 4_000
    with pytest.raises(RateLimited) as caught:
        await pages_of(collector(site, tmp_path), ask(OPENAI))
    assert caught.value.resumes_at == NOW + timedelta(seconds=4_000)


async def test_a_quota_of_0_stops_until_midnight_utc(
    site: StackExchangeSite, tmp_path: Path
) -> None:
    """T-SE-5: nothing more is asked, in this run and in the next."""
    site.publish(3, start=SINCE)
    site.quota_remaining = 2
    two = topic("openai", stackexchange={"sites": ["ai", "stackoverflow"]})
    reads = collector(site, tmp_path)
    pages = await pages_until(BudgetSpent, reads, ask(two))
    assert [c.status for c in coverage_of(pages)] == ["budget", "budget"]
    assert len(posts_of(reads, pages)) == 3
    assert len(site.web.calls) == 2
    with pytest.raises(BudgetSpent, match="GROUNDSWELL_STACKEXCHANGE_KEY") as caught:
        await pages_of(collector(site, tmp_path), ask(OPENAI))
    assert caught.value.resumes_at == datetime(2025, 2, 2, tzinfo=UTC)
    assert len(site.web.calls) == 2
    tomorrow = Clock(datetime(2025, 2, 2, 0, 1, tzinfo=UTC))
    site.quota_remaining = 300
    assert await pages_of(collector(site, tmp_path, tomorrow), ask(OPENAI))


async def test_the_quota_is_spent_before_each_call_and_kept_across_runs(
    site: StackExchangeSite, tmp_path: Path
) -> None:
    site.wrapper["quota_remaining"] = None  # a filter may leave it out
    site.quota_remaining = 10_000
    for _ in range(2):
        await pages_of(collector(site, tmp_path), ask(OPENAI))
    said = await collector(site, tmp_path).check(OPENAI)
    assert said == "ai answered; 297 of 300 requests left today"
    keyed = collector(site, tmp_path, stackexchange_key=SecretStr(CANARY))
    assert (await keyed.check(OPENAI)).endswith("9,999 of 10,000 requests left today")


async def test_a_used_up_address_is_left_alone_as_long_as_it_says(
    site: StackExchangeSite, tmp_path: Path
) -> None:
    site.faults = [throttled(4_000)]
    with pytest.raises(BudgetSpent) as caught:
        await pages_of(collector(site, tmp_path), ask(OPENAI))
    assert caught.value.resumes_at == NOW + timedelta(seconds=4_000)
    with pytest.raises(BudgetSpent, match="2025-02-01 13:06 UTC"):
        await pages_of(collector(site, tmp_path), ask(OPENAI))
    assert len(site.web.calls) == 1
    later = Clock(NOW + timedelta(seconds=4_001))
    assert await pages_of(collector(site, tmp_path, later), ask(OPENAI))


async def test_an_error_of_the_site_in_an_http_400_is_tried_again(
    site: StackExchangeSite, tmp_path: Path
) -> None:
    published = site.publish(1, start=SINCE)
    site.faults = [refused(500, "an error occurred", "internal_error")] * 2
    reads = collector(site, tmp_path)
    assert [p.uri for p in posts_of(reads, await pages_of(reads, ask(OPENAI)))] == published
    site.faults = [refused(503, "closed for repairs", "temporarily_unavailable")] * 6
    with pytest.raises(Unreachable, match="closed for repairs"):
        await pages_of(collector(site, tmp_path), ask(OPENAI))
    assert site.faults == []


async def test_an_unknown_key_is_a_matter_of_settings(
    site: StackExchangeSite, tmp_path: Path
) -> None:
    site.faults = [refused(400, "`key` doesn't match a known application", "bad_parameter")]
    reads = collector(site, tmp_path, stackexchange_key=SecretStr(CANARY))
    with pytest.raises(LoginRefused, match="GROUNDSWELL_STACKEXCHANGE_KEY"):
        await reads.check(OPENAI)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=b'{"quota_remaining": 299}'),
        Reply(body=b'{"items": 7}'),
        Reply(body=b"<html>Just a moment...</html>"),
        Reply(status=400, body=b'{"items": []}'),
    ],
)
async def test_an_answer_without_items_is_not_an_empty_one(
    site: StackExchangeSite, tmp_path: Path, reply: Reply
) -> None:
    site.faults = [reply]
    pages = await pages_until(BadAnswer, collector(site, tmp_path), ask(OPENAI))
    assert [c.status for c in coverage_of(pages)] == ["gap"]


async def test_answers_come_as_gzip_though_unasked(site: StackExchangeSite, tmp_path: Path) -> None:
    """T-SE-2."""
    published = site.publish(1, start=SINCE)
    reads = collector(site, tmp_path)
    assert [p.uri for p in posts_of(reads, await pages_of(reads, ask(OPENAI)))] == published
    assert "gzip" in site.web.calls[0].headers["accept-encoding"]


async def test_the_key_is_sent_and_shown_nowhere(
    site: StackExchangeSite, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site.publish(2, start=SINCE)
    own = Settings(
        home=tmp_path,
        stackexchange_key=SecretStr(CANARY),
        request_tries=1,
        **site.settings_changes(),
    )
    reads = StackExchange(own)
    with caplog.at_level(logging.DEBUG):
        pages = await pages_of(reads, ask(OPENAI))
        site.faults = [Reply(body=b"<html>no</html>"), Reply(body=b"[]"), Reply(status=500)]
        said = [repr(pages), repr(items_of(reads, pages)), repr(reads)]
        for _ in range(3):
            try:
                await reads.check(OPENAI)
            except SourceError as error:
                said += traceback.format_exception(error)
    assert {call.one("key") for call in site.web.calls} == {CANARY}
    assert "key=***" in pages[0].url
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert CANARY not in " ".join(said) + caplog.text
    assert CANARY.encode() not in kept


async def test_check_names_who_answered_and_how_many_did_not(
    site: StackExchangeSite, tmp_path: Path
) -> None:
    two = topic("openai", stackexchange={"sites": ["nowhere", "ai"]})
    said = await collector(site, tmp_path).check(two)
    assert said == "ai answered; 1 of 2 did not; 298 of 300 requests left today"
    with pytest.raises(SourceError, match="nowhere"):
        await collector(site, tmp_path).check(topic("x", stackexchange={"sites": ["nowhere"]}))


async def test_a_recorded_answer_is_read_whole(site: StackExchangeSite, tmp_path: Path) -> None:
    if not RECORDED.exists():
        pytest.skip("the recorded answers are not beside the repository")
    recorded = RECORDED.read_bytes()
    expected = recorded.count(b'"site_url"')
    body = gzip.compress(recorded)
    site.faults = [Reply(body=body, headers={"Content-Encoding": "gzip"})]
    clock = Clock()
    own = Settings(home=tmp_path, stackexchange_key=SecretStr(CANARY), **site.settings_changes())
    async with Http(own, source="stackexchange", sleep=clock.sleep, now=clock.now) as http:
        api = Api(http, own)
        answer = await api.ask("users/{ids}/associated", "stackoverflow", ["1"])
    assert (len(answer.items), answer.has_more) == (expected, True)
    assert api.quota() == f"{json.loads(recorded)['quota_remaining']:,} of 10,000 requests"
    page = Page(
        source="stackexchange",
        route="search",
        url=answer.url,
        fetched_at=answer.fetched_at,
        body=answer.body,
        instance="stackoverflow",
    )
    items = items_of(collector(site, tmp_path), [page])
    assert len(items) == expected
    assert all(isinstance(item, Rejected) for item in items), "users are no posts"
