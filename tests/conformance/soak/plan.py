"""What a simulated day is to bring: how long, how many posts, when the clock changes or jumps."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from groundswell.coverage import Span
from groundswell.timetable import Timing, cron, every
from tests.conformance.soak.places import PLACES

ZONE = "Europe/Berlin"
BURST_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A day to live. Times are UTC; the machine sleeps during ``asleep``; one server
    ``closes_at`` for good. ``an_hour`` posts come at each place, and ``burst`` more within ten
    minutes once. ``faults`` is the share of requests that go wrong."""

    seed: int
    start: datetime
    lasts: timedelta
    asleep: Span
    closes_at: datetime
    an_hour: float
    burst: int
    faults: float = 0.05  # share of requests
    sources: Sequence[str] = tuple(sorted(PLACES))

    @property
    def end(self) -> datetime:
        """When it is over."""
        return self.start + self.lasts

    def chance(self, of: str) -> random.Random:
        """Chances of their own for each thing: what one draws changes nothing for another."""
        return random.Random(f"{self.seed}/{of}")

    def moments(self, of: str) -> list[datetime]:
        """When posts come at a place, to the second, in order, also while the machine sleeps."""
        chance, most_s = self.chance(f"{of}/posts"), self.lasts.total_seconds()
        count = round(self.an_hour * most_s / 3600)
        burst_s = chance.uniform(0, most_s - BURST_S)
        seconds = [chance.uniform(0, most_s) for _ in range(count)]
        seconds += [burst_s + chance.uniform(0, BURST_S) for _ in range(self.burst)]
        return [self.start + timedelta(seconds=int(s)) for s in sorted(seconds)]

    def timing(self, number: int) -> Timing:
        """That of the ``number``-th job: intervals, and lines that the changes of clocks touch."""
        hours = ",".join(str(hour) for hour in range(2, 24, 3))
        lines = [cron("10,40 * * * *", ZONE), cron(f"30 {hours} * * *", ZONE)]
        given: list[Timing] = [every("30m"), lines[0], every("45m"), every("1h"), lines[1]]
        return given[number % len(given)]


# At both changes Berlin's clocks turn at 01:00 UTC.
SPRING, AUTUMN = (datetime(2025, month, day, 1, tzinfo=UTC) for month, day in ((3, 30), (10, 26)))


def around(change: datetime, seed: int) -> Plan:
    """A whole day with a change of clocks a third in, and a night that is slept through."""
    start, lasts = change - timedelta(hours=8), timedelta(hours=24)
    night = change + timedelta(hours=3)
    return Plan(
        seed=seed,
        start=start,
        lasts=lasts,
        asleep=(night, night + timedelta(hours=8)),
        closes_at=change - timedelta(hours=2),
        an_hour=10.0,
        burst=300,
    )


def short(change: datetime, seed: int) -> Plan:
    """Little more than the change of clocks, the night and an hour after it."""
    night = change + timedelta(minutes=70)
    return Plan(
        seed=seed,
        start=change - timedelta(minutes=100),
        lasts=timedelta(hours=12),
        asleep=(night, night + timedelta(hours=8)),
        closes_at=change - timedelta(minutes=20),
        an_hour=5.0,
        burst=40,
        faults=0.1,
    )
