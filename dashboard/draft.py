"""A topic as somebody types it: fields into a draft, and what is wrong with it into words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dashboard.words import source_name
from groundswell.authoring import Checked, Fault, check
from groundswell.errors import QueryError
from groundswell.query import Query, Search, parse

Draft = dict[str, Any]

OPTIONS = {
    "feeds": ("Addresses of feeds", "https://example.org/feed"),
    "instances": ("Servers", "mastodon.social"),
    "tags": ("Hashtags", "openai"),
    "sites": ("Sites of the network (else stackoverflow and ai)", "ai"),
    "subreddits": ("Subreddits (else all of Reddit)", "technology"),
    "videos": ("Videos (else the newest that a search finds)", "https://youtu.be/…"),
}
_FIELDS = {
    "title": "The title",
    "query": "The query",
    "since": "The beginning",
    "until": "The end",
    "targets": "The targets",
    "sources": "The sources",
}
_KINDS = {"phrase": '"{}"', "prefix": "{}*", "tag": "#{}", "handle": "@{}", "domain": "{}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The fields of the page as they are. ``options`` are the lines typed for each source and key;
    times are UTC, None is open."""

    title: str = ""
    query: str = ""
    targets: str = ""
    since: datetime | None = None
    until: datetime | None = None
    sources: Sequence[str] = ()
    options: Mapping[tuple[str, str], str] = field(default_factory=dict)


def draft(typed: Typed) -> Draft:
    """The keys and values of a topic file."""
    made: Draft = {
        "title": typed.title,
        "query": typed.query,
        "targets": targets(typed.targets),
        "sources": {source: _options(typed, source) for source in typed.sources},
    }
    times = {"since": typed.since, "until": typed.until}
    return made | {name: at for name, at in times.items() if at is not None}


def targets(text: str) -> list[dict[str, Any]]:
    """One a line: its name, and after a colon its other names with commas between."""
    found = []
    for line in lines(text):
        name, _, others = line.partition(":")
        aliases = [alias.strip() for alias in others.split(",")]
        found.append({"name": name.strip(), "aliases": [alias for alias in aliases if alias]})
    return found


def lines(text: str) -> list[str]:
    """The lines that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def looked_through(typed: Typed, known: Mapping[str, Mapping[str, Any]]) -> Checked:
    """The draft as it would be taken. ``known`` are the sources with the keys they cannot be
    without; a topic has one source at least."""
    made = draft(typed)
    checked = check(made)
    more = [] if typed.sources else [Fault(where=("sources",), sentence="are missing. Choose one.")]
    for source in typed.sources:
        for key in known.get(source, {}).get("required", ()):
            if not made["sources"][source].get(key):
                more.append(Fault(where=("sources", source, key), sentence="is missing."))
    faults = (*checked.faults, *more)
    return Checked(story=None if faults else checked.story, faults=faults)


def said(fault: Fault) -> str:
    """A fault as a sentence: ``Hashtags of Mastodon: is missing.`` What a query's caret points at
    is left out: it is shown beside the query."""
    first, *rest = fault.where
    sentence = fault.sentence.partition("\n")[0]
    if first == "sources" and len(rest) >= 2:
        label = OPTIONS.get(str(rest[1]), (str(rest[1]), ""))[0].partition(" (")[0]
        return f"{label} of {source_name(str(rest[0]))}: {sentence}"
    if first == "targets" and rest and isinstance(rest[0], int):
        return f"Target {rest[0] + 1} {sentence}"
    return f"{_FIELDS.get(str(first), str(first))} {sentence}"


def read_query(text: str) -> tuple[Query | None, str | None]:
    """The query, or where and why it cannot be read: some lines with a caret under the place.
    Neither for an empty text."""
    if not text.strip():
        return None, None
    try:
        return parse(text), None
    except QueryError as error:
        return None, str(error)


def search_words(search: Search) -> str:
    """One of the searches that a site is asked for, as one would type it."""
    return " ".join(_KINDS.get(term.kind, "{}").format(term.text) for term in search.terms)


def _options(typed: Typed, source: str) -> dict[str, list[str]]:
    return {
        key: lines(text)
        for (of, key), text in typed.options.items()
        if of == source and lines(text)
    }
