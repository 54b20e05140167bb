"""The text of a topic file: written from a story, and changed event by event with all else kept.

tomlkit writes what is new. Where a change goes is found by lines: of a whole file tomlkit moves the
comments between two tables, and files that part their events, to another place.
"""

import re
import tomllib
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

import tomlkit
from tomlkit.items import Array

from groundswell.errors import TopicError
from groundswell.toml_lines import end_of, line_of
from groundswell.topic import Event, SourceOptions, Story

_HEADER = re.compile(r"\s*\[\[\s*(?:events|\"events\"|'events')\s*\]\]")
_BY_HAND = "This file is written in a way that cannot be changed here. Change it in an editor."


def new_text(story: Story, query: str) -> str:
    """A topic file that reads back as ``story``. ``query`` is how its query was typed.
    ``synthetic`` is left out: nobody makes up a topic of such posts by hand."""
    document = tomlkit.document()
    document.add("title", tomlkit.item(story.title))
    document.add("query", _query(query))
    for name in ("since", "until"):
        if (at := getattr(story, name)) is not None:
            document.add(name, tomlkit.item(_date(at)))
    parts = [tomlkit.dumps(document)]
    parts += [
        _block("targets", {"name": t.name, "aliases": list(t.aliases)}) for t in story.targets
    ]
    parts += [_block("events", _said(event)) for event in story.events]
    parts += [_source(name, options) for name, options in story.sources.items()]
    return "\n".join(parts)


def with_event(text: str, event: Event) -> str:
    """``text`` with one event more, after those before it. Raises ``TopicError`` where it cannot be
    written without changing anything else; so do all below."""
    said = _events(text)
    if said and not _in_blocks(text):
        return _in_list(text, lambda events: events.append(_inline(event)))
    block = _block("events", _said(event)).splitlines()
    before = [place for place, one in enumerate(said) if one.at <= event.at]
    if not said:
        if "events" in tomllib.loads(text):  # an empty list
            return _in_list(text, lambda events: events.append(_inline(event)))
        return _joined(_trimmed(text.split("\n")), ["", *block, ""])
    lines = text.split("\n")
    neighbour = before[-1] if before else len(said) - 1
    start, end = _span(text, neighbour)
    is_airy = not "".join(lines[end : end + 1]).strip()
    if neighbour == len(said) - 1:  # no event follows that would say how events are parted
        is_airy = is_airy or not lines[start - 1].strip()
    return _joined(lines[:end], [""] * is_airy, block, lines[end:])


def with_changed_event(text: str, old: Event, new: Event) -> str:
    """``text`` with ``new`` where ``old`` was; what of it did not change stays as it is written."""
    place = _place(text, old)
    if not _in_blocks(text):
        return _in_list(text, lambda events: _change(events[place], old, new))
    start, end = _span(text, place)
    lines = text.split("\n")
    block = tomlkit.parse("\n".join([*lines[start:end], ""]))
    events: Any = block["events"]
    _change(events[0], old, new)
    return _joined(lines[:start], block.as_string().split("\n")[:-1], lines[end:])


def without_event(text: str, event: Event) -> str:
    """``text`` without ``event``; comments on lines of their own stay."""
    place = _place(text, event)
    if not _in_blocks(text):
        return _in_list(text, lambda events: events.pop(place))
    start, end = _span(text, place)
    lines = text.split("\n")
    gone = lines[start:end]
    keys = len(tomllib.loads(text)["events"][place])
    comments = [line for line in gone if line.lstrip().startswith("#")]
    told = [line for line in gone if line.strip() and line not in comments]
    if len(told) != 1 + keys:  # a text of several lines, in which # is no comment
        comments = []
    before, after = lines[:start], lines[end:]
    if not comments and (not before or not before[-1].strip()):
        while len(after) > 1 and not after[0].strip():
            after = after[1:]
    return _joined(before, comments, after)


def is_only_changed_in_events(before: str, after: str, events: Iterable[Event]) -> bool:
    """Whether ``after`` is a topic file that says what ``before`` does, but has ``events``."""
    try:
        old, new = tomllib.loads(before), tomllib.loads(after)
    except ValueError:
        return False
    old.pop("events", None)
    found = new.pop("events", [])
    wanted = sorted(events, key=_order)
    return old == new and sorted((_event(one) for one in found), key=_order) == wanted


def _events(text: str) -> list[Event]:
    """In the order of the file."""
    return [_event(one) for one in tomllib.loads(text).get("events", [])]


def _event(said: Any) -> Event:
    return Event.model_validate(said)


def _order(event: Event) -> tuple[datetime, str, str]:
    return event.at, event.title, event.url or ""


def _place(text: str, event: Event) -> int:
    found = _events(text)
    if event not in found:
        raise TopicError("That event is not in the file any more. Open the list again.")
    return found.index(event)


def _in_blocks(text: str) -> bool:
    """Whether each event has a header of its own, rather than all being one list: TOML lets nobody
    mix the two, so the first speaks for all."""
    return bool(_HEADER.match(text.split("\n")[line_of(text, ("events", 0)) - 1]))


def _span(text: str, place: int) -> tuple[int, int]:
    """The lines of an event, half open, from 0: its header to its last key."""
    return line_of(text, ("events", place)) - 1, end_of(text, ("events", place))


def _change(table: Any, old: Event, new: Event) -> None:
    for name, value in _said(new).items():
        if getattr(old, name) != getattr(new, name):
            table[name] = value
    if new.url is None and old.url is not None:
        table.remove("url")


def _in_list(text: str, change: Any) -> str:
    document = tomlkit.parse(text)
    events = document["events"]
    if not isinstance(events, Array):
        raise TopicError(_BY_HAND)
    change(events)
    return document.as_string()


def _inline(event: Event) -> Any:
    table = tomlkit.inline_table()
    table.update(_said(event))
    return table


def _said(event: Event) -> dict[str, Any]:
    said = {"at": _date(event.at), "title": event.title}
    return said | ({"url": event.url} if event.url else {})


def _block(name: str, said: dict[str, Any]) -> str:
    table = tomlkit.table()
    for key, value in said.items():
        if value != []:
            table.add(key, value)
    tables = tomlkit.aot()
    tables.append(table)
    document = tomlkit.document()
    document.add(name, tables)
    return tomlkit.dumps(document)


def _source(name: str, options: SourceOptions) -> str:
    table = tomlkit.table()
    for key, value in options.model_dump(exclude_unset=True).items():
        table.add(key, list(value) if isinstance(value, tuple) else value)
    document = tomlkit.document()
    outer = tomlkit.table(is_super_table=True)
    outer.add(name, table)
    document.add("sources", outer)
    return tomlkit.dumps(document)


def _query(query: str) -> Any:
    """In single quotes where it can be: a query has double ones of its own."""
    line = " ".join(query.split())
    is_plain = line.isprintable() and "'" not in line
    return tomlkit.string(line, literal=is_plain and '"' in line)


def _date(at: datetime) -> date | datetime:
    """A day where it is its beginning in UTC."""
    utc = at.astimezone(UTC)
    return utc.date() if utc.timetz() == time(tzinfo=UTC) else utc


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def _joined(*parts: list[str]) -> str:
    return "\n".join(line for part in parts for line in part)
