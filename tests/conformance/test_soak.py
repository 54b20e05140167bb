"""Simulated days, shortened: nothing lost in silence, nothing doubled, and always the same way.

Whole days are lived by ``python -m bench.soak``.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from collectors import SOURCES
from groundswell.timetable import cron, next_due
from tests.conformance.bypassed import BYPASSED
from tests.conformance.soak.books import Verdict
from tests.conformance.soak.day import live
from tests.conformance.soak.faults import KINDS
from tests.conformance.soak.places import PLACES, STREAM_KINDS
from tests.conformance.soak.plan import AUTUMN, SPRING, ZONE, short

pytestmark = pytest.mark.slow

SEED = 1  # of those tried the first that meets every kind of fault
FEW = ("hackernews", "mastodon", "rss")
NO_HISTORY = {"rss"}  # what a feed does not show any more is gone


@pytest.fixture(scope="module")
def spring(tmp_path_factory: pytest.TempPathFactory) -> Verdict:
    return asyncio.run(live(short(SPRING, SEED), tmp_path_factory.mktemp("spring")))


@pytest.fixture(scope="module")
def autumn(tmp_path_factory: pytest.TempPathFactory) -> list[Verdict]:
    """The same day twice."""
    plan = replace(short(AUTUMN, SEED), sources=FEW)
    return [asyncio.run(live(plan, tmp_path_factory.mktemp("autumn"))) for _ in range(2)]


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_soak(name: str, spring: Verdict) -> None:
    """Faults, kills, replays, sleep and a change of clocks cost nothing but time."""
    if reason := BYPASSED.get(("soak", name)):
        pytest.skip(f"{name}: {reason}")
    assert name in PLACES, "give the new source a place in tests/conformance/soak/places.py"
    assert spring.stored[name] > 0
    assert [one for one in spring.faults() if one.startswith(name)] == [], f"seed {SEED}"
    assert name in NO_HISTORY or spring.in_gaps[name] == 0, f"seed {SEED}"


def test_the_short_day_meets_all_that_a_day_may_bring(spring: Verdict) -> None:
    for kind in ("killed", "replayed", "500", "429", "cut body", "garbage"):
        assert spring.counts[kind] > 0, kind
    assert sum(spring.counts[kind] for kind in KINDS) >= 10
    assert sum(spring.counts[kind] for kind in STREAM_KINDS) >= 2
    assert spring.in_gaps["rss"] > 0
    assert spring.counts["refused"] + spring.counts["runs"] > 7 * len(PLACES)


def test_the_same_seed_gives_the_same_trace(autumn: list[Verdict]) -> None:
    assert autumn[0] == autumn[1]
    assert autumn[0].faults() == []


def test_another_seed_gives_another_day() -> None:
    plans = [short(AUTUMN, seed) for seed in (SEED, SEED + 1)]
    assert plans[0].moments("rss") != plans[1].moments("rss")


def test_both_short_days_hold_a_change_of_clocks() -> None:
    """02:30 comes not at all in spring and twice in autumn; a job at 02:30 is due once."""
    for change in (SPRING, AUTUMN):
        plan = short(change, SEED)
        assert plan.start < change < plan.asleep[0]
        at_half_past_two = cron("30 2 * * *", ZONE)
        first = next_due(at_half_past_two, "sample", created=plan.start, last=None, now=plan.start)
        again = next_due(at_half_past_two, "sample", created=plan.start, last=first, now=first)
        assert plan.start < first < plan.asleep[0]
        assert again - first > timedelta(hours=20)
