"""What is remembered of Reddit between runs: whose comments were opened, and how many they were."""

from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from groundswell.errors import StateError

FOLLOWED = timedelta(days=3)  # a talk goes on so long: until then its comments are looked at again
MOST_FOLLOWED = 1_000


class Opened(BaseModel):
    """A submission: when it was made (UTC), and its number of comments when they were read last."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    made: AwareDatetime
    comments: int


class Cursor(BaseModel):
    """``opened`` are submissions by their ids, of each place that is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(ge=1, le=1)
    opened: dict[str, dict[str, Opened]] = {}

    def followed(self, place: str, now: datetime) -> dict[str, Opened]:
        """Those of ``place`` whose talk may still go on."""
        known = self.opened.get(place, {})
        return {number: one for number, one in known.items() if now - one.made <= FOLLOWED}

    def having_opened(self, place: str, more: dict[str, Opened], now: datetime) -> "Cursor":
        """With these read, and without those whose talk is over; the newest if too many."""
        known = {**self.followed(place, now), **more}
        newest = sorted(known, key=lambda number: known[number].made)[-MOST_FOLLOWED:]
        kept = {number: known[number] for number in newest if now - known[number].made <= FOLLOWED}
        return self.model_copy(update={"opened": {**self.opened, place: kept}})


def read_cursor(written: str | None, topic: str) -> Cursor:
    """The cursor in ``written``; an empty one for None. Raises ``StateError``."""
    try:
        return Cursor.model_validate_json(written) if written is not None else Cursor(version=1)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(step) for step in fault["loc"]) or "JSON"
        raise StateError(
            f"reddit: what was remembered of the submissions of {topic!r} cannot be read ({where}: "
            f"{fault['msg']}). Nothing was fetched. Restore the home folder from a backup, or "
            "collect the topic into a new one with --home."
        ) from None
