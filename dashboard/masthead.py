"""The top of every page: topic, how fresh and how sound the data is, which filters are on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import streamlit as st

from dashboard import (
    access,
    answers,
    filters_said,
    health,
    state,
    words,
)
from dashboard.charts.grid import grid_for
from dashboard.state import Look
from groundswell.errors import GroundswellError
from groundswell.store.filters import Filters
from groundswell.store.owner import owner

TICK = "30s"
STALE = "nothing newer was read, see Sources"


def draw(look: Look) -> None:
    """Title, synthetic banner, freshness, trouble, filters in force."""
    st.title(words.safe_text(look.topic.title), anchor=False)
    if look.topic.synthetic:
        st.warning(words.SYNTHETIC, icon=":material/science:")
    _freshness(look)
    st.caption(_basis(look))
    said = filters_said.said(look)
    if said:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"Only posts {', '.join(said)}.")
            if look.filters.author:
                st.button("Show all accounts", on_click=state.clear_account, type="tertiary")
            if look.filters.narrative:
                st.button("Show all narratives", on_click=state.clear_narrative, type="tertiary")
            st.button("Show everything", on_click=state.clear_filters, type="tertiary")
    if look.filters.originals:
        _compared(look)


@contextmanager
def told() -> Iterator[None]:
    """Turns an error of ours into one sentence on the page instead of a stack trace. A part of the
    page that is drawn anew by itself ends the page for who was taken off the list meanwhile."""
    if not access.is_welcome():
        st.rerun()
    try:
        yield
    except GroundswellError as error:
        st.error(words.safe_text(words.trouble(error)), icon=":material/error:")


def nothing(look: Look) -> None:
    """What to do when there is no post to show."""
    ways = [(name, f, answers.count(f, look.version)) for name, f in state.loosened(look.filters)]
    if not ways:
        st.info("No posts of this topic have been collected yet. Collect some with:")
        st.code(f"groundswell collect {look.topic.slug}", language=None)
        st.caption("They appear here by themselves; a first run can take some minutes.")
        return
    if look.filters.narrative and filters_said.narrative_of(look) is None:
        st.info("This narrative has ended, or was never there, so it has no posts.")
        ways = [way for way in ways if way[0] == "narrative"]
    else:
        st.info("No post matches these filters.")
    name, wider, posts = max(ways, key=lambda way: way[2])
    if posts:
        st.link_button(
            f"Show the {words.many(posts, 'post')} without the filter on {name}",
            state.address(wider),
        )


def no_target() -> None:
    """What to do where a topic names nobody to take a side on."""
    st.info("This topic names no target, so nobody takes a side. Name one in its file:")
    st.code('[[targets]]\nname = "…"\naliases = ["…"]', language=None)


@st.fragment(run_every=TICK)
def _freshness(look: Look) -> None:
    """Only numbers, so that a tick disturbs no chart and no selection; see serve.md, section 4."""
    with told():
        version = owner().topic_version(look.topic.slug)
        st.text(_health(look, version))
        if trouble := owner().trouble:
            st.warning(words.safe_text(trouble), icon=":material/warning:")
        if version != look.version and not look.version:
            st.rerun()  # nothing stands there yet that could be moved under a reader
        if version != look.version and st.button("New posts have come in: show them"):
            st.rerun()


def _health(look: Look, version: int) -> str:
    slug, now = look.topic.slug, datetime.now(UTC)
    known = answers.sources(slug, version), answers.coverage(slug, version)
    last_at = answers.totals(Filters(topic=slug), version).last_at
    line = health.line(*known, look.topic.sources, last_at, now)
    is_stale = not look.topic.synthetic and health.is_stale(*known, look.topic.until, now)
    return f"{line} · {STALE}" if is_stale else line


def _basis(look: Look) -> str:
    """What stands behind every page: how many posts, in which time zone, how much was read."""
    filters, version = look.filters, look.version
    totals = answers.totals(filters, version)
    if totals.first_at is None or totals.last_at is None:
        return f"{words.many(totals.posts, 'post')}. Times are UTC."
    grid = grid_for(totals.first_at, totals.last_at)  # as the charts have it
    read = answers.read_sentence(filters, grid, version)
    found = f"{words.many(totals.posts, 'post')} by {words.many(totals.authors, 'known account')}"
    return f"{found}. Times are UTC. {read}".strip()


def _compared(look: Look) -> None:
    """Up to when it is known which posts are original."""
    at = answers.copies_share(Filters(topic=look.topic.slug), look.version).compared_at
    if at is None:
        st.info(
            "Texts of this topic were never compared, so copies count as originals. They are "
            "compared at the end of the next run that collects."
        )
    else:
        st.caption(f"Texts compared {words.moment(at)}; posts that came since count as originals.")
