"""Narratives: which arguments are made for and against each target, by how many, and since when."""

import streamlit as st

from dashboard import answers, masthead, narrative_board, narrative_words, state
from dashboard.charts.grid import Grid, grid_for
from dashboard.state import Look

SKELETON_PX = 640


def page(look: Look) -> None:
    """A board for each target, or for the one that is filtered for."""
    totals = answers.totals(look.filters, look.version)
    if totals.first_at is None or totals.last_at is None:
        masthead.nothing(look)
        return
    names = [one.name for one in look.topic.targets]
    asked = [name for name in names if look.filters.target in (None, name)]
    if not asked:
        masthead.no_target()
        return
    grid = grid_for(totals.first_at, totals.last_at)
    for name in asked:
        _board(look, name, grid)
    st.caption(narrative_words.METHOD)


@st.fragment(parallel=True)
def _board(look: Look, target: str, grid: Grid) -> None:
    with masthead.told(), st.skeleton(height=SKELETON_PX):
        narrative_board.draw(look, target, grid)


page(state.current())
