"""Deletes by hand: a post, an account or a whole topic, and keeps posts and accounts deleted."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from duckdb import DuckDBPyConnection

from groundswell.errors import WrongUse
from groundswell.post import Deletion
from groundswell.store import rawfiles
from groundswell.store.erase import Erased, erase, remove_touched
from groundswell.store.ledger import next_group_no
from groundswell.store.sql import question, step
from groundswell.store.transaction import transaction

REASON = "purged by hand"
_TABLES_OF_TOPICS = (
    *(
        "facts",
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
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What shall go: exactly one of a post's ``uri``, an ``author`` (stable id or name, with or
    without "@") and a ``topic``. ``source`` narrows the first two to one source; None: all.

    Raises ``WrongUse`` when it names none or several.
    """

    uri: str | None = None
    author: str | None = None
    topic: str | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        if sum(value is not None for value in (self.uri, self.author, self.topic)) != 1:
            raise WrongUse("Name one thing to purge: --uri, --author or --topic.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """How many stored posts went, from which topics, and the number of the change."""

    posts: int
    topics: frozenset[str]
    group_no: int


def count(cur: DuckDBPyConnection, wish: Wish) -> int:
    """How many stored posts ``wish`` would take away, for the question before."""
    if wish.uri is not None:
        asked = question("posts_by_uri"), {"uri": wish.uri, "source": wish.source}
    elif wish.author is not None:
        asked = question("posts_by_account"), {"name": _bare(wish.author), "source": wish.source}
    else:
        asked = question("posts_of_topic"), {"topic": wish.topic}
    return int(cur.execute(*asked).fetchall()[0][0])


def purge(con: DuckDBPyConnection, home: Path, wish: Wish) -> Purged:
    """Removes it from every table, rollup, quotation and raw file in one go, and leaves tombstones
    for posts and accounts, also ones that are not stored yet. A topic leaves none: collecting it
    again begins anew. The caller has absorbed what waits in the spool.
    """
    with transaction(con):
        erased = _erase_topic(con, wish.topic) if wish.topic else erase(con, _deletions(con, wish))
        con.execute(step("hurry_leftovers"))
        group_no = next_group_no(con)
    rawfiles.cut(con, home)
    return Purged(posts=erased.posts, topics=erased.topics, group_no=group_no)


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
