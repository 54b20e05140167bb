"""What a Bluesky post view says, as a Post: pure, one view at a time, trusting nothing in it.

Measured in November 2026: ``createdAt`` is whatever the author's client wrote, ``indexedAt`` may
be the sort time, counts may be absent, and authors who opted out of being shown to strangers are
returned all the same, marked only by a label.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote as escaped

from collectors._fields import at, count, distinct, items, text
from collectors.bluesky.content import around, quote
from groundswell.post import Item, Post, Rejected

SOURCE = "bluesky"
OPTED_OUT = "no-unauthenticated"
MODERATED = ("!hide", "!takedown", "spam")
PROFILE = "https://bsky.app/profile"

_POST_URI = re.compile(r"at://(did:[a-z]+:[\w.:%-]+)/app\.bsky\.feed\.post/([\w.~:-]+)", re.ASCII)
_LANG = re.compile(r"[a-z]{2,3}", re.ASCII)


def read_post(view: Any, seen_at: datetime) -> Item:
    """The ``PostView`` as a Post, or a Rejected naming the field that makes it none.

    Authors who opted out (``!no-unauthenticated``) and posts that moderation removed come with
    ``withheld`` set and without text, author, links or raw answer: they may only be counted.
    """
    try:
        reason = withheld_for(view)
        if reason:
            return counted_only(view, seen_at, reason)
        return replace(_whole(view, seen_at), raw=_raw(view))
    except _Unreadable as error:
        return Rejected(
            source=SOURCE,
            reason=str(error),
            raw=_raw(view),
            seen_at=seen_at,
            field_name=error.field_name,
        )


def whole_post(view: Any, seen_at: datetime) -> Post | None:
    """The post with its text although it may be withheld, without the raw answer: for matching
    only, never to be kept. None when the view is not a post."""
    try:
        return _whole(view, seen_at)
    except _Unreadable:
        return None


def withheld_for(view: Any) -> str | None:
    """Why the words of this post may not be kept; None when they may."""
    on_author = _given_to(at(view, "author"))
    if f"!{OPTED_OUT}" in on_author:
        return OPTED_OUT
    moderated = [label for label in (*_given_to(view), *on_author) if label in MODERATED]
    return f"label {moderated[0]}" if moderated else None


def sort_time(view: Any) -> datetime | None:
    """The time by which Bluesky sorts and windows a post: the earlier of ``createdAt`` and
    ``indexedAt``, UTC. None when neither can be read."""
    times = (read_time(at(view, "record", "createdAt")), read_time(at(view, "indexedAt")))
    return min((time for time in times if time is not None), default=None)


def read_time(value: Any) -> datetime | None:
    """A written time with any offset as UTC (none written: UTC, as the AppView reads it). None
    when it is not a time at all or lies outside the years 1 to 9999."""
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value)
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


class _Unreadable(Exception):
    def __init__(self, field_name: str, why: str) -> None:
        super().__init__(f"{field_name} {why}")
        self.field_name = field_name


def counted_only(view: Any, seen_at: datetime, reason: str) -> Post:
    """The post of a view that is one, ``withheld`` for ``reason``: no more of it may be kept."""
    return Post(
        source=SOURCE,
        uri=_identity(view)[0],
        first_seen_at=seen_at,
        text="",
        created_at=read_time(at(view, "record", "createdAt")),
        indexed_at=read_time(at(view, "indexedAt")),
        version=text(at(view, "cid")),
        withheld=reason,
        **_counts(view),
    )


def _whole(view: Any, seen_at: datetime) -> Post:
    uri, did, rkey = _identity(view)
    record = at(view, "record")
    words = at(record, "text")
    if not isinstance(words, str):
        raise _Unreadable("record.text", "is not a text")
    handle = _handle(view)
    profile = escaped(handle or did, safe=":", errors="replace")
    return Post(
        source=SOURCE,
        uri=uri,
        first_seen_at=seen_at,
        text=words,
        url=f"{PROFILE}/{profile}/post/{rkey}",
        author_id=did,
        author=handle,
        author_name=text(at(view, "author", "displayName")),
        created_at=read_time(at(record, "createdAt")),
        indexed_at=read_time(at(view, "indexedAt")),
        version=text(at(view, "cid")),
        lang_declared=_language(at(record, "langs")),
        reply_to=_at_uri(at(record, "reply", "parent", "uri")),
        thread_root=_at_uri(at(record, "reply", "root", "uri")),
        labels=distinct([*_label_values(at(record, "labels", "values")), *_given_to(view)]),
        **_quoted(view),
        **around(view, words),
        **_counts(view),
    )


def _identity(view: Any) -> tuple[str, str, str]:
    uri = at(view, "uri")
    found = _POST_URI.fullmatch(uri) if isinstance(uri, str) else None
    if found is None:
        raise _Unreadable("uri", "is not the address of a post")
    if at(view, "author", "did") not in (None, found[1]):
        raise _Unreadable("author.did", "is not the owner of the post's address")
    return found[0], found[1], found[2]


def _handle(view: Any) -> str | None:
    """None also for ``handle.invalid``, the AppView's word for a handle that leads nowhere."""
    handle = text(at(view, "author", "handle"))
    return None if handle == "handle.invalid" else handle


def _language(langs: Any) -> str | None:
    first = next((tag for tag in items(langs) if isinstance(tag, str)), "")
    primary = first.replace("_", "-").split("-")[0].lower()
    return primary if _LANG.fullmatch(primary) else None


def _counts(view: Any) -> dict[str, Any]:
    names = ("likes", "reposts", "replies", "quotes")
    keys = ("likeCount", "repostCount", "replyCount", "quoteCount")
    return {name: count(at(view, key)) for name, key in zip(names, keys, strict=True)}


def _quoted(view: Any) -> dict[str, Any]:
    uri, shown = quote(view)
    if uri is None or not _POST_URI.fullmatch(uri):  # a list, a feed or a starter pack
        return {}
    words = None if withheld_for(shown) else text(at(shown, "value", "text"))
    return {"quote_of": uri, "quoted_text": words}


def _given_to(thing: Any) -> tuple[str, ...]:
    return tuple(_label_values(at(thing, "labels")))


def _label_values(labels: Any) -> Iterator[str]:
    for label in items(labels):
        value = at(label, "val")
        if isinstance(value, str) and at(label, "neg") is not True:
            yield value


def _raw(view: Any) -> bytes:
    """The view as received, in ASCII so that a lone surrogate stays storable."""
    return json.dumps(_without_withheld(view), separators=(",", ":")).encode("ascii")


def _without_withheld(value: Any) -> Any:
    """The answer without the words of withheld authors who are quoted anywhere inside it."""
    if isinstance(value, list):
        return [_without_withheld(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    if (reason := withheld_for(value)) is not None:
        return {"uri": value.get("uri"), "withheld": reason}
    return {key: _without_withheld(entry) for key, entry in value.items()}


def _at_uri(value: Any) -> str | None:
    return value if isinstance(value, str) and value.startswith("at://") else None
