"""Windows of time in whole seconds, as sites count them that are asked from a second to another."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import floor

from groundswell.coverage import Coverage, Span, Status


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open, in whole seconds since 1970 UTC."""

    start: int
    end: int

    @property
    def is_one_second(self) -> bool:
        return self.end - self.start <= 1

    def halves(self) -> "tuple[Window, Window]":
        """The older and the newer half."""
        middle = (self.start + self.end) // 2
        return Window(self.start, middle), Window(middle, self.end)

    def covered(self, status: Status, reason: str | None = None, found: int = 0) -> Coverage:
        """What is known of this window; ``found`` counts items read, before the topic's rules."""
        start, end = (datetime.fromtimestamp(s, UTC) for s in (self.start, self.end))
        return Coverage(start=start, end=end, status=status, reason=reason, found=found)


def cut(span: Span, now: datetime, chunk_s: int) -> Iterator[Window]:
    """``span`` in windows of at most ``chunk_s`` seconds, newest first, never past ``now``."""
    start_s, end_s = floor(span[0].timestamp()), floor(min(span[1], now).timestamp())
    while start_s < end_s:
        begins_s = max(start_s, end_s - chunk_s)
        yield Window(begins_s, end_s)
        end_s = begins_s
