"""What was not read: windows that failed, and time that nobody ever asked for."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from groundswell.coverage import Coverage, uncovered

COLUMNS = ["source", "instance", "route", "start", "end", "status", "reason"]
NEVER_ASKED = "never asked for"


def unread(
    coverage: pd.DataFrame, sources: Sequence[str], start: datetime, end: datetime
) -> pd.DataFrame:
    """Stretches of ``start``…``end`` (UTC) in which ``sources`` were not read completely, in order
    of time; the columns are ``COLUMNS``.

    ``coverage`` is the answer of ``questions.coverage``. A window that failed on one route is
    read where another route read it completely: they lead to the same posts. A source without
    any window (imported files) has nothing to compare with and is left out: its coverage is
    unknown, not missing.
    """
    own = coverage[coverage["source"].isin(sources)]
    failed = own[(own["status"] != "complete") & (own["start"] < end) & (own["end"] > start)]
    rows = [
        (source, instance, route, *hole, status, reason)
        for source, instance, route, first, last, status, reason in failed[COLUMNS].to_numpy()
        for hole in uncovered(
            (max(first, start), min(last, end)), _by_other_routes(own, source, route)
        )
    ]
    for source, windows in own.groupby("source"):
        asked = [
            Coverage(start=first, end=last, status="complete")
            for first, last in windows[["start", "end"]].to_numpy()
        ]
        holes = uncovered((start, end), asked)
        rows += [(source, None, None, *hole, "gap", NEVER_ASKED) for hole in holes]
    times = {"start": "datetime64[us, UTC]", "end": "datetime64[us, UTC]"}
    table = pd.DataFrame(rows, columns=COLUMNS).astype(times)
    return table.sort_values(["start", "source"], ignore_index=True)


def _by_other_routes(coverage: pd.DataFrame, source: str, route: str) -> list[Coverage]:
    """Windows of ``source`` that another route than ``route`` read, of all servers it has."""
    others = coverage[
        (coverage["source"] == source)
        & (coverage["route"] != route)
        & (coverage["status"] == "complete")
        & coverage["instance"].isna()
    ]
    return [
        Coverage(start=first, end=last, status="complete")
        for first, last in others[["start", "end"]].to_numpy()
    ]
