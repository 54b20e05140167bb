"""How each source of each topic does, as records for scripts, pages and the command line."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from duckdb import DuckDBPyConnection

from groundswell.store import jobs, questions
from groundswell.store.filters import Filters
from groundswell.store.jobs import Standing
from groundswell.store.recall import SourceRecall, recalls

Record = dict[str, Any]
KEYS = (
    *("topic", "source", "route", "state", "last_run_at", "last_ok_at", "cursor", "posts"),
    *("quarantined", "gaps", "recall", "next_run_at", "message"),
)


def records(cur: DuckDBPyConnection, topic: str | None = None) -> list[Record]:
    """One record per topic, source and route that ever ran: ``topic, source, route, state,
    last_run_at, last_ok_at, cursor, posts, quarantined, gaps, recall, next_run_at, message``.

    ``gaps`` are ``{from, to, status, reason, instance}``, half-open. Times are ISO 8601 in UTC,
    None where there is none. ``recall`` is ``{routes, share, low, high, until}``, the share of the
    posts that fit the query found by two routes together with its 95 % interval; None where only
    one leads to the source, or too few posts came by both. ``next_run_at`` is when the schedule
    collects the source next, before now when that is overdue; None: not scheduled, or paused.
    """
    rows = questions.sources(cur, topic)
    gaps = {name: _gaps(cur, name) for name in dict.fromkeys(rows["topic"])}
    board = jobs.board(cur, datetime.now(UTC))
    found = {name: recalls(cur, name) for name in gaps}
    return [
        _record(row, gaps[row["topic"]], found[row["topic"]], board)
        for row in rows.to_dict("records")
    ]


def _record(
    row: dict[Any, Any],
    gaps: pd.DataFrame,
    found: Sequence[SourceRecall],
    board: Sequence[Standing],
) -> Record:
    own = gaps[(gaps["source"] == row["source"]) & (gaps["route"] == row["route"])]
    return {
        "topic": row["topic"],
        "source": row["source"],
        "route": row["route"],
        "state": row["state"],
        "last_run_at": _iso(row["last_run_at"]),
        "last_ok_at": _iso(row["last_ok_at"]),
        "cursor": _known(row["cursor"]),
        "posts": int(row["posts"]),
        "quarantined": int(row["quarantined"]),
        "gaps": [_gap(gap) for gap in own.to_dict("records")],
        "recall": _recall(row, found),
        "next_run_at": _iso(jobs.next_run_at(board, row["topic"], row["source"])),
        "message": _known(row["message"]),
    }


def _gaps(cur: DuckDBPyConnection, topic: str) -> pd.DataFrame:
    return questions.gaps(cur, Filters(topic=topic))


def _gap(row: dict[Any, Any]) -> Record:
    return {
        "from": _iso(row["start"]),
        "to": _iso(row["end"]),
        "status": row["status"],
        "reason": _known(row["reason"]),
        "instance": _known(row["instance"]),
    }


def _recall(row: dict[Any, Any], found: Sequence[SourceRecall]) -> Record | None:
    for one in found:
        if one.source == row["source"] and row["route"] in one.routes and one.recall is not None:
            told = one.recall
            return {
                "routes": list(one.routes),
                "share": round(told.share, 4),
                "low": round(told.share_low, 4),
                "high": round(told.share_high, 4),
                "until": _iso(one.until),
            }
    return None


def _iso(moment: Any) -> str | None:
    if pd.isna(moment):
        return None
    return pd.Timestamp(moment).tz_convert("UTC").isoformat()  # the session's zone may differ


def _known(value: Any) -> Any:
    return None if pd.isna(value) else value
