"""When each source was read: one row a source and route, one colour and label a status."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import palette
from dashboard.charts.timeline import LEGEND_BELOW, MARGIN
from dashboard.words import plot_text, source_name

ROW_HEIGHT = 34
_PATTERN = {"complete": "", "truncated": "/", "budget": ".", "gap": "x", "closed": "\\"}


def coverage(table: pd.DataFrame) -> go.Figure:
    """Figure of ``questions.coverage``: a bar a window, from its start to its end (UTC)."""
    rows = [
        plot_text(f"{source_name(source)}, {route}")
        for source, route in zip(table["source"], table["route"], strict=True)
    ]
    table = table.assign(row=rows)
    return go.Figure(
        data=[
            _bars(table[table["status"] == status], status)
            for status in palette.STATUS_COLOR
            if (table["status"] == status).any()
        ],
        layout={
            "barmode": "overlay",
            "height": 130 + ROW_HEIGHT * max(1, len(set(rows))),
            "margin": MARGIN,
            "legend": LEGEND_BELOW,
            "showlegend": True,
            "dragmode": False,
            "xaxis": {"type": "date", "title": {"text": "Time (UTC)"}},
            "yaxis": {"type": "category", "automargin": True},
        },
    )


def _bars(windows: pd.DataFrame, status: str) -> dict[str, object]:
    length = windows["end"] - windows["start"]
    return {
        "type": "bar",
        "orientation": "h",
        "name": status,
        "y": list(windows["row"]),
        "base": [start.strftime("%Y-%m-%dT%H:%M:%S") for start in windows["start"]],
        "x": [span.total_seconds() * 1000 for span in length],
        "customdata": [end.strftime("%Y-%m-%d %H:%M") for end in windows["end"]],
        "marker": {
            "color": palette.STATUS_COLOR[status],
            "pattern": {"shape": _PATTERN[status], "size": 5, "solidity": 0.3},
            "line": {"width": 0},
        },
        "hovertemplate": "%{base|%Y-%m-%d %H:%M} to %{customdata} UTC",
    }
