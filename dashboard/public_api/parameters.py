"""What a script may ask with: the names and values of a page's address, checked by one table."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

from groundswell.errors import WrongUse
from groundswell.store.filters import ORIGINALS as WHAT_ORIGINALS_ARE
from groundswell.store.filters import SENTIMENTS, STANCES
from groundswell.store.questions import Bucket, Order
from groundswell.store.search import wanted
from groundswell.text import clean_text

ECHO_CAP_CHARS = 40  # of what was asked and makes no sense
MOST_WORDS_CHARS = 200  # of the box for words, as on the pages
MOST_ACCOUNT_CHARS = 500
MOST_VALUES = 100  # of a parameter that may be given several times
PER_PAGE, MOST_PER_PAGE, MOST_PAGES = 100, 500, 100_000
_YEARS = range(1995, 2200)
_SOURCE, _LANG, _NARRATIVE = r"[a-z][a-z0-9-]{0,39}", r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", r"\w+"

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """``read`` turns what was sent into a value, or raises ``WrongUse``; ``schema`` says to
    machines, ``means`` to people, what it takes. ``several``: it may be given again and again."""

    name: str
    means: str
    schema: Schema
    read: Callable[[str], Any]
    several: bool = False


def values(given: Sequence[tuple[str, str]], known: Sequence[Parameter], of: str) -> dict[str, Any]:
    """What was asked, by name: tuples for parameters that may come several times. Raises
    ``WrongUse`` for one that ``of`` does not have, that came twice, or whose value is none."""
    by_name = {parameter.name: parameter for parameter in known}
    read: dict[str, Any] = {}
    for name, value in given:
        parameter = by_name.get(name)
        if parameter is None:
            listed = ", ".join(by_name) or "none"
            raise WrongUse(f"{of} has no parameter “{_shown(name)}”. It has: {listed}.")
        one = parameter.read(value)
        if not parameter.several:
            if name in read:
                raise WrongUse(f"{name} can be given once.")
            read[name] = one
        elif len(read.setdefault(name, ())) >= MOST_VALUES:
            raise WrongUse(f"{name} can be given {MOST_VALUES} times at most.")
        else:
            read[name] = (*read[name], one)
    return read


def _time(name: str) -> Callable[[str], datetime]:
    def read(text: str) -> datetime:
        try:
            at = datetime.fromisoformat(text)
            at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        except (ValueError, OverflowError):
            at = None
        if at is None or at.year not in _YEARS:
            raise WrongUse(
                f"{name}: “{_shown(text)}” is not a time such as 2025-01-29T14:00 (UTC), from "
                f"{_YEARS[0]} on."
            )
        return at

    return read


def _like(name: str, pattern: str, example: str, most: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > most or not re.fullmatch(pattern, text, re.ASCII):
            raise WrongUse(f"{name}: “{_shown(text)}” is no value such as {example}.")
        return text

    return read


def _of(name: str, words: Sequence[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise WrongUse(f"{name}: “{_shown(text)}” is not one of {', '.join(words)}.")
        return text

    return read


def _whole(name: str, least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
            raise WrongUse(f"{name} is a whole number from {least} to {most:,}.")
        return int(text)

    return read


def _words(text: str) -> str:
    if len(text) > MOST_WORDS_CHARS:
        raise WrongUse(f"keyword has {MOST_WORDS_CHARS} characters at most.")
    if wanted(text) is None:
        raise WrongUse(f"keyword: “{_shown(text)}” holds no word.")
    return text.strip()


def _account(text: str) -> str:
    source, _, name = text.partition(":")
    if len(text) > MOST_ACCOUNT_CHARS or not source or not name:
        raise WrongUse("author is an account as source:id, such as bluesky:did:plc:abc.")
    return text


def _truth(name: str) -> Callable[[str], bool]:
    def read(text: str) -> bool:
        return _of(name, ("true", "false"))(text) == "true"

    return read


def _target(text: str) -> str:
    if not 1 <= len(text) <= MOST_WORDS_CHARS:
        raise WrongUse(f"target is the name of a target, of {MOST_WORDS_CHARS} characters at most.")
    return text


def _shown(text: str) -> str:
    return clean_text(text[:ECHO_CAP_CHARS])[0]


def _enum(words: Sequence[str]) -> Schema:
    return {"type": "string", "enum": list(words)}


_MOMENT: Schema = {"type": "string", "examples": ["2025-01-29T14:00"]}
FROM = Parameter(
    name="from",
    means="Beginning of the period, included; UTC unless it says another zone.",
    schema=_MOMENT,
    read=_time("from"),
)
TO = Parameter(
    name="to", means="End of the period, not included.", schema=_MOMENT, read=_time("to")
)
SOURCE = Parameter(
    name="source",
    means="Only posts of this source; one that the topic has.",
    schema={"type": "string", "pattern": f"^{_SOURCE}$", "examples": ["bluesky"]},
    read=_like("source", _SOURCE, "bluesky", 40),
    several=True,
)
LANG = Parameter(
    name="lang",
    means="Only posts in this detected language.",
    schema={"type": "string", "pattern": f"^{_LANG}$", "maxLength": 35, "examples": ["en"]},
    read=_like("lang", _LANG, "en", 35),
    several=True,
)
SENTIMENT = Parameter(
    name="sentiment",
    means="Only posts that read so.",
    schema=_enum(SENTIMENTS),
    read=_of("sentiment", SENTIMENTS),
    several=True,
)
TARGET = Parameter(
    name="target",
    means="Only posts that speak of this target of the topic.",
    schema={"type": "string", "minLength": 1, "maxLength": MOST_WORDS_CHARS},
    read=_target,
)
STANCE = Parameter(
    name="stance",
    means="Only posts that stand so towards the target, which must be given too.",
    schema=_enum(STANCES),
    read=_of("stance", STANCES),
    several=True,
)
NARRATIVE = Parameter(
    name="narrative",
    means="Only posts of this narrative, whose target must be given too; of an ended one none.",
    schema={"type": "string", "pattern": "^[A-Za-z0-9_]+$", "maxLength": 64},
    read=_like("narrative", _NARRATIVE, "one of /narratives", 64),
)
KEYWORD = Parameter(
    name="keyword",
    means="Words that must all occur; a trailing * is a prefix, quoted words are a phrase.",
    schema={"type": "string", "maxLength": MOST_WORDS_CHARS, "examples": ['"open source" distil*']},
    read=_words,
)
AUTHOR = Parameter(
    name="author",
    means="Only posts of this account, as source:id, or source:name where a source gives no ids.",
    schema={"type": "string", "maxLength": MOST_ACCOUNT_CHARS, "examples": ["bluesky:did:plc:abc"]},
    read=_account,
)
ORIGINALS = Parameter(
    name="originals",
    means=WHAT_ORIGINALS_ARE,
    schema={"type": "boolean", "default": False},
    read=_truth("originals"),
)
BUCKET = Parameter(
    name="bucket",
    means="Width of a bucket of time; without it, what the pages would take.",
    schema=_enum(get_args(Bucket)),
    read=_of("bucket", get_args(Bucket)),
)
ORDER = Parameter(
    name="order",
    means="Order of the posts; the newest first unless said otherwise.",
    schema=_enum(get_args(Order)),
    read=_of("order", get_args(Order)),
)
PAGE = Parameter(
    name="page",
    means="Which page, from 1 on.",
    schema={"type": "integer", "minimum": 1, "maximum": MOST_PAGES, "default": 1},
    read=_whole("page", 1, MOST_PAGES),
)
PER_PAGE_ = Parameter(
    name="per_page",
    means="Posts on a page.",
    schema={"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE, "default": PER_PAGE},
    read=_whole("per_page", 1, MOST_PER_PAGE),
)
OF_ALL_STANCES = (FROM, TO, SOURCE, LANG, TARGET, NARRATIVE, KEYWORD, AUTHOR, ORIGINALS)
FILTERS = (
    *(FROM, TO, SOURCE, LANG, SENTIMENT, TARGET, STANCE, NARRATIVE, KEYWORD, AUTHOR),
    ORIGINALS,
)
