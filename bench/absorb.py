"""How fast waiting batches become rows, scores, sums, search and raw items, beside 1M others."""

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow.parquet as pq
from duckdb import DuckDBPyConnection

from bench._promise import Promise, is_quick, report
from bench._synthetic import Maker
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store.absorb import absorb
from groundswell.store.database import FILE_NAME, open_database

STORED, QUICK = 1_000_000, 100_000
BATCH = 10_000
BATCHES = 20
REPEATS = 0.1
PLAIN_ROWS = 1_000  # the baseline is slow: this many rows say how slow
PLAIN = ("source", "uri", "author_id", "created_at", "text", "lang", "likes", "reposts")


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the promises on absorbing; 1 when one does not hold."""
    stored = QUICK if is_quick(argv, __doc__ or "") else STORED
    with tempfile.TemporaryDirectory() as folder:
        return report(measure(Path(folder), stored))


def measure(home: Path, stored: int) -> list[Promise]:
    """The promises beside ``stored`` posts; the baseline meets the same rows in the same state."""
    spool = Spool(home, limit_bytes=1 << 40)
    con = open_database(home, Settings(home=home))
    maker = Maker(total=stored + BATCH * BATCHES, stances=True)
    first = fill(con, home, spool, maker, stored)
    maker.repeats = REPEATS
    paths = [maker.write(spool, first + n, BATCH) for n in range(BATCHES)]
    plain = baseline(con, paths[len(paths) // 2])
    began_s = time.perf_counter()
    while absorb(con, home, spool) is not None:
        continue
    rate = BATCH * BATCHES / (time.perf_counter() - began_s)
    alone = [_one(con, home, spool, maker, first + BATCHES + n) for n in range(5)]
    con.close()
    size = (home / FILE_NAME).stat().st_size / 1e6 / ((stored + BATCH * BATCHES) / 1e6)
    what = "10% of them known, with scores, sums, terms and raw items"
    return [
        Promise(name=f"absorb_posts_per_s ({what})", unit="posts/s", goal=40_000, value=rate),
        Promise(
            name="absorb_against_executemany", unit="posts/s", goal=12, value=rate, baseline=plain,
            by_ratio=True,
        ),
        Promise(
            name="absorb_one_batch_of_10000", unit="ms", goal=1_000, value=median(alone),
            at_most=True,
        ),
        Promise(name="disk_per_million_posts", unit="MB", goal=400, value=size, at_most=True),
    ]  # fmt: skip


def fill(
    con: DuckDBPyConnection, home: Path, spool: Spool, maker: Maker, posts: int, batch: int = 50_000
) -> int:
    """Stores ``posts`` posts; the number of the next batch."""
    for seq in range(posts // batch):
        maker.write(spool, seq, batch)
        absorb(con, home, spool)
    return posts // batch


def baseline(con: DuckDBPyConnection, path: Path) -> float:
    """Rows a second of the plain way: INSERT OR IGNORE, row by row, into a table with a key that
    holds what is stored, and nothing of scores, sums or search. The key is one column: with two it
    was twenty times slower at 1M rows (DuckDB 2.0.1), which would flatter us."""
    con.execute(
        "CREATE TABLE plain (id VARCHAR PRIMARY KEY, author_id VARCHAR, created_at TIMESTAMPTZ,"
        " text VARCHAR, lang VARCHAR, likes BIGINT, reposts BIGINT)"
    )
    con.execute(
        "INSERT INTO plain"
        " SELECT source || ' ' || uri, author_id, created_at, text, lang, 0, 0 FROM posts"
    )
    table: Any = pq.read_table(path, columns=list(PLAIN))
    rows = [
        (f"{source} {uri}", *more)
        for source, uri, *more in zip(*table.slice(0, PLAIN_ROWS).to_pydict().values(), strict=True)
    ]
    began_s = time.perf_counter()
    con.begin()
    con.executemany("INSERT OR IGNORE INTO plain VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    con.commit()
    rate = len(rows) / (time.perf_counter() - began_s)
    con.execute("DROP TABLE plain")
    con.execute("CHECKPOINT")
    return rate


def _one(con: DuckDBPyConnection, home: Path, spool: Spool, maker: Maker, seq: int) -> float:
    """Milliseconds from a batch that waits alone to its commit."""
    maker.write(spool, seq, BATCH)
    began_s = time.perf_counter()
    absorb(con, home, spool)
    return 1e3 * (time.perf_counter() - began_s)


if __name__ == "__main__":
    sys.exit(main())
