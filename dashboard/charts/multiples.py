"""Small multiples: a row a source, a column a target, one axis of time and one of height."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias, get_args

import pandas as pd
import plotly.graph_objects as go

from dashboard import palette
from dashboard.charts.grid import Grid
from dashboard.charts.stance import band, share_line
from dashboard.charts.timeline import (
    LEGEND_BELOW,
    event_labels,
    event_shapes,
    gap_shapes,
    regular,
    time_axis,
)
from dashboard.words import LOW_N, capital, plot_text, source_name

# What is drawn over time: the share against of posts that speak of the target; what share of the
# source's posts these are; how many they are.
Measure: TypeAlias = Literal["share against", "attention", "posts"]
MEASURES: tuple[Measure, ...] = get_args(Measure)

ROW_PX = 150
AROUND_PX = 140  # events above, ticks, axis title and legend below
_BETWEEN = 0.04  # of the width, between columns
_TITLE = 0.24  # of a row, above its plot
_LEAST_TOP = 0.1  # a share of 1 % must not fill its plot


def multiples(
    table: pd.DataFrame,
    gaps: pd.DataFrame,
    grid: Grid,
    events: Sequence[datetime],
    measure: Measure,
) -> go.Figure:
    """Figure of ``Compared.table`` of one or more ``target``s (a column of ``table``). ``gaps`` is
    what was not read, by source."""
    sources, targets = list(table["source"].unique()), list(table["target"].unique())
    traces: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"shapes": [], "annotations": []}
    told: set[str] = set()
    top = _top(table, measure)
    for row, source in enumerate(sources):
        for column, target in enumerate(targets):
            cell = _Cell(row, column, len(sources), len(targets))
            own = table[(table["source"] == source) & (table["target"] == target)]
            traces += _placed(_traces(own, grid, measure, source), cell, told)
            layout |= cell.axes(grid, measure, top)
            layout["annotations"].append(cell.title(_name(source, target)))
            layout["annotations"] += cell.nothing(_why_empty(own, measure))
            layout["shapes"] += cell.shapes(gaps[gaps["source"] == source], grid, events)
            if row == 0:
                numbers = event_labels(events, grid)
                layout["annotations"] += [{**one, "xref": cell.x} for one in numbers]
    return go.Figure(data=traces, layout={**layout, **_frame(len(sources), measure)})


class _Cell:
    """One plot of the grid; ``x`` and ``y`` are the names of its axes in a trace."""

    def __init__(self, row: int, column: int, rows: int, columns: int) -> None:
        number = row * columns + column + 1
        self.suffix = "" if number == 1 else str(number)
        self.x, self.y = f"x{self.suffix}", f"y{self.suffix}"
        width = (1 - _BETWEEN * (columns - 1)) / columns
        left = column * (width + _BETWEEN)
        self.across = [left, min(left + width, 1.0)]
        height = 1 / rows
        bottom = 1 - (row + 1) * height
        self.up = [max(bottom, 0.0), bottom + height * (1 - _TITLE)]
        self.is_left, self.is_lowest = column == 0, row == rows - 1

    def axes(self, grid: Grid, measure: Measure, top: float) -> dict[str, Any]:
        """Both axes, equal in all cells; only those at the edge are labelled."""
        shares = {"tickformat": ".0%"} if measure != "posts" else {}
        return {
            f"xaxis{self.suffix}": {
                **time_axis(grid),
                "domain": self.across,
                "anchor": self.y,
                "showticklabels": self.is_lowest,
                "nticks": 4,
                **({"title": {"text": "Time (UTC)"}} if self.is_lowest else {}),
                **({"matches": "x"} if self.suffix else {}),
            },
            f"yaxis{self.suffix}": {
                "domain": self.up,
                "anchor": self.x,
                "range": [0, top],
                "nticks": 4,
                "showticklabels": self.is_left,
                **shares,
                **({"matches": "y"} if self.suffix else {}),
            },
        }

    def title(self, text: str) -> dict[str, Any]:
        """The name of the cell, above its plot."""
        return {
            "xref": "paper",
            "yref": "paper",
            "x": self.across[0],
            "y": self.up[1],
            "xanchor": "left",
            "yanchor": "bottom",
            "text": text,
            "showarrow": False,
            "font": {"size": 12},
        }

    def nothing(self, why: str | None) -> list[dict[str, Any]]:
        """Why nothing is drawn, in the middle of the plot; no note where something is."""
        place = {"x": sum(self.across) / 2, "y": sum(self.up) / 2}
        return [{**self.title(why), **place, "xanchor": "center"}] if why else []

    def shapes(
        self, gaps: pd.DataFrame, grid: Grid, events: Sequence[datetime]
    ) -> list[dict[str, Any]]:
        """What was not read of this source, and the events, within this plot."""
        place = {"xref": self.x, "yref": f"{self.y} domain"}
        drawn = [*gap_shapes(gaps, grid), *event_shapes(events, grid)]
        return [{**shape, **place} for shape in drawn]


def _traces(own: pd.DataFrame, grid: Grid, measure: Measure, source: str) -> list[dict[str, Any]]:
    if measure == "share against":
        return [*band(own, grid), *share_line(own, grid)]
    low = (own["of"] if measure == "attention" else own["posts"]).fillna(0)
    fill = palette.source_fill(source)
    if measure == "posts":
        return [_bars("Posts", own["posts"], grid, fill, "%{y:,} posts")]
    enough = own["attention"].where(low >= LOW_N)
    few = own["attention"].where(low < LOW_N)
    hollow = {"color": "rgba(0, 0, 0, 0)", "line": {"width": 1, "color": palette.RULE}}
    return [
        _bars("Share of the source's posts", enough, grid, fill, "%{y:.1%}"),
        _bars(f"Share, n under {LOW_N}", few, grid, hollow, "%{y:.1%}"),
    ]


def _why_empty(own: pd.DataFrame, measure: Measure) -> str | None:
    """Words for a plot without any mark; None where there is one."""
    if not own["posts"].fillna(0).any():
        return "no posts"
    if measure == "share against" and own["share"].isna().all():
        return "too unsure to draw"
    return None


def _bars(
    name: str, values: "pd.Series[float]", grid: Grid, fill: Mapping[str, object], hover: str
) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        **regular(grid),
        "y": [None if pd.isna(value) else round(float(value), 4) for value in values],
        "marker": fill,
        "hovertemplate": f"{hover}<extra></extra>",
    }


def _placed(traces: list[dict[str, Any]], cell: _Cell, told: set[str]) -> list[dict[str, Any]]:
    """In its cell; each kind of trace stands in the legend once, and is noted in ``told``."""
    placed = []
    for trace in traces:
        name = trace["name"]
        place = {"xaxis": cell.x, "yaxis": cell.y, "legendgroup": name}
        placed.append({**trace, **place, "showlegend": name not in told})
        told.add(name)
    return placed


def _top(table: pd.DataFrame, measure: Measure) -> float:
    """Where the common axis ends: above all that is drawn."""
    if measure == "posts":
        return max(float(table["posts"].max(skipna=True) or 0) * 1.05, 1.0)
    known = table[["attention"] if measure == "attention" else ["share", "high"]]
    highest = known.astype(float).max(axis=1).max()
    return 1.0 if pd.isna(highest) else min(1.02, max(_LEAST_TOP, float(highest) * 1.05))


def _name(source: str, target: str) -> str:
    return f"{plot_text(capital(source_name(source)), 16)} on {plot_text(target, 16)}"


def _frame(rows: int, measure: Measure) -> dict[str, Any]:
    return {
        "height": AROUND_PX + ROW_PX * rows,
        "margin": {"l": 8, "r": 8, "t": 32, "b": 100},
        "legend": LEGEND_BELOW,
        "showlegend": measure != "posts",
        "dragmode": False,
        "hovermode": "x",
        "bargap": 0.08,
        "barmode": "overlay",
    }
