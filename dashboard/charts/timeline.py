"""How many posts, when, and where: stacked bars with numbered events and gaps as grey bands."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import palette
from dashboard.charts.grid import Grid, bands
from dashboard.words import plot_text, source_name

HEIGHT = 380
LEGEND_BELOW = {"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"}
CLOSE = 0.06  # of the width: on a phone two numbers nearer than this would touch
RAISE_PX = 12
MARGIN = {"l": 8, "r": 8, "t": 28, "b": 100}  # below: ticks, axis title, two rows of legend


def timeline(
    table: pd.DataFrame, gaps: pd.DataFrame, grid: Grid, events: Sequence[datetime]
) -> go.Figure:
    """Figure of ``grid.volume``: one stacked trace a source. Bars are missing where ``posts`` is.

    ``events`` are numbered from 1 in the order given; those outside the grid are left out but
    keep their number."""
    traces = [
        _bars(part, str(source), grid) for source, part in table.groupby("source", sort=False)
    ]
    return go.Figure(
        data=traces,
        layout={
            "barmode": "stack",
            "bargap": 0.08,
            "height": HEIGHT,
            "margin": MARGIN,
            "legend": LEGEND_BELOW,
            "showlegend": True,
            "dragmode": False,  # a finger that scrolls the page must not draw a box
            "hovermode": "x unified",
            "xaxis": {**time_axis(grid), "title": {"text": "Time (UTC)"}},
            "yaxis": {"title": {"text": f"Posts per {grid.bucket}"}, "rangemode": "tozero"},
            "shapes": [*gap_shapes(gaps, grid), *event_shapes(events, grid)],
            "annotations": event_labels(events, grid),
        },
    )


def regular(grid: Grid) -> dict[str, Any]:
    """Bars begin at their bucket: first start and width, instead of a date for every bar."""
    return {"x0": _iso(grid.start), "dx": _ms(grid.step), "offset": 0, "width": _ms(grid.step)}


def time_axis(grid: Grid) -> dict[str, Any]:
    """A date axis that shows the whole grid, also where there is nothing."""
    return {"type": "date", "range": [_iso(grid.start), _iso(grid.end)]}


def gap_shapes(gaps: pd.DataFrame, grid: Grid) -> list[dict[str, Any]]:
    """Grey bands over the time in which a source was not read."""
    return [
        {
            "type": "rect",
            "xref": "x",
            "yref": "paper",
            "x0": _iso(start),
            "x1": _iso(end),
            "y0": 0,
            "y1": 1,
            "fillcolor": palette.GAP,
            "line": {"width": 0},
            "layer": "below",
        }
        for start, end in bands(gaps, grid)
    ]


def event_shapes(events: Sequence[datetime], grid: Grid) -> list[dict[str, Any]]:
    """A dotted line at each event inside the grid."""
    return [
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": _iso(at),
            "x1": _iso(at),
            "y0": 0,
            "y1": 1,
            "line": {"color": palette.RULE, "width": 1.5, "dash": "dot"},
        }
        for at in events
        if grid.start <= at < grid.end
    ]


def event_labels(events: Sequence[datetime], grid: Grid) -> list[dict[str, Any]]:
    """The number of each event above its line, raised where it would hide the one before; what
    happened is listed under the chart."""
    labels, before, raised = [], None, False
    for place, at in enumerate(events, start=1):
        if not grid.start <= at < grid.end:
            continue
        raised = not raised and before is not None and at - before < CLOSE * (grid.end - grid.start)
        before = at
        labels.append(
            {
                "xref": "x",
                "yref": "paper",
                "x": _iso(at),
                "y": 1,
                "yanchor": "bottom",
                "yshift": RAISE_PX if raised else 0,
                "text": str(place),
                "showarrow": False,
            }
        )
    return labels


def _bars(part: pd.DataFrame, source: str, grid: Grid) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": plot_text(source_name(source)),
        **regular(grid),
        "y": [None if pd.isna(posts) else int(posts) for posts in part["posts"]],
        "marker": palette.source_fill(source),
        "hovertemplate": "%{y:,} posts",
    }


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _ms(step: timedelta) -> int:
    return step // timedelta(milliseconds=1)
