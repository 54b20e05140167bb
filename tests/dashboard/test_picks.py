"""What a click on a chart of the overview meant, counted by hand."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from dashboard import picks
from dashboard.chart_tools import Point
from dashboard.charts.grid import Bucket, Grid
from dashboard.panel import Picked

START = datetime(2025, 1, 27, tzinfo=UTC)
GRID = Grid(bucket="hour", start=START, end=START + timedelta(hours=3))
COUNTS = pd.DataFrame(
    {"bucket_start": GRID.starts(), "a": [4, pd.NA, pd.NA], "b": [3, 2, pd.NA]}
).astype({"a": "Int64", "b": "Int64"})
NAMES = {"a": "A*", "b": "B"}


def at(hour: float, height: float, plot: str = "xy") -> Picked | None:
    """What a click at an hour and a height gives."""
    ms = (START + timedelta(hours=hour)).timestamp() * 1000
    return picks.in_time(
        Point(x=ms, y=height, plot=plot),
        GRID,
        lambda start: picks.row_of(COUNTS, start, ["a", "b"]),
        lambda start, part: f"{start:%H}-{part}",
        NAMES,
        "unread",
    )


@pytest.mark.parametrize(
    ("hour", "height", "plot", "posts", "address"),
    [
        (0.5, 1, "xy", 4, "00-a"),
        (0.5, 5, "xy", 3, "00-b"),
        (0.5, 9, "xy", 7, "00-None"),
        (0.5, 0.3, "xy2", 7, "00-None"),
        (1.5, 1, "xy", 2, "01-b"),
        (1.5, 3, "xy", 2, "01-None"),
        (2.5, 1, "xy", None, "unread"),
    ],
)
def test_a_bar_or_its_part(
    hour: float, height: float, plot: str, posts: int | None, address: str
) -> None:
    picked = at(hour, height, plot)
    assert picked is not None
    assert (picked.posts, picked.address) == (posts, address)
    assert picked.what.endswith(f"the hour from 27 Jan 2025, {int(hour):02}:00 UTC")


def test_a_name_is_safe_as_markdown() -> None:
    picked = at(0.5, 1)
    assert picked is not None
    assert picked.what.startswith("A\\*, ")


@pytest.mark.parametrize("hour", [-0.1, 3.0, 1e6])
def test_beside_the_grid_is_nothing(hour: float) -> None:
    assert at(hour, 1) is None


@pytest.mark.parametrize(
    ("y", "term"), [(2.0, "first"), (1.6, "first"), (0.2, "third"), (-0.6, None), (2.6, None)]
)
def test_the_first_word_is_on_top(y: float, term: str | None) -> None:
    table = pd.DataFrame({"term": ["first", "second", "third"], "posts": [9, 5, 2]})
    picked = picks.in_rows(Point(x=1, y=y, plot="xy"), table, lambda word: f"of {word}")
    assert (picked.address if picked else None) == (f"of {term}" if term else None)


def test_a_word_that_cannot_be_asked_for_opens_nothing() -> None:
    table = pd.DataFrame({"term": ["first"], "posts": [9]})
    assert picks.in_rows(Point(x=1, y=0, plot="xy"), table, lambda _word: "") is None


@pytest.mark.parametrize(
    ("bucket", "said"),
    [
        ("hour", "the hour from 27 Jan 2025, 00:00 UTC"),
        ("day", "27 Jan 2025 (UTC)"),
        ("week", "the week from 27 Jan 2025 (UTC)"),
    ],
)
def test_which_bucket(bucket: Bucket, said: str) -> None:
    grid = Grid(bucket=bucket, start=START, end=START + timedelta(weeks=1))
    assert picks.moments(START, grid) == said
