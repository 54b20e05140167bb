"""How posts stand towards one target: counts over time and shares with bands, as one answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from dashboard.charts import grid as grids
from dashboard.charts.grid import Bucket, Grid
from dashboard.words import LOW_N
from groundswell.estimate import Band, Bin, Estimate, Total
from groundswell.estimate.rows import bin_of, estimate, whole
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.reading import Cursor
from groundswell.store.stance import BESIDE

_ANY = datetime(1970, 1, 1, tzinfo=UTC)  # the one bin of a sum has no place in time


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How posts stand towards ``target``, without time: ``counts`` is the one row of
    ``questions.stance_totals``, as the model reads them; ``total`` the share against among
    ``whole``, the posts that speak of it and the known accounts that wrote them."""

    target: str
    total: Total
    whole: Bin
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Towards ``target``, in ``grid``: ``table`` has a row per bucket, the counts of
    ``charts.grid.stance`` with ``share`` against, ``low`` and ``high`` (0…1, missing where there is
    none) and ``why_no_band``; ``estimate`` is of all buckets of the topic, ``stand`` of the posts
    shown. ``table`` may begin later: where the posts that other cards show do."""

    target: str
    grid: Grid
    table: pd.DataFrame
    estimate: Estimate
    stand: Stand


def stand(cursor: Cursor, filters: Filters, target: str, query: str) -> Stand:
    """Of the posts of ``filters`` whatever their stance or sentiment, since shares are of all that
    speak of the target. ``query`` is the id of the topic's query."""
    of_all = replace(filters, target=None, stances=(), sentiments=())
    counts = records(questions.stance_totals(cursor, of_all, target))[0]
    gold = labels_of(cursor, of_all, target)
    return Stand(
        target=target,
        total=whole(counts, _ANY, gold, target=target, query=query),
        whole=replace(bin_of({**counts, "bucket_start": _ANY}), authors=counts["accounts"]),
        counts=counts,
    )


def read(
    cursor: Cursor, filters: Filters, stood: Stand, grid: Grid, volume: pd.DataFrame, query: str
) -> Sides:
    """Sides of the posts of ``filters``, of which ``stood`` tells the sum, over time. ``volume`` is
    the table of ``grid``, ``query`` the id of the topic's query."""
    target = stood.target
    of_all = replace(filters, target=None, stances=(), sentiments=())
    always = replace(of_all, since=None, until=None)
    gold = labels_of(cursor, always, target)
    grid, found, series = _wide_enough(cursor, always, target, grid, gold, query)
    if of_all != always:
        series = questions.stance_series(cursor, of_all, grid.bucket, target)
    return Sides(
        target=target,
        grid=grid,
        table=with_shares(series, found, volume, grid),
        estimate=found,
        stand=stood,
    )


def _wide_enough(
    cursor: Cursor,
    filters: Filters,
    target: str,
    grid: Grid,
    gold: Sequence[dict[str, Any]],
    query: str,
) -> tuple[Grid, Estimate, pd.DataFrame]:
    """The estimate in the buckets of ``grid``, or in the first wider ones of which at least half
    have a band, in the narrowest where none has; and the series it is of."""
    tried = []
    bucket: Bucket | None = grid.bucket
    while bucket:
        series = questions.stance_series(cursor, filters, bucket, target, beside=bool(gold))
        rows = records(series)
        found = estimate(rows, gold, target=target, query=query)
        told = series.drop(columns=list(BESIDE), errors="ignore")
        tried.append((grids.widened(grid, bucket), found, told))
        if _has_bands(rows, found):
            return tried[-1]
        bucket = None if found.refused else grids.WIDER[bucket]
    return tried[0]


def _has_bands(series: Sequence[dict[str, Any]], found: Estimate) -> bool:
    drawn = [
        band.low is not None
        for row, band in zip(series, found.bands, strict=True)
        if row["posts"] >= LOW_N
    ]
    return sum(drawn) * 2 >= len(drawn) > 0


def labels_of(cursor: Cursor, filters: Filters, target: str) -> list[dict[str, Any]]:
    """The labels of posts that pass ``filters``: of a part of the topic only labels of that part
    say how good the model is there."""
    if not questions.any_labels(cursor, filters.topic, target):
        return []
    gold = questions.gold(cursor, filters.topic, target)
    if filters != Filters(topic=filters.topic):
        inside = questions.passing(cursor, filters, gold["post_no"].tolist())
        gold = gold[gold["post_no"].isin(inside)]
    return records(gold)


def with_shares(
    series: pd.DataFrame, found: Estimate, volume: pd.DataFrame, grid: Grid
) -> pd.DataFrame:
    """Where a share could be corrected but has no band, it is left out: by itself it may be far
    off, which is why there is none."""
    bands = found.bands
    columns = {
        "bucket_start": [band.start for band in bands],
        "share": [band.share if _may_be_drawn(band) else None for band in bands],
        "low": [band.low for band in bands],
        "high": [band.high for band in bands],
        "why_no_band": [band.refused for band in bands],
    }
    shares = pd.DataFrame(columns).astype(
        {"bucket_start": "datetime64[us, UTC]", "share": float, "low": float, "high": float}
    )
    return grids.stance(series, volume, grid).merge(shares, on="bucket_start", how="left")


def _may_be_drawn(band: Band) -> bool:
    return band.low is not None or not band.corrected


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """A row a dictionary by column, as ``groundswell.estimate.rows`` takes them."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
