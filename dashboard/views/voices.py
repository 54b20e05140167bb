"""Voices and quotes: which posts can be quoted, pro and con, and who speaks loudest."""

import streamlit as st

from dashboard import answers, masthead, quote_board, quote_words, state, voice_tables
from dashboard.state import Look
from dashboard.words import safe_text

SKELETON_PX = 480


def page(look: Look) -> None:
    """Posts to quote for and against one target, then the accounts behind the selection."""
    totals = answers.totals(look.filters, look.version)
    if totals.posts == 0:
        masthead.nothing(look)
        return
    names = [one.name for one in look.topic.targets]
    target = look.filters.target if look.filters.target in names else _choose(names)
    if target is None:
        masthead.no_target()
    else:
        st.header(safe_text(f"Posts to quote, for and against {target}"), anchor=False)
        st.caption(quote_words.METHOD)
        quote_board.draw(look, target)
    st.header("Who speaks loudest", anchor=False)
    _loudest(look, target)
    _repeaters(look)


def _choose(names: list[str]) -> str | None:
    """The target that the address names, else the topic's first; None where there is none. It
    filters nothing, unlike "Speaks of"."""
    if len(names) < 2:
        return names[0] if names else None
    # Not a radio: it reads names as Markdown; made safe, they would stand so in the address.
    chosen: str | None = st.selectbox(
        "Stance towards", names, key="towards", bind="query-params", width=260
    )
    return chosen if chosen in names else names[0]


@st.fragment(parallel=True)
def _loudest(look: Look, target: str | None) -> None:
    with masthead.told(), st.skeleton(height=SKELETON_PX):
        voice_tables.loudest(look, target)


@st.fragment(parallel=True)
def _repeaters(look: Look) -> None:
    with masthead.told(), st.skeleton(height=SKELETON_PX):
        voice_tables.repeaters(look)


page(state.current())
