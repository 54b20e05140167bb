"""When the live stream must run, and how long to wait after it ended by itself."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from groundswell.errors import TopicError
from groundswell.topic import Topic, load, topics

SOURCE = "jetstream"  # a topic that names it asks for the stream
TROUBLE_AFTER = 5  # ends in a row
HEALTHY_S = 600.0  # of life: what ends later than this begins a new row
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 300.0

Wish: TypeAlias = tuple[tuple[str, int], ...]  # slug and time of change of each topic that asks


class Wishes:
    """Which topics of a home ask for the stream; files that did not change are not read again."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._read: dict[Path, tuple[int, Topic | None]] = {}

    def now(self, moment: datetime) -> Wish:
        """The topics that ask for the stream at ``moment``; empty: none does. A topic whose period
        is over asks for nothing, one that cannot be read neither: the pages say so."""
        asking = []
        for slug, path in topics(self._home).items():
            changed_ns, topic = self._topic(path)
            open_still = topic and (topic.until or datetime.max.replace(tzinfo=UTC)) > moment
            if topic and open_still and SOURCE in topic.sources:
                asking.append((slug, changed_ns))
        return tuple(asking)

    def _topic(self, path: Path) -> tuple[int, Topic | None]:
        try:
            changed_ns = path.stat().st_mtime_ns
        except FileNotFoundError:  # taken away since the folder was listed
            return 0, None
        if path not in self._read or self._read[path][0] != changed_ns:
            try:
                self._read[path] = (changed_ns, load(path))
            except TopicError:
                self._read[path] = (changed_ns, None)
        return self._read[path]


class Comeback:
    """Counts the ends of the stream that nobody asked for, by a clock that only rises."""

    def __init__(self) -> None:
        self.ends = 0
        self._not_before_s = float("-inf")

    def ended(self, lived_s: float, now_s: float) -> None:
        """Notes an end: the pause doubles with each in a row, up to ``LONGEST_PAUSE_S``."""
        self.ends = 1 if lived_s >= HEALTHY_S else self.ends + 1
        doublings = min(self.ends - 1, 10)
        self._not_before_s = now_s + min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**doublings)

    def wait_s(self, now_s: float) -> float:
        """Seconds to wait before the next start, 0 when it may come."""
        return max(0.0, self._not_before_s - now_s)

    @property
    def is_trouble(self) -> bool:
        """Whether it ended so often in a row that a person should look."""
        return self.ends >= TROUBLE_AFTER
