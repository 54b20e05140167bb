"""One chart with all that belongs to it: finding, figure, table, CSV, and how it was computed."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import download

_CONFIG = {"displaylogo": False, "displayModeBar": False, "scrollZoom": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What a chart says and shows. ``finding`` and ``method`` are our own sentences, safe as
    Markdown; ``table`` is exactly what the figure draws and the CSV holds.

    ``links`` gives each row of ``table`` the address of its posts, in the same order; None where
    a row is not posts. ``coverage`` says how much of the chart's time was read."""

    key: str
    finding: str
    method: str
    alt: str
    table: pd.DataFrame
    figure: Callable[[], go.Figure]
    csv_name: str
    coverage: Callable[[], str] = str  # asked once the chart is on its way
    links: Callable[[], list[str]] | None = None


def draw(panel: Panel) -> None:
    """Heading, chart, the method in small print, the same numbers as a table and as CSV."""
    st.subheader(panel.finding, anchor=False)
    st.plotly_chart(panel.figure(), key=f"{panel.key}_chart", config=_CONFIG, alt=panel.alt)
    st.caption(f"{panel.method} {panel.coverage()}".strip())
    table = st.expander(
        "The same as a table", key=f"{panel.key}_table", type="compact", on_change="rerun"
    )
    if table.open:
        with table:
            _draw_table(panel)
    download.as_csv(
        "Download this chart as CSV",
        lambda: panel.table,
        name=panel.csv_name,
        key=f"{panel.key}_csv",
    )


def _draw_table(panel: Panel) -> None:
    shown = panel.table if panel.links is None else panel.table.assign(open=panel.links())
    st.dataframe(
        shown,
        hide_index=True,
        alt=panel.alt,
        column_config={
            "open": st.column_config.LinkColumn("Posts", display_text="Open"),
            "bucket_start": st.column_config.DatetimeColumn(
                "From (UTC)", format="YYYY-MM-DD HH:mm", timezone="UTC"
            ),
        },
    )
