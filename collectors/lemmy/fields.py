"""Where things stand in an answer of Lemmy, in the shapes of 0.18, 0.19 and 1.0."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from collectors._fields import at, count, items, text

_PATH = re.compile(r"0(?:\.\d{1,20}){1,200}", re.ASCII)


def views_of(body: Any) -> list[Any]:
    """The posts and comments in an answer of a search, of either interface, as views. Communities
    and people are left out."""
    if "search" in body:
        kinds = ("community", "person", "multi_community")
        return [view for view in items(body["search"]) if at(view, "type_") not in kinds]
    return [*items(body.get("posts")), *items(body.get("comments"))]


def is_comment(view: Any) -> bool:
    """Whether a view is of a comment; it then holds the post it stands under, too."""
    return isinstance(at(view, "comment"), dict)


def thing_of(view: Any) -> Any:
    """The post or comment of a view."""
    return at(view, "comment") if is_comment(view) else at(view, "post")


def uri_of(view: Any) -> str | None:
    """Its ActivityPub address, the same on every server; None without one."""
    return text(at(thing_of(view), "ap_id"))


def counts_of(view: Any) -> dict[str, int]:
    """Upvotes and answers by their names in ``Post``: apart up to 0.19, part of the thing since."""
    own = at(view, "counts") if isinstance(at(view, "counts"), dict) else thing_of(view)
    answers = "child_count" if is_comment(view) else "comments"
    found = {"likes": count(at(own, "upvotes")), "replies": count(at(own, answers))}
    return {name: number for name, number in found.items() if number is not None}


def edited_of(view: Any) -> str | None:
    """When it was last edited, as written."""
    return first_text(thing_of(view), ("updated_at", "updated"))


def published_of(view: Any) -> datetime | None:
    """When it was published, UTC."""
    return read_time(first_text(thing_of(view), ("published_at", "published")))


def parent_number(view: Any) -> int | None:
    """The number of the comment that a comment answers, 0 when it answers the post itself; None
    when that is not told."""
    path = at(view, "comment", "path")
    steps = path.split(".") if isinstance(path, str) and _PATH.fullmatch(path) else []
    return int(steps[-2]) if steps else None


def first_text(thing: Any, names: Iterable[str]) -> str | None:
    """The first text of ``thing`` under one of ``names``: versions name things differently."""
    return next((said for name in names if (said := text(at(thing, name)))), None)


def read_time(value: Any) -> datetime | None:
    """A written time as UTC, which it is when it names no zone (0.18 and before)."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is None:
            return None
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
