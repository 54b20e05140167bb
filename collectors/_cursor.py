"""What a source remembers between runs, as JSON: read back whole, or refused aloud.

Starting again from nothing, or from a moment that has not been yet, would leave a gap nobody sees.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from groundswell.errors import StateError

TOLERANCE = timedelta(minutes=10)  # clocks differ; by more than this a run is refused anyway
MEND = "Restore the home folder from a backup, or collect the topic into a new one with --home."


class Remembered(BaseModel):
    """A cursor. Every kind has fields of its own and a ``source``, so that none is taken for
    another's; cursors from before ``source`` was kept lack it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(ge=1, le=1)

    def moments(self) -> Iterable[datetime]:
        """Times that lay in the past when it was written."""
        return ()


Kind = TypeVar("Kind", bound=Remembered)


def read_back(kind: type[Kind], written: str | None, what: str, now: datetime) -> Kind:
    """The cursor in ``written``; an empty one for None. ``what`` it tells of begins the sentence
    when it cannot be trusted. Raises ``StateError``."""
    if written is None:
        return kind(version=1)
    try:
        cursor = kind.model_validate_json(written)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(step) for step in fault["loc"]) or "JSON"
        raise StateError(
            f"{what} cannot be read ({where}: {fault['msg']}). Nothing was fetched. {MEND}"
        ) from None
    refuse_future(max(cursor.moments(), default=None), what, now)
    return cursor


def refuse_future(latest: datetime | None, what: str, now: datetime) -> None:
    """Raises ``StateError`` for a ``latest`` moment remembered that has not been yet."""
    if latest is not None and latest > now + TOLERANCE:
        raise StateError(
            f"{what} is from the future ({latest:%Y-%m-%d %H:%M} UTC), so this machine's clock is "
            "wrong now or was then. Nothing was fetched. Set the clock; if it is right, the next "
            f"run after that time goes on by itself. To go on now: {MEND[0].lower()}{MEND[1:]}"
        )
