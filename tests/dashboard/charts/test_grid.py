"""The grid: nothing read is nothing drawn, nobody posted is zero, and no post is lost on it."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.grid import MOST_BUCKETS, bands, grid_for, sentiment, volume
from tests.dashboard.charts.frames import HOUR, START, counts, gaps, hours

MOMENTS = st.integers(0, 32 * 365 * 24 * 60).map(
    lambda minute: datetime(1995, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
)


@given(MOMENTS, MOMENTS)
def test_the_grid_holds_both_ends_or_says_that_it_is_clipped(a: datetime, b: datetime) -> None:
    first, last = sorted((a, b))
    grid = grid_for(first, last)
    starts = grid.starts()
    assert 1 <= len(starts) <= MOST_BUCKETS
    assert starts[-1] <= last < grid.end
    assert grid.clipped == (first < grid.start)


@pytest.mark.parametrize(
    ("days", "bucket"), [(0, "hour"), (10, "hour"), (11, "day"), (400, "day"), (401, "week")]
)
def test_the_longer_the_wider(days: int, bucket: str) -> None:
    assert grid_for(START, START + timedelta(days=days)).bucket == bucket


def test_weeks_begin_on_mondays() -> None:
    grid = grid_for(START, START + timedelta(days=900))
    assert set(grid.starts().day_of_week) == {0}


def test_an_hour_that_was_read_and_had_nothing_is_zero() -> None:
    table = volume(counts((0, "rss", 3, 3), (2, "rss", 1, 1)), gaps(), hours(3), ["rss"])
    assert table["posts"].tolist() == [3, 0, 1]
    assert set(table["read"]) == {"yes"}


def test_an_hour_that_was_not_read_is_missing_and_never_zero() -> None:
    table = volume(counts((0, "rss", 3, 3)), gaps(("rss", 1, 3)), hours(4), ["rss"])
    assert table["posts"].isna().tolist() == [False, True, True, False]
    assert table["read"].tolist() == ["yes", "no", "no", "yes"]


def test_posts_inside_a_gap_are_kept_and_marked() -> None:
    table = volume(counts((1, "rss", 7, 7)), gaps(("rss", 1.25, 1.5)), hours(3), ["rss"])
    assert table["posts"].tolist() == [0, 7, 0]
    assert table["read"].tolist() == ["yes", "in part", "yes"]


def test_the_gap_of_one_source_is_not_the_gap_of_another() -> None:
    table = volume(counts(), gaps(("rss", 0, 1)), hours(1), ["rss", "bluesky"])
    by_source = table.set_index("source")["read"].to_dict()
    assert by_source == {"rss": "no", "bluesky": "yes"}


ROWS = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(["rss", "bluesky"]), st.integers(1, 50)),
    unique_by=lambda row: row[:2],
    max_size=12,
)


@given(ROWS, st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=3))
def test_no_post_is_lost_on_the_grid(
    rows: list[tuple[int, str, int]], holes: list[tuple[int, int]]
) -> None:
    frame = counts(*((hour, source, posts, posts // 2) for hour, source, posts in rows))
    unread = gaps(*(("rss", min(hole), max(hole)) for hole in holes))
    by_source = volume(frame, unread, hours(10), ["rss", "bluesky"])
    together = sentiment(frame, unread, hours(10), ["rss", "bluesky"])
    assert by_source["posts"].sum() == frame["posts"].sum()
    classes = together[["negative", "neutral", "positive", "not_scored"]]
    assert classes.sum().sum() == frame["posts"].sum()
    assert (together["scored"] + together["not_scored"]).sum() == frame["posts"].sum()


def test_the_mean_is_of_the_scored_only() -> None:
    table = sentiment(counts((0, "rss", 10, 4)), gaps(), hours(2), ["rss"])
    assert table["mean_compound"].iloc[0] == pytest.approx(-0.25)
    assert table["not_scored"].iloc[0] == 6
    assert pd.isna(table["mean_compound"].iloc[1])


def test_sentiment_is_missing_only_where_no_source_was_read() -> None:
    frame, unread = counts((1, "bluesky", 2, 2)), gaps(("rss", 0, 2), ("bluesky", 0, 1))
    table = sentiment(frame, unread, hours(2), ["rss", "bluesky"])
    assert table["negative"].isna().tolist() == [True, False]
    assert table["read"].tolist() == ["no", "in part"]


def test_nothing_at_all_gives_an_empty_grid() -> None:
    assert volume(counts(), gaps(), hours(2), []).empty
    assert sentiment(counts(), gaps(), hours(2), [])["scored"].isna().all()


def test_bands_are_joined_and_cut_to_the_grid() -> None:
    found = bands(gaps(("rss", -3, 1), ("bluesky", 0.5, 2), ("rss", 3, 99)), hours(4))
    assert found == [(START, START + 2 * HOUR), (START + 3 * HOUR, START + 4 * HOUR)]
    assert bands(gaps(("rss", 5, 6)), hours(4)) == []
