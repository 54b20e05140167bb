"""Reads Parquet in small batches: rows as plain values, times as ISO text."""

from collections.abc import Generator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from collectors.file_import.json_rows import flatten
from collectors.file_import.rows import Row
from groundswell.errors import ImportFileError

BATCH_ROWS = 5_000


def parquet_rows(path: Path) -> Generator[Row, None, None]:
    """One row a record, numbered from 1. Raises ``ImportFileError`` for a damaged file."""
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=BATCH_ROWS):
                for record in _records(batch):
                    number += 1
                    yield _row(number, record)
    except (pa.ArrowException, OSError) as error:
        raise ImportFileError(
            f"{path.name} is a damaged Parquet file ({_first_line(error)}). Write it again."
        ) from error


def _records(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    try:
        return batch.to_pylist()
    except UnicodeDecodeError:  # text that is no UTF-8: one bad cell must not cost the batch
        columns = [_as_bytes(column) for column in batch.columns]
        return pa.RecordBatch.from_arrays(columns, names=batch.schema.names).to_pylist()


def _as_bytes(column: Any) -> Any:
    texts = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    return column.cast(pa.large_binary()) if texts else column


def _row(number: int, record: dict[str, Any]) -> Row:
    cells = {name: _plain(value) for name, value in flatten(record).items()}
    raw = orjson.dumps(cells, option=orjson.OPT_NON_STR_KEYS)
    return Row(unit="row", number=number, cells=cells, raw=raw)


def _plain(value: Any) -> Any:
    """A value that JSON knows. A time without zone stays one: ``Z`` is never added."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    return str(value) if isinstance(value, timedelta) else value


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
