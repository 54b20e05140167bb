"""Walking down a search that stops early: nothing lost, nothing claimed that was not read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.bluesky.walk import EMPTY_PAGES, Sight, Tide, Walk, written
from groundswell.coverage import Coverage, Span

START = datetime(2025, 1, 29, tzinfo=UTC)
END = START + timedelta(hours=1)
SPAN = (START, END)
MS = timedelta(milliseconds=1)


@dataclass
class Index:
    """A search like Bluesky's: sorted by time, hits hidden after the count, a ceiling of hits."""

    times: Sequence[datetime]
    ceiling: int = 10_000
    hidden: frozenset[int] = frozenset()
    asked: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, params: dict[str, Any]) -> tuple[list[Sight], str | None]:
        self.asked.append(params)
        since, until = (datetime.fromisoformat(params[key]) for key in ("since", "until"))
        assert since < until
        hits = [i for i, time in enumerate(self.times) if since <= time < until]
        hits.sort(key=lambda i: (self.times[i], -i), reverse=True)
        offset = int(params.get("cursor", 0))
        end = min(offset + params["limit"], self.ceiling)
        page = [i for i in hits[offset:end] if i not in self.hidden]
        more = end < min(len(hits), self.ceiling)
        return [Sight(uri=str(i), time=self.times[i]) for i in page], str(end) if more else None


def walk_down(index: Index, *, ceiling: int = 10_000, span: Span = SPAN) -> tuple[Walk, set[str]]:
    walk, seen = Walk("deepseek", span, ceiling=ceiling), set[str]()
    for _ in range(5_000):
        if walk.done:
            return walk, seen
        params = walk.params(100)
        sights, cursor = index.answer(params)
        seen.update(sight.uri for sight in sights)
        walk.take(sights, cursor, asked=int(params["limit"]))
    raise AssertionError("the walk does not end")


def minutes(numbers: Iterable[float]) -> list[datetime]:
    return [START + timedelta(minutes=number) for number in numbers]


def everything(index: Index) -> set[str]:
    return {str(i) for i in range(len(index.times)) if i not in index.hidden}


def test_t_bsk_4_full_date_times_with_milliseconds_and_z_are_sent() -> None:
    params = Walk("deepseek", (START, END), ceiling=100).params(100)
    assert params["since"] == "2025-01-29T00:00:00.000Z"
    assert params["until"] == "2025-01-29T01:00:00.000Z"
    assert params["sort"] == "latest"
    assert "cursor" not in params
    assert written(datetime(2025, 1, 29, 9, 0, 0, 5999, tzinfo=UTC)) == "2025-01-29T09:00:00.005Z"


def test_a_window_finer_than_a_millisecond_is_asked_a_little_wider() -> None:
    span = (START + timedelta(microseconds=700), END + timedelta(microseconds=300))
    params = Walk("deepseek", span, ceiling=100).params(100)
    assert params["since"] == written(START)
    assert params["until"] == written(END + MS)


def test_an_empty_window_takes_one_question() -> None:
    index = Index([])
    walk, seen = walk_down(index)
    assert (len(index.asked), seen, walk.gaps, walk.floor) == (1, set(), [], START)


def test_an_answer_too_small_to_have_been_cut_takes_one_question() -> None:
    index = Index(minutes(range(9)))
    walk, seen = walk_down(index)
    assert (len(index.asked), len(seen), walk.gaps) == (1, 9, [])


def test_bsk_5_short_and_empty_pages_are_not_the_end() -> None:
    index = Index(minutes(i / 10 for i in range(450)), hidden=frozenset(range(100, 300)))
    walk, seen = walk_down(index)
    assert seen == everything(index)
    assert walk.gaps == []


def test_bsk_6_at_the_ceiling_the_walk_goes_on_below_the_oldest_post() -> None:
    index = Index(minutes(i / 10 for i in range(500)), ceiling=60)
    walk, seen = walk_down(index)
    assert seen == everything(index)
    assert walk.gaps == []


def test_bsk_6_the_walk_turns_before_a_ceiling_it_was_told_of() -> None:
    index = Index(minutes(i / 100 for i in range(2_000)), ceiling=10_000)
    walk, seen = walk_down(index, ceiling=500)
    assert seen == everything(index)
    cursors = [int(params["cursor"]) for params in index.asked if "cursor" in params]
    assert max(cursors) < 500
    assert walk.gaps == []


def test_t_bsk_1_posts_sharing_a_moment_across_a_boundary_are_kept() -> None:
    times = minutes([50] * 3 + [40] * 40 + [30] * 40 + [20] * 40 + [10] * 7)
    index = Index(times, ceiling=60)
    walk, seen = walk_down(index)
    assert seen == everything(index)
    assert walk.gaps == []


def test_t_bsk_1_more_posts_in_one_moment_than_the_ceiling_are_a_gap_not_a_loop() -> None:
    index = Index(minutes([50] * 5 + [40] * 90 + [30] * 5), ceiling=60)
    walk, seen = walk_down(index)
    assert {str(i) for i in (*range(5), *range(95, 100))} <= seen
    moment = START + timedelta(minutes=40)
    assert [(gap.start, gap.end, gap.status) for gap in walk.gaps] == [(moment, moment + MS, "gap")]
    assert "share this moment" in (walk.gaps[0].reason or "")


def test_a_crowded_moment_at_the_very_end_is_a_gap_when_the_ceiling_is_known() -> None:
    index = Index(minutes([50] * 5 + [40] * 90), ceiling=60)
    walk, _ = walk_down(index, ceiling=60)
    assert len(walk.gaps) == 1


def test_a_crowded_moment_at_the_start_of_the_window_ends_the_walk() -> None:
    walk, seen = walk_down(Index(minutes([50] * 5 + [0] * 40)))
    assert (len(seen), walk.gaps) == (45, [])


def test_a_crowded_moment_below_the_ceiling_is_no_gap() -> None:
    index = Index(minutes([50] * 5 + [40] * 30))
    walk, seen = walk_down(index)
    assert seen == everything(index)
    assert walk.gaps == []


def test_a_moment_larger_than_the_setting_is_read_when_the_site_gives_more() -> None:
    index = Index(minutes([50] * 5 + [40] * 400 + [30] * 5), ceiling=10_000)
    walk, seen = walk_down(index, ceiling=60)
    assert seen == everything(index)


def test_t_bsk_7_many_empty_pages_in_a_row_are_a_gap() -> None:
    index = Index(minutes(i / 100 for i in range(3_000)), hidden=frozenset(range(2_500)))
    walk, seen = walk_down(index)
    assert len(walk.gaps) == 1
    assert f"{EMPTY_PAGES} empty pages" in (walk.gaps[0].reason or "")
    assert walk.gaps[0].start == START
    assert len(seen) == 500


def test_t_bsk_8_a_cursor_that_repeats_ends_the_walk_with_a_gap() -> None:
    walk = Walk("deepseek", SPAN, ceiling=10_000)
    for number in range(2):
        time = END - timedelta(minutes=number + 1)
        walk.take([Sight(uri=str(number), time=time)], "again", asked=100)
    assert walk.done
    assert [(gap.start, gap.end) for gap in walk.gaps] == [(START, END - timedelta(minutes=2) + MS)]


def test_t_bsk_8_a_cursor_that_expired_is_replaced_by_a_lower_question() -> None:
    walk = Walk("deepseek", SPAN, ceiling=10_000)
    walk.take([Sight(uri="1", time=END - timedelta(minutes=5))], "100", asked=100)
    assert walk.params(100)["cursor"] == "100"
    walk.cursor_refused()
    assert "cursor" not in walk.params(100)
    assert walk.params(100)["until"] == written(END - timedelta(minutes=5) + MS)


def test_a_cursor_refused_at_once_is_a_gap_not_a_loop() -> None:
    walk = Walk("deepseek", SPAN, ceiling=10_000)
    walk.take([], "100", asked=100)
    walk.cursor_refused()
    assert walk.done
    assert [(gap.start, gap.end) for gap in walk.gaps] == [SPAN]


def test_a_site_that_ignores_the_window_is_a_gap_not_a_loop() -> None:
    walk = Walk("deepseek", SPAN, ceiling=10_000)
    outside = [Sight(uri=str(i), time=END + timedelta(minutes=i)) for i in range(50)]
    walk.take(outside, None, asked=100)
    assert walk.done
    assert "other times" in (walk.gaps[0].reason or "")


def test_a_post_of_another_time_does_not_pull_the_floor_down() -> None:
    """A back-dated claim that the site did not sort by must not skip what lies between."""
    walk = Walk("deepseek", SPAN, ceiling=10_000)
    late, claimed = END - timedelta(minutes=5), START + timedelta(minutes=1)
    walk.take(
        [Sight(uri="1", time=claimed), Sight(uri="2", time=late)],
        "100",
        asked=100,
    )
    assert walk.floor == late + MS


def test_posts_without_any_readable_time_end_a_short_walk() -> None:
    walk = Walk("deepseek", SPAN, ceiling=10_000)
    walk.take([Sight(uri="1", time=None)], None, asked=100)
    assert walk.done
    assert walk.gaps == []


def test_a_limit_is_asked_for_within_the_bounds_of_the_site() -> None:
    assert Walk("q", SPAN, ceiling=10_000).params(7)["limit"] == 7
    assert Walk("q", SPAN, ceiling=10_000).params(5_000)["limit"] == 100
    assert Walk("q", SPAN, ceiling=60).params(100)["limit"] == 60


def test_the_tide_settles_only_what_every_walk_has_read() -> None:
    first, second = (Walk(words, SPAN, ceiling=10_000) for words in "ab")
    tide = Tide(SPAN, [first, second], None)
    assert tide.laggard() is first
    first.take([Sight(uri="1", time=END - timedelta(minutes=30))], "1", asked=100)
    assert tide.settle() == ()
    assert tide.laggard() is second
    second.take([Sight(uri="2", time=END - timedelta(minutes=10))], "1", asked=100)
    settled = tide.settle()
    assert [(c.start, c.end, c.status) for c in settled] == [
        (END - timedelta(minutes=10) + MS, END, "complete")
    ]
    second.take([], None, asked=100)
    while (walk := tide.laggard()) is not None:
        walk.take([], None, asked=100)
    assert [(c.start, c.end) for c in tide.settle()] == [(START, END - timedelta(minutes=10) + MS)]


def test_a_caveat_makes_every_window_truncated() -> None:
    walk = Walk("a", SPAN, ceiling=10_000)
    tide = Tide(SPAN, [walk], "asked too narrowly")
    walk.take([], None, asked=100)
    assert tide.settle() == (
        Coverage(start=START, end=END, status="truncated", reason="asked too narrowly"),
    )


def test_a_gap_of_one_walk_is_a_gap_for_all() -> None:
    first, second = (Walk(words, SPAN, ceiling=10_000) for words in "ab")
    tide = Tide(SPAN, [first, second], None)
    for cursor in ("x", "x"):
        first.take([Sight(uri="1", time=END - timedelta(minutes=20))], cursor, asked=100)
    edge = END - timedelta(minutes=20) + MS
    above = END - timedelta(minutes=10)
    second.take([Sight(uri="2", time=above - MS)], "100", asked=100)
    assert [(c.start, c.end, c.status) for c in tide.settle()] == [(above, END, "complete")]
    second.take([], None, asked=100)
    assert [(c.start, c.end, c.status) for c in tide.settle()] == [
        (START, edge, "gap"),
        (edge, above, "complete"),
    ]


@pytest.mark.parametrize("told", [10_000, 30])
@settings(max_examples=150, deadline=None)
@given(
    moments=st.lists(st.integers(0, 3_600_000), min_size=1, max_size=12, unique=True),
    crowd=st.lists(st.integers(0, 11), max_size=120),
    ceiling=st.integers(30, 80),
    hidden=st.sets(st.integers(0, 119), max_size=20),
)
def test_every_post_is_found_or_lies_in_a_gap(
    told: int, moments: list[int], crowd: list[int], ceiling: int, hidden: set[int]
) -> None:
    times = [START + moments[i % len(moments)] * MS for i in crowd]
    index = Index([t for t in times if t < END], ceiling=ceiling, hidden=frozenset(hidden))
    walk, seen = walk_down(index, ceiling=told)
    for number, time in enumerate(index.times):
        in_gap = any(gap.start <= time < gap.end for gap in walk.gaps)
        assert number in index.hidden or str(number) in seen or in_gap or _unknowable(index, number)


def _unknowable(index: Index, number: int) -> bool:
    """The oldest moment of all, when it alone holds more hits than the site shows."""
    crowd = [time for time in index.times if time == min(index.times)]
    return index.times[number] == min(index.times) and len(crowd) >= index.ceiling
