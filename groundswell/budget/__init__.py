"""What a source may still spend: quotas and money, kept across runs, spent before the call.

A reservation is on disk before its request is sent. Whoever dies between the two has spent it: the
count may be too high after a crash, never too low.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from groundswell.budget.file import changing, reading, statement
from groundswell.errors import BudgetSpent

__all__ = [
    "Breaker",
    "Breakers",
    "Budget",
    "Holds",
    "Period",
    "Reservation",
    "dollars",
    "micro_dollars",
]

Period: TypeAlias = Literal["day-utc", "day-pacific", "ever"]

_ZONES = {"day-utc": "UTC", "day-pacific": "America/Los_Angeles"}
BREAKER_FAILURES = 5  # in a row, each after all its tries
BREAKER_FIRST = timedelta(minutes=5)
BREAKER_LONGEST = timedelta(hours=1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Reservation:
    """An amount that counts as spent. ``since`` is the period it was spent in: an answer after
    midnight settles the day before."""

    amount: int
    since: str


def utc_now() -> datetime:
    """The wall clock in UTC."""
    return datetime.now(UTC)


class Budget:
    """One budget of one home: ``limit`` of whole units (or millionths of a dollar) a ``period``.

    ``name`` tells budgets apart in the file; a budget of one credential has it in its name.
    ``what`` names the units in the plural, ``advice`` says what a person can do when they are
    spent, ``show`` writes an amount.
    """

    def __init__(
        self,
        home: Path,
        name: str,
        limit: int,
        *,
        period: Period,
        source: str = "",
        what: str = "units",
        advice: str = "",
        show: Callable[[int], str] = "{:,}".format,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.limit = limit
        self._home, self._name, self._period = home, name, period
        self._source, self._what, self._advice = source, what, advice
        self._show, self._now = show, now

    def reserve(self, amount: int) -> Reservation:
        """Spends ``amount``, to be settled once the answer is in. Raises ``BudgetSpent``, and then
        nothing is spent, when less is left; ``StateError`` and ``HomeError`` as the file does."""
        self._refuse_negative(amount)
        since = self._since()
        with changing(self._home) as db:
            spent = self._spent(db.execute(statement("spent"), self._key(since)).fetchall())
            if spent + amount > self.limit:
                raise self._used_up(spent, amount)
            db.execute(statement("change"), {**self._key(since), "amount": amount})
        return Reservation(amount, since)

    def settle(self, reserved: Reservation, actual: int) -> None:
        """Gives back what of ``reserved`` the answer turned out not to cost, or adds what it cost
        above. Once for each reservation, and only when the answer is in."""
        self._refuse_negative(actual)
        if actual == reserved.amount:
            return
        amount = actual - reserved.amount
        with changing(self._home) as db:
            db.execute(statement("change"), {**self._key(reserved.since), "amount": amount})

    def spent(self) -> int:
        """What was spent in the present period, reservations included."""
        with reading(self._home) as db:
            if db is None:
                return 0
            return self._spent(db.execute(statement("spent"), self._key(self._since())).fetchall())

    def left(self) -> int:
        """What may still be spent in the present period, never below 0."""
        return max(0, self.limit - self.spent())

    def set_left(self, left: int) -> None:
        """Takes the site's own word that ``left`` remain. It can only lower what is left here:
        requests of other runs may be under way that the site had not counted yet."""
        key = self._key(self._since())
        with changing(self._home) as db:
            db.execute(statement("at_least"), {**key, "amount": max(0, self.limit - left)})

    def resumes_at(self) -> datetime | None:
        """When there is a whole budget again, UTC; None when it never comes back by itself."""
        zone = _ZONES.get(self._period)
        if zone is None:
            return None
        tomorrow = self._now().astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
        return _midnight(tomorrow.year, tomorrow.month, tomorrow.day, zone)

    def _since(self) -> str:
        zone = _ZONES.get(self._period)
        if zone is None:
            return self._period
        today = self._now().astimezone(ZoneInfo(zone))
        return _midnight(today.year, today.month, today.day, zone).isoformat()

    def _key(self, since: str) -> dict[str, str | int]:
        return {"budget": self._name, "since": since}

    def _spent(self, rows: list[tuple[int]]) -> int:
        return rows[0][0] if rows else 0

    def _refuse_negative(self, amount: int) -> None:
        if amount < 0:
            raise ValueError(f"an amount of {amount} cannot be spent")

    def _used_up(self, spent: int, amount: int) -> BudgetSpent:
        resumes_at = self.resumes_at()
        when = f" There is more from {resumes_at:%Y-%m-%d %H:%M} UTC on." if resumes_at else ""
        return BudgetSpent(
            f"{self._show(spent)} of {self._show(self.limit)} {self._what} are spent and the next "
            f"request may cost {self._show(amount)}, so it was not sent.{when} "
            f"{self._advice}".strip(),
            source=self._source,
            resumes_at=resumes_at,
        )


class Holds:
    """Until when a name (a host, as one source asks it) must be left alone, also by the next run.

    A restart would otherwise begin with a burst at a site that had just asked us to wait.
    """

    def __init__(self, home: Path) -> None:
        self._home = home

    def not_before(self, name: str) -> datetime | None:
        """When ``name`` may be asked again, UTC, possibly past; None when it was never held."""
        with reading(self._home) as db:
            rows = db.execute(statement("held"), {"name": name}).fetchall() if db else []
        return _EPOCH + rows[0][0] * _MICROSECOND if rows else None

    def hold(self, name: str, until: datetime) -> None:
        """Nobody asks ``name`` before ``until``; a later moment already noted stands."""
        moment = (until - _EPOCH) // _MICROSECOND
        with changing(self._home) as db:
            db.execute(statement("hold"), {"name": name, "until": moment})


@dataclass(frozen=True, slots=True)
class Breaker:
    """How many requests failed in a row, and until when no other is made (UTC, possibly past; None
    while they are too few)."""

    failures: int = 0
    until: datetime | None = None

    def after_failure(self, now: datetime) -> "Breaker":
        """With one failure more: from ``BREAKER_FAILURES`` on each opens it for twice as long as
        the one before, up to ``BREAKER_LONGEST``. One request is let through between them."""
        failures = self.failures + 1
        doublings = min(failures - BREAKER_FAILURES, 10)
        if doublings < 0:
            return Breaker(failures)
        return Breaker(failures, now + min(BREAKER_LONGEST, BREAKER_FIRST * 2**doublings))


class Breakers:
    """The breakers of one home, by name (a host, as one source asks it): a restart neither bursts
    at a site that is down nor forgets how long it has been."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def of(self, name: str) -> Breaker:
        """How ``name`` stands."""
        with reading(self._home) as db:
            if db is None or not db.execute(statement("has_breakers")).fetchall():
                return Breaker()
            return self._read(db.execute(statement("breaker"), {"name": name}).fetchall())

    def failed(self, name: str, now: datetime) -> Breaker:
        """Counts one request that failed for good; how ``name`` stands then."""
        with changing(self._home) as db:
            db.execute(statement("make_breakers"))
            known = self._read(db.execute(statement("breaker"), {"name": name}).fetchall())
            after = known.after_failure(now)
            until = (after.until - _EPOCH) // _MICROSECOND if after.until else 0
            noted = {"name": name, "failures": after.failures, "until": until}
            db.execute(statement("set_breaker"), noted)
        return after

    def close(self, name: str) -> None:
        """A request of ``name`` worked."""
        with changing(self._home) as db:
            db.execute(statement("make_breakers"))
            db.execute(statement("close_breaker"), {"name": name})

    def _read(self, rows: list[tuple[int, int]]) -> Breaker:
        if not rows:
            return Breaker()
        failures, until = rows[0]
        return Breaker(failures, _EPOCH + until * _MICROSECOND if until else None)


def micro_dollars(usd: float) -> int:
    """Dollars as whole millionths."""
    return round(usd * 1_000_000)


def dollars(micro: int) -> str:
    """Millionths of a dollar for people: ``$1.50``, ``$0.005``."""
    whole, rest = divmod(micro, 1_000_000)
    cents = f"{rest:06d}".rstrip("0").ljust(2, "0")
    return f"${whole:,}.{cents}"


def _midnight(year: int, month: int, day: int, zone: str) -> datetime:
    return datetime(year, month, day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
