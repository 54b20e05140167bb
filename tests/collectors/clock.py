"""A clock that tests can read, and a sleep that takes no time."""

from datetime import UTC, datetime, timedelta

START = datetime(2025, 2, 1, 12, 0, tzinfo=UTC)


class Clock:
    """``sleep`` moves ``now`` on and remembers how long each wait was, in seconds."""

    def __init__(self, start: datetime = START) -> None:
        self.time = start
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += timedelta(seconds=seconds)
