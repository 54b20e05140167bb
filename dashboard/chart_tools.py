"""What stands beside a chart and works in the browser: PNG, SVG, dragging and clicking.

Streamlit would hand over a selection as well, but with all the points in it, of the whole chart,
and never a click while dragging selects; and Plotly offers one format of picture only. So a file of
ours listens beside the chart: it is served by us, which the content policy asks for, holds nobody's
words, and what strangers wrote reaches it as data that was cut for figures.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeGuard

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

_PACKAGE = "groundswell"
_FOLDER = Path(__file__).with_name("in_browser")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Where a chart was clicked, in the numbers of its axes (time: ms since 1970, UTC); ``plot``
    names the plot of several in a chart as Plotly does: ``xy``, ``x2y2``."""

    x: float
    y: float
    plot: str


def files() -> dict[str, Path]:
    """What the browser fetches, by the path it asks for, which changes with the contents."""
    folder = f"/_stcore/bidi-components/{_PACKAGE}.{_name()}"
    return {f"{folder}/{path.name}": path for path in _FOLDER.iterdir()}


def draw(
    chart: str,
    *,
    title: str,
    lines: Sequence[str],
    file: str,
    on_brush: Callable[[float, float], None] | None,
    on_pick: Callable[[Point], None] | None,
) -> None:
    """The buttons of the chart with the key ``chart``. A picture says ``title`` above and ``lines``
    below, both inert in a figure, and is saved as ``file`` with its ending. ``on_brush`` gets the
    ends of what was dragged over, in ms since 1970 (UTC); it and ``on_pick`` are called before the
    next run."""
    key = f"{chart}_tools"
    _component()(
        key=key,
        data={
            "chart": chart,
            "title": title,
            "lines": list(lines),
            "file": file,
            "brush": on_brush is not None,
            "pick": on_pick is not None,
        },
        width="content",
        on_brush_change=lambda: _brushed(_sent(key, "brush"), on_brush),
        on_pick_change=lambda: _picked(_sent(key, "pick"), on_pick),
    )


def _component() -> Callable[..., Any]:
    """Known to the server that runs now, of which tests have several."""
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(f"{_PACKAGE}.{_name()}") is None:
        own = ComponentConfig(name=_name(), asset_dir=_FOLDER.name)
        manifest = ComponentManifest(name=_PACKAGE, version="1", components=[own])
        manager.register_from_manifest(manifest, _FOLDER.parent)
    return _registered()


@cache
def _registered() -> Callable[..., Any]:
    name = f"{_PACKAGE}.{_name()}"
    return st.components.v2.component(name, css="chart.css", js="chart.js")


@cache
def _name() -> str:
    """Another one when a file changes, so that browsers may keep what lies at its address."""
    bodies = b"".join(path.read_bytes() for path in sorted(_FOLDER.iterdir()))
    return f"chart-{sha256(bodies).hexdigest()[:12]}"


def _sent(key: str, event: str) -> dict[str, Any]:
    """What the browser said; checked by who uses it, since a browser may say anything."""
    said = st.session_state[key].get(event)
    return said if isinstance(said, dict) else {}


def _brushed(said: dict[str, Any], on_brush: Callable[[float, float], None] | None) -> None:
    low, high = said.get("from"), said.get("to")
    if on_brush is not None and _is_number(low) and _is_number(high):
        on_brush(float(low), float(high))


def _picked(said: dict[str, Any], on_pick: Callable[[Point], None] | None) -> None:
    x, y, plot = said.get("x"), said.get("y"), said.get("plot")
    if on_pick is not None and _is_number(x) and _is_number(y) and isinstance(plot, str):
        on_pick(Point(x=float(x), y=float(y), plot=plot[:9]))


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
