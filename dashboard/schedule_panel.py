"""The schedule on the page of sources: how each job stands, and how to change it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from dashboard import access, masthead, schedule_desk, stream_line, words
from dashboard import schedule_table as tables
from dashboard.state import Look
from groundswell.errors import WrongUse
from groundswell.store.owner import owner
from groundswell.store.schedule_records import Record

TICK = "10s"
ON_THE_MACHINE = "It is changed on the machine itself, with `groundswell schedule`."
NEVER = ("import", "jetstream")  # files are not asked again; the stream runs by itself
CRON = "By a cron line"
INTERVALS = {
    "Every 15 minutes": 900,
    "Every hour": 3_600,
    "Every 6 hours": 21_600,
    "Every day": 86_400,
    "Every week": 604_800,
    CRON: None,
}
_TIME = partial(st.column_config.DatetimeColumn, format="YYYY-MM-DD HH:mm", timezone="UTC")


def draw(look: Look) -> None:
    """The jobs of the topic; below, for who may, how to change them."""
    jobs = tables.of_topic(schedule_desk.board(owner())["jobs"], look.topic.slug)
    _standing(look.topic.slug)
    if not access.may_operate():
        st.caption(access.otherwise(ON_THE_MACHINE))
        return
    with st.container(horizontal=True):
        if jobs:
            with st.popover("Change a job", icon=":material/edit:"):
                _change(jobs)
        with st.popover("Add a job", icon=":material/add:"):
            _add(look)


@st.fragment(run_every=TICK)
def _standing(topic: str) -> None:
    """Only a table without selection, so that a tick disturbs nobody."""
    with masthead.told():
        board = schedule_desk.board(owner())
        jobs = tables.of_topic(board["jobs"], topic)
        st.header(words.safe_text(tables.finding(jobs)), anchor=False)
        for trouble in board["troubles"]:
            st.warning(words.safe_text(trouble), icon=":material/warning:")
        stream_line.draw(topic)
        _propose(board, topic)
        if not jobs:
            st.caption("Posts come in only when somebody collects them by hand.")
            return
        if not board["runs"]:
            st.caption(
                "This server runs no schedule: it is a demo, or was started with `--no-schedule`."
            )
        st.dataframe(
            tables.table(jobs),
            hide_index=True,
            placeholder=words.NOTHING,
            alt="Jobs: what, when, state, next and last run, sign of life, what was said",
            column_order=tables.columns(jobs),
            column_config={
                "what": "Job",
                "when": "When",
                "state": "State",
                "next": _TIME("Next (UTC)"),
                "started": _TIME("Last started (UTC)"),
                "heartbeat": _TIME("Sign of life (UTC)"),
                "said": st.column_config.TextColumn("Said last", width="large"),
            },
        )


def _propose(board: Record, topic: str) -> None:
    """What the terms ask for, costs money and is not scheduled; all else is entered unasked."""
    for pace in filter(lambda one: one["paid"], schedule_desk.missing(board, topic)):
        source, seconds = pace["source"], pace["recheck_every_s"]
        st.info(words.safe_text(tables.proposal(source, seconds)), icon=":material/gavel:")
        wanted = {"kind": "refresh", "topic": topic, "sources": [source], "every_s": seconds}
        offered = access.may_operate()
        if offered and st.button(f"Look again at {words.source_name(source)}", key=f"job_{source}"):
            _edit("add", wanted)


def _change(jobs: Sequence[Record]) -> None:
    by_name = {job["name"]: job for job in jobs}
    name = st.selectbox(
        "Job", list(by_name), format_func=lambda one: tables.label(by_name[one]), key="job"
    )
    if name not in by_name:
        return
    verb = "pause" if by_name[name]["enabled"] else "resume"
    with st.container(horizontal=True):
        if st.button(verb.capitalize(), key="job_verb"):
            _edit(verb, {"name": name})
        if st.button("Run now", key="job_now"):
            with masthead.told():
                _refuse_visitors()
                schedule_desk.run_now(name)
                st.rerun()
        if st.button("Remove", key="job_remove"):
            _edit("remove", {"name": name})
    st.caption("What a job collected stays when it is paused or removed.")


def _add(look: Look) -> None:
    sources = [source for source in look.topic.sources if source not in NEVER]
    if not sources:
        st.caption(
            "The topic names no source that can be asked again and again. Its sources stand in its "
            "file, and “New topic” in the sidebar makes a topic with sources of your own, such as "
            "the addresses of feeds."
        )
        return
    with st.form("add_job", border=False):
        source = st.selectbox("Source", sources, format_func=words.source_name, key="job_source")
        kind = st.radio(
            "What",
            ["collect", "refresh"],
            format_func=lambda one: f"{tables.KINDS[one]}{_WHY[one]}",
            key="job_kind",
        )
        often = st.selectbox("When", list(INTERVALS), index=1, key="job_often")
        line = st.text_input("Cron line", placeholder="30 2 * * *", max_chars=80, key="job_cron")
        zone = st.text_input(
            "Time zone of the cron line", value="UTC", max_chars=60, key="job_zone"
        )
        if st.form_submit_button("Add"):
            chosen = {"kind": kind, "topic": look.topic.slug, "sources": [source]}
            _edit("add", chosen | when_said(often, line, zone))


_WHY = {"collect": ": new posts", "refresh": ": stored posts, for what was deleted since"}


def when_said(often: str, line: str, zone: str) -> dict[str, Any]:
    """What the form says of the time, as an edit takes it."""
    if often != CRON:
        return {"every_s": INTERVALS.get(often)}
    return {"cron": line.strip(), "zone": zone.strip() or "UTC"}


def _edit(verb: str, said: Record) -> None:
    """Does it and draws the page anew, or says why it was not done."""
    with masthead.told():
        _refuse_visitors()
        schedule_desk.edit(owner(), verb, said)
        st.rerun()


def _refuse_visitors() -> None:
    if not access.may_operate():
        raise WrongUse("You may not change the schedule of this server from its pages.")
