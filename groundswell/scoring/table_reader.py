"""Reads a table of any size from CSV, TSV, JSON Lines or Parquet, in chunks of plain rows."""

import codecs
import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from groundswell.errors import ImportFileError

Row: TypeAlias = dict[str, Any]

CHUNK_ROWS = 5_000
CELL_CAP_CHARS = 1024 * 1024  # above it a quotation mark was opened and never closed
KINDS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file as a table. ``columns`` in the order of the file; ``chunks()`` reads it from the
    start, at most 5,000 rows at a time; ``schema`` is None unless the file has types of its own.
    """

    path: Path
    columns: tuple[str, ...]
    chunks: Callable[[], Iterator[list[Row]]]
    schema: pa.Schema | None = None


def kind_of(path: Path) -> str:
    """``csv``, ``tsv``, ``jsonl`` or ``parquet`` by the name of the file.

    Raises ``ImportFileError`` naming the endings that are known.
    """
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise ImportFileError(
            f"{path.name} ends in none of {', '.join(KINDS)}. Save it as one of these "
            "(“CSV UTF-8” in a spreadsheet) or rename it."
        )
    return kind


def open_table(path: Path) -> Table:
    """The table in ``path``, read through once so that a damaged file is refused at the start.

    Raises ``ImportFileError`` saying where the file is wrong and what to do.
    """
    readers = {"csv": _csv_table, "tsv": _csv_table, "jsonl": _json_table, "parquet": _parquet}
    reader = readers[kind_of(path)]
    with _told(path):
        table = reader(path)
    return replace(table, chunks=lambda: _told_chunks(table))


def _told_chunks(table: Table) -> Iterator[list[Row]]:
    with _told(table.path):
        yield from table.chunks()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turns what the readers say of a bad file into a line for people."""
    try:
        yield
    except UnicodeError as error:
        raise ImportFileError(
            f"{path.name} is not UTF-8 ({error}). Save it again as “CSV UTF-8” or UTF-8."
        ) from error
    except (OSError, pa.ArrowException) as error:
        raise ImportFileError(f"{path} cannot be read: {_first_line(error)}.") from error


def _csv_table(path: Path) -> Table:
    if csv.field_size_limit() < CELL_CAP_CHARS:  # one setting for the whole process: only raised
        csv.field_size_limit(CELL_CAP_CHARS)
    delimiter = "\t" if kind_of(path) == "tsv" else _delimiter(path)
    quoting = csv.QUOTE_MINIMAL
    fault = _fault(path, delimiter, quoting)
    if fault and delimiter == "\t":  # many tab-separated files use quotation marks as plain signs
        quoting = csv.QUOTE_NONE
        fault = _fault(path, delimiter, quoting)
    if fault:
        raise ImportFileError(f"{path.name}: {fault}")
    with _records(path, delimiter, quoting) as records:
        columns = _unique(next(records)[1])

    def chunks() -> Iterator[list[Row]]:
        with _records(path, delimiter, quoting) as records:
            next(records)
            yield from _chunked(dict(zip(columns, cells, strict=True)) for _, cells in records)

    return Table(path=path, columns=columns, chunks=chunks)


def _delimiter(path: Path) -> str:
    """Of comma, semicolon and tab the one that gives the first line most columns."""

    def width(delimiter: str) -> int:
        with _records(path, delimiter, csv.QUOTE_MINIMAL) as records:
            try:
                return len(next(records, (0, []))[1])
            except csv.Error:  # quotation marks that make no sense with this delimiter
                return 0

    return max(",;\t", key=width)


def _fault(path: Path, delimiter: str, quoting: int) -> str | None:
    """What is wrong with a CSV file and where, None when all its rows are as wide as the first."""
    width = 0
    try:
        with _records(path, delimiter, quoting) as records:
            for line, cells in records:
                width = width or len(cells)
                if len(cells) != width:
                    return (
                        f"the row that ends on line {line} has {len(cells)} values, the first line "
                        f"{width}. Export it again with every field in quotes."
                    )
    except csv.Error as error:
        return f"a quotation mark is opened and never closed, or misplaced ({error})."
    return None if width else "the file is empty. Check that the export finished."


@contextmanager
def _records(path: Path, delimiter: str, quoting: int) -> Iterator[Iterator[tuple[int, list[str]]]]:
    """Records that are not empty, each with the number of its last line."""
    with _open_text(path) as stream:
        strict = quoting != csv.QUOTE_NONE
        reader = csv.reader(stream, delimiter=delimiter, quoting=quoting, strict=strict)  # type: ignore[arg-type]  # the stub wants one of its literals
        yield ((reader.line_num, cells) for cells in reader if cells)


def _json_table(path: Path) -> Table:
    columns: dict[str, None] = {}
    for row in _json_rows(path):
        columns.update(dict.fromkeys(row))
    if not columns:
        raise ImportFileError(f"{path.name} is empty. Check that the export finished.")
    return Table(path=path, columns=tuple(columns), chunks=lambda: _chunked(_json_rows(path)))


def _json_rows(path: Path) -> Iterator[Row]:
    with _open_text(path) as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise ImportFileError(
                    f"{path.name}: line {number} is not JSON ({error}). Each line must be one "
                    "object; a list is turned into lines by: jq -c '.[]' FILE > FILE.jsonl"
                ) from error
            if not isinstance(row, dict):
                raise ImportFileError(
                    f"{path.name}: line {number} is not an object with named values, such as "
                    '{"text": "…"}.'
                )
            yield row


def _parquet(path: Path) -> Table:
    schema = pq.read_schema(path)

    def chunks() -> Iterator[list[Row]]:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=CHUNK_ROWS):
                yield batch.to_pylist()

    return Table(path=path, columns=tuple(schema.names), chunks=chunks, schema=schema)


def _open_text(path: Path) -> TextIO:
    with path.open("rb") as file:
        encoding = "utf-16" if file.read(2) in _UTF16 else "utf-8-sig"
    return path.open(encoding=encoding, newline="")


def _chunked(rows: Iterator[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK_ROWS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _unique(names: list[str]) -> tuple[str, ...]:
    """Column names told apart by a number; those without a name are called "column N"."""
    seen: Counter[str] = Counter()
    unique = []
    for place, name in enumerate(names, 1):
        name = name.strip() or f"column {place}"
        seen[name] += 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(unique)


def _first_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
