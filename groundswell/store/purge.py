"""Deletes by hand: a post, an account, a topic, a source, or what is old, and keeps it deleted."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from groundswell.errors import WrongUse
from groundswell.post import Deletion
from groundswell.store import rawfiles
from groundswell.store.erase import Erased, erase, erase_buried, remove_touched
from groundswell.store.ledger import next_group_no, notice
from groundswell.store.sql import question, step
from groundswell.store.transaction import transaction

REASON = "purged by hand"
SLICE_POSTS = 50_000
_TABLES_OF_TOPICS = (
    *(
        "facts",
        "stances",
        "targets",
        "matches",
        "rollup_hour",
        "term_totals",
        "term_days",
        "voices",
        "removed_hour",
        "coverage",
        "cursors",
    ),
    *("batches", "copies", "groupings", "notices", "quarantine"),
    *("draws", "drawn", "labels"),
    *("narratives", "narrative_posts", "narratings"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What shall go: exactly one of a post's ``uri``, an ``author`` (stable id or name, with or
    without "@"), a ``topic`` and posts ``older_than`` a moment; or all of a ``source``, which
    otherwise narrows the wish (but a topic's) to that source.

    Raises ``WrongUse`` when it names none or several.
    """

    uri: str | None = None
    author: str | None = None
    topic: str | None = None
    source: str | None = None
    older_than: datetime | None = None  # aware; by the time charts use

    def __post_init__(self) -> None:
        named = [v for v in (self.uri, self.author, self.topic, self.older_than) if v is not None]
        if len(named) > 1 or (not named and self.source is None):
            raise WrongUse(
                "Name one thing to purge: --uri, --author, --topic, --older-than, or a --source."
            )

    @property
    def kind(self) -> str:
        """By what it chooses, in a word that names nobody."""
        names = ("uri", "author", "topic", "older_than")
        return next((n for n in names if getattr(self, n) is not None), "source").replace("_", " ")


def wish_of(said: Mapping[str, Any]) -> Wish:
    """A wish as it came over the wire: its fields as text. Raises ``WrongUse``."""
    names = {field.name for field in fields(Wish)}
    if not all(name in names and isinstance(value, str) for name, value in said.items()):
        raise WrongUse(f"A wish has texts named {', '.join(sorted(names))}, and nothing else.")
    older_than = said.get("older_than")
    try:
        moment = datetime.fromisoformat(older_than) if older_than else None
    except ValueError:
        raise WrongUse(f"“{older_than}” is not a time such as 2025-01-29T14:00Z.") from None
    return Wish(**{**said, "older_than": moment})


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """How many stored posts went, from which topics, and the number of the change."""

    posts: int
    topics: frozenset[str]
    group_no: int


def count(cur: DuckDBPyConnection, wish: Wish) -> int:
    """How many stored posts ``wish`` would take away, for the question before."""
    chosen: tuple[str, dict[str, object]]
    if wish.uri is not None:
        chosen = "posts_by_uri", {"uri": wish.uri, "source": wish.source}
    elif wish.author is not None:
        chosen = "posts_by_account", {"name": _bare(wish.author), "source": wish.source}
    elif wish.topic is not None:
        chosen = "posts_of_topic", {"topic": wish.topic}
    elif wish.older_than is not None:
        chosen = "posts_older", {"older_than": wish.older_than, "source": wish.source}
    else:
        chosen = "posts_of_source", {"source": wish.source}
    name, parameters = chosen
    return int(cur.execute(question(name), parameters).fetchall()[0][0])


def purge(con: DuckDBPyConnection, home: Path, wish: Wish) -> Purged:
    """Removes it from every table, rollup, quotation and raw file, and leaves tombstones for posts
    and accounts, also ones that are not stored yet. A topic or a source leaves none: collecting it
    again begins anew. A notice says how many posts went, and names nobody. The caller has absorbed
    what waits in the spool.
    """
    posts, topics = 0, frozenset[str]()
    for erased in _slices(con, wish):
        posts, topics = posts + erased.posts, topics | erased.topics
    with transaction(con):
        con.execute(step("hurry_leftovers"))
        said = f"Purged by hand, by {wish.kind}: {posts:,} posts."
        notice(con, "purged", said, at=datetime.now(UTC))
        group_no = next_group_no(con)
    rawfiles.cut(con, home)
    return Purged(posts=posts, topics=topics, group_no=group_no)


def _slices(con: DuckDBPyConnection, wish: Wish) -> Iterator[Erased]:
    """What goes, a transaction at a time: the posts of years would not fit into one."""
    if wish.older_than is not None:
        yield from _until_none(con, lambda: _erase_older(con, wish))
    elif wish.uri is not None or wish.author is not None:
        with transaction(con):
            yield erase(con, _deletions(con, wish), final=True)
    elif wish.topic is not None:
        with transaction(con):
            yield _erase_topic(con, wish.topic)
    else:
        yield from _until_none(con, lambda: _erase_posts_of(con, wish.source))
        with transaction(con):
            yield _forget_source(con, wish.source)


def _until_none(con: DuckDBPyConnection, work: Callable[[], Erased]) -> Iterator[Erased]:
    while True:
        with transaction(con):
            erased = work()
        if erased.posts == 0:
            return
        yield erased


def _erase_older(con: DuckDBPyConnection, wish: Wish) -> Erased:
    chosen = {"older_than": wish.older_than, "source": wish.source, "limit": SLICE_POSTS}
    con.execute(step("bury_older"), chosen | {"reason": REASON, "now": datetime.now(UTC)})
    return erase_buried(con)


def _erase_posts_of(con: DuckDBPyConnection, source: str | None) -> Erased:
    con.execute(step("touch_source"), {"source": source, "limit": SLICE_POSTS})
    return remove_touched(con)


def _forget_source(con: DuckDBPyConnection, source: str | None) -> Erased:
    topics = con.execute(question("topics_of_source"), {"source": source}).fetchall()
    con.execute(step("leaving"), {"source": source})
    con.execute(step("forget_source"))
    return Erased(topics=frozenset(topic for (topic,) in topics))


def _erase_topic(con: DuckDBPyConnection, topic: str) -> Erased:
    con.execute(step("touch_topic"), {"topic": topic})
    erased = remove_touched(con)
    for table in _TABLES_OF_TOPICS:
        con.execute(step(f"forget_topic_{table}"), {"topic": topic})
    return Erased(posts=erased.posts, topics=erased.topics | {topic})


def _deletions(con: DuckDBPyConnection, wish: Wish) -> list[Deletion]:
    now = datetime.now(UTC)
    if wish.uri is not None:
        return [
            Deletion(source=source, uri=wish.uri, seen_at=now, reason=REASON)
            for source in _sources(con, wish)
        ]
    name = _bare(wish.author or "")
    found = con.execute(
        question("accounts_named"), {"name": name, "source": wish.source}
    ).fetchall()
    named = {*found, *((source, name) for source in _sources(con, wish))}
    return [
        Deletion(source=source, author_id=author_id, seen_at=now, reason=REASON)
        for source, author_id in sorted(named)
    ]


def _sources(con: DuckDBPyConnection, wish: Wish) -> list[str]:
    if wish.source is not None:
        return [wish.source]
    return [source for (source,) in con.execute(question("sources_known")).fetchall()]


def _bare(author: str) -> str:
    return author.removeprefix("@")
