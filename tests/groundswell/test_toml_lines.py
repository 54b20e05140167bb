"""A complaint about a TOML file names the line that a person must look at."""

import tomllib
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.toml_lines import end_of, line_of, line_of_error

TEXT = '''# a comment
title = "x"

query = """
[[events]]
at = 1
"""
"quoted key" = 3   # after
nested.dotted = 4
inline = { a = 1, b = { c = 2 } }
several = [

  1,  # one
  { deep = [2] },
]

[[events]]
at = 5
# at = 6

[[events]]

at = 7
[sources.rss]
feeds = [
  "a",
]
'''


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (["title"], 2),
        (["query"], 4),
        (["quoted key"], 8),
        (["nested", "dotted"], 9),
        (["inline", "b", "c"], 10),
        (["several"], 11),
        (["several", 1, "deep", 0], 11),
        (["events"], 17),
        (["events", 0], 17),
        (["events", 0, "at"], 18),
        (["events", 0, "missing"], 17),
        (["events", 1], 21),
        (["events", 1, "at"], 23),
        (["events", 7], 17),
        (["sources"], 24),
        (["sources", "rss", "feeds", 0], 25),
        (["nowhere", "at all"], 1),
        ([], 1),
    ],
)
def test_line_of(keys: Sequence[str | int], line: int) -> None:
    assert line_of(TEXT, keys) == line
    assert line_of(TEXT.replace("\n", "\r\n").replace("\r\n", "\n"), keys) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb = \n", 2),
        ("a = 1\na = 2\nb = 3\n", 2),
        ("a = 1\nb = [\n\n\n", 2),
        ("", 1),
        ("x = 2025-13-01", 1),
        ("a = 1\n\nb = " + "1" * 5000, 3),
    ],
)
def test_line_of_error(text: str, line: int) -> None:
    if text:
        with pytest.raises(ValueError, match=r".") as caught:
            tomllib.loads(text)
        assert line_of_error(text, caught.value) == line
    else:
        assert line_of_error(text, ValueError("at end of document")) == line


@given(
    st.lists(
        st.sampled_from(["", "# c", "[[t]]", "k = 1", "k = [\n1,\n\n2]", 'k = """\nk = 2\n"""'])
    )
)
def test_each_line_is_found_again(pieces: list[str]) -> None:
    lines: list[str] = []
    expected: dict[tuple[Any, ...], int] = {}
    tables = 0
    for piece in ["[[t]]", *pieces]:
        tables += piece == "[[t]]"
        if piece.startswith("k") and ("t", tables - 1, "k") in expected:
            continue
        lines += piece.split("\n")
        if piece == "[[t]]":
            expected["t", tables - 1] = len(lines)
        elif piece.startswith("k"):
            expected["t", tables - 1, "k"] = len(lines) - piece.count("\n")
    text = "\n".join(lines)
    assert {keys: line_of(text, keys) for keys in expected} == expected


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        (["title"], 'title = "x"'),
        (["query"], '"""'),
        (["several"], "]"),
        (["events", 0], "at = 5"),
        (["events", 1], "at = 7"),
        (["sources", "rss"], "]"),
    ],
)
def test_the_end_of_a_value_is_found(keys: Sequence[str | int], says: str) -> None:
    assert TEXT.split("\n")[end_of(TEXT, keys) - 1] == says
