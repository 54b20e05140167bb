"""Scores a file of texts: the same rows with language, sentiment and stance beside them."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa

from groundswell.errors import ImportFileError, WrongUse
from groundswell.scoring.crew import crew
from groundswell.scoring.hub import HubModel
from groundswell.scoring.rows import AskedText, read_rows
from groundswell.scoring.score import NOT_SCORED
from groundswell.scoring.table_reader import Row, Table, kind_of, open_table
from groundswell.scoring.table_writer import as_text, open_writer
from groundswell.text import TEXT_NAMES, clean_text
from groundswell.topic import LINE_CAP_CHARS, Target

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


STEP_ROWS = 2_000  # read at a time: so often is told how far it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked of a file. ``text``: the column of the texts, None: called text, body and the
    like, or the only one. The stance is asked about ``target``, or about the name in the column
    ``target_column``. With ``abstain`` what the model is unsure of is not scored. ``hub``: a model
    of the user's own, asked first."""

    text: str | None = None
    target: Target | None = None
    target_column: str | None = None
    abstain: bool = False
    hub: HubModel | None = None
    workers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredFile:
    """How many rows were written, how many of them got a sentiment and how many none, and how many
    got a stance."""

    rows: int
    scored: int
    not_scored: int
    stances: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """The columns of a file that are read; None: there is none."""

    text: str
    tag: str | None
    target: str | None


def score_file(
    src: Path,
    out: Path,
    wish: Wish | None = None,
    *,
    on_rows: Callable[[int], None] | None = None,
) -> ScoredFile:
    """Writes the rows of ``src`` to ``out`` with ``lang, compound, sentiment, stance,
    stance_confidence, irony`` behind their own columns, and counts them.

    Either file is CSV, TSV, JSON Lines or Parquet by its name. ``sentiment`` is negative, neutral,
    positive or not_scored; ``stance`` against, none, favor or not_scored, empty where no target is
    asked about; ``compound`` -1…1, ``irony`` and ``stance_confidence`` 0…1, empty when not scored.
    A column of the file with one of these names goes on as ``…_given``; ``lang_declared``, ``lang``
    or ``language`` with language codes are heard as hints. ``on_rows`` is told how many rows are
    done. Nothing is written unless all is. Raises ``ImportFileError`` for a file or column that
    cannot be read, ``WrongUse`` for one that cannot be written, and as ``scoring.read``.
    """
    wish = wish or Wish()
    kind_of(out)
    table = open_table(src)
    if out.exists() and out.samefile(src):
        raise WrongUse(f"--out is the file that is read, {src}. Give another name.")
    columns = _Columns(
        text=_text_column(table, wish.text),
        tag=_tag_column(table),
        target=None if wish.target_column is None else _named(table, wish.target_column),
    )
    renamed = _renamed(table.columns)
    rows = scored = stances = 0
    with open_writer(out, _schema(table, renamed)) as write, crew(wish.workers) as others:
        for chunk in _steps(table):
            found = others.share(
                read_rows, [_asked(row, columns, wish) for row in chunk], wish.abstain, wish.hub
            )
            own = ({renamed[name]: value for name, value in row.items()} for row in chunk)
            write([row | asdict(said) for row, said in zip(own, found, strict=True)])
            rows += len(chunk)
            scored += sum(said.sentiment != NOT_SCORED for said in found)
            stances += sum(said.stance not in (None, NOT_SCORED) for said in found)
            if on_rows:
                on_rows(rows)
    return ScoredFile(rows=rows, scored=scored, not_scored=rows - scored, stances=stances)


def _steps(table: Table) -> Iterator[list[Row]]:
    for chunk in table.chunks():
        for at in range(0, len(chunk), STEP_ROWS):
            yield chunk[at : at + STEP_ROWS]


def _asked(row: Row, columns: _Columns, wish: Wish) -> AskedText:
    tag = row.get(columns.tag) if columns.tag else None
    target = wish.target
    if columns.target is not None:
        said = " ".join(clean_text(as_text(row.get(columns.target)) or "")[0].split())
        target = Target(name=said[:LINE_CAP_CHARS]) if said else None
    return AskedText(
        text=clean_text(as_text(row.get(columns.text)) or "")[0],
        tag=tag if isinstance(tag, str) and _TAG.fullmatch(tag) else None,
        target=target,
    )


def _text_column(table: Table, wanted: str | None) -> str:
    """The column of the texts. Raises ``ImportFileError`` naming the columns there are."""
    if wanted is not None:
        return _named(table, wanted)
    there = _there(table)
    if len(table.columns) == 1:
        return table.columns[0]
    found = _known(table.columns, TEXT_COLUMNS)
    if found is None:
        raise ImportFileError(
            f"Which column of {table.path.name} holds the text? Say --text COLUMN; {there}."
        )
    return found


def _named(table: Table, wanted: str) -> str:
    """``wanted``, if it is a column. Raises ``ImportFileError`` naming those there are."""
    if wanted not in table.columns:
        raise ImportFileError(f"{table.path.name} has no column “{wanted}”; {_there(table)}.")
    return wanted


def _there(table: Table) -> str:
    return "its columns are: " + ", ".join(table.columns)


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
