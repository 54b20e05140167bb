"""What a reader of files yields: one row with the place it came from, or why it is none."""

from dataclasses import dataclass, field
from typing import Any

RAW_CAP_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row. ``unit`` and ``number`` say where a person finds it: "line" 17 (the physical line
    it begins on), "row" 17 of Parquet, "item" 17 of a JSON list; numbers begin at 1.

    ``cells`` maps column to value, nested objects by dotted names; empty when ``fault``, a
    sentence, says why the row cannot be read. ``raw`` is the row as it stood in the file.
    ``repeats`` is the number of an earlier row that is the same post, None if there is none.
    """

    unit: str
    number: int
    cells: dict[str, Any] = field(default_factory=dict)
    raw: bytes = b""
    fault: str | None = None
    repeats: int | None = None

    @property
    def place(self) -> str:
        """Where it stands, such as "line 17"."""
        return f"{self.unit} {self.number}"


def broken(unit: str, number: int, fault: str, raw: str) -> Row:
    """A row that cannot be read; of its text the first 64 KiB are kept for the quarantine."""
    kept = raw.encode("utf-8", "replace")[:RAW_CAP_BYTES]
    return Row(unit=unit, number=number, fault=fault, raw=kept)
