"""Answers of the database as plain records: by column name, and as JSON takes them."""

from datetime import UTC, datetime
from typing import Any, TypeAlias

import pandas as pd
from duckdb import DuckDBPyConnection

Record: TypeAlias = dict[str, Any]


def records(answer: DuckDBPyConnection) -> list[Record]:
    """The rows of ``answer`` that are left, each by column name."""
    names = [column[0] for column in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def json_records(table: pd.DataFrame) -> list[Record]:
    """The rows of ``table`` as JSON takes them: None for what is unknown, lists, and times as ISO
    8601 in UTC."""
    return [
        {str(name): json_value(value) for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def json_value(value: Any) -> Any:
    """One value as JSON takes it."""
    if hasattr(value, "tolist"):  # of NumPy
        return value.tolist()
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
