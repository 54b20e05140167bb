"""Gives stored posts out again, page by page, to whoever reads their texts a second time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from duckdb import DuckDBPyConnection

from groundswell.errors import WrongUse
from groundswell.post import Post
from groundswell.store.rows import records
from groundswell.store.sql import question

PAGE_POSTS = 5_000

ScoreKey: TypeAlias = tuple[str, str, str | None]  # model, version, target
_TIMES = ("first_seen_at", "created_at", "indexed_at", "edited_at")
_LISTS = ("links", "tags", "mentions", "labels")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPost:
    """A post as the sighting showed it that brought its version, dated by that sighting: absorbed
    once more, it changes nothing but its scores. Counts and the raw item are left out.
    ``scored_by`` names the scores that are stored."""

    post: Post
    scored_by: frozenset[ScoreKey]


def page(
    cur: DuckDBPyConnection, topic: str, before: str | None = None, limit: int | None = None
) -> dict[str, Any]:
    """``{"posts": records, "next": place}``: ``limit`` (None: ``PAGE_POSTS``) posts of ``topic``,
    newest first, that lie behind the place ``before``. ``next`` is the place to go on at, None
    after the last. ``stored_post`` reads a record, also after its way through JSON. Withheld posts
    are left out. Raises ``WrongUse`` for a place that is none."""
    limit = limit or PAGE_POSTS
    place = dict(zip(("before_us", "before_no"), _place(before), strict=True))
    posts = records(cur.execute(question("stored_posts"), {"topic": topic, "limit": limit} | place))
    places = [f"{one.pop('posted_us')}.{one.pop('post_no')}" for one in posts]
    return {"posts": posts, "next": places[-1] if len(places) == limit else None}


def stored_post(record: dict[str, Any]) -> StoredPost:
    """The post in a record of ``page``."""
    fields = dict(record)
    scored_by = fields.pop("scored_by")
    fields |= {name: _moment(fields[name]) for name in _TIMES}
    fields |= {name: tuple(fields[name]) for name in _LISTS}
    return StoredPost(
        post=Post(**fields),
        scored_by=frozenset((s["model"], s["version"], s["target"]) for s in scored_by),
    )


def texts_of(cur: DuckDBPyConnection, source: str, uris: Sequence[str]) -> dict[str, str]:
    """The texts of stored posts of ``source`` by uri, of any topic: what the post said that another
    answers. Posts that are not stored, hidden, or withheld are left out."""
    asked = {"source": source, "uris": list(uris)}
    return dict(cur.execute(question("texts_of"), asked).fetchall())


def _place(text: str | None) -> tuple[int | None, int | None]:
    if text is None:
        return None, None
    posted_us, _, post_no = text.partition(".")
    try:
        return int(posted_us), int(post_no)
    except ValueError:
        raise WrongUse(f"“{text[:50]}” is no place in the posts of a topic.") from None


def _moment(said: datetime | str | None) -> datetime | None:
    if said is None:
        return None
    return (datetime.fromisoformat(said) if isinstance(said, str) else said).astimezone(UTC)
