"""How each source of each topic does, as records for scripts, pages and the command line."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from duckdb import DuckDBPyConnection

from groundswell.store import jobs, questions
from groundswell.store.filters import Filters
from groundswell.store.jobs import Standing

Record = dict[str, Any]
KEYS = (
    *("topic", "source", "route", "state", "last_run_at", "last_ok_at", "cursor", "posts"),
    *("quarantined", "gaps", "next_run_at", "message"),
)


def records(cur: DuckDBPyConnection, topic: str | None = None) -> list[Record]:
    """One record per topic, source and route that ever ran: ``topic, source, route, state,
    last_run_at, last_ok_at, cursor, posts, quarantined, gaps, next_run_at, message``.

    ``gaps`` are ``{from, to, status, reason, instance}``, half-open. Times are ISO 8601 in UTC,
    None where there is none. ``next_run_at`` is when the schedule collects the source next, before
    now when that is overdue; None: not scheduled, or paused.
    """
    rows = questions.sources(cur, topic)
    gaps = {name: _gaps(cur, name) for name in dict.fromkeys(rows["topic"])}
    board = jobs.board(cur, datetime.now(UTC))
    return [_record(row, gaps[row["topic"]], board) for row in rows.to_dict("records")]


def _record(row: dict[Any, Any], gaps: pd.DataFrame, board: Sequence[Standing]) -> Record:
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


def _iso(moment: Any) -> str | None:
    if pd.isna(moment):
        return None
    return pd.Timestamp(moment).tz_convert("UTC").isoformat()  # the session's zone may differ


def _known(value: Any) -> Any:
    return None if pd.isna(value) else value
