"""How sound the data is: which sources answer, and up to when all that answer were read."""

from datetime import datetime

import pandas as pd

from dashboard.words import age, listed, moment, source_name

HEALTHY = "ok"
ANSWERING = (HEALTHY, "partial")
STATE_NAME = {
    "ok": "healthy",
    "partial": "read in part",
    "failing": "failing",
    "closed": "closed by the site",
}


def by_source(sources: pd.DataFrame) -> pd.Series:
    """State of each source: the worst of its routes."""
    order = list(STATE_NAME)
    ranked = sources["state"].map(lambda state: order.index(state) if state in order else 1)
    worst = ranked.groupby(sources["source"]).max()
    return worst.map(lambda rank: order[rank])


def line(sources: pd.DataFrame, now: datetime) -> str:
    """``Data through 29 Jan 2025, 14:05 UTC (8 min ago) · 3 of 4 sources healthy; …``.

    ``sources`` is the answer of ``questions.sources``. The time is the oldest of the last good
    runs of the sources that still answer: up to then all of them were read.
    """
    if sources.empty:
        return "No source has been asked yet"
    states = by_source(sources)
    answering = states.index[states.isin(ANSWERING)]
    ok_at = sources[sources["source"].isin(answering)].groupby("source")["last_ok_at"].max().min()
    return f"{_through(ok_at, now)} · {_healthy(states)}"


def _through(ok_at: datetime, now: datetime) -> str:
    if pd.isna(ok_at):
        return "No source is being read completely"
    return f"Data through {moment(ok_at)} ({age(now - ok_at)})"


def _healthy(states: pd.Series) -> str:
    healthy = int((states == HEALTHY).sum())
    said = f"{healthy} of {len(states)} {'source' if len(states) == 1 else 'sources'} healthy"
    others = [
        f"{source_name(str(source))} {STATE_NAME[state]}"
        for source, state in states.items()
        if state != HEALTHY
    ]
    return f"{said}: {listed(others)}" if others else said
