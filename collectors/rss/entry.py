"""A feed as plain values, and how its texts become plain."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from groundswell.text import clean_text, html_to_text

EXCERPT_CHARS = 1000  # of a full text where a feed has no summary: the text is its publisher's
MOST_ENTRIES = 5000

_MARKUP = re.compile(r"</?[a-zA-Z!][^<>]*>|&[a-zA-Z#][\w#]{1,30};")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry, its texts plain. ``published`` and ``updated`` are UTC, None when missing or not
    readable: they are claims. ``excerpt`` says that ``text`` is the beginning of a full text."""

    guid: str | None = None
    link: str | None = None
    title: str | None = None
    text: str | None = None
    excerpt: bool = False
    author: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    lang: str | None = None
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    comments: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """An entry that is not one: why, and the entry as JSON."""

    reason: str
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed. ``version`` is feedparser's word ("rss20", "atom10") or "json"; "" when unsure.

    ``is_cut``: the document ends in the middle, so that entries may be missing.
    """

    version: str
    title: str | None = None
    entries: tuple[Entry, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    is_cut: bool = False


class NotAFeed(ValueError):
    """A web page, an empty body or anything else that is no feed; the message says what."""


def plain(value: Any) -> str | None:
    """A text cleaned; None for an empty one and for anything that is not text."""
    return clean_text(value)[0] or None if isinstance(value, str) else None


def readable(value: Any, kind: str | None) -> str | None:
    """A text without its markup. Declared plain text is believed unless it holds markup all the
    same: scripts in titles are common."""
    if not isinstance(value, str):
        return None
    is_plain = kind == "text/plain" and not _MARKUP.search(value)
    return plain(value if is_plain else html_to_text(value))


def excerpt(text: str | None) -> tuple[str | None, bool]:
    """The beginning of a full text, and whether something was left out."""
    if text is None or len(text) <= EXCERPT_CHARS:
        return text, False
    return f"{text[:EXCERPT_CHARS].rsplit(None, 1)[0]} …", True


def distinct(values: Iterable[Any]) -> tuple[str, ...]:
    """The texts among ``values``, cleaned, each once."""
    return tuple(dict.fromkeys(text for text in map(plain, values) if text))


def primary_lang(tag: Any) -> str | None:
    """The primary subtag of a language tag, "de" of "de-AT"; None if it cannot be one."""
    primary = re.split(r"[-_]", tag.strip().lower())[0] if isinstance(tag, str) else ""
    return primary if re.fullmatch(r"[a-z]{2,3}", primary) else None
