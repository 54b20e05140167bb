"""A home with a story of invented posts: read towards two targets, grouped, its sums sealed."""

from pathlib import Path

import numpy as np
from duckdb import DuckDBPyConnection

from bench._synthetic import TARGETS, TOPIC, Maker
from bench.absorb import fill
from groundswell.settings import Settings
from groundswell.spool import Batch, Compared, Copy, Spool
from groundswell.store import tidy
from groundswell.store.absorb import absorb
from groundswell.store.database import open_database

IN_GROUPS = 10  # one post of so many has copies, three to a group
_TARGETS = "".join(f'\n[[targets]]\nname = "{name}"\n' for name in TARGETS)
_STORY = f'title = "A story of the benchmark"\nquery = "word000001"\n{_TARGETS}'


def filled(home: Path, posts: int) -> DuckDBPyConnection:
    """The open database of ``home`` once ``posts`` posts are in it, as the owner would leave it
    after all its tidying."""
    topic = home / "topics" / f"{TOPIC}.toml"
    topic.parent.mkdir(parents=True, exist_ok=True)
    topic.write_text(_STORY, encoding="utf-8")
    con = open_database(home, Settings(home=home))
    spool = Spool(home, limit_bytes=1 << 40)
    fill(con, home, spool, Maker(total=posts, stances=True), posts, min(posts, 50_000))
    spool.write(_copies(con))
    absorb(con, home, spool)
    while tidy.seal(con) or tidy.tidy(con):
        continue
    con.execute("CHECKPOINT")
    return con


def _copies(con: DuckDBPyConnection) -> Batch:
    """Groups of three, of posts near each other in time."""
    rows = con.execute(
        "SELECT source, uri, seen_at FROM posts WHERE post_no % $1 = 0 ORDER BY post_no",
        [IN_GROUPS],
    ).fetchall()
    copies = [
        Copy(source=source, uri=uri, seen_at=at, group_source="bench", group_uri=str(group))
        for (source, uri, at), group in zip(rows, np.arange(len(rows)) // 3, strict=True)
    ]
    last = con.execute("SELECT max(written_at) FROM batches").fetchall()[0][0]
    return Batch(
        source="copies", topic=TOPIC, route="copies", run_id="bench-copies", seq=0,
        written_at=last, copies=copies, compared=Compared(posts=len(rows), fingerprint=None),
    )  # fmt: skip
