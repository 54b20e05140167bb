"""Scores a file of texts: the same rows with language, sentiment and stance beside them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from groundswell.errors import ImportFileError, WrongUse
from groundswell.scoring import read_text
from groundswell.scoring.score import NOT_SCORED
from groundswell.scoring.table_reader import Row, Table, kind_of, open_table
from groundswell.scoring.table_writer import as_text, open_writer
from groundswell.text import TEXT_NAMES, clean_text

# Stance and irony come with a model that is trained for them; until then these stay empty.
_TEXT, _REAL = pa.string(), pa.float64()
ADDED: dict[str, pa.DataType] = {
    "lang": _TEXT,
    "compound": _REAL,
    "sentiment": _TEXT,
    "stance": _TEXT,
    "stance_confidence": _REAL,
    "irony": _REAL,
}
GIVEN = "_given"  # added to the name of a column the file already has
TEXT_COLUMNS = (*TEXT_NAMES, "title", "headline")
TAG_COLUMNS = ("lang_declared", "language", "lang")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredFile:
    """How many rows were written, and how many of them VADER could and could not score."""

    rows: int
    scored: int
    not_scored: int


def score_file(
    src: Path,
    out: Path,
    *,
    text_column: str | None = None,
    on_rows: Callable[[int], None] | None = None,
) -> ScoredFile:
    """Writes the rows of ``src`` to ``out`` with ``lang, compound, sentiment, stance,
    stance_confidence, irony`` behind their own columns, and counts them.

    Either file is CSV, TSV, JSON Lines or Parquet by its name. ``sentiment`` is negative, neutral,
    positive or not_scored, ``compound`` -1…1 and empty when not scored; stance and irony are
    empty. A column of the file with one of these names goes on as ``…_given``; ``lang_declared``,
    ``lang`` or ``language`` with language codes are heard as hints. ``text_column`` None takes a
    column called text, body and the like, or the only one. ``on_rows`` is told how many rows
    are done. Nothing is written unless all is. Raises ``ImportFileError`` for a file or column
    that cannot be read, ``WrongUse`` for one that cannot be written.
    """
    kind_of(out)
    table = open_table(src)
    if out.exists() and out.samefile(src):
        raise WrongUse(f"--out is the file that is read, {src}. Give another name.")
    text = _text_column(table, text_column)
    tag = _tag_column(table)
    renamed = _renamed(table.columns)
    rows = scored = 0
    with open_writer(out, _schema(table, renamed)) as write:
        for chunk in table.chunks():
            added = [_scores(row.get(text), row.get(tag) if tag else None) for row in chunk]
            own = ({renamed[name]: value for name, value in row.items()} for row in chunk)
            write([row | scores for row, scores in zip(own, added, strict=True)])
            rows += len(chunk)
            scored += sum(scores["sentiment"] != NOT_SCORED for scores in added)
            if on_rows:
                on_rows(rows)
    return ScoredFile(rows=rows, scored=scored, not_scored=rows - scored)


def _scores(text: Any, tag: Any) -> Row:
    hint = tag if isinstance(tag, str) and _TAG.fullmatch(tag) else None
    reading = read_text(clean_text(as_text(text) or "")[0], hint)
    (score,) = reading.scores
    empty = dict.fromkeys(ADDED)
    return empty | {"lang": reading.lang, "compound": score.value, "sentiment": score.label}


def _text_column(table: Table, wanted: str | None) -> str:
    """The column of the texts. Raises ``ImportFileError`` naming the columns there are."""
    if wanted is not None and wanted in table.columns:
        return wanted
    there = "its columns are: " + ", ".join(table.columns)
    if wanted is not None:
        raise ImportFileError(f"{table.path.name} has no column “{wanted}”; {there}.")
    if len(table.columns) == 1:
        return table.columns[0]
    found = _known(table.columns, TEXT_COLUMNS)
    if found is None:
        raise ImportFileError(
            f"Which column of {table.path.name} holds the text? Say --text COLUMN; {there}."
        )
    return found


def _tag_column(table: Table) -> str | None:
    """The column of the authors' word on the language. Beside a ``compound`` the column ``lang``
    is our own guess of an earlier time, and no second witness."""
    scored_before = _known(table.columns, ["compound"])
    return _known(table.columns, TAG_COLUMNS[:2] if scored_before else TAG_COLUMNS)


def _known(columns: Iterable[str], names: Iterable[str]) -> str | None:
    """The column called by the first of ``names`` that there is, in whatever case."""
    folded = {column.casefold(): column for column in reversed(tuple(columns))}
    return next((folded[name] for name in names if name in folded), None)


def _renamed(columns: Iterable[str]) -> dict[str, str]:
    """What each column is called in the result: none hides a new one or another."""
    taken = {*columns, *ADDED}
    names: dict[str, str] = {}
    for column in columns:
        name = column
        while name in ADDED or (name != column and name in taken):
            name += GIVEN
        names[column] = name
        taken.add(name)
    return names


def _schema(table: Table, renamed: dict[str, str]) -> pa.Schema:
    """The columns of the result; files without types of their own are all text."""
    types = {field.name: field.type for field in table.schema or ()}
    own = [(renamed[name], types.get(name, pa.string())) for name in table.columns]
    return pa.schema([*own, *ADDED.items()])
