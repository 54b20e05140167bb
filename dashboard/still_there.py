"""How much of what was collected is gone since: in words, as a table and as CSV."""

import pandas as pd
import streamlit as st

from dashboard import download, state
from dashboard.state import Look
from dashboard.words import NOTHING, share, source_name

METHOD = (
    "Deleted and hidden posts are in no number on these pages; withheld and expired ones count, "
    "without text and author. Who takes a post back is not like who leaves it: read a large share "
    "as a bias."
)


def draw(look: Look, table: pd.DataFrame) -> None:
    """The finding, a row a source, and the same as CSV."""
    st.header(finding(table), anchor=False)
    st.caption(METHOD)
    if table.empty:
        return
    st.dataframe(
        shown(table),
        hide_index=True,
        placeholder=NOTHING,
        alt="What became of the posts of each source: deleted, hidden, withheld, expired",
        column_config={
            "source": "Source",
            "collected": st.column_config.NumberColumn("Posts ever collected", format="localized"),
            "gone": "Gone since",
            "deleted": st.column_config.NumberColumn("Deleted", format="localized"),
            "hidden": st.column_config.NumberColumn("Hidden", format="localized"),
            "withheld": st.column_config.NumberColumn("Withheld", format="localized"),
            "expired": st.column_config.NumberColumn("Expired", format="localized"),
        },
    )
    download.as_csv(
        "Download this table as CSV",
        lambda: table,
        name=state.file_name(look, "still-there"),
        key="still_there_csv",
    )


def finding(table: pd.DataFrame) -> str:
    """``3% of the posts collected are gone since, most from Bluesky``."""
    gone = table["deleted"] + table["hidden"]
    if gone.sum() == 0:
        return "Nothing that was collected is known to be gone since"
    said = share(int(gone.sum()), int(table["collected"].sum()))
    sentence = f"{said} of the posts collected are gone since"
    if len(table) == 1:
        return sentence
    return f"{sentence}, most from {source_name(str(table['source'].iloc[int(gone.argmax())]))}"


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """The table with names for people and the share of what is gone."""
    gone = [
        share(int(deleted + hidden), int(collected))
        for deleted, hidden, collected in zip(
            table["deleted"], table["hidden"], table["collected"], strict=True
        )
    ]
    named = table.assign(source=table["source"].map(source_name))
    named.insert(2, "gone", gone)
    return named
