"""Overview: what happened, how big it was, since when, and how it reads."""

import time

import streamlit as st

from dashboard import (
    answers,
    event_editor,
    findings,
    masthead,
    panel,
    panels,
    post_card,
    side_findings,
    side_panel,
    state,
    tiles,
    words,
)
from dashboard.charts.grid import grid_for
from dashboard.state import Look

LOUDEST = 5
# Lets the browser draw what it has before it gets more: the tiles before the chart code keeps it
# busy for a second, and the first chart before it draws three.
TILES_S = 0.35
CHART_S = 1.0
SKELETON_PX = 480
_PAINTED = "painted"


def page(look: Look) -> None:
    """Finding, tiles, charts, loudest posts; the tiles first."""
    totals = answers.totals(look.filters, look.version)
    if totals.first_at is None or totals.last_at is None:
        masthead.nothing(look)
        return
    grid = grid_for(totals.first_at, totals.last_at)
    story = panels.Story.of(look, totals, grid)
    st.header(findings.headline(totals, story.sources), anchor=False)
    stand = side_panel.stand(story)
    if stand is not None:
        st.markdown(side_findings.stands(stand))
        side_panel.next_step(story, stand)
    st.markdown(findings.tone(totals))
    if peak := findings.at_the_peak(story.peak, grid, look.topic.events):
        st.text(peak)
    tiles.draw(story, stand)
    first_visit = _PAINTED not in st.session_state
    _let_the_browser_paint(first_visit, TILES_S)
    _volume(story)
    _let_the_browser_paint(first_visit, CHART_S)
    _stance(story)
    _sentiment(story)
    _keywords(story)
    _loudest(look)


def _let_the_browser_paint(first_visit: bool, pause_s: float) -> None:
    """Only once a visit: later the chart code is loaded and the charts are as quick."""
    if first_visit:
        time.sleep(pause_s)
    st.session_state[_PAINTED] = True


@st.fragment
def _volume(story: panels.Story) -> None:
    with masthead.told():
        panel.draw(panels.volume(story))
        panels.list_events(story)
        event_editor.button(story.look.topic)


@st.fragment
def _stance(story: panels.Story) -> None:
    """A fragment: choosing another target must not draw the other charts again."""
    with masthead.told():
        target = side_panel.choose(story)
        if target is None:
            masthead.no_target()
            return
        sides = side_panel.answer(story, target)
        if not sides.stand.whole.posts:
            st.subheader(f"No post here speaks of {words.safe_text(target)}", anchor=False)
            st.caption(words.SPEAKS_OF)
            return
        panel.draw(side_panel.panel(story, sides))
        side_panel.links(story, sides)
        side_panel.crowds(story, sides)


@st.fragment
def _sentiment(story: panels.Story) -> None:
    with masthead.told():
        panel.draw(panels.sentiment(story))


@st.fragment(parallel=True)
def _keywords(story: panels.Story) -> None:
    """Beside the others: all words of a large topic take seconds, which nobody should wait for."""
    with masthead.told(), st.skeleton(height=SKELETON_PX):
        panel.draw(panels.keywords(story))


@st.fragment
def _loudest(look: Look) -> None:
    with masthead.told():
        st.subheader("Loudest posts", anchor=False)
        st.caption(
            "By likes, reposts, replies and quotes as last seen; unknown counts as nothing. One of "
            "each group that says nearly the same. "
            + findings.repeated(answers.copies_share(look.filters, look.version))
        )
        table = answers.loudest_once(look.filters, LOUDEST, look.version)
        for post in post_card.rows(table):
            post_card.draw(post, longest=post_card.SHORT)
        st.link_button("All posts, loudest first", state.address(look.filters, order="loudest"))


page(state.current())
