"""How the first collecting of a topic goes: posts by source, errors in words, a first chart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard import answers, masthead, panel, panels, stream_line, topic_desk, words
from dashboard import schedule_table as tables
from dashboard.charts.grid import grid_for
from dashboard.state import Look
from dashboard.topic_desk import Going
from groundswell.store.filters import Filters
from groundswell.store.owner import owner
from groundswell.store.schedule_records import Record
from groundswell.topic import find

TICK = "2s"
_SEEN = "new_seen_over"
OVERVIEW = "views/overview.py"


def draw(slug: str, *, again: Callable[[], None]) -> None:
    """The progress of the topic ``slug``, drawn anew by itself until it is over; ``again`` begins
    another topic."""
    topic = find(owner().home, slug)
    st.title(words.safe_text(topic.title), anchor=False)
    is_over = st.session_state.get(_SEEN) == slug
    st.fragment(_progress, run_every=None if is_over else TICK)(slug)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            OVERVIEW,
            label="Open the overview",
            icon=":material/monitoring:",
        )
        st.button("Make another topic", key="new_again", on_click=again, type="tertiary")


def _progress(slug: str) -> None:
    with masthead.told():
        topic = find(owner().home, slug)
        version, going = owner().topic_version(slug), topic_desk.going(topic)
        totals = answers.totals(Filters(topic=slug), version)
        runs = topic_desk.runs_schedule()
        st.header(finding(totals.posts, going, runs=runs), anchor=False)
        for trouble in going.troubles:
            st.warning(words.safe_text(trouble), icon=":material/warning:")
        _not_collected(slug, going)
        if going.jobs:
            _table(slug, going.jobs, version)
        if totals.first_at is not None and totals.last_at is not None:
            look = Look(topic=topic, filters=Filters(topic=slug), version=version)
            grid = grid_for(totals.first_at, totals.last_at)
            # No filters here that a period could be set in.
            volume = panels.volume(panels.Story.of(look, totals, grid))
            panel.draw(replace(volume, brush=None))
        elif going.is_live or (going.jobs and not going.is_over):
            st.caption("The chart begins with the first posts.")
        if going.is_over and st.session_state.get(_SEEN) != slug:
            st.session_state[_SEEN] = slug
            st.rerun()


def finding(posts: int, going: Going, *, runs: bool = True) -> str:
    """``Collecting: 120 posts so far``, ``1,234 posts collected``. ``runs``: whether this server
    starts the jobs; where it does not, nothing is said to be under way."""
    if going.jobs and not going.is_over and not runs:
        return f"{words.many(posts, 'post')} so far; this server collects none by itself"
    if going.jobs and not going.is_over:
        return f"Collecting: {words.many(posts, 'post')} so far"
    if going.is_live and not going.jobs:
        return f"Following the live stream: {words.many(posts, 'post')} so far"
    if posts:
        return f"{words.many(posts, 'post')} collected"
    return "No post was found" if going.jobs else "Nothing is being collected"


def table(jobs: Sequence[Record], posts: Mapping[str, int]) -> pd.DataFrame:
    """``source, posts, state, said``: one row a job. ``said`` is what its first run said at its
    end, and may quote a site."""
    rows = [
        [
            words.listed([words.source_name(source) for source in job["sources"]]),
            sum(posts.get(source, 0) for source in job["sources"]),
            "done" if _is_done(job) else tables.STATES[job["state"]],
            tables.said(job["last"]) if _is_done(job) else words.NOTHING,
        ]
        for job in jobs
    ]
    return pd.DataFrame(rows, columns=["source", "posts", "state", "said"])


def _is_done(job: Record) -> bool:
    return job["state"] != "running" and job["last"] is not None


def _table(slug: str, jobs: Sequence[Record], version: int) -> None:
    facets = answers.facets(Filters(topic=slug), version)
    own = facets[facets["facet"] == "source"]
    st.dataframe(
        table(jobs, dict(zip(own["value"], own["posts"], strict=True))),
        hide_index=True,
        alt="Progress by source: posts so far, state, what was said at the end",
        column_config={
            "source": "Source",
            "posts": st.column_config.NumberColumn("Posts", format="localized"),
            "state": "State",
            "said": st.column_config.TextColumn("Said", width="large"),
        },
    )


def _not_collected(slug: str, going: Going) -> None:
    if going.is_live:
        stream_line.draw(slug)
    if going.left_out:
        names = words.listed([words.source_name(source) for source in going.left_out])
        st.caption(
            f"Not collected yet: {words.safe_text(names)}. The page Sources adds a job for it once "
            "what it needs is set."
        )
    if going.jobs and not topic_desk.runs_schedule():
        st.info("This server runs no schedule. Collect it with:")
        st.code(f"groundswell collect {slug}", language=None)
