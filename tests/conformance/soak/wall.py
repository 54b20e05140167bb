"""The clock of a simulated day, which stands still while the machine sleeps and then has jumped."""

from datetime import datetime, timedelta

from groundswell.coverage import Span
from tests.collectors.clock import Clock


class Wall(Clock):
    """Waits take no time. Whoever waits into ``asleep`` wakes at its end, and waits on from there,
    as a monotonic wait does."""

    def __init__(self, start: datetime, asleep: Span) -> None:
        super().__init__(start)
        self._asleep = asleep

    def pass_by(self, seconds: float) -> None:
        """Time goes by."""
        begun, self.time = self.time, self.time + timedelta(seconds=seconds)
        if begun < self._asleep[0] <= self.time:
            self.time += self._asleep[1] - self._asleep[0]

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.pass_by(seconds)
