"""Labels as CSV, to be carried to other programs and labellers, and read back with every reject."""

import csv
import io
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from groundswell.errors import WrongUse
from groundswell.labels import LABELS
from groundswell.text import clean_text

COLUMNS = (
    *("source", "uri", "target", "labeller", "label", "time", "took_s", "weight"),
    *("query", "model", "version", "text"),
)
CAP_BYTES = 64 * 1024**2
NAME_CAP_CHARS = 60
_NEEDED = ("uri", "label")
# What some spreadsheet takes for a formula, also behind apostrophes that are there already: one
# more in front makes it text, and taking one away gives back the very same.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_DISARMED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One label as somebody gave it. ``source`` None: not said; ``labelled_at`` is UTC; ``took_s``
    seconds of looking at the post, None: not known. ``line`` is that of the file."""

    line: int
    source: str | None
    uri: str
    target: str
    labeller: str
    label: str
    labelled_at: datetime
    took_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A line that gives no label, and why, for people."""

    line: int
    reason: str


def labels_csv(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """``rows`` with ``COLUMNS`` in UTF-8, lines ending in CR LF, every field quoted, unknown empty,
    times ISO 8601 in UTC; texts that a spreadsheet could take for a formula begin with an
    apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(row.get(name)) for name in COLUMNS] for row in rows)
    return out.getvalue().encode()


def read_labels(
    body: bytes, targets: Sequence[str], labeller: str, now: datetime
) -> tuple[list[Given], list[Reject]]:
    """What the CSV ``body`` gives and what of it is none, by line.

    Needs the columns uri and label; target may be left out where there is one of ``targets``,
    ``labeller`` and ``now`` stand in for their columns. Comma, semicolon or tab. Raises
    ``WrongUse`` when it is no such file; then nothing of it was read.
    """
    rows = _rows(body)
    given, rejects = [], []
    for line, row in rows:
        said = {name: _armed(value) for name, value in row.items() if name in COLUMNS}
        fault = _fault(row, said, targets)
        if fault is not None:
            rejects.append(Reject(line=line, reason=fault))
            continue
        given.append(
            Given(
                line=line,
                source=said.get("source") or None,
                uri=said["uri"],
                target=said.get("target") or targets[0],
                labeller=said.get("labeller") or labeller,
                label=said["label"].lower(),
                labelled_at=_moment(said.get("time")) or now,
                took_s=_seconds(said.get("took_s")),
            )
        )
    return given, rejects


def labeller_name(name: str) -> str:
    """``name`` as labels keep it. Raises ``WrongUse`` for one that is empty or too long."""
    cleaned = " ".join(clean_text(name)[0].split())
    if not 1 <= len(cleaned) <= NAME_CAP_CHARS:
        raise WrongUse(f"The name of a labeller has 1 to {NAME_CAP_CHARS} characters.")
    return cleaned


def own_name() -> str:
    """The name of whoever runs this process, under which they label unless they say otherwise."""
    return os.environ.get("USER") or os.environ.get("USERNAME") or "me"


def _rows(body: bytes) -> list[tuple[int, dict[str, str]]]:
    if len(body) > CAP_BYTES:
        raise WrongUse(f"A file of labels has at most {CAP_BYTES >> 20} MB. Split it.")
    text = _decoded(body)
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        missing = [name for name in _NEEDED if name not in names]
        if missing:
            raise WrongUse(
                f"The file of labels has no column {' and no column '.join(missing)}. "
                f"Its first line names them: {', '.join(COLUMNS[:6])}."
            )
        return [
            (reader.line_num, dict(zip(names, row, strict=False)) | {"": _length(row, names)})
            for row in reader
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise WrongUse(f"Line {reader.line_num} of the labels is no CSV: {error}.") from error


def _length(row: Sequence[str], names: Sequence[str]) -> str:
    """Empty where a row has a cell for each column, else what is wrong."""
    return "" if len(row) == len(names) else f"has {len(row)} cells for {len(names)} columns"


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongUse(
            f"The labels are not UTF-8 (byte {error.start}). Save the sheet as “CSV UTF-8”."
        ) from error


def _fault(row: Mapping[str, str], said: Mapping[str, str], targets: Sequence[str]) -> str | None:
    if row[""]:
        return row[""]
    target, label = said.get("target", ""), said["label"].lower()
    if not said["uri"]:
        return "names no post"
    if label not in LABELS:
        return f"“{_short(label)}” is no label; write {', '.join(LABELS[:-1])} or {LABELS[-1]}"
    if target not in targets and (target or len(targets) != 1):
        return (
            f"“{_short(target)}” is no target of the topic; it has {', '.join(targets) or 'none'}"
        )
    if len(said.get("labeller", "")) > NAME_CAP_CHARS:
        return f"the labeller's name has more than {NAME_CAP_CHARS} characters"
    if said.get("time") and _moment(said["time"]) is None:
        return f"“{_short(said['time'])}” is not a time such as 2025-01-29T14:00:00Z"
    if said.get("took_s") and _seconds(said["took_s"]) is None:
        return f"“{_short(said['took_s'])}” is not a number of seconds"
    return None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, float):
        return f"{value:.10g}"
    text = str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def _armed(cell: str) -> str:
    text = clean_text(cell[1:] if _DISARMED.match(cell) else cell)[0]
    return " ".join(text.split())


def _moment(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    if at is None:
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return at.astimezone(UTC) if at.year > 1 else None


def _seconds(text: str | None) -> float | None:
    try:
        seconds = float(text) if text else None
    except ValueError:
        return None
    return seconds if seconds is not None and 0 <= seconds < float("inf") else None


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
