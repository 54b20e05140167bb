"""Hits of Hacker News search, and items of its own interface, as posts, deletions and rejects."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from collectors._links import links_of
from collectors._wire_json import write_json
from groundswell.post import Deletion, Item, Missing, Post, Rejected
from groundswell.source import Page
from groundswell.text import html_to_text, http_links

SOURCE = "hackernews"
MOST_COUNT = 2**53

# What the site shows in place of a text that was taken away.
_GONE = {"[deleted]", "[dead]", "[flagged]", "[delayed]"}


class _Unreadable(Exception):
    """One field is not what the site documents."""

    def __init__(self, field_name: str, reason: str) -> None:
        super().__init__(reason)
        self.field_name = field_name


def uri_of(item_id: object) -> str:
    """The stable address of a story or comment."""
    return f"https://news.ycombinator.com/item?id={item_id}"


def read_hits(page: Page) -> Iterator[Item]:
    """Each hit of a page of search as a post, a deletion or a reject."""
    for place, hit in enumerate(page.body["hits"], start=1):
        yield _read(hit, page, f"hit {place}")


def id_of(uri: str) -> str:
    """The number in an address that ``uri_of`` made; digits, whatever the address is."""
    found = re.search(r"\bid=(\d{1,20})$", uri, re.ASCII)
    return found[1] if found else "0"


def read_item(page: Page) -> Iterator[Item]:
    """The one item of a page of the site's own interface. ``null`` is an item it does not know:
    neither deleted nor an error, only missing."""
    own = page.body["item"]
    if own is None:
        uri = page.context["uri"]
        yield Missing(source=SOURCE, uri=uri, seen_at=page.fetched_at)
        return
    if not isinstance(own, dict):
        yield _read(own, page, "item")
        return
    is_comment = own.get("type") == "comment"
    hit = {
        **own,
        "objectID": own.get("id"),
        "author": own.get("by"),
        "created_at_i": own.get("time"),
        "comment_text" if is_comment else "story_text": own.get("text"),
        "points": own.get("score"),
        "num_comments": own.get("descendants"),
        "parent_id": own.get("parent"),
    }
    yield _read(hit, page, "item")


def _read(hit: Any, page: Page, place: str) -> Item:
    try:
        if not isinstance(hit, dict):
            raise _Unreadable("", "a hit is not an object")
        return _item(hit, page)
    except _Unreadable as problem:
        return Rejected(
            source=SOURCE,
            reason=f"Hacker News: {problem}",
            raw=write_json(hit),
            seen_at=page.fetched_at,
            field_name=problem.field_name or None,
            url=page.url,
            place=place,
        )


def _item(hit: dict[str, Any], page: Page) -> Item:
    item_id = _id(hit.get("objectID"))
    if item_id is None:
        raise _Unreadable("objectID", "the item has no number")
    title, body = _title(hit), _markup(hit)
    text = "\n\n".join(part for part in (title, html_to_text(body or "")) if part)
    if hit.get("deleted") or hit.get("dead") or text in _GONE:
        reason = "dead" if hit.get("dead") else "deleted"
        return Deletion(source=SOURCE, uri=uri_of(item_id), seen_at=page.fetched_at, reason=reason)
    if not text:
        raise _Unreadable("title", "the item has neither title nor text")
    return _post(hit, item_id, text, body, page)


def _post(hit: dict[str, Any], item_id: str, text: str, body: str | None, page: Page) -> Post:
    parent, story = _id(hit.get("parent_id")), _id(hit.get("story_id"))
    author, address = _text(hit.get("author")), http_links([hit.get("url")])
    return Post(
        source=SOURCE,
        uri=uri_of(item_id),
        url=uri_of(item_id),
        first_seen_at=page.fetched_at,
        text=text,
        author_id=author,
        author=author,
        created_at=_created_at(hit),
        reply_to=uri_of(parent) if parent else None,
        thread_root=uri_of(story) if story and story != item_id else None,
        card_url=address[0] if address else None,
        links=tuple(dict.fromkeys([*address, *links_of(body)])),
        likes=_count(hit.get("points")),
        replies=_count(hit.get("num_comments")),
        raw=write_json({key: value for key, value in hit.items() if key != "_highlightResult"}),
    )


def _title(hit: dict[str, Any]) -> str | None:
    """Plain text already: "vector<int>" is meant as it stands."""
    return _text(hit.get("title"))


def _markup(hit: dict[str, Any]) -> str | None:
    return _text(hit.get("comment_text")) or _text(hit.get("story_text"))


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _id(value: Any) -> str | None:
    """An item number as text; it comes as text and as a number."""
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return text if text.isascii() and text.isdigit() and 0 < int(text[:20]) < MOST_COUNT else None


def _count(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < MOST_COUNT else None


def _created_at(hit: dict[str, Any]) -> datetime:
    """UTC. Raises when both forms are missing or absurd: the search is by this field."""
    seconds, written = hit.get("created_at_i"), hit.get("created_at")
    try:
        if isinstance(seconds, (int, float)) and not isinstance(seconds, bool):
            return datetime.fromtimestamp(seconds, UTC)
        moment = datetime.fromisoformat(written if isinstance(written, str) else "")
    except (ValueError, OverflowError, OSError):
        raise _Unreadable("created_at_i", "the item has no readable time") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
