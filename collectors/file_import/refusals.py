"""Says of a file that holds no posts what it is instead, and what to do."""

import re
from collections.abc import Sequence
from pathlib import Path

from collectors.file_import.csv_rows import header_of
from collectors.file_import.formats import Shape, shape_of
from collectors.file_import.recipe import is_known
from collectors.file_import.rows import Row
from groundswell.errors import ImportFileError

LONGEST_NAME = 60  # of a column; what is longer is a text
_MAGIC = {
    ".gz": (b"\x1f\x8b", "gzip"),
    ".zst": (b"\x28\xb5\x2f\xfd", "zstd"),
    ".parquet": (b"PAR1", "Parquet"),
}
_WORD = re.compile(r"[^\W\d][\w.-]*")  # what one column may be called
_DATA = re.compile(r"\d{4}-\d\d-\d\d|[\d.,]+$|https?://")


def misnamed(path: Path) -> str | None:
    """A sentence on a file whose name promises a format that its first bytes are not, else None.
    Only for files that could not be read: a plain file in a packed one's name is read."""
    magic, kind = _MAGIC.get(path.suffix.lower(), (b"", ""))
    with path.open("rb") as file:
        if file.read(len(magic)) == magic:
            return None
    return (
        f"{path.name} is named as {kind}, but what is in it is no {kind}. Fetch or export it "
        "again, and look at its beginning: it may be an error message."
    )


def refuse_no_table(shape: Shape, names: Sequence[str]) -> None:
    """Raises ``ImportFileError`` for CSV with columns ``names`` that is no table of posts: text
    without columns, or a table whose first line is data."""
    if shape.format != "CSV" or any(map(is_known, names)):
        return
    if said := misnamed(shape.path):
        raise ImportFileError(said)
    if len(names) == 1 and not _WORD.fullmatch(names[0]):
        raise ImportFileError(
            f"{shape.path.name} is none of CSV, JSON Lines, JSON and Parquet: its first line names "
            "no columns. Export the posts in one of these, or, if it is a list of texts, write "
            "text as its first line."
        )
    if any(_DATA.match(name) or len(name) > LONGEST_NAME for name in names):
        raise ImportFileError(
            f"{shape.path.name} has no line of column names: its first line is already data. Put "
            "one above it, for example author,created_at,text."
        )


def shape_or_refusal(path: Path) -> Shape:
    """What a file is. Raises ``ImportFileError``, for one whose name misleads in its own words."""
    try:
        return shape_of(path)
    except ImportFileError as error:
        if path.is_file() and path.stat().st_size and (said := misnamed(path)):
            raise ImportFileError(said) from error
        raise


def names_of(shape: Shape, rows: Sequence[Row]) -> list[str]:
    """All column names of the first rows, in the order met. Raises ``ImportFileError`` if none of
    them could be read."""
    names = list(dict.fromkeys(name for row in rows for name in row.cells))
    if not names:
        raise _no_rows(shape, rows)
    return names


def _no_rows(shape: Shape, rows: Sequence[Row]) -> ImportFileError:
    """The error for a file in which no row could be read."""
    name = shape.path.name
    if fault := next((f"{row.place}: {row.fault}" for row in rows if row.fault), None):
        hint = "Check that the export finished."
        if shape.format != "CSV":
            hint = 'Each post must be one object, such as {"id": …, "text": …}.'
        return ImportFileError(f"{name} has no row that can be read ({fault}). {hint}")
    if shape.opening and shape.delimiter:
        refuse_no_table(shape, header_of(shape.opening, shape.delimiter))
        return ImportFileError(f"{name} has column names, but no rows. Check the export's filters.")
    return ImportFileError(f"{name} is {shape.format} without a post. Check the export's filters.")
