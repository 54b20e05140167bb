"""What a topic is: a story's query, period, targets, events and sources, read from a TOML file."""

import logging
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StrictBool,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from groundswell.errors import QueryError, TopicError
from groundswell.query import Query, parse
from groundswell.resources import bundled
from groundswell.text import clean_text, http_links
from groundswell.topic_file import closest, complaints, read_toml, refusal

LINE_CAP_CHARS = 300
SLUG_RULE = "1 to 64 of a-z, 0-9 and -, and no name that Windows keeps for itself, such as con"

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_DEVICE = re.compile(r"con|prn|aux|nul|com\d|lpt\d")  # Windows keeps these, whatever the ending
_log = logging.getLogger(__name__)


def _line(text: str) -> str:
    line = " ".join(clean_text(text)[0].split())
    if not 1 <= len(line) <= LINE_CAP_CHARS:
        raise refusal(f"has {len(line)} characters. Write 1 to {LINE_CAP_CHARS}.")
    return line


def _address(text: str) -> str:
    links = http_links([text])
    if not links:
        raise refusal("is not a web address: {found}. Write it whole, from https:// on.")
    return links[0]


def _moment(value: object) -> datetime:
    """A date is its beginning in UTC; text in the same form is taken too."""
    not_a_date = refusal("is not a date: {found}. Write a date such as 2025-01-29.")
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        except ValueError:
            raise not_a_date from None
    if isinstance(value, datetime) and value.tzinfo is None:
        raise refusal("has no zone: {found}. Add Z for UTC, or an offset such as +01:00.")
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    raise not_a_date


def _query(value: object) -> Query:
    if isinstance(value, Query):
        return value
    if not isinstance(value, str):
        raise refusal("is not text: {found}. Put it in quotes, as in {example}.")
    try:
        return parse(value)
    except QueryError as error:
        raise refusal(f"cannot be read, {error}") from None


Line = Annotated[str, AfterValidator(_line)]
Address = Annotated[str, AfterValidator(_address)]
Moment = Annotated[datetime, BeforeValidator(_moment)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Target(_Table):
    """Who or what a stance is about. ``aliases`` are other names of it, as written in posts."""

    name: Line
    aliases: tuple[Line, ...] = ()


class Event(_Table):
    """A dated happening on the time axis. ``at`` is UTC, 00:00 where only the day is given."""

    at: Moment
    title: Line
    url: Address | None = None


class SourceOptions(_Table):
    """What one source needs beyond the query. Keys not known here are kept in ``model_extra`` for
    that source, unless they look like a slip of the pen."""

    model_config = ConfigDict(extra="allow")

    feeds: tuple[Address, ...] = ()
    instances: tuple[Line, ...] = ()
    tags: tuple[Line, ...] = ()
    sites: tuple[Line, ...] = ()  # of Stack Exchange, e.g. "ai"
    subreddits: tuple[Line, ...] = ()
    videos: tuple[Line, ...] = ()  # ids or addresses of YouTube videos

    @model_validator(mode="after")
    def _no_slip(self) -> "SourceOptions":
        for name in self.model_extra or {}:
            if meant := closest(name, SourceOptions.model_fields):
                raise refusal(f"has no key {name}. Did you mean {meant}?")
        return self


class Story(_Table):
    """What a topic file holds. ``since`` (inclusive) and ``until`` (exclusive) are UTC, None is
    open. ``sources`` are the sources to ask, by name. ``synthetic`` marks invented posts."""

    title: Line
    query: Annotated[Query, BeforeValidator(_query)]
    since: Moment | None = None
    until: Moment | None = None
    targets: tuple[Target, ...] = ()
    events: tuple[Event, ...] = ()
    sources: dict[str, SourceOptions] = {}
    synthetic: StrictBool = False

    @field_validator("until")
    @classmethod
    def _after_since(cls, until: datetime | None, info: ValidationInfo) -> datetime | None:
        since = info.data.get("since")
        if since and until and until <= since:
            raise refusal(f"must be later than since, which is {since:%Y-%m-%d %H:%M} UTC.")
        return until

    @field_validator("targets")
    @classmethod
    def _names_differ(cls, targets: tuple[Target, ...]) -> tuple[Target, ...]:
        names = [target.name.casefold() for target in targets]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise refusal(f"hold “{twice}” twice. Join the two into one.")
        return targets

    @field_validator("events")
    @classmethod
    def _in_order(cls, events: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple(sorted(events, key=lambda event: event.at))


class Topic(Story):
    """A story with its name. ``path`` is the file it was read from, None if there is none."""

    slug: str
    path: Path | None = None

    @property
    def target_names(self) -> tuple[str, ...]:
        """The names of its targets, in its own order."""
        return tuple(target.name for target in self.targets)


def is_slug(name: str) -> bool:
    """Whether ``name`` may name a topic, and with it a file: ``SLUG_RULE``."""
    return bool(_SLUG.fullmatch(name)) and not _DEVICE.fullmatch(name)


def known_keys() -> dict[str, list[str]]:
    """The keys of each table of a topic file; the outermost is named ""."""
    tables: dict[str, type[_Table]] = {"": Story, "targets": Target, "events": Event}
    return {name: list(table.model_fields) for name, table in tables.items()}


def load(path: Path) -> Topic:
    """The topic in the file ``path``; its slug is the file's name without the ending.

    Raises ``TopicError`` with a line for each thing wrong: file, line, what, and the mend.
    """
    if not is_slug(path.stem):
        raise TopicError(f"{path}: a topic's name is {SLUG_RULE}. Rename the file.")
    text, data = read_toml(path)
    try:
        story = Story.model_validate(data)
    except ValidationError as error:
        raise complaints(path, text, error, known_keys()) from None
    return Topic.model_validate({**dict(story), "slug": path.stem, "path": path})


def topics(home: Path) -> dict[str, Path]:
    """Slug and file of each topic: those in the home's ``topics`` folder, then the bundled ones
    that the home has not replaced. Files are not opened; one with a bad name is logged."""
    found: dict[str, Path] = {}
    for folder in (home / "topics", bundled("topics")):
        for path in sorted(folder.glob("[!.]*.toml")):
            if is_slug(path.stem):
                found.setdefault(path.stem, path)
            else:
                _log.warning("%s is left out: a topic's name is %s. Rename it.", path, SLUG_RULE)
    return found


def find(home: Path, slug: str) -> Topic:
    """The topic named ``slug``. Raises ``TopicError`` that lists the known ones, or as ``load``."""
    known = topics(home)
    if slug not in known:
        meant = closest(slug, known)
        hint = f" Did you mean {meant}?" if meant else ""
        listed = ", ".join(known) or "none"
        shown = clean_text(slug)[0][:LINE_CAP_CHARS]
        raise TopicError(
            f"There is no topic “{shown}”.{hint} Known: {listed}. "
            f"A new one is a file in {home / 'topics'}."
        )
    return load(known[slug])
