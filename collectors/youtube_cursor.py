"""What is remembered of YouTube between runs: the videos a search found, and unfinished reading."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from groundswell.errors import StateError

MOST_VIDEOS = 500  # of one topic; each costs a unit a run


class Unfinished(BaseModel):
    """Reading of one video that a budget, a limit or a fault ended: everything down to ``line``
    (UTC) was read, and ``token`` names the page that comes below it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: str
    line: AwareDatetime


class Cursor(BaseModel):
    """``found`` are videos found by search, newest search last, ``searched_at`` is when."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(ge=1, le=1)
    found: tuple[str, ...] = ()
    searched_at: AwareDatetime | None = None
    unfinished: dict[str, Unfinished] = {}

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


def read_cursor(written: str | None, topic: str) -> Cursor:
    """The cursor in ``written``; an empty one for None. Raises ``StateError``: without it found
    videos would be forgotten in silence."""
    try:
        return Cursor.model_validate_json(written) if written is not None else Cursor(version=1)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(step) for step in fault["loc"]) or "JSON"
        raise StateError(
            f"youtube: what was remembered of the videos of {topic!r} cannot be read ({where}: "
            f"{fault['msg']}). Nothing was fetched. Restore the home folder from a backup, or "
            "collect the topic into a new one with --home."
        ) from None
