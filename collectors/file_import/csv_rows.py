"""Reads CSV row by row: the delimiter is proved by the rows, ragged rows keep their line number."""

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Generator, Iterator
from itertools import islice
from typing import TextIO

import orjson

from collectors.file_import.opening import Opening, open_text
from collectors.file_import.rows import Row, broken
from groundswell.errors import ImportFileError

DELIMITERS = ",;\t|"
PROOF_ROWS = 200
# Excel writes and obeys a first line that names the separator.
_DECLARED = re.compile(r"\"?sep=([^\w\s\"']|\t)\"?(?:\r\n|\n|\r|$)", re.IGNORECASE)
PROOF_CHARS = 512 * 1024
MIN_AGREEMENT = 0.5  # below this share of rows as wide as the header a file is no table
# Texts are cut at 64 KiB later; a column of JSON beside them may be longer. An open quotation
# mark swallows lines up to this size before it is noticed.
FIELD_CAP_CHARS = 1024 * 1024
LINE_CAP_CHARS = 4 * FIELD_CAP_CHARS


class _Lines:
    """Physical lines with their numbers; the lines of a failed record can be given back."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._back: deque[str] = deque()
        self._taken: list[str] = []
        self._number = 0
        self._pass_over_declaration()

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else self._stream.readline(LINE_CAP_CHARS)
        if not line:
            raise StopIteration
        self._number += 1
        self._taken.append(line)
        if len(line) == LINE_CAP_CHARS and line[-1] not in "\r\n":
            self._skip_rest()
            raise csv.Error(f"the line is longer than {LINE_CAP_CHARS:,} characters")
        return line

    def begin(self) -> int:
        """Starts a record; the number of the line it will begin on."""
        self._taken.clear()
        return self._number + 1

    def give_back(self) -> str:
        """Takes the record's first line for lost and puts the others back; returns that line."""
        first, *others = self._taken
        self._back.extendleft(reversed(others))
        self._number -= len(others)
        return first

    def _pass_over_declaration(self) -> None:
        """The first line is no row when all it does is to name the separator."""
        first = self._stream.readline(LINE_CAP_CHARS)
        if _DECLARED.fullmatch(first):
            self._number = 1
        elif first:
            self._back.append(first)

    def _skip_rest(self) -> None:
        while (more := self._stream.readline(LINE_CAP_CHARS)) and more[-1] not in "\r\n":
            pass


def delimiter_of(opening: Opening) -> str:
    """The character that parts the columns: named by a first line ``sep=;``, as Excel writes it,
    or the one that proves itself by equally wide rows.

    Raises ``ImportFileError`` when no candidate gives a table.
    """
    with open_text(opening) as stream:
        sample = stream.read(PROOF_CHARS)
    whole_lines = sample if len(sample) < PROOF_CHARS else sample[: sample.rfind("\n") + 1]
    declared = _DECLARED.match(sample)
    marks = declared[1] if declared else DELIMITERS
    proofs = {mark: _proof(whole_lines, mark) for mark in marks}
    mark = max(proofs, key=lambda m: (round(proofs[m][0], 1), proofs[m][1]))
    agreement, width = proofs[mark]
    if width > 1 and agreement < MIN_AGREEMENT:
        raise ImportFileError(
            f"{opening.path.name} is no table we can read: only {agreement:.0%} of its rows have "
            "as many values as its first line names. Export it with every field in quotes."
        )
    return mark


def header_of(opening: Opening, delimiter: str) -> list[str]:
    """Column names of the first row, made unique; unnamed ones are called "column N"."""
    with open_text(opening) as stream:
        first = next((values for _, values in _records(stream, delimiter)), None)
    if not isinstance(first, list):
        raise ImportFileError(
            f"The first line of {opening.path.name} cannot be read as column names ({first}). "
            "Export it with every field in quotes."
        )
    names = [name.strip() or f"column {i}" for i, name in enumerate(first, 1)]
    seen: Counter[str] = Counter()
    unique = []
    for name in names:
        seen[name] += 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return unique


def csv_rows(opening: Opening, delimiter: str) -> Generator[Row, None, None]:
    """All rows after the header, each with the physical line it begins on."""
    header = header_of(opening, delimiter)
    with open_text(opening) as stream:
        for line, values in islice(_records(stream, delimiter), 1, None):
            if isinstance(values, _Fault):
                yield broken("line", line, values.why, values.text)
            elif len(values) != len(header):
                why = f"it has {len(values)} values where the first line names {len(header)}"
                yield broken("line", line, why, delimiter.join(values))
            else:
                cells = dict(zip(header, values, strict=True))
                yield Row(unit="line", number=line, cells=cells, raw=orjson.dumps(cells))


class _Fault:
    """Why a record cannot be read, and its first line."""

    def __init__(self, why: str, text: str) -> None:
        self.why, self.text = why, text

    def __str__(self) -> str:
        return self.why


def _records(stream: TextIO, delimiter: str) -> Iterator[tuple[int, list[str] | _Fault]]:
    """Records with the line they begin on. After a broken one reading goes on at the next line:
    a quotation mark left open costs its own line, not the rest of the file."""
    if csv.field_size_limit() < FIELD_CAP_CHARS:  # one setting for the whole process: only raised
        csv.field_size_limit(FIELD_CAP_CHARS)
    lines = _Lines(stream)
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        begins_on = lines.begin()
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield begins_on, _Fault(_in_words(error), lines.give_back())
            continue
        if values:
            yield begins_on, values


def _in_words(error: csv.Error) -> str:
    said = str(error)
    if "unexpected end" in said or "field limit" in said:
        return "a quotation mark is opened and never closed"
    if "expected after" in said:
        return "text follows a closing quotation mark; quotes inside a text must be doubled"
    return said


def _proof(sample: str, delimiter: str) -> tuple[float, int]:
    """Share of rows as wide as the first, and that width, if ``delimiter`` parts the columns."""
    records = islice(_records(io.StringIO(sample, newline=""), delimiter), PROOF_ROWS)
    widths = [len(values) if isinstance(values, list) else 0 for _, values in records]
    if not widths or widths[0] < 2:
        return 0.0, 1
    return widths.count(widths[0]) / len(widths), widths[0]
