"""One chart with all that belongs to it: finding, figure, table, files, and how it was computed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import chart_tools, counted_links, download, palette, state, words
from dashboard.chart_tools import Point
from dashboard.charts import touched
from dashboard.charts.grid import Grid
from dashboard.drawn import drawn
from groundswell.store.filters import Filters

# The mode bar is drawn and never shown: its one button is how a picture is made (chart.js).
_CONFIG = {
    "displaylogo": False,
    "displayModeBar": "hover",
    "modeBarButtons": [["toImage"]],
    "scrollZoom": False,
}
_MOVED = "period_moved"
_LONGEST_TITLE = 300
HOW_TO_BRUSH = (
    "Drag across it with a mouse to see that time alone; From and To in the filters do the same."
)
HOW_TO_PICK = "Click or tap a bar for its posts."


@dataclass(frozen=True, slots=True, kw_only=True)
class Brush:
    """How a chart over time sets the period: by whole buckets of ``grid``, within ``filters``."""

    grid: Grid
    filters: Filters


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """What was clicked: ``what`` in words that are safe as Markdown, how many ``posts`` it holds,
    and their ``address``; ``posts`` None where nobody read, and then ``address`` says why."""

    what: str
    posts: int | None
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What a chart says and shows. ``finding`` and ``method`` are our own sentences, safe as
    Markdown; ``table`` is exactly what the figure draws and the CSV holds.
    ``figure`` draws with all it draws from as its arguments.

    ``links`` gives each row of ``table`` the address of its posts, in the same order; None where
    a row is not posts; ``counts`` the posts of each number in a row, by its column. ``coverage``
    says how much of the chart's time was read. ``source`` is the small print of a picture, inert in
    a figure. ``brush`` and ``pick``: what dragging and clicking do, None for nothing."""

    key: str
    finding: str
    method: str
    alt: str
    table: pd.DataFrame
    figure: "partial[go.Figure]"
    csv_name: str
    source: Callable[[], Sequence[str]]
    coverage: Callable[[], str] = str  # asked once the chart is on its way
    links: Callable[[], list[str]] | None = None
    counts: Callable[[], Mapping[str, Sequence[Filters]]] | None = None
    brush: Brush | None = None
    pick: Callable[[Point], Picked | None] | None = None


def draw(panel: Panel) -> None:
    """Heading, chart, the method in small print, the same numbers as a table and as files. A panel
    with a brush belongs into a fragment, which a new period ends in a run of the whole page."""
    if st.session_state.pop(_MOVED, False):
        st.rerun(scope="app")
    st.subheader(panel.finding, anchor=False)
    if panel.table.empty:  # nothing to draw: no empty axes, and no file of none
        st.caption(f"{panel.method} {panel.coverage()}".strip())
        return
    alt = words.plain_text(panel.alt)
    st.plotly_chart(drawn(_figure(panel)), key=f"{panel.key}_chart", config=_CONFIG, alt=alt)
    _draw_picked(panel)
    st.caption(" ".join(part for part in (panel.method, panel.coverage(), _how_to(panel)) if part))
    table = st.expander(
        "The same as a table", key=f"{panel.key}_table", type="compact", on_change="rerun"
    )
    if table.open:
        with table:
            _draw_table(panel)
    with st.container(horizontal=True, vertical_alignment="center"):
        _draw_files(panel)
        _draw_way_back(panel)


def _figure(panel: Panel) -> "partial[go.Figure]":
    return panel.figure if panel.brush is None else partial(_to_brush, panel.figure)


def _to_brush(figure: "partial[go.Figure]") -> go.Figure:
    made = figure()
    made.layout.dragmode = "select"  # a finger scrolls all the same: see chart.js
    made.layout.selectdirection = "h"
    made.layout.newselection = {"line": {"color": palette.RULE, "width": 1}}
    return made


def _how_to(panel: Panel) -> str:
    said = [HOW_TO_BRUSH] * (panel.brush is not None) + [HOW_TO_PICK] * (panel.pick is not None)
    return " ".join(said)


def _draw_files(panel: Panel) -> None:
    download.as_csv(
        "Download this chart as CSV",
        lambda: panel.table,
        name=panel.csv_name,
        key=f"{panel.key}_csv",
    )
    brush, pick = panel.brush, panel.pick
    chart_tools.draw(
        f"{panel.key}_chart",
        title=words.plot_text(words.plain_text(panel.finding), _LONGEST_TITLE),
        lines=panel.source(),
        file=panel.csv_name.removesuffix(".csv"),
        on_brush=None if brush is None else lambda low, high: _show(brush, low, high),
        on_pick=None if pick is None else lambda point: _remember(panel, point),
    )


def _show(brush: Brush, low_ms: float, high_ms: float) -> None:
    """The first and the last bucket may reach out of the period in force; it never grows."""
    own = state.within(brush.filters, *touched.period(brush.grid, low_ms, high_ms))
    if own.since is not None and own.until is not None:
        state.show_period(own.since, own.until)
        st.session_state[_MOVED] = True


def _draw_way_back(panel: Panel) -> None:
    shown = panel.brush.filters if panel.brush else None
    if shown and (shown.since or shown.until):
        st.button(
            "Show the whole period",
            key=f"{panel.key}_whole",
            on_click=_show_all,
            type="tertiary",
            icon=":material/undo:",
        )


def _show_all() -> None:
    state.clear_period()
    st.session_state[_MOVED] = True


def _remember(panel: Panel, point: Point) -> None:
    st.session_state[_picked_key(panel)] = (_about(panel), point)


def _about(panel: Panel) -> tuple[Brush | None, str]:
    return panel.brush, panel.finding


def _picked_key(panel: Panel) -> str:
    return f"{panel.key}_picked"


def _draw_picked(panel: Panel) -> None:
    """The way to what was clicked last, while the chart is about the same time and filters."""
    about, point = st.session_state.get(_picked_key(panel), (None, None))
    if panel.pick is None or point is None or about != _about(panel):
        return
    picked = panel.pick(point)
    if picked is None:
        return
    if picked.posts == 0:
        st.caption(f"{words.capital(picked.what)}: no post.")
        return
    label = (
        f"Not read: {picked.what}. Open what was read when"
        if picked.posts is None
        else f"Open the {words.many(picked.posts, 'post')}: {picked.what}"
    )
    st.link_button(label, picked.address, icon=":material/arrow_forward:", icon_position="right")


def _draw_table(panel: Panel) -> None:
    shown, counts = panel.table.copy(), panel.counts() if panel.counts else {}
    for column, asked in counts.items():
        shown[column] = counted_links.cells(asked, panel.table[column])
    if panel.links is not None:
        shown["open"] = panel.links()
    st.dataframe(
        shown,
        hide_index=True,
        alt=words.plain_text(panel.alt),
        column_config={
            **{column: counted_links.column(column) for column in counts},
            "open": st.column_config.LinkColumn("Posts", display_text="Open"),
            "bucket_start": st.column_config.DatetimeColumn(
                "From (UTC)", format="YYYY-MM-DD HH:mm", timezone="UTC"
            ),
        },
    )
