"""A chart's table as CSV: equal to the chart, and inert when a spreadsheet opens it."""

import csv

import pandas as pd

# A cell that begins with one of these is a formula to some spreadsheet; full-width ones too.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_bytes(table: pd.DataFrame) -> bytes:
    """``table`` in UTF-8, every field quoted, lines ending in CR LF, times as ISO 8601 in UTC.

    A text cell that could be read as a formula gets a leading apostrophe; a missing value is an
    empty field, never 0.
    """
    safe = table.copy()
    for name in safe.columns:
        if pd.api.types.is_string_dtype(safe[name]):
            safe[name] = safe[name].map(_inert, na_action="ignore")
    text: str = safe.to_csv(
        index=False,
        quoting=csv.QUOTE_ALL,
        lineterminator="\r\n",
        date_format="%Y-%m-%dT%H:%M:%SZ",
    )
    return text.encode()


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
