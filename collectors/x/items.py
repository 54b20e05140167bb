"""Posts of X as posts, from a search or a lookup; their ids are text everywhere (T-X-5)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from collectors._fields import at, count, distinct, items, text
from collectors._wire_json import write_json
from collectors.x.api import SOURCE
from groundswell.post import Hiding, Item, Missing, Post, Rejected
from groundswell.source import Page
from groundswell.text import http_links

_ID = re.compile(r"[0-9]{1,20}")
_URI = re.compile(r"https://x\.com/i/status/([0-9]{1,20})")
_PROTECTED = "not-authorized-for-resource"


def uri_of(number: str) -> str:
    """The stable address of a post."""
    return f"https://x.com/i/status/{number}"


def id_of(uri: str) -> str | None:
    """The id of the post at ``uri``; None for other addresses."""
    found = _URI.fullmatch(uri)
    return found[1] if found else None


def made(post: Any) -> datetime | None:
    """When a post was made, UTC; None when unreadable."""
    value = at(post, "created_at")
    try:
        found = datetime.fromisoformat(value if isinstance(value, str) else "")
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_page(page: Page) -> Iterator[Item]:
    """Each post of an answer; of those asked for by id and not given, that one is protected is
    hidden, and others are ``Missing``."""
    users = {at(user, "id"): user for user in items(at(page.body, "includes", "users"))}
    shown = set()
    for place, post in enumerate(items(at(page.body, "data")), start=1):
        item = _read(post, users, page, f"post {place}")
        shown.add(item.uri if isinstance(item, Post) else None)
        yield item
    protected = {
        text(at(error, "resource_id")) or text(at(error, "value"))
        for error in items(at(page.body, "errors"))
        if _PROTECTED in (text(at(error, "type")) or "")
    }
    for uri in page.context.get("uris", ()):
        if uri not in shown and id_of(uri) in protected:
            yield Hiding(source=SOURCE, uri=uri, seen_at=page.fetched_at, reason="protected")
        elif uri not in shown:
            yield Missing(source=SOURCE, uri=uri, seen_at=page.fetched_at)


def _read(post: Any, users: dict[Any, Any], page: Page, place: str) -> Post | Rejected:
    number, created = _id(at(post, "id")), made(post)
    said = text(at(post, "note_tweet", "text")) or text(at(post, "text"))
    if number is not None and created is not None and said is not None:
        return _post(post, number, created, said, users.get(at(post, "author_id")), page)
    name, why = (
        ("id", "it has no id")
        if number is None
        else ("created_at", "it has no readable time")
        if created is None
        else ("text", "it has no text")
    )
    return Rejected(
        source=SOURCE,
        reason=f"A post of X cannot be read: {why}.",
        raw=write_json(post),
        seen_at=page.fetched_at,
        field_name=name,
        url=page.url,
        place=place,
    )


def _post(post: Any, number: str, created: datetime, said: str, author: Any, page: Page) -> Post:
    root, counts = _id(at(post, "conversation_id")), at(post, "public_metrics")
    history = [one for one in items(at(post, "edit_history_tweet_ids")) if isinstance(one, str)]
    entities = [at(post, "entities"), at(post, "note_tweet", "entities")]
    return Post(
        source=SOURCE,
        uri=uri_of(number),
        url=uri_of(number),
        first_seen_at=page.fetched_at,
        text=said,
        author_id=_id(at(post, "author_id")),
        author=text(at(author, "username")),
        author_name=text(at(author, "name")),
        created_at=created,
        version=history[-1] if history else None,
        lang_declared=_lang(at(post, "lang")),
        reply_to=_referenced(post, "replied_to"),
        thread_root=uri_of(root) if root and root != number else None,
        quote_of=_referenced(post, "quoted"),
        links=http_links(_each(entities, "urls", "expanded_url")),
        tags=distinct(_each(entities, "hashtags", "tag")),
        mentions=distinct(_each(entities, "mentions", "username")),
        likes=count(at(counts, "like_count")),
        reposts=count(at(counts, "retweet_count")),
        replies=count(at(counts, "reply_count")),
        quotes=count(at(counts, "quote_count")),
        labels=("sensitive",) if at(post, "possibly_sensitive") is True else (),
        raw=write_json(post),
    )


def _id(value: Any) -> str | None:
    """An id as text: as a number it would lose its end on the way through other programs."""
    written = value if isinstance(value, str) else str(value) if type(value) is int else ""
    return written if _ID.fullmatch(written) else None


def _lang(value: Any) -> str | None:
    """X's own guess; "und", "qme" and the like say that there is none."""
    found = text(value)
    return found.partition("-")[0].lower() if found and not found.startswith(("und", "q")) else None


def _referenced(post: Any, kind: str) -> str | None:
    for one in items(at(post, "referenced_tweets")):
        if at(one, "type") == kind and (number := _id(at(one, "id"))):
            return uri_of(number)
    return None


def _each(entities: list[Any], kind: str, name: str) -> Iterator[str]:
    for group in entities:
        yield from (found for one in items(at(group, kind)) if (found := text(at(one, name))))
