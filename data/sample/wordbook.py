"""Reads the word lists and makes one sentence of a pattern with alternatives and slots."""

import re
import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from dice import Dice

FOLDER = Path(__file__).resolve().parent / "words"
_ALTERNATIVES = re.compile(r"\{([^{}]*)\}")
_SLOT = re.compile(r"<([a-z]+)>")
_DATED = re.compile(r"@(\d{4}-\d\d-\d\d) ")


@cache
def book(name: str) -> dict[str, Any]:
    """The word list ``words/<name>.toml``."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def claims(kind: str) -> tuple[str, ...]:
    """All sentence patterns of a kind of post."""
    found = next(b[kind] for b in map(book, ("critical", "friendly", "neutral")) if kind in b)
    return tuple(found["claims"])


def said(dice: Dice, kind: str, day: date, count: int) -> list[str]:
    """``count`` different sentences of ``kind`` that could be written on ``day``."""
    return [spoken(dice, pattern) for pattern in dice.some(known_by(claims(kind), day), count)]


def known_by(patterns: Iterable[str], day: date) -> list[str]:
    """The patterns that could be written on ``day``, without the mark ``@date`` of those that
    speak of something that happened then."""
    marked = ((_DATED.match(pattern), pattern) for pattern in patterns)
    return [_DATED.sub("", p) for m, p in marked if m is None or m[1] <= day.isoformat()]


def asides(dice: Dice, kind: str, count: int) -> list[str]:
    """``count`` second thoughts that fit ``kind``; none where there are no such."""
    fitting = [
        a for group in book("asides").values() if kind in group["kinds"] for a in group["asides"]
    ]
    return [spoken(dice, pattern) for pattern in dice.some(fitting, count)]


def spoken(dice: Dice, pattern: str) -> str:
    """``pattern`` with one of each ``{a|b}``, from the inside out, and its ``<slots>`` filled."""
    while match := _ALTERNATIVES.search(pattern):
        chosen = dice.pick(match[1].split("|"))
        pattern = pattern[: match.start()] + chosen + pattern[match.end() :]
    slots = book("slots")
    text = _SLOT.sub(lambda m: dice.pick(slots[m[1]]), pattern)
    return _tidy(text)


def _tidy(text: str) -> str:
    """Single spaces, and a capital at the beginning of sentences that alternatives began."""
    text = re.sub(r" +", " ", text).strip()
    return re.sub(r"(^|[.!?] )([a-z])(?!penai|eepseek)", lambda m: m[1] + m[2].upper(), text)
