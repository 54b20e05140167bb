"""What is remembered of YouTube between runs: the videos a search found, and unfinished reading."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from collectors._cursor import Remembered, read_back

MOST_VIDEOS = 500  # of one topic; each costs a unit a run


class Unfinished(BaseModel):
    """Reading of one video that a budget, a limit or a fault ended: everything down to ``line``
    (UTC) was read, and ``token`` names the page that comes below it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: str
    line: AwareDatetime


class Cursor(Remembered):
    """``found`` are videos found by search, newest search last, ``searched_at`` is when."""

    source: Literal["youtube"] = "youtube"
    found: tuple[str, ...] = ()
    searched_at: AwareDatetime | None = None
    unfinished: dict[str, Unfinished] = {}

    def moments(self) -> Iterator[datetime]:
        """See ``Remembered``."""
        yield from (left.line for left in self.unfinished.values())
        if self.searched_at is not None:
            yield self.searched_at

    def having_found(self, videos: tuple[str, ...], now: datetime) -> "Cursor":
        """With more videos, the newest of them if they are too many."""
        known = tuple(dict.fromkeys([*self.found, *videos]))[-MOST_VIDEOS:]
        return self.model_copy(update={"found": known, "searched_at": now})

    def at(self, video: str, line: datetime, token: str | None) -> "Cursor":
        """With a video read down to ``line``; None for ``token``: to its end."""
        rest = {name: left for name, left in self.unfinished.items() if name != video}
        if token is not None:
            rest[video] = Unfinished(token=token, line=line)
        return self.model_copy(update={"unfinished": rest})


def read_cursor(written: str | None, topic: str, now: datetime) -> Cursor:
    """The cursor in ``written``; an empty one for None. Raises ``StateError``: without it found
    videos would be forgotten in silence."""
    what = f"youtube: what was remembered of the videos of {topic!r}"
    return read_back(Cursor, written, what, now)
