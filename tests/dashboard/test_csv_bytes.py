"""The CSV of a chart: the same numbers, and nothing that a spreadsheet would run."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.csv_bytes import csv_bytes


def read(body: bytes) -> list[list[str]]:
    """The cells as a spreadsheet would see them."""
    return list(csv.reader(io.StringIO(body.decode(), newline="")))


def test_times_numbers_and_unknowns() -> None:
    table = pd.DataFrame(
        {
            "bucket_start": pd.to_datetime(["2025-01-29T14:00:00Z"]),
            "posts": pd.array([None], dtype="Int64"),
            "mean": [-0.25],
        }
    )
    assert read(csv_bytes(table)) == [
        ["bucket_start", "posts", "mean"],
        ["2025-01-29T14:00:00Z", "", "-0.25"],
    ]
    assert csv_bytes(table).endswith(b"\r\n")


@pytest.mark.parametrize("first", list("=+-@\t\r\n＝＋－＠"))
def test_formulas_are_disarmed(first: str) -> None:
    table = pd.DataFrame({"term": [f"{first}HYPERLINK(1)", "plain"], "posts": [-1, 2]})
    assert read(csv_bytes(table))[1:] == [[f"'{first}HYPERLINK(1)", "-1"], ["plain", "2"]]


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"))))
def test_every_text_comes_back(terms: list[str]) -> None:
    table = pd.DataFrame({"term": pd.Series(terms, dtype="str"), "posts": range(len(terms))})
    cells = [row[0] for row in read(csv_bytes(table))[1:]]
    assert [cell.removeprefix("'") for cell in cells] == [term.removeprefix("'") for term in terms]
    assert not any(cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) for cell in cells)
