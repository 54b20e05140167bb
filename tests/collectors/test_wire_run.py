"""The collectors of the wire inside a real run: spool, local matching, drift, interruption."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from collectors._http import Http
from collectors.hackernews.collector import HackerNews
from collectors.rss.collector import Rss
from groundswell.coverage import Coverage, merge, uncovered
from groundswell.post import Post
from groundswell.run import Outcome, collect
from groundswell.scoring.score import Reading
from groundswell.settings import Settings
from groundswell.source import Ask, Collector
from groundswell.spool import Spool, read_envelope
from tests.collectors.asks import NOW, SINCE, ask, topic
from tests.collectors.clock import Clock
from tests.collectors.fake_hackernews import FakeSearch, story
from tests.collectors.feed_press import HereAndNow
from tests.collectors.test_feed_reading import rss
from tests.collectors.web import Reply, Web, in_turn

START_S = int(SINCE.timestamp())
OPENAI = topic("openai NOT ban")


def unscored(posts: Sequence[Post]) -> list[Reading]:
    return [Reading(lang="und", lang_confidence=0.0, scores=()) for _ in posts]


@pytest.fixture
def site() -> Iterator[FakeSearch]:
    fake = FakeSearch()
    with fake.serving():
        yield fake


def hackernews(site: FakeSearch) -> HackerNews:
    clock = Clock()
    settings = Settings(allow_private_addresses=True, hackernews_url=site.web.url)
    return HackerNews(
        settings, Http(settings, source="hackernews", sleep=clock.sleep, now=clock.now)
    )


async def run(collector: Collector, wanted: Ask, home: Path) -> tuple[Outcome, list[Coverage]]:
    """The outcome of a run, and the coverage that stands in the spool after it."""
    spool = Spool(home)
    outcome = await collect(collector, wanted, spool, unscored)
    envelopes = [read_envelope(path) for path in spool.waiting()]
    return outcome, merge([], [c.window for e in envelopes for c in e.coverage])


async def test_hits_are_matched_again_here_and_the_window_is_complete(
    site: FakeSearch, tmp_path: Path
) -> None:
    site.hits = [
        story(START_S, "OpenAI"),
        story(START_S + 1, "OpenAI ban"),
        story(START_S + 2, "A ban", author="openai"),
    ]
    outcome, covered = await run(hackernews(site), ask(OPENAI), tmp_path)
    assert (outcome.state, outcome.counts.posts, outcome.counts.dropped) == ("ok", 1, 2)
    assert uncovered((SINCE, NOW), covered) == []


async def test_a_renamed_field_stops_the_run_and_the_window_stays_open(
    site: FakeSearch, tmp_path: Path
) -> None:
    site.hits = [story(START_S + n, "OpenAI") for n in range(20)]
    for hit in site.hits:
        hit["headline"] = hit.pop("title")
        hit["url"] = "https://openai.example/"
    outcome, covered = await run(hackernews(site), ask(OPENAI), tmp_path)
    assert (outcome.state, outcome.reason) == ("failed", "schema_drift")
    assert outcome.counts.rejected == 20
    assert uncovered((SINCE, NOW), covered) == [(SINCE, NOW)]


async def test_one_bad_hit_is_quarantined_and_the_window_complete(
    site: FakeSearch, tmp_path: Path
) -> None:
    site.hits = [story(START_S + n, "OpenAI") for n in range(20)]
    site.hits[3]["objectID"] = "no number"
    site.hits[4]["title"] = "OpenAI \ud800 and on"
    outcome, covered = await run(hackernews(site), ask(OPENAI), tmp_path)
    assert (outcome.state, outcome.counts.posts, outcome.counts.rejected) == ("ok", 19, 1)
    assert uncovered((SINCE, NOW), covered) == []


async def test_an_outage_leaves_a_gap_and_the_next_run_closes_it(
    site: FakeSearch, tmp_path: Path
) -> None:
    site.hits = [story(START_S, "OpenAI")]
    site.faults = [Reply(status=503)] * 6
    outcome, covered = await run(hackernews(site), ask(OPENAI), tmp_path)
    assert (outcome.state, outcome.reason) == ("failed", "unreachable")
    assert [c.status for c in covered] == ["gap"]
    outcome, covered = await run(hackernews(site), ask(OPENAI, known=covered), tmp_path)
    assert (outcome.state, outcome.counts.posts) == ("ok", 1)
    assert uncovered((SINCE, NOW), covered) == []


async def test_feeds_leave_their_cursor_and_a_broken_one_a_gap(tmp_path: Path) -> None:
    dated = "<title>OpenAI</title><guid>1</guid><pubDate>Sun, 19 Jan 2025 23:59:59 GMT</pubDate>"
    with Web(in_turn(Reply(body=rss(dated)))) as good, Web(in_turn(Reply(status=404))) as bad:
        settings = Settings(allow_private_addresses=True)
        of = topic("openai", rss={"feeds": [good.url, bad.url]})
        outcome, covered = await run(Rss(settings, reader=HereAndNow()), ask(of), tmp_path)
    assert (outcome.state, outcome.counts.posts) == ("partial", 1)
    assert [gap.instance for gap in outcome.gaps] == [bad.url]
    assert uncovered((SINCE, NOW), covered) == []  # over both; each feed has its own row
    last = read_envelope(Spool(tmp_path).waiting()[-1])
    assert good.url in str(last.cursor_to)


async def test_the_whole_history_of_a_topic_is_read_in_windows(
    site: FakeSearch, tmp_path: Path
) -> None:
    since = NOW - timedelta(days=2 * 365)
    first = int(since.timestamp())
    site.hits = [story(first + n * 86_400, "OpenAI") for n in range(730)]
    outcome, covered = await run(hackernews(site), ask(OPENAI, since=since), tmp_path)
    assert (outcome.state, outcome.counts.posts) == ("ok", 730)
    assert uncovered((since, NOW), covered) == []
    assert len(site.web.calls) == 27
