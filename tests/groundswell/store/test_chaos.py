"""The owner is killed while it absorbs, fifty times; nothing is lost, doubled or half in."""

import multiprocessing
import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from groundswell.settings import Settings
from groundswell.spool import Batch, Spool
from groundswell.store import absorb as absorbing
from groundswell.store import owner as owning
from groundswell.store import rawfiles, tidy
from groundswell.store.database import open_database
from groundswell.store.owner import Owner, open_briefly
from tests.groundswell.store.making import HOUR, T0, batch, deletion, post, rows, scored, window
from tests.groundswell.store.recount import check

ROUNDS = int(os.environ.get("GROUNDSWELL_KILLS", "50"))
BATCHES, POSTS = 8, 60
PER_TRANSACTION = 3


def _batch(seq: int) -> Batch:
    """New posts, a tenth of them seen before, some of those edited, and now and then a deletion."""
    first = seq * POSTS
    fresh = [scored(post(n, version="v1"), _value(n)) for n in range(first, first + POSTS)]
    known = range(max(0, first - POSTS), first, 10)
    again = [
        scored(post(n, version=f"v{n % 20}", text=f"seen in {seq}", first_seen_at=T0 + seq * HOUR))
        for n in known
    ]
    return batch(
        seq,
        [*fresh, *again],
        cursor_from=str(seq) if seq else None,
        cursor_to=str(seq + 1),
        coverage=[window(seq, seq + 1)],
        deletions=[deletion(first - 7)] if seq % 4 == 3 else [],
    )


def _value(number: int) -> float | None:
    return None if number % 5 == 0 else round((number % 200) / 100 - 1, 4)


def _own(home: str, ready: "multiprocessing.synchronize.Event") -> None:
    """The process that will be killed."""
    absorbing.GROUP_BATCHES = PER_TRANSACTION
    owning.TIDY_EVERY_S, rawfiles.MERGED_FILES, tidy.SORT_POSTS = 0.0, 3, 10
    owner = Owner(Path(home), Settings(home=Path(home)), url="http://127.0.0.1:1")
    ready.set()
    owner.start()
    time.sleep(60)


def _verify(con: DuckDBPyConnection, home: Path, written: int) -> int:
    """Holds the promise against what is stored now; how many batches are in."""
    check(con)
    seqs = [seq for (seq,) in rows(con, "SELECT seq FROM batches ORDER BY seq")]
    absorbed = len(seqs)
    assert seqs == list(range(absorbed)), "a batch is missing or twice"
    assert rows(con, "SELECT count(*) FROM notices") == [(0,)]
    cursor = rows(con, "SELECT cursor FROM cursors")
    assert cursor == ([(str(absorbed),)] if absorbed else []), "cursor and batches disagree"
    gone = sum(seq % 4 == 3 for seq in seqs)
    assert rows(con, "SELECT count(*), count(DISTINCT key) FROM posts") == [
        (absorbed * POSTS - gone, absorbed * POSTS - gone)
    ]
    assert rows(con, "SELECT count(*) FROM tombstones") == [(gone,)]
    assert rows(con, "SELECT count(*) FROM coverage") == [(min(absorbed, 1),)]
    assert rows(con, "SELECT count(*) FROM scores") == rows(con, "SELECT count(*) FROM posts")
    waiting = len(Spool(home).waiting())
    assert written - absorbed <= waiting <= written - absorbed + PER_TRANSACTION
    return absorbed


@pytest.mark.chaos
@pytest.mark.timeout(900)
def test_fifty_kills_while_absorbing(home: Path) -> None:
    seed = int(os.environ.get("GROUNDSWELL_SEED", str(random.randrange(10**6))))
    sys.stdout.write(
        f"GROUNDSWELL_SEED={seed}\n"
    )  # shown when the test fails: the same seed, the same kills
    chance = random.Random(seed)
    started = multiprocessing.get_context("forkserver")
    started.set_forkserver_preload(["groundswell.store.owner", "tests.groundswell.store.making"])
    spool = Spool(home)
    written = in_the_middle = 0
    for _ in range(ROUNDS):
        for _ in range(BATCHES):
            spool.write(_batch(written))
            written += 1
        ready = started.Event()
        process = started.Process(target=_own, args=(str(home), ready))
        process.start()
        assert ready.wait(60)
        time.sleep(chance.uniform(0, 0.6))
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        con = open_database(home, Settings(home=home))
        absorbed = _verify(con, home, written)
        con.close()
        in_the_middle += absorbed < written
    assert in_the_middle >= ROUNDS // 4, "the kills came too late to prove anything"
    with open_briefly(home, Settings(home=home)) as visit, visit.read(60) as cur:
        assert _verify(cur, home, written) == written
        assert spool.waiting() == []
        kept = rawfiles.read(cur, home, "bluesky", post(3).uri)
        assert [item.raw for item in kept][:1] == [post(3).raw]
        gone = rawfiles.read(cur, home, "bluesky", post(3 * POSTS - 7).uri)
        assert gone == []
