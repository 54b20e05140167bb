"""Answers of the database as the charts get them, written by hand for the figures' tests."""

from datetime import UTC, datetime, timedelta

import pandas as pd

from dashboard.charts.grid import Grid

START = datetime(2025, 1, 29, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hours(count: int) -> Grid:
    """``count`` hours from ``START``."""
    return Grid(bucket="hour", start=START, end=START + count * HOUR)


def counts(*rows: tuple[int, str, int, int]) -> pd.DataFrame:
    """Rows of (hour, source, posts, scored): half of the scored are negative, at -0.5 each."""
    return pd.DataFrame(
        {
            "bucket_start": pd.to_datetime([START + hour * HOUR for hour, *_ in rows], utc=True),
            "source": [source for _, source, _, _ in rows],
            "posts": [posts for _, _, posts, _ in rows],
            "scored": [scored for *_, scored in rows],
            "negative": [scored // 2 for *_, scored in rows],
            "neutral": [scored - scored // 2 for *_, scored in rows],
            "positive": [0 for _ in rows],
            "sum_compound": [-0.5 * (scored // 2) for *_, scored in rows],
            "sum_sq_compound": [0.25 * (scored // 2) for *_, scored in rows],
        }
    ).astype({"bucket_start": "datetime64[us, UTC]"})


def gaps(*rows: tuple[str, float, float]) -> pd.DataFrame:
    """Rows of (source, from hour, to hour)."""
    return pd.DataFrame(
        {
            "source": [source for source, _, _ in rows],
            "start": pd.to_datetime([START + start * HOUR for _, start, _ in rows], utc=True),
            "end": pd.to_datetime([START + end * HOUR for _, _, end in rows], utc=True),
        }
    )
