"""The collecting loop: what is read is kept, what is not read is named, whatever goes wrong."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from groundswell.coverage import Coverage
from groundswell.errors import Closed, HomeFull, SourceError, Unreachable
from groundswell.post import Deletion, Item, Post, Rejected
from groundswell.run import BATCH_POSTS, DRIFT_ITEMS, Outcome, collect
from groundswell.scoring.score import Reading
from groundswell.source import Ask, Capabilities, Page
from groundswell.spool import Envelope, Spool, read_envelope
from groundswell.tally import count_request, note_clock
from groundswell.topic import Topic, load
from tests.builders import SEEN, make_post

START = datetime(2025, 1, 28, tzinfo=UTC)
END = datetime(2025, 1, 30, tzinfo=UTC)
NOON = datetime(2025, 1, 29, tzinfo=UTC)


class Scripted:
    """A source that yields what the test wrote down; an error in the script is raised."""

    name = "bluesky"
    capabilities = Capabilities(
        keyless=True,
        since=True,
        until=True,
        history="all",
        engagement=(),
        deletion_signal=False,
        redistribution="text",
        terms="none",
    )

    def __init__(self, *script: Page | SourceError, route: str = "search") -> None:
        self.script, self.route = script, route

    async def pages(self, ask: Ask) -> AsyncIterator[Page]:
        for step in self.script:
            if isinstance(step, SourceError):
                raise step
            yield step

    def posts(self, page: Page) -> Iterator[Item]:
        yield from page.body


def page(*items: Item, cursor: str | None = None, **changes: Any) -> Page:
    values: dict[str, Any] = {
        "source": "bluesky",
        "route": "search",
        "url": "https://bsky.example/xrpc/search",
        "fetched_at": SEEN,
        "body": items,
        "cursor": cursor,
    }
    return Page(**(values | changes))


def complete(start: datetime, end: datetime) -> Coverage:
    return Coverage(start=start, end=end, status="complete")


def reject(number: int) -> Rejected:
    return Rejected(source="bluesky", reason=f"odd {number}", raw=b"{}", seen_at=SEEN)


def english(posts: Sequence[Post]) -> list[Reading]:
    return [Reading(lang="en", lang_confidence=1.0, scores=()) for _ in posts]


@pytest.fixture
def topic(tmp_path: Path) -> Topic:
    path = tmp_path / "story.toml"
    path.write_text('title = "Story"\nquery = "openai AND deepseek"\nsince = 2025-01-20\n')
    return load(path)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "home")


@pytest.fixture
def gather(topic: Topic, spool: Spool) -> Callable[..., Outcome]:
    def run(source: Scripted, **changes: Any) -> Outcome:
        ask = replace(Ask(topic=topic, span=(START, END), now=END), **changes)
        return asyncio.run(collect(source, ask, spool, english, clock=lambda: SEEN))

    return run


def envelopes(spool: Spool) -> list[Envelope]:
    return [read_envelope(path) for path in spool.waiting()]


def stored(spool: Spool) -> list[dict[str, Any]]:
    return [row for path in spool.waiting() for row in pq.read_table(path).to_pylist()]


def test_what_fits_is_kept_and_the_rest_counted(
    gather: Callable[..., Outcome], spool: Spool
) -> None:
    off_topic = make_post(2, text="Nothing to do with it")
    too_old = make_post(3, created_at=datetime(2019, 5, 5, tzinfo=UTC))
    gone = Deletion(source="bluesky", uri="at://gone", seen_at=SEEN)
    source = Scripted(
        page(make_post(1), off_topic, too_old, gone, reject(1), coverage=(complete(START, END),))
    )
    outcome = gather(source)
    assert outcome.state == "ok"
    counts = outcome.counts
    assert (counts.posts, counts.dropped, counts.deleted, counts.rejected) == (1, 2, 1, 1)
    (envelope,) = envelopes(spool)
    assert (envelope.dropped, envelope.deletions, len(envelope.rejected)) == (2, (gone,), 1)
    (row,) = stored(spool)
    assert row["matches"][0]["topic"] == "story"
    assert {"openai", "deepseek"} <= set(row["tokens"])


def test_the_cursor_travels_with_the_pages_it_stands_for(
    gather: Callable[..., Outcome], spool: Spool
) -> None:
    many = [make_post(n) for n in range(BATCH_POSTS)]
    gather(Scripted(page(*many, cursor="b"), page(cursor="c"), page()), cursor="a")
    steps = [(e.cursor_from, e.cursor_to) for e in envelopes(spool)]
    assert steps == [("a", "b"), ("b", "c")]


def test_a_finding_without_a_body_is_no_page_but_its_cursor_is_kept(
    gather: Callable[..., Outcome], spool: Spool
) -> None:
    outcome = gather(Scripted(page(body=None, cursor="b")), cursor="a")
    assert outcome.counts.pages == 0
    assert [(e.pages, e.cursor_to) for e in envelopes(spool)] == [(0, "b")]
    assert gather(Scripted(page(make_post(1)), page(body=None))).counts.pages == 1


def test_an_error_keeps_what_came_before_and_names_the_rest(
    gather: Callable[..., Outcome], spool: Spool
) -> None:
    half = complete(START, NOON)
    source = Scripted(page(make_post(1), coverage=(half,)), Unreachable("no answer"))
    outcome = gather(source)
    assert (outcome.state, outcome.reason, outcome.counts.posts) == ("partial", "unreachable", 1)
    windows = [c.window for e in envelopes(spool) for c in e.coverage]
    assert [(w.start, w.end, w.status) for w in windows] == [
        (START, NOON, "complete"),
        (NOON, END, "gap"),
    ]
    assert windows[1].reason == "no answer"


def test_a_source_that_gives_nothing_fails_and_the_gap_is_stored(
    gather: Callable[..., Outcome], spool: Spool
) -> None:
    outcome = gather(Scripted(Closed("login page", status=403)))
    assert (outcome.state, outcome.reason) == ("failed", "closed")
    (envelope,) = envelopes(spool)
    assert [c.window.status for c in envelope.coverage] == ["closed"]


def test_known_windows_are_not_called_gaps(gather: Callable[..., Outcome], spool: Spool) -> None:
    gather(Scripted(Unreachable("down")), known=(complete(START, NOON),))
    (envelope,) = envelopes(spool)
    assert [(c.window.start, c.window.end) for c in envelope.coverage] == [(NOON, END)]


def test_truncated_windows_make_the_run_partial(gather: Callable[..., Outcome]) -> None:
    cut = Coverage(start=START, end=END, status="truncated", reason="needs an app password")
    outcome = gather(Scripted(page(make_post(1), coverage=(cut,))))
    assert (outcome.state, outcome.message) == ("partial", "needs an app password")


@pytest.mark.parametrize(("bad", "good", "stops"), [(5, 10, True), (4, 0, False), (5, 200, False)])
def test_too_many_unreadable_items_stop_the_run(
    gather: Callable[..., Outcome], spool: Spool, bad: int, good: int, stops: bool
) -> None:
    items: list[Item] = [reject(n) for n in range(bad)]
    items += [make_post(n) for n in range(good)]
    outcome = gather(Scripted(page(*items, cursor="next", coverage=(complete(START, END),))))
    assert (outcome.reason == "schema_drift") is stops
    (envelope,) = envelopes(spool)
    assert len(envelope.rejected) == bad
    assert envelope.cursor_to == (None if stops else "next")
    assert all((c.window.status == "complete") is not stops for c in envelope.coverage)


def test_a_file_with_many_bad_rows_is_not_a_changed_site(gather: Callable[..., Outcome]) -> None:
    rows = [reject(n) for n in range(9)]
    assert gather(Scripted(page(*rows, route="file"), route="file")).state == "ok"


def test_nothing_found_in_a_complete_window_is_stored(
    gather: Callable[..., Outcome], spool: Spool
) -> None:
    assert gather(Scripted(page(coverage=(complete(START, END),)))).state == "ok"
    (envelope,) = envelopes(spool)
    assert envelope.coverage[0].window == replace(complete(START, END), pages=1)


def test_hostile_text_costs_neither_batch_nor_post(
    gather: Callable[..., Outcome], spool: Spool
) -> None:
    text = "OpenAI \ud800 DeepSeek \x00 \u202e evil"
    gather(Scripted(page(make_post(1, text=text, author_name="\udfff"), make_post(2))))
    rows = stored(spool)
    assert len(rows) == 2
    assert not set("\ud800\x00\u202e") & set(rows[0]["text"])


def test_withheld_posts_are_kept_without_text_and_counted(
    gather: Callable[..., Outcome], spool: Spool
) -> None:
    shy = make_post(1, text="", author=None, author_id=None, withheld="no-unauthenticated")
    assert gather(Scripted(page(shy))).counts.withheld == 1
    assert stored(spool)[0]["tokens"] == []


def test_a_full_spool_ends_the_run_loudly(topic: Topic, tmp_path: Path) -> None:
    full = Spool(tmp_path / "home", limit_bytes=1)
    ask = Ask(topic=topic, span=(START, END), now=END)
    source = Scripted(page(*[make_post(n) for n in range(BATCH_POSTS)]), page(make_post(9_999)))
    with pytest.raises(HomeFull):
        asyncio.run(collect(source, ask, full, english))
    assert len(full.waiting()) == 1


def test_a_cancelled_run_writes_what_it_has(topic: Topic, spool: Spool) -> None:
    class Endless(Scripted):
        async def pages(self, ask: Ask) -> AsyncIterator[Page]:
            yield page(make_post(1), cursor="next")
            await asyncio.sleep(3600)

    async def stop_soon() -> None:
        ask = Ask(topic=topic, span=(START, END), now=END)
        task = asyncio.ensure_future(collect(Endless(), ask, spool, english))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(stop_soon())
    (envelope,) = envelopes(spool)
    assert (envelope.cursor_to, envelope.coverage) == ("next", ())


@pytest.mark.parametrize("hours", [0, 1, 30])
def test_holes_reread_the_newest_hours(topic: Topic, hours: int) -> None:
    ask = Ask(topic=topic, span=(START, END), now=END, known=(complete(START, NOON),))
    holes = ask.holes(timedelta(hours=hours))
    assert holes == [(max(START, NOON - timedelta(hours=hours)), END)]


def test_holes_keep_old_gaps_and_skip_what_is_complete(topic: Topic) -> None:
    hour = timedelta(hours=1)
    known = (complete(START + hour, START + 5 * hour), complete(START + 6 * hour, END))
    ask = Ask(topic=topic, span=(START, END), now=END, known=known)
    assert ask.holes(2 * hour) == [
        (START, START + hour),
        (START + 5 * hour, START + 6 * hour),
        (END - 2 * hour, END),
    ]


class Asking(Scripted):
    """A source that makes three requests for each page."""

    async def pages(self, ask: Ask) -> AsyncIterator[Page]:
        async for one in super().pages(ask):
            for _ in range(3):
                count_request()
            yield one


def test_a_window_says_what_reading_it_took(gather: Callable[..., Outcome], spool: Spool) -> None:
    gather(
        Asking(
            page(make_post(1), make_post(2, text="of something else")),
            page(reject(1), make_post(3), coverage=(complete(START, NOON), complete(NOON, END))),
        )
    )
    first, second = (covered.window for e in envelopes(spool) for covered in e.coverage)
    assert (first.found, first.dropped, first.rejected) == (3, 1, 1)
    assert (first.pages, first.requests) == (2, 6)
    assert (second.pages, second.requests, second.found) == (0, 0, 0)


def test_what_a_failed_run_took_stands_with_its_gap(
    gather: Callable[..., Outcome], spool: Spool
) -> None:
    gather(Asking(page(make_post(1)), Unreachable("no way", source="bluesky")))
    (covered,) = (covered for e in envelopes(spool) for covered in e.coverage)
    assert (covered.window.status, covered.window.pages, covered.window.requests) == ("gap", 1, 3)


def by_server(outcome: Outcome) -> list[tuple[str | None, datetime, datetime]]:
    return [(gap.instance, gap.window.start, gap.window.end) for gap in outcome.gaps]


def test_what_an_error_leaves_unread_is_said_of_the_servers_that_were_asked(
    gather: Callable[..., Outcome],
) -> None:
    """Said of all servers at once, it would stay for ever: each later window names its server."""
    source = Scripted(
        page(instance="a.example", coverage=(complete(START, NOON),)),
        page(instance="b.example"),
        Unreachable("down", source="bluesky"),
    )
    outcome = gather(source)
    assert by_server(outcome) == [("a.example", NOON, END), ("b.example", START, END)]
    earlier = {"c.example": [complete(START, NOON)]}
    outcome = gather(Scripted(Unreachable("down", source="bluesky")), known_by=earlier)
    assert by_server(outcome) == [("c.example", NOON, END)]
    outcome = gather(Scripted(Unreachable("down", source="bluesky")))
    assert by_server(outcome) == [(None, START, END)]


def test_drift_is_a_gap_of_the_server_whose_page_it_was(gather: Callable[..., Outcome]) -> None:
    odd = page(*(reject(n) for n in range(DRIFT_ITEMS)), instance="a.example")
    outcome = gather(Scripted(odd))
    assert outcome.reason == "schema_drift"
    assert by_server(outcome) == [("a.example", START, END)]


class Dated(Scripted):
    """Its site's clock is five minutes behind ours."""

    async def pages(self, ask: Ask) -> AsyncIterator[Page]:
        note_clock(300.0)
        async for one in super().pages(ask):
            yield one


def test_what_has_not_been_yet_by_the_clock_of_the_site_is_not_complete(
    topic: Topic, spool: Spool
) -> None:
    late = END - timedelta(minutes=5)
    source = Dated(page(coverage=(complete(START, NOON), complete(late, END), complete(NOON, END))))
    ask = Ask(topic=topic, span=(START, END), now=END)
    outcome = asyncio.run(collect(source, ask, spool, english, clock=lambda: END))
    assert "5 minutes ahead" in outcome.message
    (envelope,) = envelopes(spool)
    assert [(c.window.start, c.window.end) for c in envelope.coverage] == [
        (START, NOON),
        (NOON, late),
    ]


def test_a_few_odd_items_of_each_page_stop_the_run_when_they_add_up(
    gather: Callable[..., Outcome], spool: Spool
) -> None:
    good = [make_post(n, text="openai") for n in range(30)]
    pages = [page(*good[n * 5 : n * 5 + 5], reject(n), cursor=str(n)) for n in range(6)]
    outcome = gather(Scripted(*pages))
    assert outcome.reason == "schema_drift"
    assert "5 of 30 items read in this run" in outcome.message
    assert [e.cursor_to for e in envelopes(spool)] == ["3"]
    assert outcome.counts.rejected == 5


def test_a_stream_is_judged_by_all_that_it_told(gather: Callable[..., Outcome]) -> None:
    assert gather(Scripted(page(*(reject(n) for n in range(9)), read=10_000))).reason is None
