"""Which words stand out: one bar a word, longest on top."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import palette
from dashboard.charts.timeline import MARGIN
from dashboard.words import plot_text

ROW_HEIGHT = 24


def keywords(table: pd.DataFrame) -> go.Figure:
    """Figure of ``term`` and ``posts``, in the order given from top to bottom; one bar a term."""
    shown = table.iloc[::-1]  # Plotly draws the first row at the bottom
    return go.Figure(
        data=[
            {
                "type": "bar",
                "orientation": "h",
                "y": list(range(len(shown))),
                "x": [int(posts) for posts in shown["posts"]],
                "customdata": [int(authors) for authors in shown["authors"]],
                "marker": {"color": palette.ACCENT, "line": {"width": 0}},
                "hovertemplate": "%{x:,} posts by %{customdata:,} accounts<extra></extra>",
            }
        ],
        layout={
            "height": max(160, 70 + ROW_HEIGHT * len(shown)),
            "margin": {**MARGIN, "t": 8, "b": 8},
            "showlegend": False,
            "dragmode": False,
            "xaxis": {"title": {"text": "Posts with the word"}, "rangemode": "tozero"},
            # Words sit on numbered ticks: two words may look alike once markup is cut out.
            "yaxis": {
                "tickvals": list(range(len(shown))),
                "ticktext": [plot_text(str(term)) for term in shown["term"]],
                "automargin": True,
                "showgrid": False,
            },
        },
    )
