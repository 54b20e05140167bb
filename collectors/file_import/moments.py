"""Turns what a file writes as a time into UTC, and refuses what could mean two things."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import parser as dateutil_parser

from groundswell.errors import ImportFileError

_MISSING = frozenset({"", "na", "n/a", "nan", "nat", "none", "null", "undefined", "-"})
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?$")
_NUMERIC_DATE = re.compile(
    r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})"
    r"(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp])?\.?[Mm]?\.?)?$"
)
_COMPACT = re.compile(r"(19|20)\d{6}(\d{6})?$")
_UNITS = ((1e11, 1), (1e14, 1_000), (1e17, 1_000_000), (1e20, 1_000_000_000))  # below: per second
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class NotATime(ValueError):
    """A value that is no time, or could be two; the message says which and why."""


class NeedsZone(NotATime):
    """A time without offset, and no zone was declared for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """How times of a file are read. ``zone`` is for times without offset, None refuses those;
    ``day_first`` says what 03/04/2025 means, None refuses it."""

    zone: tzinfo | None = None
    day_first: bool | None = None


def zone_of(name: str) -> tzinfo:
    """The IANA zone ``name``; raises ``ImportFileError`` when there is none."""
    if name.upper() in ("UTC", "Z"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ImportFileError(
            f"There is no time zone {name!r}. Write an IANA name such as Europe/Berlin, "
            "America/New_York or UTC."
        ) from error


def is_missing(value: Any) -> bool:
    """Whether a cell holds nothing: empty, not a number, or a word such as ``N/A``."""
    if value is None or value != value:  # only NaN differs from itself
        return True
    return isinstance(value, str) and value.strip().casefold() in _MISSING


def moment(value: Any, reckoning: Reckoning) -> datetime | None:
    """``value`` as aware UTC, None if the cell is empty.

    Reads ISO 8601, seconds to nanoseconds since 1970, RFC 2822, English month names and, when
    the order is known, 29/01/2025. Raises ``NotATime`` or ``NeedsZone`` with the reason.
    """
    if is_missing(value):
        return None
    text = str(value).strip()
    if isinstance(value, bool):
        raise NotATime(f"{text!r} is not a time")
    try:
        found = _since_1970(text) or _iso(text) or _numeric(text, reckoning) or _worded(text)
        return _in_utc(found, text, reckoning)
    except OverflowError as error:
        raise NotATime(f"{text[:40]!r} lies outside the calendar") from error


def day_first_in(values: Iterable[Any]) -> bool | None:
    """What the dates themselves say of their order: True for day first, False for month first,
    None if there are none such. Raises ``NotATime`` when they do not tell or disagree."""
    pairs = [(int(m[1]), int(m[3])) for v in values if (m := _slashed(v))]
    if not pairs:
        return None
    day_first, month_first = any(a > 12 for a, _ in pairs), any(b > 12 for _, b in pairs)
    if day_first and month_first:
        raise NotATime("some dates write the day first and some the month")
    if not day_first and not month_first:
        day, month = pairs[0]
        raise NotATime(f"a date such as {day:02}/{month:02} can be two days")
    return day_first


def _slashed(value: Any) -> re.Match[str] | None:
    match = _NUMERIC_DATE.match(value.strip()) if isinstance(value, str) else None
    return match if match and match[2] != "." else None


def _since_1970(text: str) -> datetime | None:
    if not _NUMBER.match(text) or _COMPACT.match(text):
        return None
    number = float(text) if "." in text else int(text)
    if 20_000 < number < 80_000:
        raise NotATime(f"{text!r} looks like a spreadsheet's day number; format it as a date")
    if number < 1e8:
        raise NotATime(f"{text!r} is too small for a time")
    for limit, per_second in _UNITS:
        if number < limit:
            whole, fraction = divmod(int(number), per_second)
            rest = number % 1 if per_second == 1 else fraction / per_second
            return _EPOCH + timedelta(seconds=whole, microseconds=round(rest * 1e6))
    raise NotATime(f"{text!r} is too large for a time")


def _iso(text: str) -> datetime | None:
    if _COMPACT.match(text) and len(text) == 14:
        text = f"{text[:8]}T{text[8:]}"
    elif re.match(r"\d{4}/\d", text):
        text = text.replace("/", "-")
    try:
        return datetime.fromisoformat(text.removesuffix(" UTC") + "Z" * text.endswith(" UTC"))
    except ValueError:
        return None


def _numeric(text: str, reckoning: Reckoning) -> datetime | None:
    match = _NUMERIC_DATE.match(text)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    day_first = True if match[2] == "." else reckoning.day_first
    if day_first is None:
        raise NotATime(f"{text!r} can be two days: say whether day or month comes first")
    day, month = (first, second) if day_first else (second, first)
    hour = int(match[5] or 0)
    if match[8]:
        hour = hour % 12 + (12 if match[8] in "pP" else 0)
    try:
        return datetime(year, month, day, hour, int(match[6] or 0), int(match[7] or 0))  # noqa: DTZ001  # as written: the zone is given in one place, below
    except ValueError as error:
        raise NotATime(f"{text!r} is not a day of the calendar") from error


def _worded(text: str) -> datetime:
    """Dates with month names. Read twice over two defaults: what differs was not written."""
    if not re.search("[A-Za-z]{3}", text) or len(text) > 60:
        raise NotATime(f"{text[:40]!r} is not a time")
    try:
        found, again = (
            dateutil_parser.parse(text, default=datetime(year, month, day), tzinfos=_no_names)  # noqa: DTZ001  # a filler, compared and thrown away
            for year, month, day in ((2000, 1, 1), (2001, 2, 2))
        )
    except NotATime:
        raise
    except (ValueError, OverflowError) as error:
        raise NotATime(f"{text!r} is not a time") from error
    if found != again:
        raise NotATime(f"{text!r} lacks a day, a month or a year")
    return found


def _no_names(name: str | None, offset_s: int | None) -> int | None:
    """Letters such as CET or EST stand for several offsets: only UTC and numbers are taken."""
    if offset_s is None and name:
        raise NotATime(f"{name!r} is no single offset; write +01:00 or give an IANA zone")
    return offset_s


def _in_utc(found: datetime, text: str, reckoning: Reckoning) -> datetime:
    if found.tzinfo is None:
        if reckoning.zone is None:
            raise NeedsZone(f"{text!r} has no offset and no time zone was declared")
        found = found.replace(tzinfo=reckoning.zone)
    return found.astimezone(UTC)
