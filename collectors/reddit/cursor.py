"""What is remembered of Reddit between runs: whose comments were opened, and how many they were."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from collectors._cursor import Remembered, read_back

FOLLOWED = timedelta(days=3)  # a talk goes on so long: until then its comments are looked at again
MOST_FOLLOWED = 1_000
MOST_DUE = 5_000


class Opened(BaseModel):
    """A submission: when it was made (UTC), and its number of comments when they were read last."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    made: AwareDatetime
    comments: int


class Cursor(Remembered):
    """By place, then by id: submissions whose comments are still to be read (``due``), and those
    that were read and may go on (``opened``)."""

    source: Literal["reddit"] = "reddit"
    due: dict[str, dict[str, Opened]] = {}
    opened: dict[str, dict[str, Opened]] = {}

    def moments(self) -> Iterator[datetime]:
        """See ``Remembered``."""
        for places in (self.due, self.opened):
            yield from (one.made for place in places.values() for one in place.values())

    def followed(self, place: str, now: datetime) -> dict[str, Opened]:
        """Those of ``place`` that were read and whose talk may still go on."""
        known = self.opened.get(place, {})
        return {number: one for number, one in known.items() if now - one.made <= FOLLOWED}

    def having_met(self, place: str, found: dict[str, Opened], now: datetime) -> "Cursor":
        """With submissions just found: what is below them is due, unless it was read or there is
        nothing yet. What a run notes here outlives it, whatever happens before they are opened."""
        known = self.followed(place, now)
        quiet = {number: one for number, one in found.items() if not one.comments}
        talks = {
            number: one
            for number, one in found.items()
            if one.comments and (number not in known or known[number].comments != one.comments)
        }
        due = _newest({**self.due.get(place, {}), **talks}, MOST_DUE)
        met = self.model_copy(update={"due": {**self.due, place: due}})
        return met.having_read(place, quiet, (), now)

    def having_read(
        self, place: str, opened: dict[str, Opened], refused: Iterable[str], now: datetime
    ) -> "Cursor":
        """With these read, and without those whose talk is over or which are not there any more."""
        done = {*opened, *refused}
        due = {number: one for number, one in self.due.get(place, {}).items() if number not in done}
        known = {**self.followed(place, now), **opened}
        young = {number: one for number, one in known.items() if now - one.made <= FOLLOWED}
        return self.model_copy(
            update={
                "due": {**self.due, place: due},
                "opened": {**self.opened, place: _newest(young, MOST_FOLLOWED)},
            }
        )


def _newest(known: dict[str, Opened], most: int) -> dict[str, Opened]:
    return {number: known[number] for number in sorted(known, key=lambda n: known[n].made)[-most:]}


def read_cursor(written: str | None, topic: str, now: datetime) -> Cursor:
    """The cursor in ``written``; an empty one for None. Raises ``StateError``."""
    what = f"reddit: what was remembered of the submissions of {topic!r}"
    return read_back(Cursor, written, what, now)
