"""One transaction takes in a batch whole, once, and in any order."""

from datetime import timedelta
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from groundswell.spool import Spool
from groundswell.store.absorb import absorb
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import HOUR, T0, batch, post, rows, scored, window
from tests.groundswell.store.recount import check


def test_a_batch_becomes_rows_and_its_file_goes(
    con: DuckDBPyConnection, home: Path, take: Take
) -> None:
    take(batch(0, [scored(post(n), n / 10) for n in range(4)], coverage=[window(-2, 0)]))

    assert rows(con, "SELECT count(*), min(text), max(text) FROM posts") == [
        (4, "sample text number0", "sample text number3")
    ]
    assert rows(con, "SELECT topic, count(*), sum(loudness) FROM facts GROUP BY topic") == [
        ("story", 4, 6)
    ]
    assert rows(con, "SELECT status, found FROM coverage") == [("complete", 0)]
    assert Spool(home).waiting() == []
    check(con)


def test_the_same_batch_twice_changes_nothing(con: DuckDBPyConnection, take: Take) -> None:
    one = batch(0, [scored(post(n)) for n in range(3)], cursor_to="c1")
    take(one)
    before = rows(con, "SELECT * FROM rollup_hour"), rows(con, "SELECT * FROM batches")
    take(one)
    assert (rows(con, "SELECT * FROM rollup_hour"), rows(con, "SELECT * FROM batches")) == before
    check(con)


def test_a_post_of_two_queries_two_runs_two_instances_is_one_row(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(batch(0, [scored(post(1)), scored(post(1), query="q2")]))
    take(batch(1, [scored(post(1, instance="other.example"))], run_id="run-2", topic="other"))
    take(batch(2, [scored(post(1), topics=("other",))], run_id="run-3", topic="other"))
    assert rows(con, "SELECT count(*) FROM posts") == [(1,)]
    assert rows(con, "SELECT topic, query FROM matches ORDER BY ALL") == [
        ("other", "q1"),
        ("story", "q1"),
        ("story", "q2"),
    ]
    assert rows(con, "SELECT topic FROM facts ORDER BY ALL") == [("other",), ("story",)]
    check(con)


def test_the_same_uri_at_two_sources_is_two_posts(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(1)), scored(post(1, source="mastodon"))]))
    assert rows(con, "SELECT source FROM posts ORDER BY ALL") == [("bluesky",), ("mastodon",)]
    assert rows(con, "SELECT count(DISTINCT author_no) FROM posts") == [(2,)]
    check(con)


def test_counts_are_dated_and_kept_when_they_change(con: DuckDBPyConnection, take: Take) -> None:
    for seq, likes in enumerate([3, 3, 9, 9, None]):
        seen = T0 + seq * HOUR
        take(batch(seq, [scored(post(1, likes=likes, first_seen_at=seen))]))
    assert rows(con, "SELECT seen_at, likes FROM engagement ORDER BY seen_at") == [
        (T0, 3),
        (T0 + 2 * HOUR, 9),
    ]
    assert rows(con, "SELECT loudness FROM facts") == [(9,)]


def test_of_several_counts_at_one_moment_the_highest_stand(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(batch(0, [scored(post(1, likes=3)), scored(post(1, likes=5, replies=1))]))
    take(batch(1, [scored(post(1, likes=4))]))
    assert rows(con, "SELECT likes, replies FROM engagement") == [(5, 1)]


def test_unknown_counts_stay_unknown(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(1, likes=None))]))
    assert rows(con, "SELECT loudness FROM facts") == [(None,)]
    assert rows(con, "SELECT count(*) FROM engagement") == [(0,)]


def test_an_edit_replaces_text_scores_and_terms_and_keeps_the_old_id(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(batch(0, [scored(post(1, version="v1"), 0.8)]))
    edited = post(1, version="v2", text="quite different", first_seen_at=T0 + HOUR)
    take(batch(1, [scored(edited, -0.6)]))
    assert rows(con, "SELECT text, version, first_seen_at, seen_at FROM posts") == [
        ("quite different", "v2", T0, T0 + HOUR)
    ]
    assert rows(con, "SELECT value, label FROM scores") == [(-0.6, "negative")]
    assert rows(con, "SELECT term FROM tokens JOIN terms USING (term_no) ORDER BY term") == [
        ("different",),
        ("quite",),
    ]
    assert rows(con, "SELECT version, seen_at FROM edits") == [("v1", T0)]
    check(con)


def test_an_older_version_replaces_nothing(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(1, version="v2", first_seen_at=T0 + HOUR))]))
    take(batch(1, [scored(post(1, version="v1", text="old words"), -0.9)]))
    assert rows(con, "SELECT version, text, first_seen_at FROM posts") == [
        ("v2", "sample text number1", T0)
    ]
    assert rows(con, "SELECT value FROM scores") == [(0.5,)]
    assert rows(con, "SELECT version FROM edits") == [("v1",)]
    check(con)


def test_edited_at_decides_before_the_time_of_sighting(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(1, version="b", edited_at=T0 - HOUR, text="new words"))]))
    stale = post(1, version="a", first_seen_at=T0 + HOUR)
    take(batch(1, [scored(stale)]))
    assert rows(con, "SELECT text FROM posts") == [("new words",)]
    check(con)


def test_a_newer_model_adds_a_score_and_moves_the_rollup(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(batch(0, [scored(post(1), 0.8)]))
    take(batch(1, [scored(post(1), -0.4, version="2")]))
    assert rows(con, "SELECT version, value FROM scores ORDER BY version") == [
        ("1", 0.8),
        ("2", -0.4),
    ]
    assert rows(con, "SELECT compound, sentiment FROM facts") == [(-0.4, "negative")]
    check(con)


def test_an_earlier_sighting_dates_the_post(con: DuckDBPyConnection, take: Take) -> None:
    late = post(1, created_at=None, first_seen_at=T0 + 30 * HOUR)
    take(batch(0, [scored(late)]))
    take(batch(1, [scored(post(1, created_at=None, first_seen_at=T0))]))
    assert rows(con, "SELECT posted_at FROM facts") == [(T0,)]
    assert rows(con, "SELECT DISTINCT day FROM tokens") == [(T0.date(),)]
    check(con)


def test_withheld_posts_count_and_say_nothing(con: DuckDBPyConnection, take: Take) -> None:
    told = post(1, withheld="no-unauthenticated", text="my secret words", quoted_text="secret")
    take(batch(0, [scored(told, None), scored(post(2))]))
    assert rows(
        con, "SELECT text, author, author_id, author_no, url FROM posts WHERE withheld IS NOT NULL"
    ) == [("", None, None, None, None)]
    assert rows(con, "SELECT count(*) FROM terms WHERE term IN ('my', 'secret')") == [(0,)]
    assert rows(con, "SELECT sum(posts), sum(withheld) FROM rollup_hour") == [(2, 1)]
    assert rows(con, "SELECT kind FROM notices") == [("withheld_text",)]
    check(con)


def test_a_post_that_becomes_withheld_loses_its_text(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(1, version="v"))]))
    hidden = post(
        1, version="v", withheld="noindex", text="", author=None, author_id=None, raw=b"",
        first_seen_at=T0 + HOUR,
    )  # fmt: skip
    take(batch(1, [scored(hidden, None)]))
    assert rows(con, "SELECT text, author FROM posts") == [("", None)]
    assert rows(con, "SELECT count(*) FROM tokens") == [(0,)]
    check(con)


def test_skewed_posts_are_counted(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(1, created_at=T0 + timedelta(days=400))), scored(post(2))]))
    assert rows(con, "SELECT sum(skewed) FROM rollup_hour") == [(1,)]
    assert rows(con, "SELECT posted_at FROM facts WHERE skewed") == [(T0,)]


def test_small_batches_share_a_transaction_with_all_their_cursors(
    con: DuckDBPyConnection, home: Path
) -> None:
    spool = Spool(home)
    for seq in range(5):
        spool.write(batch(seq, [scored(post(seq))], cursor_from=_c(seq), cursor_to=_c(seq + 1)))
    absorbed = absorb(con, home, spool)
    assert absorbed is not None
    assert (absorbed.batches, absorbed.sightings) == (5, 5)
    assert rows(con, "SELECT cursor FROM cursors") == [("c5",)]
    assert rows(con, "SELECT count(DISTINCT group_no) FROM batches") == [(1,)]


def test_hostile_text_is_only_text(con: DuckDBPyConnection, take: Take) -> None:
    nasty = "'; DROP TABLE posts; -- \x01 =1+1 🧨 ｅｖｉｌ $files {} %s"
    take(batch(0, [scored(post(1, text=nasty, uri=nasty, author=nasty))]))
    assert rows(con, "SELECT text, uri FROM posts") == [(nasty, nasty)]


@pytest.mark.parametrize("spoil", [b"", b"PAR1", b"\x00" * 100])
def test_an_unreadable_file_is_set_aside_and_others_go_on(
    con: DuckDBPyConnection, home: Path, take: Take, spoil: bytes
) -> None:
    spool = Spool(home)
    spool.folder.mkdir(parents=True, exist_ok=True)
    (spool.folder / "20250101T000000000000-000000-bad.parquet").write_bytes(spoil)
    take(batch(0, [scored(post(1))]))
    assert rows(con, "SELECT count(*) FROM posts") == [(1,)]
    assert rows(con, "SELECT kind FROM notices") == [("batch_unreadable",)]
    assert len(list(spool.rejected.glob("*.parquet"))) == 1


def test_a_file_torn_inside_its_rows_is_set_aside_and_others_go_on(
    con: DuckDBPyConnection, home: Path, take: Take
) -> None:
    torn = Spool(home).write(batch(0, [scored(post(n, text=f"{n} " * 50)) for n in range(200)]))
    bytes_ = bytearray(torn.read_bytes())
    bytes_[4 : len(bytes_) // 2] = b"\xff" * (len(bytes_) // 2 - 4)
    torn.write_bytes(bytes(bytes_))
    take(batch(1, [scored(post(1))]))
    assert rows(con, "SELECT count(*) FROM posts") == [(1,)]
    assert rows(con, "SELECT kind FROM notices") == [("batch_unreadable",)]
    check(con)


def _c(number: int) -> str | None:
    return f"c{number}" if number else None
