"""Finds the line of a TOML text on which a key stands, so that a complaint can name it."""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

_PLACE = re.compile(r"\(at line (\d+), column \d+\)$")


def line_of(text: str, keys: Sequence[str | int]) -> int:
    """The 1-based line where the value under ``keys`` begins in ``text``, which must be good TOML.

    A value that is not there has the line of what should hold it. Whatever the syntax, a key
    stands where the beginning of the text that can be read first knows it.
    """
    keys = _present(tomllib.loads(text), keys)
    lines = [f"{line}\n" for line in text.split("\n")]

    def known(count: int) -> bool:
        return _present(_readable(lines, count)[1], keys) == keys

    end = bisect_left(range(len(lines)), True, key=known)
    return _readable(lines, end - 1)[0] + 1 if end else 1


def end_of(text: str, keys: Sequence[str | int]) -> int:
    """The 1-based line where the value under ``keys`` ends in ``text``, which must be good TOML
    and hold it; of a table its last own key, without the comments after it."""
    whole = _value(tomllib.loads(text), keys)
    lines = [f"{line}\n" for line in text.split("\n")]

    def complete(count: int) -> bool:
        data = _readable(lines, count)[1]
        return _present(data, keys) == tuple(keys) and _value(data, keys) == whole

    return bisect_left(range(len(lines)), True, key=complete)


def line_of_error(text: str, error: ValueError) -> int:
    """The 1-based line that ``tomllib`` complains of; the last one for "end of document"."""
    place = _PLACE.search(str(error))
    return int(place[1]) if place else text.rstrip().count("\n") + 1


def _present(data: Any, keys: Sequence[str | int]) -> tuple[str | int, ...]:
    """As many of ``keys`` from the left as lead to something in ``data``."""
    for depth, key in enumerate(keys):
        in_list = isinstance(data, list) and isinstance(key, int) and key < len(data)
        if not in_list and not (isinstance(data, dict) and key in data):
            return tuple(keys[:depth])
        data = data[key]
    return tuple(keys)


def _value(data: Any, keys: Sequence[str | int]) -> Any:
    for key in keys:
        data = data[key]
    return data


def _readable(lines: list[str], count: int) -> tuple[int, dict[str, Any]]:
    """The longest beginning of at most ``count`` lines that is TOML: its length, and what it says.
    The end of a value of several lines is the first place after it that can be read."""
    while count:
        try:
            return count, tomllib.loads("".join(lines[:count]))
        except ValueError:
            count -= 1
    return 0, {}
