"""Times as people type them on the command line: a date, a date-time or an age such as ``7d``."""

import re
from datetime import UTC, datetime, timedelta

from groundswell.errors import WrongUse

_AGE = re.compile(r"(\d{1,6})\s*([mhdw])", re.IGNORECASE)
_UNIT = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


def parse_age(text: str) -> timedelta:
    """How long ``90m``, ``12h``, ``7d`` or ``2w`` is. Raises ``WrongUse`` with an example."""
    age = _AGE.fullmatch(text.strip())
    if age is None:
        raise WrongUse(f"“{text}” is not an age. Write 90m, 12h, 7d or 2w.")
    return int(age[1]) * _UNIT[age[2].lower()]


def parse_when(text: str, now: datetime) -> datetime:
    """The moment ``text`` names, in UTC: ``2025-01-29`` (00:00 UTC), ``2025-01-29T14:00Z``,
    ``2025-01-29T14:00`` (taken as UTC) or an age before ``now`` such as ``90m 12h 7d 2w``.

    Raises ``WrongUse`` with an example.
    """
    age = _AGE.fullmatch(text.strip())
    try:
        if age:
            return now - int(age[1]) * _UNIT[age[2].lower()]
        moment = datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        raise WrongUse(
            f"“{text}” is not a time. Write a date (2025-01-29), a date-time "
            "(2025-01-29T14:00Z) or an age (7d, 12h)."
        ) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
