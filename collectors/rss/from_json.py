"""JSON Feed, versions 1.0 and 1.1, which feedparser does not read."""

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from collectors._links import links_of
from collectors._wire_json import read_json, write_json
from collectors.rss.entry import (
    MOST_ENTRIES,
    Entry,
    Feed,
    NotAFeed,
    Unreadable,
    distinct,
    excerpt,
    plain,
    primary_lang,
    readable,
)
from groundswell.text import http_links

JSON_FEED = "https://jsonfeed.org/version/1.1"

_VERSION = "https://jsonfeed.org/version/"


class _Person(BaseModel):
    name: str | None = None


class _Item(BaseModel):
    """An item of https://www.jsonfeed.org/version/1.1/, as far as it is read."""

    id: str | int | float | None = None
    url: str | None = None
    external_url: str | None = None
    title: str | None = None
    summary: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    date_published: str | None = None
    date_modified: str | None = None
    author: _Person | None = None  # version 1.0
    authors: list[_Person] = []
    tags: list[str] = []
    language: str | None = None


def from_json(body: bytes) -> Feed:
    """The feed in ``body``; items that are not what the format says are told apart, not lost.

    Raises ``NotAFeed``.
    """
    try:
        value = read_json(body)
    except ValueError as error:
        raise NotAFeed(f"it is neither XML nor whole JSON ({error})") from None
    version = value.get("version") if isinstance(value, dict) else None
    if not isinstance(version, str) or not version.startswith(_VERSION):
        raise NotAFeed("it is JSON, but no JSON Feed")
    items, lang = value.get("items"), value.get("language")
    read = [_read(item, lang) for item in (items if isinstance(items, list) else [])[:MOST_ENTRIES]]
    return Feed(
        version="json",
        title=plain(value.get("title")),
        entries=tuple(entry for entry in read if isinstance(entry, Entry)),
        unreadable=tuple(entry for entry in read if isinstance(entry, Unreadable)),
    )


def _read(item: Any, feed_lang: Any) -> Entry | Unreadable:
    try:
        return _entry(_Item.model_validate(item), feed_lang)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(step) for step in fault["loc"]) or "item"
        return Unreadable(reason=f"{where}: {fault['msg']}", raw=write_json(item).decode())


def _entry(item: _Item, feed_lang: Any) -> Entry:
    full = plain(item.content_text) or readable(item.content_html, "text/html")
    text, is_excerpt = (plain(item.summary), False) if item.summary else excerpt(full)
    people = [*item.authors, *([item.author] if item.author else [])]
    return Entry(
        guid=plain(str(item.id)) if item.id is not None else None,
        link=plain(item.url) or plain(item.external_url),
        title=readable(item.title, "text/plain"),
        text=text,
        excerpt=is_excerpt,
        author=next((plain(person.name) for person in people if person.name), None),
        published=_moment(item.date_published),
        updated=_moment(item.date_modified),
        lang=primary_lang(item.language or feed_lang),
        tags=distinct(item.tags),
        links=http_links([item.url, item.external_url, *links_of(item.content_html)]),
    )


def _moment(value: str | None) -> datetime | None:
    """UTC; a time without a zone is read as UTC, as feedparser does."""
    try:
        moment = datetime.fromisoformat(value or "")
        naive = moment.tzinfo is None
        return moment.replace(tzinfo=UTC) if naive else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
