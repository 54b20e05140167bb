"""How the posts read, over time: counts by class above, the mean of the scores below."""

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
from dashboard.words import LOW_MEAN_N

HEIGHT = 540


def sentiment(
    table: pd.DataFrame,
    gaps: pd.DataFrame,
    grid: Grid,
    events: Sequence[datetime],
) -> go.Figure:
    """Figure of ``grid.sentiment``.

    No band is drawn around the mean: posts of one author are not independent, and a band that
    ignores it covers the truth far less often than it says."""
    return go.Figure(
        data=[
            *(_class_bars(table, name, grid) for name in palette.SENTIMENTS),
            *_means(table, grid),
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
                "domain": [0.46, 1],
                "title": {"text": f"Posts per {grid.bucket}"},
                "rangemode": "tozero",
            },
            "yaxis2": {
                "domain": [0, 0.38],
                "range": [-1, 1],
                "tickvals": [-1, 0, 1],
                "ticktext": ["−1", "0", "+1"],
                "title": {"text": "VADER, mean"},
                "zeroline": True,
            },
            "shapes": [*gap_shapes(gaps, grid), *event_shapes(events, grid)],
            "annotations": event_labels(events, grid),
        },
    )


def _class_bars(table: pd.DataFrame, name: str, grid: Grid) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": palette.SENTIMENT_NAME[name],
        **regular(grid),
        "y": [None if pd.isna(posts) else int(posts) for posts in table[name]],
        "marker": palette.sentiment_fill(name),
        "hovertemplate": "%{y:,} posts",
    }


def _means(table: pd.DataFrame, grid: Grid) -> list[dict[str, Any]]:
    """The line breaks where nothing was scored or too little; the little is shown hollow."""
    enough = table["scored"].fillna(0) >= LOW_MEAN_N
    solid = table["mean_compound"].where(enough)
    thin = table["mean_compound"].where(~enough)
    place = {
        "type": "scatter",
        "yaxis": "y2",
        "x0": regular(grid)["x0"],
        "dx": regular(grid)["dx"],
        "xperiod": regular(grid)["dx"],
        "xperiodalignment": "middle",
        "customdata": [None if pd.isna(n) else int(n) for n in table["scored"]],
        "hovertemplate": "%{y:+.2f}, n = %{customdata:,}",
    }
    line = {"color": palette.ACCENT, "width": 2}
    return [
        {
            **place,
            "name": "Mean of VADER",
            "mode": "lines+markers",
            "y": _values(solid),
            "connectgaps": False,
            "line": line,
            "marker": {"size": 4, "color": palette.ACCENT},
        },
        {
            **place,
            "name": f"Mean, n under {LOW_MEAN_N}",
            "mode": "markers",
            "y": _values(thin),
            "marker": {"symbol": "circle-open", "size": 7, "color": palette.RULE},
        },
    ]


def _values(series: "pd.Series[float]") -> list[float | None]:
    return [None if pd.isna(value) else round(float(value), 4) for value in series]
