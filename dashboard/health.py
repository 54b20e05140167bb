"""How sound the data is: which sources answer, and up to when all that answer were read."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pandas as pd

from dashboard.words import age, listed, moment, source_name

HEALTHY = "ok"
IMPORTED = "imported"
STATE_NAME = {  # from best to worst
    IMPORTED: "imported",
    HEALTHY: "healthy",
    "partial": "read in part",
    "failing": "failing",
    "closed": "closed by the site",
}
_ANSWERING = (HEALTHY, "partial")
DOWN = ("failing", "closed")
STALE = timedelta(hours=24)
FILE = "file"  # the route of imports: they say nothing about a site


def line(
    sources: pd.DataFrame,
    windows: pd.DataFrame,
    declared: Iterable[str],
    last_at: datetime | None,
    now: datetime,
) -> str:
    """``Data through 29 Jan 2025, 14:05 UTC (8 min ago) · 3 of 4 sources healthy: Hacker News
    failing (no good run since 29 Jan 2025, 09:10 UTC)``.

    ``sources`` and ``windows`` are the answers of ``questions.sources`` and ``coverage``,
    ``declared`` the sources of the topic's file, ``last_at`` the time of its last post. The time
    named is the end of what was read completely of every source that still answers.
    """
    asked = sources[sources["route"] != FILE]
    if asked.empty:
        if last_at is None:
            return "No source has been asked yet"
        return f"Imported files, with posts up to {moment(last_at)}"
    states = by_source(asked)
    silent = [source for source in declared if source not in states.index]
    through = _through(read_until(asked, windows), now)
    return f"{through} · {_healthy(states, silent, last_good(asked))}"


def is_stale(
    sources: pd.DataFrame, windows: pd.DataFrame, until: datetime | None, now: datetime
) -> bool:
    """Whether something newer should have been read long ago; ``until`` is the end of the topic,
    None while it is followed on. Never of what was not read yet or is only imported."""
    end = read_until(sources, windows)
    return end is not None and now - end > STALE and (until is None or end < until)


def by_source(sources: pd.DataFrame) -> "pd.Series[str]":
    """State of each source: the worst of its routes. A state not known here counts as partial."""
    order = list(STATE_NAME)
    unknown = order.index("partial")
    ranks = [order.index(state) if state in order else unknown for state in sources["state"]]
    worst = pd.Series(ranks, index=sources["source"]).groupby(level=0).max()
    return worst.map(lambda rank: order[rank])


def last_good(sources: pd.DataFrame) -> dict[str, datetime | None]:
    """When the last good run of each source that is down ended, UTC; None when none ever did. Of
    several routes that are down the one that is down for longest."""
    down = sources[sources["state"].isin(DOWN)]
    return {
        str(source): None if ends.isna().any() else ends.min().to_pydatetime()
        for source, ends in down.groupby("source")["last_ok_at"]
    }


def since(last_ok_at: datetime | None) -> str:
    """``no good run since 29 Jan 2025, 09:10 UTC``."""
    return f"no good run since {moment(last_ok_at)}" if last_ok_at else "no good run yet"


def read_until(sources: pd.DataFrame, windows: pd.DataFrame) -> datetime | None:
    """Up to when every source that still answers was read completely, UTC; None where none was.
    The tables are those of ``line``."""
    states = by_source(sources[sources["route"] != FILE])
    answering = states.index[states.isin(_ANSWERING)]
    complete = windows[(windows["status"] == "complete") & windows["source"].isin(answering)]
    end: datetime | None = complete.groupby("source")["end"].max().min()
    return None if complete.empty else end


def _through(end: datetime | None, now: datetime) -> str:
    if end is None:
        return "No source has been read completely yet"
    return f"Data through {moment(end)} ({age(now - end)})"


def _healthy(
    states: "pd.Series[str]", silent: list[str], last_ok: dict[str, datetime | None]
) -> str:
    healthy, known = int((states == HEALTHY).sum()), len(states) + len(silent)
    others = [
        f"{source_name(str(source))} {STATE_NAME[state]}"
        + (f" ({since(last_ok[str(source)])})" if source in last_ok else "")
        for source, state in states.items()
        if state != HEALTHY
    ] + [f"{source_name(source)} not asked yet" for source in silent]
    said = f"{healthy} of {known} {'source' if known == 1 else 'sources'} healthy"
    return f"{said}: {listed(others)}" if others else said
