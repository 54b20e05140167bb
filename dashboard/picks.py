"""What a click on a chart of the overview meant: a bucket, one part of its bar, or a word."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.chart_tools import Point
from dashboard.charts import touched
from dashboard.charts.grid import Grid
from dashboard.panel import Picked

BARS = "xy"  # the plot of the counts; the one below it is of shares or means


def in_time(
    point: Point,
    grid: Grid,
    heights: Callable[[datetime], Mapping[str, int | None]],
    address: Callable[[datetime, str | None], str],
    names: Mapping[str, str],
    unread: str,
) -> Picked | None:
    """The bar of a bucket, or the part of it that was hit. ``heights`` gives the posts of each part
    of a bucket's bar from its foot up, None where nobody read, ``address`` the link to a part
    (None: all of them), ``names`` what a part is called; ``unread`` leads to what was read when.
    None outside the grid."""
    start = touched.bucket(grid, point.x)
    if start is None:
        return None
    stack = heights(start)
    hit = touched.in_stack([*stack.values()], point.y) if point.plot == BARS else None
    part = None if hit is None else [*stack][hit]
    known = [height for height in stack.values() if height is not None]
    when = moments(start, grid)
    if not known:
        return Picked(what=when, posts=None, address=unread)
    posts = sum(known) if part is None else stack[part]
    what = when if part is None else f"{words.safe_text(names[part])}, {when}"
    return Picked(what=what, posts=posts, address=address(start, part))


def in_rows(point: Point, table: pd.DataFrame, address: Callable[[str], str]) -> Picked | None:
    """The word of a bar of ``charts.keywords``, whose first row is on top; None between bars, and
    for a word without an ``address``."""
    row = len(table) - 1 - round(point.y)
    if not 0 <= row < len(table):
        return None
    term = str(table["term"].iloc[row])
    posts, link = int(table["posts"].iloc[row]), address(term)
    what = f"with “{words.safe_text(term)}”"
    return Picked(what=what, posts=posts, address=link) if link else None


def row_of(table: pd.DataFrame, start: datetime, parts: Sequence[str]) -> dict[str, int | None]:
    """The counts ``parts`` of the one row of a bucket, None where nobody read."""
    row = table.loc[table["bucket_start"] == start, list(parts)].iloc[0]
    return {part: count_of(row[part]) for part in parts}


def count_of(cell: Any) -> int | None:
    """A cell of a table of counts, None for pandas' several ways to say "nothing here"."""
    return None if pd.isna(cell) else int(cell)


def moments(start: datetime, grid: Grid) -> str:
    """``the hour from 29 Jan 2025, 14:00 UTC``: which bucket."""
    if grid.bucket == "hour":
        return f"the hour from {words.moment(start)}"
    if grid.bucket == "day":
        return f"{words.day(start)} (UTC)"
    return f"the week from {words.day(start)} (UTC)"
