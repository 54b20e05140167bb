"""What is deleted is gone everywhere at once, and does not come back."""

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from duckdb import DuckDBPyConnection

from groundswell.post import Deletion, Rejected
from groundswell.spool import ScoredPost, Spool
from groundswell.store import rawfiles
from groundswell.store.absorb import absorb
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import HOUR, T0, batch, deletion, post, rows, scored
from tests.groundswell.store.recount import check

SECRET = "xylophone"


def _every_text(con: DuckDBPyConnection, home: Path) -> str:
    """All rows of all tables and all raw files, as one text."""
    tables = rows(con, "SELECT table_name FROM duckdb_tables() WHERE NOT temporary")
    said = [str(rows(con, f"FROM {name}")) for (name,) in tables]  # our own names
    raw = [str(pq.read_table(path).to_pylist()) for path in (home / "raw").glob("*/*")]
    return "\n".join(said + raw)


def test_a_deleted_post_is_gone_from_every_table_and_file(
    con: DuckDBPyConnection, home: Path, take: Take
) -> None:
    gone = post(1, text=f"my {SECRET}", raw=SECRET.encode(), version="v1")
    take(batch(0, [scored(gone, topics=("story", "other")), scored(post(2))]))
    take(batch(1, [scored(post(1, text=f"new {SECRET}", version="v2", first_seen_at=T0 + HOUR))]))
    assert SECRET in _every_text(con, home)
    take(batch(2, deletions=[deletion(1)]))
    assert SECRET not in _every_text(con, home)
    assert "sample-user-1" not in _every_text(con, home)
    assert rows(con, "SELECT count(*) FROM posts") == [(1,)]
    assert rows(con, "SELECT topic, sum(posts) FROM removed_hour GROUP BY ALL ORDER BY ALL") == [
        ("other", 1),
        ("story", 1),
    ]
    assert [item.raw for item in rawfiles.read(con, home, "bluesky", post(2).uri)] == [post(2).raw]
    check(con)


def test_a_deleted_account_takes_all_its_posts_along(
    con: DuckDBPyConnection, home: Path, take: Take
) -> None:
    take(batch(0, [scored(post(n)) for n in range(10)]))
    take(batch(1, deletions=[deletion(author=3)]))
    assert rows(con, "SELECT count(*) FROM posts") == [(8,)]
    assert rows(con, "SELECT count(*) FROM posts WHERE author = 'sample-user-3'") == [(0,)]
    take(batch(2, [scored(post(13)), scored(post(14))]))
    assert rows(con, "SELECT count(*) FROM posts") == [(9,)]
    check(con)


@pytest.mark.parametrize("together", [True, False])
def test_a_tombstone_stops_every_later_import(
    con: DuckDBPyConnection, home: Path, take: Take, together: bool
) -> None:
    again = batch(1, [scored(post(1, first_seen_at=T0 + 9 * HOUR)), scored(post(2))])
    if together:
        take(batch(0, deletions=[deletion(1)]), again)
    else:
        take(batch(0, [scored(post(1))], deletions=[deletion(1)]))
        take(again)
    assert rows(con, "SELECT uri FROM posts") == [(post(2).uri,)]
    assert rows(con, "SELECT uri, reason FROM tombstones") == [(post(1).uri, "deleted")]
    assert [i.raw for i in rawfiles.read(con, home, "bluesky", post(1).uri)] == []
    assert str(post(1).raw) not in _every_text(con, home)
    check(con)


def test_a_deletion_before_the_post_counts_too(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, deletions=[deletion(1), deletion(author=2)]))
    take(batch(1, [scored(post(n)) for n in range(4)]))
    assert rows(con, "SELECT uri FROM posts ORDER BY uri") == [(post(0).uri,), (post(3).uri,)]


def test_only_the_named_source_is_touched(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(1)), scored(post(1, source="mastodon"))]))
    take(batch(1, deletions=[deletion(1)]))
    assert rows(con, "SELECT source FROM posts") == [("mastodon",)]


def test_an_account_without_a_stable_id_goes_by_name(con: DuckDBPyConnection, take: Take) -> None:
    by_name = Deletion(source="bluesky", author_id="sample-user-1", seen_at=T0)
    take(batch(0, [scored(post(1, author_id=None)), scored(post(2, author_id=None))]))
    take(batch(1, [scored(post(6))], deletions=[by_name]))
    assert rows(con, "SELECT author FROM posts") == [("sample-user-2",)]
    check(con)


def test_quoted_text_goes_with_the_post_it_was_taken_from(
    con: DuckDBPyConnection, home: Path, take: Take
) -> None:
    def quoting(number: int) -> ScoredPost:
        one = post(
            number, text="look at this apple", quote_of=post(1).uri, quoted_text=f"apple {SECRET}",
            raw=SECRET.encode(),
        )  # fmt: skip
        words = scored(one)
        return replace(words, tokens=(*words.tokens, SECRET))

    take(batch(0, [scored(post(1, text=SECRET)), quoting(2)]))
    take(batch(1, deletions=[deletion(1)]))
    take(batch(2, [quoting(3)]))
    assert SECRET not in _every_text(con, home)
    found = rows(con, "SELECT term, count(*) FROM tokens JOIN terms USING (term_no) GROUP BY ALL")
    assert dict(found)["apple"] == 2
    assert SECRET not in dict(found)
    assert rows(con, "SELECT count(*), count(quoted_text) FROM posts") == [(2, 0)]
    check(con)


@pytest.mark.parametrize(
    ("raw", "goes"),
    [
        (b'{"uri":"at://did:plc:sample/77","x":1}', True),
        (b'{"rkey":"77"}', True),
        (b'{"rkey":"778"}', False),
        (b'{"author":"did:plc:sample-user-9"}', True),
        (b'{"author":"did:plc:sample-user-99"}', False),
        (b"\xff\xfe at://did:plc:sample/77", True),
        (b"nothing of it", False),
    ],
)
def test_quarantine_forgets_what_is_deleted(
    con: DuckDBPyConnection, take: Take, raw: bytes, goes: bool
) -> None:
    item = Rejected(source="bluesky", reason="bad", raw=raw, seen_at=T0)
    other = Rejected(source="mastodon", reason="bad", raw=raw, seen_at=T0)
    take(batch(0, rejected=[item, other]))
    take(batch(1, deletions=[deletion(77), deletion(author=9)]))
    kept = rows(con, "SELECT source FROM quarantine ORDER BY source")
    assert kept == ([("mastodon",)] if goes else [("bluesky",), ("mastodon",)])


def test_raw_of_a_post_that_becomes_withheld_goes(
    con: DuckDBPyConnection, home: Path, take: Take
) -> None:
    take(batch(0, [scored(post(1, raw=SECRET.encode()))]))
    hidden = post(1, withheld="noindex", text="", author=None, author_id=None, raw=b"",
                  first_seen_at=T0 + HOUR)  # fmt: skip
    take(batch(1, [scored(hidden, None)]))
    assert rawfiles.read(con, home, "bluesky", post(1).uri) == []
    assert SECRET not in _every_text(con, home)


def test_what_a_kill_left_in_the_raw_files_is_cut_later(
    con: DuckDBPyConnection, home: Path, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(batch(0, [scored(post(1, raw=SECRET.encode()))]))
    Spool(home).write(batch(1, deletions=[deletion(1)]))
    with monkeypatch.context() as killed:
        killed.setattr(rawfiles, "cut", _killed)
        with pytest.raises(KeyboardInterrupt):
            absorb(con, home, Spool(home))
    assert SECRET in _every_text(con, home)
    assert rawfiles.cut(con, home) == 1
    assert SECRET not in _every_text(con, home)
    assert rawfiles.cut(con, home) == 0


def test_raw_files_nobody_registered_are_swept(
    con: DuckDBPyConnection, home: Path, take: Take
) -> None:
    take(batch(0, [scored(post(1))]))
    orphan = home / "raw" / "000000" / "000000099.parquet"
    orphan.write_bytes(b"left by a kill")
    assert rawfiles.sweep(con, home) == 1
    assert not orphan.exists()
    assert len(rawfiles.read(con, home, "bluesky", post(1).uri)) == 1


def test_raw_keeps_each_sighting(con: DuckDBPyConnection, home: Path, take: Take) -> None:
    take(batch(0, [scored(post(1, raw=b"one"))]))
    take(batch(1, [scored(post(1, raw=b"two", first_seen_at=T0 + HOUR))]))
    take(batch(2, [scored(post(1, raw=b"", first_seen_at=T0 + 2 * HOUR))]))
    assert rawfiles.read(con, home, "bluesky", post(1).uri) == [
        rawfiles.RawItem(fetched_at=T0, raw=b"one"),
        rawfiles.RawItem(fetched_at=T0 + HOUR, raw=b"two"),
    ]
    assert len(list((home / "raw").glob("*/*"))) == 2


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_small_raw_files_become_one_and_lose_nothing(
    con: DuckDBPyConnection, home: Path, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rawfiles, "MERGED_FILES", 3)
    for seq in range(3):
        assert rawfiles.merge(con, home) == 0
        seen = {"first_seen_at": T0 + seq * HOUR}
        take(
            batch(seq, [scored(post(1, raw=f"item {seq}".encode(), **seen)), scored(post(5 + seq))])
        )
    before = rawfiles.read(con, home, "bluesky", post(1).uri)
    assert len(before) == 3
    assert rawfiles.merge(con, home) == 3
    assert rawfiles.read(con, home, "bluesky", post(1).uri) == before
    assert len(list((home / "raw").glob("*/*"))) == 1
    assert rawfiles.sweep(con, home) == 0
    take(batch(9, deletions=[deletion(1)]))
    assert rawfiles.read(con, home, "bluesky", post(1).uri) == []
    assert "item 1" not in _every_text(con, home)
    assert len(rawfiles.read(con, home, "bluesky", post(6).uri)) == 1
