"""Reads one cell as what its field wants, and says in words why it cannot."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from collectors.file_import.layouts import KINDS
from collectors.file_import.moments import NotATime, Reckoning, is_missing, moment
from groundswell.text import clean_text, http_links

NAME_CAP_BYTES = 2_000  # handles, ids and labels; a longer one is no such thing
# A point or a "+" is what spreadsheets write; without both it may be hexadecimal, such as 0e71.
_SCIENTIFIC = re.compile(r"[+-]?\d([.,]\d+[eE]\+?|[eE]\+)\d+$")
_POINT_ZERO = re.compile(r"(\d+)[.,]0+$")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+$")
_SEPARATORS = re.compile(r"[\s,;|]+")
_LINK_SEPARATORS = re.compile(r"[\s|]+|,(?=https?://)")
_LANGUAGE = re.compile(r"[a-z]{2,3}$")
_ENTRY_KEYS = ("tag", "username", "screen_name", "expanded_url", "val", "text", "url", "name")
_YES, _NO = frozenset({"true", "t", "yes", "y", "1"}), frozenset({"false", "f", "no", "n", "0"})
EXACT_UP_TO = 2**53  # above this a floating-point number does not keep every digit
COUNT_LIMIT = 2**63


class BadCell(ValueError):
    """A cell that cannot be what its field needs; ``field`` and a sentence for people."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


def read(field: str, value: Any, reckoning: Reckoning) -> Any:
    """The value of ``field`` as its kind wants it. Raises ``BadCell``."""
    kind = KINDS[field]
    if kind == "id":
        return id_of(field, value)
    if kind == "time":
        return time_of(field, value, reckoning)
    if kind == "count":
        return count_of(field, value)
    if kind == "flag":
        return deletion_of(field, value, reckoning)
    if kind == "text":
        return clean_text_of(value, field)
    if kind == "name":
        return name_of(value, field)
    return _READERS[kind](value)


def text_of(value: Any, field: str = "text") -> str | None:
    """The whole text, neither cleaned nor cut, the pieces of a list with spaces between; None for
    an empty cell. Raises ``BadCell`` for objects and for lists of anything but texts."""
    if isinstance(value, list | tuple) and all(isinstance(piece, str) for piece in value):
        value = " ".join(value)
    if isinstance(value, list | tuple | dict):
        kind = "an object" if isinstance(value, dict) else "a list of more than plain texts"
        raise BadCell(field, f"{kind} is no {field}; map the column that holds it as plain text")
    if value is None or value != value:
        return None
    return str(value) if str(value).strip() else None


def clean_text_of(value: Any, field: str) -> str | None:
    """A text beside the post's own, cleaned and bounded; None for an empty cell. Raises as
    ``text_of`` does."""
    text = text_of(value, field)
    return None if text is None else clean_text(text)[0] or None


def name_of(value: Any, field: str = "author") -> str | None:
    """A short text such as a handle, cleaned and bounded; None for an empty cell. Raises as
    ``text_of`` does."""
    text = text_of(value, field)
    return None if text is None else clean_text(text, cap_bytes=NAME_CAP_BYTES)[0] or None


def id_of(field: str, value: Any) -> str | None:
    """An id as text. Raises ``BadCell`` for one that lost digits as a number."""
    single = _single(value)
    if is_missing(single):
        return None
    text = clean_text(str(single))[0]
    if isinstance(single, float) and single.is_integer() and abs(single) < EXACT_UP_TO:
        text = str(int(single))
    elif isinstance(single, float) or lost_digits(text):
        raise BadCell(
            field,
            f"{text!r} is an id whose digits were lost when a spreadsheet or program took it for "
            "a number; export again with ids as text",
        )
    elif match := _POINT_ZERO.match(text):
        text = match[1]
    if len(text.encode()) > NAME_CAP_BYTES:
        raise BadCell(field, f"an id of more than {NAME_CAP_BYTES} bytes is none")
    return text or None


def lost_digits(text: str) -> bool:
    """Whether an id is written like 1.88E+18: the true one is gone."""
    return bool(_SCIENTIFIC.match(text))


def time_of(field: str, value: Any, reckoning: Reckoning) -> datetime | None:
    """UTC, None for an empty cell. Raises ``BadCell``."""
    try:
        return moment(_single(value), reckoning)
    except NotATime as error:
        raise BadCell(field, str(error)) from error


def count_of(field: str, value: Any) -> int | None:
    """A whole number, None (not 0) for an empty cell. Raises ``BadCell`` for 1.2K and the like."""
    if is_missing(value):
        return None
    text = str(value).strip()
    if _GROUPED.match(text):
        text = text.replace(",", "")
    elif match := _POINT_ZERO.match(text):
        text = match[1]
    if isinstance(value, bool) or not re.match(r"[+-]?\d{1,19}$", text):
        raise BadCell(field, f"{text[:40]!r} is not a whole number")
    number = int(text)
    if abs(number) >= COUNT_LIMIT:
        raise BadCell(field, f"{text!r} is too large a number")
    return number


def list_of(value: Any) -> tuple[str, ...]:
    """Short texts of a list, of JSON that holds one, or of a text parted by , ; | or spaces."""
    entries = _listed(value, _SEPARATORS)
    return tuple(dict.fromkeys(name for e in entries if (name := name_of(_single(_entry(e))))))


def links_of(value: Any) -> tuple[str, ...]:
    """The http(s) addresses of a list, JSON or text, each once."""
    return http_links(_entry(e) for e in _listed(value, _LINK_SEPARATORS))


def link_of(value: Any) -> str | None:
    """The first http(s) address, None if there is none."""
    return next(iter(links_of(value)), None)


def tags_of(value: Any) -> tuple[str, ...]:
    """Tags without their ``#``."""
    return tuple(bare for tag in list_of(value) if (bare := tag.lstrip("#")))


def handles_of(value: Any) -> tuple[str, ...]:
    """Handles without their ``@``."""
    return tuple(bare for handle in list_of(value) if (bare := handle.lstrip("@")))


def language_of(value: Any) -> str | None:
    """Primary subtag in lower case of the first language named; None for "und" and the like."""
    names = list_of(value)
    primary = names[0].casefold().split("-")[0].split("_")[0] if names else ""
    return primary if _LANGUAGE.match(primary) and primary != "und" else None


def deletion_of(field: str, value: Any, reckoning: Reckoning) -> datetime | bool:
    """When the post was deleted, True if only that it was, False if not. Raises ``BadCell``."""
    if is_missing(value) or isinstance(value, bool):
        return value is True
    word = str(value).strip().casefold()
    if word in _YES or word in _NO:
        return word in _YES
    return time_of(field, value, reckoning) or False


def _single(value: Any) -> Any:
    """Of a list its first element; objects are no cell."""
    if isinstance(value, list | tuple):
        value = value[0] if value else None
    return None if isinstance(value, dict | list) else value


def _listed(value: Any, separators: re.Pattern[str]) -> Iterable[Any]:
    if isinstance(value, list | tuple):
        return value
    if is_missing(value) or isinstance(value, dict):
        return ()
    text = str(value).strip()
    if text.startswith("["):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, list):
            return found
    return separators.split(text)


def _entry(entry: Any) -> Any:
    """The telling part of an entry that is an object, such as the ``tag`` of a hashtag."""
    if not isinstance(entry, dict):
        return entry
    return next((entry[key] for key in _ENTRY_KEYS if entry.get(key)), None)


_READERS: dict[str, Callable[[Any], Any]] = {
    "list": list_of,
    "tags": tags_of,
    "handles": handles_of,
    "links": links_of,
    "url": link_of,
    "language": language_of,
}
