"""Whole buckets of what was dragged over, and the part of a bar that was hit."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts import touched
from dashboard.charts.grid import Grid, grid_for, widened

START = datetime(2025, 1, 27, tzinfo=UTC)
HOURS = Grid(bucket="hour", start=START, end=START + timedelta(hours=72))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
anywhere = st.floats(allow_nan=False, allow_infinity=False)


def ms(at: datetime) -> float:
    return (at - EPOCH) / timedelta(milliseconds=1)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    first = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 10**7)))
    span = timedelta(hours=draw(st.integers(0, 24 * 1500)))
    grid = grid_for(first, first + span)
    return draw(st.sampled_from([grid, widened(grid, "week")]))


@st.composite
def near(draw: st.DrawFn) -> tuple[Grid, float, float]:
    """A grid and two moments in it or a little outside."""
    grid = draw(grids())
    low, high = ms(grid.start - 2 * grid.step), ms(grid.end + 2 * grid.step)
    return grid, draw(st.floats(low, high)), draw(st.floats(low, high))


@given(grids(), anywhere, anywhere)
def test_any_two_moments_give_whole_buckets_inside_the_grid(
    grid: Grid, one: float, other: float
) -> None:
    since, until = touched.period(grid, one, other)
    assert grid.start <= since < until <= grid.end
    assert (since - grid.start) % grid.step == timedelta(0)
    assert (until - grid.start) % grid.step == timedelta(0)
    assert touched.period(grid, other, one) == (since, until)


@given(near())
def test_all_that_was_touched_and_no_bucket_more(case: tuple[Grid, float, float]) -> None:
    grid, one, other = case
    low = max(min(one, other), ms(grid.start))
    high = min(max(one, other), ms(grid.end))
    since, until = touched.period(grid, one, other)
    if low > high:  # all of it beside the grid: the bucket nearest
        assert until - since == grid.step
        return
    assert ms(since) <= low
    assert high <= ms(until)
    if until - since > grid.step:
        assert low < ms(since + grid.step)
        assert high > ms(until - grid.step)


@given(near())
def test_a_moment_is_in_its_bucket(case: tuple[Grid, float, float]) -> None:
    grid, at, _ = case
    start = touched.bucket(grid, at)
    if not ms(grid.start) <= at < ms(grid.end):
        assert start is None
    else:
        assert start is not None
        assert ms(start) <= at < ms(start + grid.step)


@pytest.mark.parametrize(
    ("from_h", "to_h", "since_h", "until_h"),
    [
        (10.5, 33.5, 10, 34),
        (33.5, 10.5, 10, 34),
        (10, 11, 10, 11),
        (10.2, 10.4, 10, 11),
        (10, 10, 10, 11),
        (-5, 500, 0, 72),
        (72, 90, 71, 72),
    ],
)
def test_hours(from_h: float, to_h: float, since_h: int, until_h: int) -> None:
    since, until = touched.period(
        HOURS, ms(START + timedelta(hours=from_h)), ms(START + timedelta(hours=to_h))
    )
    assert since == START + timedelta(hours=since_h)
    assert until == START + timedelta(hours=until_h)


@pytest.mark.parametrize(
    ("at", "place"),
    [(0, 0), (3.9, 0), (4, 2), (6.9, 2), (7, None), (-0.1, None)],
)
def test_the_part_of_a_stack(at: float, place: int | None) -> None:
    assert touched.in_stack([4, None, 3], at) == place


@given(st.lists(st.integers(0, 1000) | st.none(), max_size=8), st.floats(-10, 9000))
def test_a_part_that_was_hit_is_under_the_pointer(heights: list[int | None], at: float) -> None:
    place = touched.in_stack(heights, at)
    known = [height or 0 for height in heights]
    if place is None:
        assert at < 0 or at >= sum(known)
    else:
        assert sum(known[:place]) <= at < sum(known[: place + 1])
