"""Sources that are down, and what to do about each: the next step below the table of health."""

import pandas as pd
import streamlit as st

from dashboard.health import DOWN, since
from dashboard.words import capital, safe_text, source_name

_WHAT = {
    "failing": "the last run read nothing",
    "closed": "the site refused the last run",
}
_NEXT = {
    "failing": "What was missed is asked for again with the next run.",
    "closed": "Check its key and its settings: it says no to what it is asked as it is.",
}


def draw(health: pd.DataFrame) -> None:
    """One sentence for each way into a source that is down; nothing while none is. ``health`` is
    the answer of ``questions.sources``."""
    for sentence in sentences(health):
        st.warning(safe_text(sentence), icon=":material/cloud_off:")


def sentences(health: pd.DataFrame) -> list[str]:
    """``Hacker News: the last run read nothing, no good run since 29 Jan 2025, 09:10 UTC. Reason:
    ….`` and what follows from it; the reason may quote a site."""
    down = health[health["state"].isin(DOWN)]
    return [
        f"{capital(source_name(source))}: {_WHAT[state]}, "
        f"{since(None if pd.isna(last_ok_at) else last_ok_at)}. "
        f"Reason: {str(message or 'none was given').rstrip('. ')}. {_NEXT[state]}"
        for source, state, last_ok_at, message in zip(
            down["source"], down["state"], down["last_ok_at"], down["message"], strict=True
        )
    ]
