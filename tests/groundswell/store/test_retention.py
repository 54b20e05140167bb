"""Texts are kept as long as their source allows since they were last seen, and count for ever."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from groundswell.errors import WrongUse
from groundswell.settings import load
from groundswell.spool import Spool
from groundswell.store import questions, rawfiles, tidy
from groundswell.store.absorb import absorb
from groundswell.store.filters import Filters
from groundswell.store.retention import cutoffs, keep_to_terms
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import batch, deletion, post, rows, scored
from tests.groundswell.store.recount import check

NOW = datetime.now(UTC).replace(microsecond=0)
TWO_DAYS_S = 2 * 86400
DAY = timedelta(days=1)
STORY = Filters(topic="story")


def _seen(number: int, days_ago: float, **changes: Any) -> Any:
    at = NOW - days_ago * DAY
    values = {"first_seen_at": at, "created_at": NOW - 30 * DAY, "version": "1"}
    return scored(post(number, **(values | changes)), -0.5)


def _expire(con: DuckDBPyConnection, home: Path, **stricter: timedelta) -> int:
    expired = keep_to_terms(con, home, Spool(home), stricter)
    return 0 if expired is None else expired.posts


def _row(con: DuckDBPyConnection) -> dict[str, Any]:
    (row,) = questions.posts(con, STORY, "newest", 9).to_dict("records")
    return {str(name): value for name, value in row.items()}


@pytest.mark.parametrize("sealed", [False, True])
def test_the_time_begins_anew_when_a_post_is_seen(
    con: DuckDBPyConnection, home: Path, take: Take, sealed: bool
) -> None:
    take(batch(0, [_seen(1, 1.5)], retention_s=TWO_DAYS_S))
    if sealed:
        tidy.seal(con)
    assert _expire(con, home) == 0
    con.execute("UPDATE posts SET seen_at = seen_at - INTERVAL 2 DAY")
    con.execute("INSERT INTO sightings SELECT post_no, $at FROM posts", {"at": NOW - DAY})
    assert _expire(con, home) == 0
    con.execute("UPDATE sightings SET seen_at = seen_at - INTERVAL 2 DAY")
    assert _expire(con, home) == 1
    row = _row(con)
    assert (row["text"], row["author"], row["withheld"]) == ("", None, "expired")
    assert (row["compound"], row["likes"]) == (-0.5, 1)
    assert questions.term_counts(con, STORY).empty
    assert rawfiles.read(con, home, "bluesky", post(1).uri) == []
    check(con)


def test_other_sources_are_left_alone_and_a_setting_is_stricter(
    con: DuckDBPyConnection, home: Path, take: Take
) -> None:
    take(batch(0, [_seen(1, 40), _seen(2, 5)]))
    take(batch(1, [_seen(1, 40, source="mastodon")], source="reddit", retention_s=TWO_DAYS_S))
    assert _expire(con, home) == 0
    assert _expire(con, home, bluesky=30 * DAY) == 1
    assert _expire(con, home, bluesky=30 * DAY) == 0
    limits = cutoffs(con, {"reddit": 30 * DAY, "rss": DAY}, NOW)
    assert limits == {"reddit": NOW - 2 * DAY, "rss": NOW - DAY}


def test_text_that_waited_too_long_in_the_spool_stays_outside(
    con: DuckDBPyConnection, home: Path, take: Take
) -> None:
    take(batch(0, [_seen(1, 3, raw=b"too old"), _seen(2, 1)], retention_s=TWO_DAYS_S))
    texts = dict(rows(con, "SELECT uri, text FROM posts"))
    assert texts == {post(1).uri: "", post(2).uri: "sample text number2"}
    assert questions.totals(con, STORY).scored == 2
    assert rawfiles.read(con, home, "bluesky", post(1).uri) == []
    assert len(rawfiles.read(con, home, "bluesky", post(2).uri)) == 1
    check(con)


def test_a_setting_holds_at_the_door_too(con: DuckDBPyConnection, home: Path) -> None:
    Spool(home).write(batch(0, [_seen(1, 3)]))
    assert absorb(con, home, Spool(home), {"bluesky": DAY}) is not None
    assert _row(con)["withheld"] == "expired"


def test_seen_again_it_has_its_text_and_an_old_replay_gives_none(
    con: DuckDBPyConnection, home: Path, take: Take
) -> None:
    take(batch(0, [_seen(1, 3)], retention_s=TWO_DAYS_S))
    tidy.seal(con)
    take(batch(1, [_seen(1, 2.5, text="an older text", version="0")]))
    assert _row(con)["text"] == ""
    take(batch(2, [_seen(1, 0)]))
    row = _row(con)
    assert (row["text"], row["author"], row["compound"]) == (
        "sample text number1", "sample-user-1", -0.5,
    )  # fmt: skip
    assert rows(con, "SELECT count(*) FROM edits") == [(0,)]
    take(batch(3, [_seen(1, 2.7)]))
    assert _row(con)["text"] == "sample text number1"
    check(con)


def test_the_account_stays_countable_while_it_has_another_post(
    con: DuckDBPyConnection, home: Path, take: Take
) -> None:
    take(batch(0, [_seen(1, 1.9), _seen(6, 0), _seen(2, 1.9)], retention_s=TWO_DAYS_S))
    con.execute("UPDATE posts SET seen_at = seen_at - INTERVAL 1 DAY")
    assert _expire(con, home) == 2
    assert questions.totals(con, STORY).authors == 2
    assert rows(con, "SELECT count(*) FROM authors") == [(1,)]
    take(batch(1, deletions=[deletion(author=1)]))
    assert questions.totals(con, STORY).posts == 1
    check(con)


def test_the_setting_is_written_as_ages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GROUNDSWELL_RETENTION", '{"mastodon": "30d", "reddit": "12h"}')
    assert load(tmp_path).retention == {"mastodon": 30 * DAY, "reddit": 0.5 * DAY}
    for wrong in ('{"mastodon": "soon"}', '{"mastodon": "-3d"}'):
        monkeypatch.setenv("GROUNDSWELL_RETENTION", wrong)
        with pytest.raises(WrongUse, match="GROUNDSWELL_RETENTION"):
            load(tmp_path)
