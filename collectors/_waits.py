"""How long a site asks us to wait, in every form sites say it, and how long we wait unasked."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_RETRY_AFTER_S = 24 * 3600.0  # beyond a day it is an error of the site, not a wish
BELIEVED_RESET_S = (10.0, 900.0)  # outside, one of the two clocks is wrong
BACKOFF_CAP_S = 64.0
EARLIEST_EPOCH_S = 1e9  # a larger number is a moment, a smaller one a number of seconds

_PREFIXES = ("ratelimit", "x-ratelimit", "x-rate-limit")


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """Seconds to wait, from 0 to a day, that a ``Retry-After`` header asks for at ``now`` (UTC).

    None when there is no header or none to believe: negative, past, absurdly long, not a number.
    """
    wait = _seconds_until(value, now)
    return wait if wait is not None and 0 <= wait <= LONGEST_RETRY_AFTER_S else None


def reset_wait_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until the quota is whole again, 10 to 900, by the rate-limit headers.

    They come as epoch seconds, as seconds left and as ISO time; None when absent or not believed.
    """
    for prefix in _PREFIXES:
        value = headers.get(f"{prefix}-reset")
        wait = _seconds_until(value, now, epoch=True)
        if wait is not None and BELIEVED_RESET_S[0] <= wait <= BELIEVED_RESET_S[1]:
            return wait
    return None


def odd_reset_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until the quota is whole again by ``x-rate-limit-reset``, when that cannot be: X's
    windows last 15 minutes, so a moment outside of them tells of a wrong clock. None: it can be,
    or is not said."""
    wait = _seconds_until(headers.get("x-rate-limit-reset"), now, epoch=True)
    slack_s = BELIEVED_RESET_S[0]
    return None if wait is None or -slack_s <= wait <= BELIEVED_RESET_S[1] + slack_s else wait


def clock_ahead_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds by which ``now`` runs ahead of the site's ``Date``, a cache's ``Age`` taken off.

    None when the answer does not say its time.
    """
    left = _seconds_until(headers.get("date"), now)
    return None if left is None else -left - (_number(headers.get("age")) or 0.0)


def is_spent(headers: Mapping[str, str]) -> bool:
    """Whether the rate-limit headers say that no request is left. They may be floats: "0.0"."""
    for prefix in _PREFIXES:
        left = _number(headers.get(f"{prefix}-remaining"))
        if left is not None:
            return left <= 0
    return False


def backoff_s(failures: int) -> float:
    """Seconds to wait after the given number of failures (1, 2 …): anything up to 1, 2, 4 … 64.

    The whole range is drawn from, so that many callers do not come back in step.
    """
    return random.uniform(0, min(BACKOFF_CAP_S, 2.0 ** (failures - 1)))


def _seconds_until(value: str | None, now: datetime, *, epoch: bool = False) -> float | None:
    number = _number(value)
    if number is not None:
        return number - now.timestamp() if epoch and number > EARLIEST_EPOCH_S else number
    moment = _moment(value)
    return (moment - now).total_seconds() if moment else None


def _number(value: str | None) -> float | None:
    try:
        return float(value) if value else None
    except ValueError:
        return None


def _moment(value: str | None) -> datetime | None:
    """The moment an HTTP date or an ISO time names; without a zone it is UTC."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(value or "")
        except (ValueError, TypeError, OverflowError):
            continue
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return None
