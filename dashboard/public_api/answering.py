"""Turns the table of an answer into JSON or CSV with exactly the columns that are described."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.csv_bytes import csv_bytes
from dashboard.public_api.catalogue import Columns
from groundswell.store.rows import Record, json_records, json_value

JOINED = "|"  # stands between several values in one cell of a CSV


def json_of(table: pd.DataFrame, columns: Columns, more: Mapping[str, Any]) -> Record:
    """``{…more, rows: […]}``: null for what is unknown, times as ISO 8601 in UTC."""
    rows = [
        {name: _plain(row[name], columns[name][0]) for name in columns}
        for row in json_records(_complete(table, columns))
    ]
    return {**{name: json_value(value) for name, value in more.items()}, "rows": rows}


def csv_of(table: pd.DataFrame, columns: Columns) -> bytes:
    """The rows as CSV: UTF-8, every field quoted, unknown empty, inert in a spreadsheet; several
    values of one cell joined by ``|``."""
    flat = _complete(table, columns)
    for name, (kind, _) in columns.items():
        if kind in ("text", "texts"):
            flat[name] = pd.array([_joined(value) for value in flat[name]], dtype="string")
        elif kind == "count":
            flat[name] = flat[name].astype("Int64")
    return csv_bytes(flat)


def _complete(table: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """``table`` with exactly ``columns``; those that it lacks are empty."""
    return table.reindex(columns=list(columns))


def _plain(value: Any, kind: str) -> Any:
    """Counts that went through a table with holes come back as whole numbers."""
    if kind == "count" and isinstance(value, float):
        return int(value)
    if kind == "texts" and value is not None:
        return [str(one) for one in value]
    return value


def _joined(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if hasattr(value, "__len__"):
        return JOINED.join(str(one) for one in value)
    return None if pd.isna(value) else str(value)
