"""Reading answers of strangers: every question has an answer, whatever was sent."""

from collections.abc import Iterable
from typing import Any


def at(value: Any, *path: str) -> Any:
    """What stands at ``path``, None as soon as a step is missing or not an object."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def items(value: Any) -> list[Any]:
    """The entries of a list, none for anything else."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """A text that is not empty, else None."""
    return value if isinstance(value, str) and value else None


def texts(value: Any) -> list[str]:
    """The non-empty texts of a list, in order."""
    return [entry for entry in items(value) if isinstance(entry, str) and entry]


def count(value: Any) -> int | None:
    """A whole number of at least 0, else None (true and false are not numbers)."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def lines(parts: Iterable[Any]) -> str | None:
    """The texts among ``parts``, one a line; None when there is none."""
    return "\n".join(part for part in parts if isinstance(part, str) and part.strip()) or None


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """Each non-empty text once, in the order of its first occurrence."""
    return tuple(dict.fromkeys(value for value in values if value))
