"""Posts of Discourse as posts, deletions, hidden ones and rejects."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from collectors._fields import at, count, items, text
from collectors._set_aside import context_text
from collectors._wire_json import write_json
from collectors.discourse.cooked import Cooked, read_cooked
from collectors.discourse.forum import SOURCE
from groundswell.post import Deletion, Hiding, Item, Missing, Post, Rejected
from groundswell.source import Page

MOST_NUMBER = 2**53

_REGULAR = (
    1  # post_type; 2 is a moderator's action, 3 a small one ("closed this topic"), 4 a whisper
)
_LIKE = 2  # id of likes in actions_summary


class _Unreadable(Exception):
    """One field is not what the forum's software gives."""

    def __init__(self, field_name: str, reason: str) -> None:
        super().__init__(reason)
        self.field_name = field_name


def uri_of(base: str, post_id: object) -> str:
    """The stable address of a post, which stays when it moves to another topic."""
    return f"{base}/p/{post_id}"


def post_number(item: Any, name: str) -> int | None:
    """A whole number from 1 on, None for anything else."""
    number = count(item.get(name)) if isinstance(item, dict) else None
    return number if number and number < MOST_NUMBER else None


def is_said_by_nobody(item: Any) -> bool:
    """Whether a post is the software's own: a small action, or a post of the system."""
    if not isinstance(item, dict):
        return False
    user = item.get("user_id")
    is_system = isinstance(user, int) and user <= 0
    return is_system or item.get("post_type", _REGULAR) != _REGULAR


def read_page(page: Page) -> Iterator[Item]:
    """Each post of a page; then those that were asked for and are not there."""
    for place, item in enumerate(items(at(page.body, "post_stream", "posts")), start=1):
        try:
            read = _read(item, page)
            yield read
            if page.context.get("was_known") and isinstance(read, Post):
                yield _shown(read, page)
        except _Unreadable as problem:
            yield Rejected(
                source=SOURCE,
                reason=f"Discourse: {problem}",
                raw=write_json(item),
                seen_at=page.fetched_at,
                field_name=problem.field_name or None,
                url=page.url,
                place=f"post {place}",
                context=_context(item, page),
            )
    for uri in page.context.get("missing", ()):
        yield Missing(source=SOURCE, uri=uri, seen_at=page.fetched_at)
    for uri in page.context.get("gone", ()):
        yield Deletion(source=SOURCE, uri=uri, seen_at=page.fetched_at)


def topic_of(body: dict[str, Any], posts: list[Any]) -> dict[str, Any]:
    """What a post needs to know of its topic, and of its other ``posts`` as far as they were met:
    their ids by their numbers, which replies and quotes go by."""
    tags = [tag if isinstance(tag, str) else at(tag, "name") for tag in items(body.get("tags"))]
    numbers = {post_number(post, "post_number"): post_number(post, "id") for post in posts}
    return {
        "title": text(body.get("title")),
        "slug": text(body.get("slug")),
        "tags": tags,
        "ids": {str(number): own for number, own in numbers.items() if number and own},
    }


def topic_in_raw(raw: bytes) -> dict[str, Any]:
    """The same of a stored post, as far as it was kept with it; empty when it was not."""
    kept = at(json.loads(raw), "groundswell") if raw else None
    return kept if isinstance(kept, dict) else {}


def _read(item: Any, page: Page) -> Item:
    if not isinstance(item, dict):
        raise _Unreadable("", "a post is not an object")
    post_id = post_number(item, "id")
    if post_id is None:
        raise _Unreadable("id", "the post has no number")
    uri = uri_of(page.context["base"], post_id)
    if item.get("deleted_at") or item.get("user_deleted") is True:
        reason = "withdrawn by its author" if item.get("user_deleted") is True else "deleted"
        return Deletion(source=SOURCE, uri=uri, seen_at=page.fetched_at, reason=reason)
    if item.get("hidden") is True or item.get("cooked_hidden") is True:
        return Hiding(source=SOURCE, uri=uri, seen_at=page.fetched_at, reason="hidden by its forum")
    return _post(item, uri, page)


def _shown(post: Post, page: Page) -> Hiding:
    """That a forum shows a post: one that it hid for a time is to be seen again."""
    seen_at, reason = page.fetched_at, "shown by its forum"
    return Hiding(source=SOURCE, uri=post.uri, seen_at=seen_at, reason=reason, lifted=True)


def _post(item: dict[str, Any], uri: str, page: Page) -> Post:
    topic, cooked = page.context["topic"], _cooked(item)
    is_first = item.get("post_number") == 1
    title = topic.get("title") if is_first else None  # plain text already
    words = "\n\n".join(part for part in (title, cooked.text) if part)
    if not words and not (cooked.quoted_text or cooked.card_text or cooked.alt_text):
        raise _Unreadable("cooked", "the post has no text")
    edits, user = count(item.get("version")), count(item.get("user_id"))
    is_edited = edits is not None and edits > 1
    return Post(
        source=SOURCE,
        uri=uri,
        url=_url(item, topic, page),
        instance=page.instance,
        first_seen_at=page.fetched_at,
        text=words,
        author_id=f"{page.instance}/{user}" if user else None,
        author=text(item.get("username")),
        author_name=text(item.get("name")) or text(item.get("display_username")),
        created_at=_moment(item, "created_at"),
        version=str(edits) if is_edited else None,
        edited_at=_moment(item, "updated_at") if is_edited else None,
        reply_to=_uri_of_number(item.get("reply_to_post_number"), topic, page),
        thread_root=None if is_first else _uri_of_number(1, topic, page),
        quote_of=_quote_of(cooked, item, topic, page),
        quoted_text=cooked.quoted_text,
        card_url=cooked.card_url,
        card_text=cooked.card_text,
        alt_text=cooked.alt_text,
        links=cooked.links,
        tags=tuple(tag for tag in topic.get("tags", ()) if text(tag)) if is_first else (),
        mentions=cooked.mentions,
        likes=_likes(item),
        replies=count(item.get("reply_count")),
        raw=write_json({**item, "groundswell": _kept(item, topic)}),
    )


def _cooked(item: dict[str, Any]) -> Cooked:
    cooked = item.get("cooked")
    if not isinstance(cooked, str):
        raise _Unreadable("cooked", "the post has no text")
    return read_cooked(cooked)


def _moment(item: dict[str, Any], name: str) -> datetime:
    written = text(item.get(name)) or ""
    try:
        moment = datetime.fromisoformat(written)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _Unreadable(name, "the post has no readable time") from None


def _url(item: dict[str, Any], topic: dict[str, Any], page: Page) -> str | None:
    topic_id, number = post_number(item, "topic_id"), post_number(item, "post_number")
    slug = text(item.get("topic_slug")) or topic.get("slug") or "-"
    base = page.context["base"]
    return f"{base}/t/{slug}/{topic_id}/{number}" if topic_id and number else None


def _uri_of_number(number: Any, topic: dict[str, Any], page: Page) -> str | None:
    """The address of another post of the topic, None when that post was not met."""
    post_id = topic.get("ids", {}).get(str(number))
    return uri_of(page.context["base"], post_id) if post_id else None


def _quote_of(
    cooked: Cooked, item: dict[str, Any], topic: dict[str, Any], page: Page
) -> str | None:
    if cooked.quoted_post is None or cooked.quoted_post[0] != item.get("topic_id"):
        return None
    return _uri_of_number(cooked.quoted_post[1], topic, page)


def _likes(item: dict[str, Any]) -> int | None:
    """Likes are one of the actions; a list without them says that there are none."""
    actions = item.get("actions_summary")
    if not isinstance(actions, list):
        return count(item.get("like_count"))
    return next((count(at(a, "count")) for a in actions if at(a, "id") == _LIKE), 0)


def _context(item: Any, page: Page) -> str:
    """What reading the post again needs beside it."""
    topic = page.context.get("topic", {})
    own = _kept(item, topic) if isinstance(item, dict) else topic
    return context_text({"base": page.context["base"], "topic": own})


def _kept(item: dict[str, Any], topic: dict[str, Any]) -> dict[str, Any]:
    """Of the topic, what this post needs when it is looked at again."""
    wanted = {"1", str(item.get("reply_to_post_number"))}
    ids = {number: own for number, own in topic.get("ids", {}).items() if number in wanted}
    return {**{name: topic.get(name) for name in ("title", "slug", "tags")}, "ids": ids}
