"""Numbers of posts in the cells of a table, each of which opens exactly its posts."""

from collections.abc import Iterable
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import state
from dashboard.words import number
from groundswell.store.filters import Filters

_SHOWN_NUMBER = r"#(.+)$"  # of an address, what its link says; the server never sees it


def cell(filters: Filters, posts: int) -> str:
    """What stands in the table for ``posts``, all those that ``filters`` select."""
    return f"{state.address(filters)}#{number(posts)}"


def cells(asked: Iterable[Filters], counts: Iterable[Any]) -> list[str | None]:
    """A ``cell`` for each of ``counts``; None where one is missing."""
    return [
        None if pd.isna(posts) else cell(filters, int(posts))
        for filters, posts in zip(asked, counts, strict=True)
    ]


def column(label: str) -> ColumnConfig:
    """How a column of such cells is shown."""
    return st.column_config.LinkColumn(label, display_text=_SHOWN_NUMBER)
