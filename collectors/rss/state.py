"""What is remembered of each feed between runs: the cursor of the rss source, as JSON."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from collectors._cursor import Remembered, read_back
from collectors._redact import redact
from collectors.rss.entry import Entry

INTERVAL_S = 1800  # between two polls of one feed, unless it overflowed
SHORTEST_INTERVAL_S = 900  # feeds ask for no more than four polls an hour
LONGEST_WAIT = timedelta(days=1, hours=1)  # a later "not before" comes from a wrong clock
MOST_NEWEST = 50
_LONGEST_HEADER = 1000


class FeedState(BaseModel):
    """One feed. ``newest`` are hashes of the entries last seen; ``gone`` is why it is not asked
    any more; ``failed`` how the last poll failed, None if it did not; ``moved_to`` where a 301
    led. Times are UTC."""

    model_config = ConfigDict(extra="forbid")

    etag: str | None = None
    modified: str | None = None
    moved_to: str | None = None
    gone: str | None = None
    failed: str | None = None
    polled_at: AwareDatetime | None = None  # the last time it was read
    not_before: AwareDatetime | None = None
    interval_s: int = Field(default=INTERVAL_S, ge=SHORTEST_INTERVAL_S)
    newest: tuple[str, ...] = ()

    def may_ask(self, now: datetime) -> bool:
        """Whether it is polite to ask again; of one that is gone only the memory is asked."""
        if self.gone is not None:
            return True
        waits = self.not_before is not None and now < self.not_before <= now + LONGEST_WAIT
        return not waits

    def overflowed(self, entries: Iterable[Entry]) -> bool:
        """Whether nothing that was seen last time is left: entries came and went unseen."""
        marks = {mark(entry) for entry in entries}
        return bool(self.newest and marks) and marks.isdisjoint(self.newest)

    def polled(self, now: datetime, **news: object) -> "FeedState":
        """After the feed was read, or said that nothing is new."""
        return self.model_copy(update={"polled_at": now, "gone": None, "failed": None, **news})


class Cursor(Remembered):
    """The states of all feeds of a topic, by the key of the feed."""

    source: Literal["rss"] = "rss"
    version: int = Field(default=1, ge=1, le=1)
    feeds: dict[str, FeedState] = {}


def read_cursor(text: str | None, topic: str, now: datetime) -> Cursor:
    """The cursor in ``text``; an empty one for None. Raises ``StateError``: starting again from
    nothing would hide a gap."""
    return read_back(Cursor, text, f"rss: what was remembered of the feeds of {topic!r}", now)


def key_of(url: str) -> str:
    """The name of a feed in every table: its address, secrets cut out, still one of a kind."""
    shown = redact(url)
    return shown if shown == url else f"{shown}~{hashlib.sha256(url.encode()).hexdigest()[:8]}"


def mark(entry: Entry) -> str:
    """A short hash that tells an entry from its neighbours between two polls."""
    return hashlib.sha256((entry.guid or entry.link or fingerprint(entry)).encode()).hexdigest()[
        :12
    ]


def fingerprint(entry: Entry) -> str:
    """A hash of title, link and date, for entries without an id of their own."""
    date = entry.published or entry.updated
    parts = (entry.title or entry.text, entry.link, date.isoformat() if date else None)
    return hashlib.sha256("\n".join(part or "" for part in parts).encode()).hexdigest()[:16]


def kept_header(value: str | None) -> str | None:
    """A validator to send back, None if there is none or it is too long to be one."""
    return value if value and len(value) <= _LONGEST_HEADER else None
