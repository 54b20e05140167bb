"""Sources: whether today's numbers can be trusted, source by source."""

import math
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import (
    answers,
    counted_links,
    masthead,
    panel,
    schedule_panel,
    source_trouble,
    state,
    still_there,
)
from dashboard.charts.coverage import coverage as coverage_chart
from dashboard.health import FILE, HEALTHY, IMPORTED, STATE_NAME
from dashboard.source_line import source_lines
from dashboard.state import Look
from dashboard.words import NOTHING, many, source_name
from groundswell.store.filters import Filters

PER_PAGE = 25
_TIME = partial(st.column_config.DatetimeColumn, format="YYYY-MM-DD HH:mm", timezone="UTC")
_MEND = (
    "What was not read is asked for again by the next run (groundswell collect {topic}); "
    "groundswell doctor {topic} says what a source lacks."
)
RAW_SHOWN = 300  # characters of a rejected item; it is a stranger's, and may be megabytes


def page(look: Look) -> None:
    """Health, coverage, what went since, and quarantine of the topic's sources."""
    slug, version = look.topic.slug, look.version
    health = answers.sources(slug, version)
    if health.empty:
        masthead.nothing(look)
    else:
        _health(look, health)
        source_trouble.draw(health)
    with masthead.told():
        schedule_panel.draw(look)
    if health.empty:
        return
    with masthead.told():
        _coverage(look, answers.coverage(slug, version))
    with masthead.told():
        still_there.draw(look, answers.still_there(slug, version))
    with masthead.told():
        _quarantine(look, int(health.groupby("source")["quarantined"].max().sum()))


def _health(look: Look, health: pd.DataFrame) -> None:
    st.header("Health of each source, by its last run", anchor=False)
    if (health["state"] != HEALTHY).any():
        st.caption(_MEND.format(topic=look.topic.slug))
    states = health["state"].where(health["route"] != FILE, IMPORTED)
    shown = health.assign(
        source=health["source"].map(source_name),
        state=[STATE_NAME.get(state, state) for state in states],
        posts=[
            counted_links.cell(Filters(topic=look.topic.slug, sources=(source,)), int(posts))
            for source, posts in zip(health["source"], health["posts"], strict=True)
        ],
    ).drop(columns=["topic", "cursor"])
    st.dataframe(
        shown,
        hide_index=True,
        placeholder=NOTHING,
        alt="Health of each source: state, last run, last good run, posts, quarantine, reason",
        column_config={
            "source": "Source",
            "route": "Way in",
            "state": "State",
            "posts": counted_links.column("Posts"),
            "quarantined": st.column_config.NumberColumn("In quarantine", format="localized"),
            "last_run_at": _TIME("Last run (UTC)"),
            "last_ok_at": _TIME("Last good run (UTC)"),
            "message": st.column_config.TextColumn("Why", width="large"),
        },
    )


def _coverage(look: Look, windows: pd.DataFrame) -> None:
    unread = windows[windows["status"] != "complete"]
    finding = (
        f"{many(len(unread), 'window')} not read completely" if len(unread) else "No gap recorded"
    )
    if windows.empty:
        st.header("Coverage is not known", anchor=False)
        st.caption("Imported files do not say which time they cover.")
        return
    panel.draw(
        panel.Panel(
            key="coverage",
            finding=finding,
            method="Windows of time by what came of reading them; white was never asked for. UTC.",
            alt=f"Windows of time read from each source. {finding}.",
            table=windows,
            figure=partial(coverage_chart, windows),
            csv_name=state.file_name(look, "coverage"),
            source=lambda: source_lines(
                look,
                f"{many(len(windows), 'window')} of time",
                windows["start"].min(),
                windows["end"].max(),
            ),
        )
    )


def _quarantine(look: Look, waiting: int) -> None:
    st.header(f"Quarantine: {many(waiting, 'item')}", anchor=False)
    st.caption("Items of a source that could not be read as posts. They are counted nowhere else.")
    if waiting == 0:
        return
    st.caption(
        f"`groundswell requeue {look.topic.slug}` reads them again, after an update say, and "
        "stores those that pass."
    )
    pages = math.ceil(waiting / PER_PAGE)
    shown = st.pagination(pages, key="quarantine_page") if pages > 1 else 1
    table = answers.quarantine(look.topic.slug, PER_PAGE, (shown - 1) * PER_PAGE, look.version)
    st.dataframe(
        table.assign(raw=[_start_of(raw) for raw in table["raw"]]).drop(columns=["id", "topic"]),
        hide_index=True,
        placeholder=NOTHING,
        alt="Items in quarantine: source, stage, reason, field, place, start of the raw item",
        column_config={"seen_at": _TIME("Seen (UTC)"), "field_name": "field"},
    )


def _start_of(raw: bytes) -> str:
    return bytes(raw[:RAW_SHOWN]).decode("utf-8", "replace")


page(state.current())
