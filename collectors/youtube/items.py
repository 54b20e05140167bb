"""Comments of YouTube as posts, from threads and from lists, and what is missing of those asked."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from collectors._fields import at, count, items, text
from collectors._wire_json import write_json
from collectors.youtube.api import SOURCE
from groundswell.errors import TopicError
from groundswell.post import Item, Missing, Post, Rejected
from groundswell.source import Page
from groundswell.text import html_to_text, http_links

_ID = re.compile(r"[\w-]{1,64}")
_COMMENT = re.compile(r"[\w.-]{1,128}")
_IN_PATH = ("shorts", "live", "embed", "v")
_LINK = re.compile(r"https?://[^\s<>\"]{1,2000}")


def uri_of(video: str, comment: str) -> str:
    """The stable address of a comment; its id is the key."""
    return f"https://www.youtube.com/watch?v={video}&lc={comment}"


def comment_of(uri: str) -> str | None:
    """The id of the comment at ``uri``; None when it is no address of a comment."""
    found = parse_qs(urlsplit(uri).query).get("lc", [""])[0]
    return found if _COMMENT.fullmatch(found) else None


def video_of(written: str) -> str:
    """The id of a video from an id or any of its addresses. Raises ``TopicError``."""
    found = written.strip()
    if "/" in found:
        parts = urlsplit(found if "://" in found else f"https://{found}")
        steps = [step for step in parts.path.split("/") if step]
        found = parse_qs(parts.query).get("v", [""])[0]
        if not found and steps and (parts.hostname or "").endswith("youtu.be"):
            found = steps[0]
        elif not found and len(steps) == 2 and steps[0] in _IN_PATH:
            found = steps[1]
    if not _ID.fullmatch(found):
        raise TopicError(
            f"“{written}” is not a YouTube video. Write its id, as in dQw4w9WgXcQ, or its address."
        )
    return found


def read_page(page: Page) -> Iterator[Item]:
    """Comments of one page of threads or comments; what was asked for by id and not given is
    ``Missing``."""
    shown: set[str] = set()
    for place, item in enumerate(items(at(page.body, "items")), start=1):
        for comment, replies in _comments(item):
            found = _read(comment, replies, page, f"item {place}")
            if isinstance(found, Post):
                shown.add(found.uri)
            yield found
    for uri in page.context.get("uris", {}).values():
        if uri not in shown:
            yield Missing(source=SOURCE, uri=uri, seen_at=page.fetched_at)


def replies_wanting(thread: Any) -> str | None:
    """The id of a thread that has more replies than it shows; None when they are all there."""
    shown = len(items(at(thread, "replies", "comments")))
    total = count(at(thread, "snippet", "totalReplyCount")) or 0
    return text(at(thread, "snippet", "topLevelComment", "id")) if total > shown else None


def newest_of(thread: Any) -> datetime | None:
    """When a thread was begun or, if later, last answered as far as it shows; UTC, None when
    unreadable."""
    shown = [at(thread, "snippet", "topLevelComment"), *items(at(thread, "replies", "comments"))]
    times = [moment(at(comment, "snippet", "publishedAt")) for comment in shown]
    return max((time for time in times if time is not None), default=None)


def begun(thread: Any) -> datetime | None:
    """When a thread was begun, UTC; None when unreadable."""
    return moment(at(thread, "snippet", "topLevelComment", "snippet", "publishedAt"))


def moment(value: Any) -> datetime | None:
    """The moment an RFC 3339 time names, UTC; None for anything else."""
    try:
        found = datetime.fromisoformat(value if isinstance(value, str) else "")
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _comments(item: Any) -> Iterator[tuple[Any, int | None]]:
    """Each comment of a thread, or the one of a list, with how many replies it has (None: not
    said)."""
    top = at(item, "snippet", "topLevelComment")
    if top is None:
        yield item, None
        return
    yield top, count(at(item, "snippet", "totalReplyCount"))
    for reply in items(at(item, "replies", "comments")):
        yield reply, None


def _read(comment: Any, replies: int | None, page: Page, place: str) -> Item:
    own = at(comment, "snippet")
    number, created = text(at(comment, "id")), moment(at(own, "publishedAt"))
    said = _text(own)
    wrong = (
        ("id", "it has no id")
        if number is None or not _COMMENT.fullmatch(number)
        else ("publishedAt", "it has no readable time")
        if created is None
        else ("textOriginal", "it has no text")
        if not said
        else None
    )
    if wrong or number is None or created is None:
        return Rejected(
            source=SOURCE,
            reason=f"A YouTube comment cannot be read: {wrong[1] if wrong else 'it is none'}.",
            raw=write_json(comment),
            seen_at=page.fetched_at,
            field_name=wrong[0] if wrong else None,
            url=page.url,
            place=place,
        )
    return _post(comment, number, created, said, replies, page)


def _post(
    comment: Any, number: str, created: datetime, said: str, replies: int | None, page: Page
) -> Post:
    own = at(comment, "snippet")
    video = page.instance or text(at(own, "videoId")) or "unknown"
    uri = page.context.get("uris", {}).get(number) or uri_of(video, number)
    parent = text(at(own, "parentId"))
    edited = moment(at(own, "updatedAt"))
    author = text(at(own, "authorDisplayName"))
    return Post(
        source=SOURCE,
        uri=uri,
        url=uri,
        instance=parse_qs(urlsplit(uri).query).get("v", [None])[0],
        first_seen_at=page.fetched_at,
        text=said,
        author_id=text(at(own, "authorChannelId", "value")) or author,
        author=author,
        author_name=author,
        created_at=created,
        version=edited.isoformat() if edited else None,
        edited_at=edited if edited and edited != created else None,
        reply_to=uri_of(video, parent) if parent else None,
        thread_root=uri_of(video, parent) if parent else None,
        links=http_links(_LINK.findall(said)),
        likes=count(at(own, "likeCount")),
        replies=replies,
        raw=write_json(comment),
    )


def _text(own: Any) -> str:
    """As typed; ``textDisplay`` is HTML (T-YT-2)."""
    return (
        text(at(own, "textOriginal")) or html_to_text(text(at(own, "textDisplay")) or "")
    ).strip()
