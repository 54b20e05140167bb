"""A figure is drawn once for what it is drawn from, whoever asks."""

from functools import partial

import pandas as pd
import plotly.graph_objects as go

from dashboard.drawn import drawn

CALLS: list[int] = []


def bars(table: pd.DataFrame, *, width: int = 1) -> go.Figure:
    CALLS.append(width)
    return go.Figure(data=[{"type": "bar", "y": table["posts"].tolist(), "width": width}])


def test_the_same_table_is_drawn_once_and_another_anew() -> None:
    CALLS.clear()
    first = drawn(partial(bars, pd.DataFrame({"posts": [1, 2]})))
    again = drawn(partial(bars, pd.DataFrame({"posts": [1, 2]})))
    other = drawn(partial(bars, pd.DataFrame({"posts": [1, 3]})))
    wider = drawn(partial(bars, pd.DataFrame({"posts": [1, 2]}), width=2))
    assert again is first
    assert list(other.data[0].y) == [1, 3]
    assert wider.data[0].width == 2
    assert CALLS == [1, 1, 2]
