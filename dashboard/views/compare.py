"""Compare: whether the mood differs from source to source, and whether that can be told."""

import streamlit as st

from dashboard import answers, compare_answers, compare_panel, masthead, panel, state
from dashboard.compare_panel import MOST_TARGETS, Comparison
from dashboard.compared import whatever_side
from dashboard.state import Look
from dashboard.words import listed, many, safe_text, source_name
from groundswell.store.filters import Filters

SKELETON_PX = 640


def page(look: Look) -> None:
    """Switches, then what there is to compare."""
    filters = whatever_side(look.filters)
    totals = answers.totals(filters, look.version)
    if totals.first_at is None or totals.last_at is None:
        masthead.nothing(look)
        return
    names = [one.name for one in look.topic.targets]
    asked = [name for name in names if look.filters.target in (None, name)]
    if not asked:
        masthead.no_target()
        return
    sources = _sources(filters, look.version)
    if len(sources) < 2:
        _one_alone(look, sources[0])
    measure, baseline = compare_panel.choose(sources)
    grid = compare_panel.grid_of(totals.first_at, totals.last_at)
    with masthead.told():
        with st.skeleton(height=SKELETON_PX):
            comparison = Comparison.of(look, grid, asked[:MOST_TARGETS], baseline, measure)
        _cards(comparison)
    if len(asked) > MOST_TARGETS:
        left = listed(asked[MOST_TARGETS:])
        st.caption(safe_text(f"Not shown: {left}. Choose one under “Speaks of” in the filters."))
    if look.filters.stances or look.filters.sentiments:
        st.caption("The filters on stance and sentiment do not count here: shares are of all.")


def _cards(comparison: Comparison) -> None:
    compare_panel.answer(comparison)
    compare_panel.warn(comparison)
    if not any(group.posts for one in comparison.each for group in one.groups):
        st.info("No post here speaks of a target of this topic: its names stand in its file.")
        return
    _over_time(comparison)
    compare_panel.tables(comparison)


@st.fragment
def _over_time(comparison: Comparison) -> None:
    """A fragment: a click on the chart must not ask for the page again."""
    with masthead.told():
        panel.draw(compare_panel.over_time(comparison))


def _one_alone(look: Look, source: str) -> None:
    """Nothing to compare with, and the next step."""
    st.info(
        safe_text(f"Only {source_name(source)} has posts here, so there is nothing to compare.")
    )
    wider = [
        (name, filters, _sources(filters, look.version))
        for name, filters in state.loosened(look.filters)
    ]
    name, filters, found = max(wider, key=lambda way: len(way[2]), default=("", look.filters, []))
    if len(found) > 1:
        st.link_button(
            f"Compare {many(len(found), 'source')} without the filter on {name}",
            state.address_of("compare", filters),
        )
    else:
        st.code(f"groundswell collect {look.topic.slug} --source hackernews", language=None)


def _sources(filters: Filters, version: int) -> list[str]:
    found = compare_answers.posts_by_source(whatever_side(filters), version)
    return [source for source, _ in found]


page(state.current())
