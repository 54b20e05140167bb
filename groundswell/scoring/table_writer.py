"""Writes rows to CSV, TSV, JSON Lines or Parquet: whole or not at all, safe in a spreadsheet."""

import csv
import json
import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from groundswell.errors import WrongUse
from groundswell.scoring.table_reader import Row, kind_of

Write: TypeAlias = Callable[[Sequence[Row]], None]

# What a spreadsheet takes for a formula at the start of a cell; the full-width signs run too.
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


@contextmanager
def open_writer(path: Path, schema: pa.Schema) -> Iterator[Write]:
    """A function that adds rows to ``path``, which appears when all are written.

    The kind of file follows from its name; ``schema`` gives the columns, and the types where the
    file has any. CSV is UTF-8 with every field in quotes; text that a spreadsheet would run as a
    formula gets a leading apostrophe there, numbers do not. Raises ``WrongUse`` when the file
    cannot be written and ``ImportFileError`` for a name of unknown kind.
    """
    writers = {"csv": _csv_writer, "tsv": _csv_writer, "jsonl": _jsonl, "parquet": _parquet}
    writer = writers[kind_of(path)]
    temporary = path.with_name(f".{uuid.uuid4().hex}{path.suffix}")
    try:
        with writer(temporary, schema) as write:
            yield write
        temporary.replace(path)
    except OSError as error:
        raise WrongUse(
            f"{path} cannot be written ({error.strerror}). Check the folder, its rights and the "
            "space left, or give another place with --out."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def protected(cell: Any) -> str:
    """A cell as CSV text: None is empty, lists and objects are JSON, formulas are defused."""
    text = as_text(cell) or ""
    runs = isinstance(cell, str) and _FORMULA.match(text) and not _NUMBER.fullmatch(text)
    return f"'{text}" if runs else text


def as_text(value: Any) -> str | None:
    """``value`` as text: times as ISO 8601, lists and objects as JSON; None stays None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict | list | bool):
        return json.dumps(value, ensure_ascii=False, default=as_text)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


@contextmanager
def _csv_writer(path: Path, schema: pa.Schema) -> Iterator[Write]:
    delimiter = "\t" if kind_of(path) == "tsv" else ","
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow([protected(name) for name in schema.names])

        def write(rows: Sequence[Row]) -> None:
            writer.writerows([protected(row.get(name)) for name in schema.names] for row in rows)

        yield write


@contextmanager
def _jsonl(path: Path, _schema: pa.Schema) -> Iterator[Write]:
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:

        def write(rows: Sequence[Row]) -> None:
            file.writelines(
                json.dumps(row, ensure_ascii=False, default=as_text) + "\n" for row in rows
            )

        yield write


@contextmanager
def _parquet(path: Path, schema: pa.Schema) -> Iterator[Write]:
    texts = {field.name for field in schema if pa.types.is_string(field.type)}

    def value(row: Row, name: str) -> Any:
        cell = row.get(name)
        text = as_text(cell) if name in texts else None
        return cell if text is None else text.encode("utf-8", "replace").decode()

    with pq.ParquetWriter(path, schema, compression="zstd") as writer:

        def write(rows: Sequence[Row]) -> None:
            whole = [{name: value(row, name) for name in schema.names} for row in rows]
            writer.write_batch(pa.RecordBatch.from_pylist(whole, schema=schema))

        yield write
