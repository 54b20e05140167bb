"""Tells CSV, JSON Lines, JSON and Parquet apart by their content and reads the rows of each."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from collectors.file_import.csv_rows import csv_rows, delimiter_of
from collectors.file_import.json_rows import (
    is_document,
    is_json,
    json_document_rows,
    json_line_rows,
)
from collectors.file_import.opening import Opening, check_whole, is_parquet, look
from collectors.file_import.parquet_rows import parquet_rows
from collectors.file_import.recipe import Format
from collectors.file_import.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a file is: ``opening`` is None for Parquet, ``delimiter`` for all but CSV."""

    path: Path
    format: Format
    opening: Opening | None = None
    delimiter: str | None = None


def shape_of(path: Path) -> Shape:
    """Looks at the beginning of ``path``; the name's ending says nothing.

    Raises ``ImportFileError`` for what is none of the four formats.
    """
    if is_parquet(path):
        return Shape(path=path, format="Parquet")
    opening = look(path)
    if is_json(opening):
        kind: Format = "JSON" if is_document(opening) else "JSON Lines"
        return Shape(path=path, format=kind, opening=opening)
    return Shape(path=path, format="CSV", opening=opening, delimiter=delimiter_of(opening))


def rows_of(shape: Shape) -> Generator[Row, None, None]:
    """Every row, a few at a time in memory. Raises ``ImportFileError`` for a damaged file."""
    if shape.opening is None:
        return parquet_rows(shape.path)
    if shape.format == "JSON":
        return json_document_rows(shape.opening)
    if shape.format == "JSON Lines":
        return json_line_rows(shape.opening)
    return csv_rows(shape.opening, shape.delimiter or ",")


def check_readable(shape: Shape) -> None:
    """Raises ``ImportFileError`` if the file cannot be decoded to its end, before anything of it
    is kept."""
    if shape.opening is not None:
        check_whole(shape.opening)
