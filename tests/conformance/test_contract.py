"""The contract every source keeps, tried on each of them; a source without a case fails here."""

import logging
import traceback
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collectors import SOURCES
from groundswell.coverage import merge
from groundswell.post import Item, Post, Rejected
from groundswell.source import Ask, Capabilities, Collector, Page
from tests.collectors.asks import items_of, posts_of
from tests.collectors.bluesky_server import PASSWORD
from tests.collectors.web import Reply
from tests.conformance.bypassed import BYPASSED
from tests.conformance.case import CANARY, HOSTILE_BODIES, Case
from tests.conformance.cases import CASES

COUNTS = ("likes", "reposts", "replies", "quotes")
BODILESS = ("raw", "text")  # may be empty


@pytest.fixture(params=sorted(SOURCES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def case(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Case]:
    row = request.node.function.__name__.removeprefix("test_")
    if reason := BYPASSED.get((row, name)):
        pytest.skip(f"{name}: {reason}")
    with CASES[name](tmp_path) as made:
        yield made


def uris(collector: Collector, pages: list[Page]) -> set[str]:
    return {post.uri for post in posts_of(collector, pages)}


def after(wanted: Ask, pages: list[Page]) -> Ask:
    """The ask of a run that comes after these pages were stored."""
    cursors = [page.cursor for page in pages if page.cursor is not None]
    return Ask(
        topic=wanted.topic,
        span=wanted.span,
        now=wanted.now,
        known=merge(wanted.known, [c for page in pages for c in page.coverage]),
        cursor=cursors[-1] if cursors else wanted.cursor,
    )


def test_declares_itself(name: str) -> None:
    source = SOURCES[name]
    assert source.name == name or source.name in SOURCES  # another route to the same posts
    assert source.route
    assert isinstance(source.capabilities, Capabilities)
    assert set(source.capabilities.engagement) <= set(COUNTS)
    assert source.capabilities.terms.endswith(".")


async def test_every_item_is_accounted_for(case: Case) -> None:
    collector, pages = await case.read(case.wanted)
    items = items_of(collector, pages)
    rejected = [item for item in items if isinstance(item, Rejected)]
    assert (len(items), len(rejected)) == (case.items, case.rejects)
    assert all(item.reason and item.raw and item.seen_at.tzinfo == UTC for item in rejected)


async def test_primary_key_is_unique_and_stable(case: Case, name: str) -> None:
    collector, pages = await case.read(case.wanted)
    posts = posts_of(collector, pages)
    assert posts
    assert len({post.uri for post in posts}) == len(posts)
    of = SOURCES[name].name
    assert all(post.uri and post.source == of or name == "import" for post in posts)
    assert all(page.source == of and page.route == collector.route for page in pages)


async def test_times_are_aware_and_utc(case: Case) -> None:
    collector, pages = await case.read(case.wanted)
    for post in posts_of(collector, pages):
        for moment in (getattr(post, field.name) for field in fields(Post)):
            assert not isinstance(moment, datetime) or moment.utcoffset() == timedelta(0)
    assert {item.first_seen_at for item in posts_of(collector, pages)} <= {
        page.fetched_at for page in pages
    }


async def test_unknown_is_none_and_never_zero_or_empty(case: Case) -> None:
    collector, pages = await case.read(case.wanted)
    posts = posts_of(collector, pages)
    for post in posts:
        for field in fields(Post):
            value = getattr(post, field.name)
            assert field.name in BODILESS or value != "", field.name
            assert field.name not in COUNTS or value is None or value >= 0
    declared = set(collector.capabilities.engagement)
    undeclared = [count for count in COUNTS if count not in declared]
    assert all(getattr(post, count) is None for post in posts for count in undeclared)


async def test_posts_is_pure(case: Case) -> None:
    collector, pages = await case.read(case.wanted)
    assert items_of(collector, pages) == items_of(collector, pages)


async def test_hostile_text_comes_out_whole_and_as_text(case: Case) -> None:
    collector, pages = await case.read(case.wanted)
    (post,) = [p for p in posts_of(collector, pages) if "\U0001f468" in p.text]
    assert "\U0001f468‍\U0001f469‍\U0001f467 é نص" in post.text
    assert "<script" not in post.text


async def test_two_reads_add_nothing(case: Case) -> None:
    collector, first = await case.read(case.wanted)
    _, second = await case.read(after(case.wanted, first))
    assert uris(collector, second) <= uris(collector, first)
    once = merge([], [c for page in first for c in page.coverage])
    again = merge(once, [c for page in second for c in page.coverage])
    assert [(c.start, c.end, c.status) for c in again] == [(c.start, c.end, c.status) for c in once]


async def test_resume_from_every_checkpoint(case: Case) -> None:
    collector, whole = await case.read(case.wanted)
    for stop in range(1, len(whole) + 1):
        _, before = await case.read(case.wanted, most_pages=stop)
        _, rest = await case.read(after(case.wanted, before))
        assert uris(collector, [*before, *rest]) == uris(collector, whole)


async def test_coverage_is_honest(case: Case) -> None:
    _, pages = await case.read(case.wanted)
    windows = [window for page in pages for window in page.coverage]
    assert windows
    for window in windows:
        assert window.start < window.end <= case.wanted.now
        assert (window.status == "complete") == (window.reason is None)


async def test_limit_is_kept_and_said(case: Case) -> None:
    limited = Ask(topic=case.wanted.topic, span=case.wanted.span, now=case.wanted.now, limit=1)
    collector, pages = await case.read(limited)
    assert len(posts_of(collector, pages)) <= 1
    reasons = [c.reason for page in pages for c in page.coverage if c.status != "complete"]
    assert any("limit" in str(reason) or "stopped" in str(reason) for reason in reasons)


@pytest.mark.parametrize("body", sorted(HOSTILE_BODIES))
async def test_hostile_body(case: Case, body: str) -> None:
    assert case.spoil is not None
    case.spoil(HOSTILE_BODIES[body])
    pages, error = await case.outcome()
    assert error is not None
    assert len(str(error)) < 2500
    assert all(c.status != "complete" for page in pages for c in page.coverage)


@pytest.mark.parametrize("status", [401, 403])
async def test_closed_is_not_zero(case: Case, status: int) -> None:
    assert case.spoil is not None
    case.spoil(Reply(status=status, body=b'{"error": "Forbidden", "message": "members only"}'))
    pages, error = await case.outcome()
    assert error is not None
    assert error.reason in ("closed", "login_refused")
    assert all(c.status != "complete" for page in pages for c in page.coverage)


async def test_no_secret_anywhere(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    assert case.spoil is not None
    said: list[str] = []
    with caplog.at_level(logging.DEBUG):
        collector, pages = await case.read(case.wanted)
        items: list[Item] = items_of(collector, pages)
        said += [repr(pages), repr(items), repr(collector)]
        for reply in (HOSTILE_BODIES["html"], HOSTILE_BODIES["no longer"]):
            case.spoil(reply)
            spoiled, error = await case.outcome()
            said += [repr(spoiled), *traceback.format_exception(error)]
    written = " ".join(said) + caplog.text
    assert CANARY not in written
    assert PASSWORD not in written
