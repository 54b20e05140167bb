"""Numbers of posts in the cells of a table, each of which opens exactly its posts."""

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import state
from dashboard.words import number
from groundswell.store.filters import Filters

_SHOWN_NUMBER = r"#(.+)$"  # of an address, what its link says; the server never sees it


def cell(filters: Filters, posts: int) -> str:
    """What stands in the table for ``posts``, all those that ``filters`` select."""
    return f"{state.address(filters)}#{number(posts)}"


def column(label: str) -> ColumnConfig:
    """How a column of such cells is shown."""
    return st.column_config.LinkColumn(label, display_text=_SHOWN_NUMBER)
