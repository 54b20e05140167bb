"""What stands under every chart: how much of its time was read, and how much of it was found."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pandas as pd

from dashboard.words import capital, listed, many, source_name, span_of_time
from groundswell.coverage import Coverage, uncovered
from groundswell.store.recall import SourceRecall

MOST_NAMED = 3  # sources with gaps that are named; the Sources page has all


def sentence(
    coverage: pd.DataFrame,
    unread: pd.DataFrame,
    sources: Sequence[str],
    start: datetime,
    end: datetime,
    recalls: Sequence[SourceRecall] = (),
) -> str:
    """For example ``Read completely: Hacker News. Not read: 18 h of Bluesky. …``

    ``coverage`` and ``unread`` are what ``dashboard.unread`` takes and gives for ``sources``
    between ``start`` and ``end`` (UTC). Sources that say nothing of their time are named as such.
    """
    known = set(coverage["source"])
    silent = [source for source in sources if source not in known]
    missing = {source: _lost(unread, source, start, end) for source in sources if source in known}
    whole = [source_name(source) for source, lost in missing.items() if not lost]
    holed = sorted(
        ((lost, source) for source, lost in missing.items() if lost), key=lambda one: -one[0]
    )
    return " ".join(
        [
            *([f"Read completely: {listed(whole)}."] if whole else []),
            *([f"Not read: {_named(holed)}; see Sources."] if holed else []),
            *([f"{capital(listed(_names(silent)))}: coverage not known."] if silent else []),
            *(_found(one) for one in recalls if one.source in sources),
        ]
    )


def _found(one: SourceRecall) -> str:
    """What capture–recapture says, with its interval and what it rests on."""
    told = one.recall
    ways = listed(one.routes)
    if told is None:
        return (
            f"Too few posts of {source_name(one.source)} came by both {ways} to say how complete."
        )
    return (
        f"Of {source_name(one.source)}, {ways} together found an estimated {told.share:.0%} "
        f"(95% interval {told.share_low:.0%} to {told.share_high:.0%}) of the posts that fit the "
        f"query, from {span_of_time(one.time)} that both read, if they miss posts independently."
    )


def _named(holed: Sequence[tuple[timedelta, str]]) -> str:
    names = [f"{span_of_time(lost)} of {source_name(source)}" for lost, source in holed]
    if len(names) > MOST_NAMED:
        names = [*names[:MOST_NAMED], many(len(names) - MOST_NAMED, "other source")]
    return listed(names)


def _lost(unread: pd.DataFrame, source: str, start: datetime, end: datetime) -> timedelta:
    """Time between ``start`` and ``end`` in which some of ``source`` was not read."""
    own = unread[unread["source"] == source]
    gaps = [
        Coverage(start=first, end=last, status="complete")
        for first, last in own[["start", "end"]].to_numpy()
    ]
    read = sum((last - first for first, last in uncovered((start, end), gaps)), timedelta())
    return end - start - read


def _names(sources: Sequence[str]) -> list[str]:
    return [source_name(source) for source in sources]
