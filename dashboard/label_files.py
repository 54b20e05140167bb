"""Labels as a file on their page: all of them out, those of others in."""

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from dashboard import access, label_desk, masthead
from dashboard import label_words as said
from dashboard.label_desk import Place
from dashboard.state import Look

_TAKEN = "label_taken"


def draw(look: Look, place: Place) -> None:
    """A button for the file of all labels, and a place for one of somebody else."""
    st.download_button(
        "Download all labels as CSV",
        data=access.while_welcome(lambda: label_desk.csv_of(look.topic)),
        file_name=said.file_name(look.topic, datetime.now(UTC)),
        mime="text/csv",
        key="label_csv",
        on_click="ignore",
        icon=":material/download:",
    )
    file = st.file_uploader("Labels of others, as CSV", type="csv", key="label_file")
    if file is not None and st.button("Take them in", key="label_take"):
        with masthead.told():
            parts, rejects = label_desk.take(look.topic, place.labeller, file.getvalue())
            st.session_state[_TAKEN] = said.taken(parts, len(rejects)), rejects
            st.rerun()


def last() -> None:
    """What came of it: outside of the popover, which closes when the page changes above it."""
    if _TAKEN in st.session_state:
        told, rejects = st.session_state[_TAKEN]
        st.caption(f"The last file: {told}")
        if rejects:
            table = pd.DataFrame([{"line": r.line, "reason": r.reason} for r in rejects])
            st.dataframe(table, hide_index=True, alt="Rejected lines and why")
