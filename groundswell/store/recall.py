"""How complete a source is, where two independent routes lead to it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations, groupby

from duckdb import DuckDBPyConnection

from groundswell.coverage import Coverage, Span, both
from groundswell.recapture import Recall, recall
from groundswell.store.questions import coverage
from groundswell.store.sql import question

# Ways in that find posts by themselves, each apart from the others.
INDEPENDENT = ("feed", "search", "stream", "timeline")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecall:
    """``routes`` of ``source`` were both read completely for ``time`` in all, the last of it up to
    ``until`` (UTC). ``recall`` is None when too few posts were found by both."""

    source: str
    routes: tuple[str, str]
    time: timedelta
    until: datetime
    recall: Recall | None


def recalls(cur: DuckDBPyConnection, topic: str) -> list[SourceRecall]:
    """One estimate for each source of ``topic`` and each two routes that covered the same time."""
    found: list[SourceRecall] = []
    for source, windows in groupby(_windows(cur, topic), key=lambda item: item[0]):
        by_route: dict[str, list[Coverage]] = {}
        for _, route, window in windows:
            by_route.setdefault(route, []).append(window)
        for first, second in combinations(sorted(by_route), 2):
            if shared := both(by_route[first], by_route[second]):
                found.append(_of(cur, topic, source, (first, second), shared))
    return found


def _windows(cur: DuckDBPyConnection, topic: str) -> list[tuple[str, str, Coverage]]:
    """Source, route and window, of sources with one server and routes that stand alone."""
    table = coverage(cur, topic)
    rows = zip(
        *(table[name] for name in ("source", "route", "instance", "start", "end", "status")),
        strict=True,
    )
    return sorted(
        (
            (source, route, Coverage(start=_utc(start), end=_utc(end), status=status))
            for source, route, instance, start, end, status in rows
            if route in INDEPENDENT and instance is None
        ),
        key=lambda item: (item[0], item[1], item[2].start),
    )


def _of(
    cur: DuckDBPyConnection, topic: str, source: str, routes: tuple[str, str], shared: list[Span]
) -> SourceRecall:
    counts = cur.execute(
        question("recall"),
        {
            "topic": topic,
            "source": source,
            "first": routes[0],
            "second": routes[1],
            "starts": [start for start, _ in shared],
            "ends": [end for _, end in shared],
        },
    ).fetchall()[0]
    return SourceRecall(
        source=source,
        routes=routes,
        time=sum((end - start for start, end in shared), timedelta()),
        until=shared[-1][1],
        recall=recall(*counts),
    )


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
