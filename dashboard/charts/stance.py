"""Which side posts take towards a target, over time: counts above, the share against below."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import palette
from dashboard.charts.grid import Grid
from dashboard.charts.timeline import (
    LEGEND_BELOW,
    MARGIN,
    event_labels,
    event_shapes,
    gap_shapes,
    regular,
    time_axis,
)
from dashboard.words import LOW_N

HEIGHT = 560
_SHARE = "Share against"


def stance(
    table: pd.DataFrame, gaps: pd.DataFrame, grid: Grid, events: Sequence[datetime]
) -> go.Figure:
    """Figure of ``grid.stance`` with the columns ``share``, ``low`` and ``high`` (0…1).

    The band is drawn only where ``low`` and ``high`` are known, the line wherever ``share`` is;
    buckets of fewer than 30 posts are hollow marks without a line."""
    return go.Figure(
        data=[
            *(_bars(table, name, grid) for name in palette.STANCES),
            *band(table, grid),
            *share_line(table, grid),
        ],
        layout={
            "barmode": "stack",
            "bargap": 0.08,
            "height": HEIGHT,
            "margin": MARGIN,
            "legend": {**LEGEND_BELOW, "traceorder": "normal"},
            "showlegend": True,
            "dragmode": False,
            "hovermode": "x unified",
            "xaxis": {**time_axis(grid), "anchor": "y2", "title": {"text": "Time (UTC)"}},
            "yaxis": {
                "domain": [0.52, 1],
                "title": {"text": f"Posts per {grid.bucket}"},
                "rangemode": "tozero",
            },
            "yaxis2": {
                "domain": [0, 0.44],
                "range": [0, 1],
                "tickformat": ".0%",
                "title": {"text": _SHARE},
            },
            "shapes": [*gap_shapes(gaps, grid), *event_shapes(events, grid)],
            "annotations": event_labels(events, grid),
        },
    )


def _bars(table: pd.DataFrame, name: str, grid: Grid) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": palette.STANCE_NAME[name],
        **regular(grid),
        "y": [None if pd.isna(posts) else int(posts) for posts in table[name]],
        "marker": palette.stance_fill(name),
        "hovertemplate": "%{y:,} posts",
    }


def band(table: pd.DataFrame, grid: Grid) -> list[dict[str, Any]]:
    """A closed outline for each run of buckets that have a band: one that is filled across buckets
    without would claim what was refused."""
    enough = table["posts"].fillna(0).astype("int64") >= LOW_N
    drawn = table["low"].notna() & table["high"].notna() & enough
    if not drawn.any():
        return []
    middle = table["bucket_start"] + grid.step / 2
    xs: list[str | None] = []
    ys: list[float | None] = []
    for _, run in table[drawn].groupby((drawn != drawn.shift()).cumsum()[drawn]):
        times = [at.strftime("%Y-%m-%dT%H:%M:%S") for at in middle[run.index]]
        xs += [*times, *reversed(times), times[0], None]
        ys += [*_shares(run["high"]), *reversed(_shares(run["low"])), float(run["high"].iloc[0])]
        ys.append(None)
    return [
        {
            "type": "scatter",
            "name": "95% interval",
            "yaxis": "y2",
            "x": xs,
            "y": ys,
            "mode": "lines",
            "fill": "toself",
            "fillcolor": palette.BAND,
            "line": {"width": 1, "color": palette.BAND},
            "hoverinfo": "skip",
        }
    ]


def share_line(table: pd.DataFrame, grid: Grid) -> list[dict[str, Any]]:
    """The share in the middle of each bucket: a line where posts are enough, else hollow marks."""
    enough = table["posts"].fillna(0) >= LOW_N
    place = {
        "type": "scatter",
        "yaxis": "y2",
        "x0": regular(grid)["x0"],
        "dx": regular(grid)["dx"],
        "xperiod": regular(grid)["dx"],
        "xperiodalignment": "middle",
    }
    against = palette.stance_color("against")
    return [
        {
            **place,
            "name": _SHARE,
            "mode": "lines+markers",
            "y": _shares(table["share"].where(enough)),
            "customdata": [_interval(row) for row in table.to_dict("records")],
            "hovertemplate": "%{y:.0%}%{customdata}",
            "connectgaps": False,
            "line": {"color": against, "width": 2},
            "marker": {"size": 4, "color": against},
        },
        {
            **place,
            "name": f"Share, n under {LOW_N}",
            "mode": "markers",
            "y": _shares(table["share"].where(~enough)),
            "hovertemplate": "%{y:.0%}",
            "marker": {"symbol": "circle-open", "size": 6, "color": palette.RULE},
        },
    ]


def _interval(row: dict[Any, Any]) -> str:
    if pd.isna(row["low"]) or pd.isna(row["high"]):
        return ""
    return f", 95% interval {row['low']:.0%} to {row['high']:.0%}"


def _shares(values: "pd.Series[float]") -> list[float | None]:
    return [None if pd.isna(value) else round(float(value), 4) for value in values]
