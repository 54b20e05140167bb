"""Counts on a regular time grid: zero where we read and nobody posted, nothing where we did not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

import pandas as pd

from dashboard.palette import SENTIMENTS

Bucket: TypeAlias = Literal["hour", "day", "week"]

MOST_BUCKETS = 500  # more bars than pixels help nobody and cost every visitor
_STEP: dict[Bucket, timedelta] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
WIDER: dict[Bucket, Bucket | None] = {"hour": "day", "day": "week", "week": None}
_LONGEST: dict[Bucket, timedelta] = {"hour": timedelta(days=10), "day": timedelta(days=400)}
_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)  # weeks begin on Mondays, as in the database


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Buckets of one width: the first begins at ``start``, the last ends at ``end`` (UTC).

    ``clipped`` says that earlier buckets exist and are not drawn."""

    bucket: Bucket
    start: datetime
    end: datetime
    clipped: bool = False

    @property
    def step(self) -> timedelta:
        """Width of one bucket."""
        return _STEP[self.bucket]

    def starts(self) -> pd.DatetimeIndex:
        """Start of each bucket, UTC, in order."""
        return pd.date_range(self.start, self.end, freq=self.step, inclusive="left", unit="us")


def grid_for(first: datetime, last: datetime) -> Grid:
    """The grid whose buckets hold both moments: hours for up to ten days, then days, then weeks.

    At most ``MOST_BUCKETS``; of a longer time the end is kept."""
    bucket: Bucket = "week"
    for name, longest in _LONGEST.items():
        if last - first <= longest:
            bucket = name
            break
    step = _STEP[bucket]
    start, end = _floor(first, step), _floor(last, step) + step
    earliest = end - MOST_BUCKETS * step
    return Grid(bucket=bucket, start=max(start, earliest), end=end, clipped=start < earliest)


def widened(grid: Grid, bucket: Bucket) -> Grid:
    """The same time in wider buckets, whole ones."""
    step = _STEP[bucket]
    end = -(-(grid.end - _MONDAY) // step) * step + _MONDAY
    return Grid(bucket=bucket, start=_floor(grid.start, step), end=end, clipped=grid.clipped)


def volume(
    counts: pd.DataFrame, gaps: pd.DataFrame, grid: Grid, sources: Sequence[str]
) -> pd.DataFrame:
    """One row a bucket and source: ``bucket_start`` (UTC), ``source``, ``posts``, ``read``.

    ``read`` is yes, in part or no; ``posts`` is missing where nothing was read or where a gap
    leaves it open whether there was anything. ``counts`` is the answer of ``timeline``,
    ``gaps`` that of ``gaps``.
    """
    parts = [_one_source(counts, gaps, grid, source) for source in sources]
    columns = ["bucket_start", "source", "posts", "read"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def sentiment(
    counts: pd.DataFrame, gaps: pd.DataFrame, grid: Grid, sources: Sequence[str]
) -> pd.DataFrame:
    """One row a bucket, all sources together: ``negative``, ``neutral``, ``positive``,
    ``not_scored``, ``scored`` (posts that VADER read), ``mean_compound`` (-1…1, missing without),
    ``read``. Counts are missing where no source could be read."""
    by_bucket = volume(counts, gaps, grid, sources)
    read = by_bucket.groupby("bucket_start")["read"].agg(_together)
    known = by_bucket.dropna(subset="posts")["bucket_start"].unique()
    numbers = ["posts", "scored", "negative", "neutral", "positive", "sum_compound"]
    sums = counts.groupby("bucket_start")[numbers].sum()
    sums = sums.reindex(grid.starts(), fill_value=0)
    sums["not_scored"] = sums["posts"] - sums[["negative", "neutral", "positive"]].sum(axis=1)
    sums["mean_compound"] = sums["sum_compound"] / sums["scored"].where(sums["scored"] > 0)
    sums.loc[~sums.index.isin(known), [*SENTIMENTS, "scored"]] = pd.NA
    table = sums[[*SENTIMENTS, "scored", "mean_compound"]].astype(
        dict.fromkeys([*SENTIMENTS, "scored"], "Int64")
    )
    table["read"] = read.reindex(table.index, fill_value="no")
    return table.rename_axis("bucket_start").reset_index()


def stance(counts: pd.DataFrame, volume: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    """One row a bucket: all columns of ``counts``, the answer of ``stance_series``, and ``read``.
    Counts are 0 where nobody spoke of the target, missing where no source could be read, which
    ``volume``, a table of the same or narrower buckets, knows."""
    begins = volume["bucket_start"].map(lambda start: _floor(start, grid.step))
    known = begins[volume["posts"].notna()].unique()
    table = counts.set_index("bucket_start").reindex(grid.starts(), fill_value=0)
    table = table.astype("Int64")
    table.loc[~table.index.isin(known)] = pd.NA
    read = volume.groupby(begins)["read"].agg(_together)
    table["read"] = read.reindex(table.index, fill_value="no")
    return table.rename_axis("bucket_start").reset_index()


def bands(gaps: pd.DataFrame, grid: Grid) -> list[tuple[datetime, datetime]]:
    """Stretches of time in which some source was not read, joined, inside the grid."""
    joined: list[tuple[datetime, datetime]] = []
    for start, end in sorted(zip(gaps["start"], gaps["end"], strict=True)):
        start, end = max(start, grid.start), min(end, grid.end)
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _one_source(counts: pd.DataFrame, gaps: pd.DataFrame, grid: Grid, source: str) -> pd.DataFrame:
    starts = grid.starts()
    own = counts[counts["source"] == source].set_index("bucket_start")["posts"]
    posts = own.reindex(starts).astype("Int64")
    touched = pd.Series(False, index=starts)
    for start, end in gaps.loc[gaps["source"] == source, ["start", "end"]].itertuples(index=False):
        touched |= (starts < end) & (starts + grid.step > start)
    read = pd.Series("yes", index=starts)
    read[touched & posts.notna()] = "in part"
    read[touched & posts.isna()] = "no"
    posts[~touched & posts.isna()] = 0
    return pd.DataFrame(
        {"bucket_start": starts, "source": source, "posts": posts.array, "read": read.array}
    )


def _together(reads: "pd.Series[str]") -> str:
    found = set(reads)
    return found.pop() if len(found) == 1 else "in part"


def _floor(at: datetime, step: timedelta) -> datetime:
    return _MONDAY + (at.astimezone(UTC) - _MONDAY) // step * step
