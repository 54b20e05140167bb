"""The button that gives a table of a page as CSV."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from dashboard import access
from dashboard.csv_bytes import csv_bytes


def as_csv(label: str, table: Callable[[], pd.DataFrame], *, name: str, key: str) -> None:
    """``table`` is asked for on the click alone, which draws nothing anew; ``name`` is that of the
    file."""
    st.download_button(
        label,
        data=access.while_welcome(lambda: csv_bytes(table())),
        file_name=name,
        mime="text/csv",
        key=key,
        on_click="ignore",
        icon=":material/download:",
        type="tertiary",
    )
