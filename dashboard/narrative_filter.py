"""The posts of one narrative: a filter that only a link sets, and that the page says and lifts."""

from dataclasses import replace

import streamlit as st

from dashboard import narrative_answers, narrative_words
from dashboard.state import PAGE, Look
from groundswell.store.filters import Filters

KEY = "narrative"
_MOST_CHARS = 64


def narrowed(look: Look) -> Look:
    """``look`` at the narrative that the address names, if any: told in words, with a way out. An
    id without a target, or one that does not look like one, is passed over."""
    asked = st.query_params.get(KEY, "")
    if not asked or not asked.isalnum() or len(asked) > _MOST_CHARS or not look.filters.target:
        return look
    filters = replace(look.filters, narrative=asked)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(f"Only posts of one narrative: {_title(filters, look.version)}.")
        st.button("Show all narratives", on_click=_lift, type="tertiary")
    return replace(look, filters=filters)


def _title(filters: Filters, version: int) -> str:
    """What it is called; literal, a stranger's words."""
    target = filters.target or ""
    whole = Filters(topic=filters.topic)
    names = narrative_words.names(narrative_answers.told(whole, target, version))
    return names.get(filters.narrative or "", "it has ended, or was never there")


def _lift() -> None:
    st.query_params.pop(KEY, None)
    if PAGE in st.session_state:
        st.session_state[PAGE] = 1
