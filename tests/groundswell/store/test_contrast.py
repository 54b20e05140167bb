"""Words that stand out are those of a count of every post and author, whatever the sums know."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.scoring import keywords
from groundswell.settings import Settings
from groundswell.spool import Batch, ScoredPost, Spool
from groundswell.store import contrast, tidy
from groundswell.store.absorb import absorb
from groundswell.store.database import open_database
from groundswell.store.filters import Filters
from groundswell.store.purge import Wish, purge
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import HOUR, batch, deletion, post, rows, scored
from tests.groundswell.store.making import T0 as NOON
from tests.groundswell.store.recount import check

DAY = timedelta(days=1)
MIDNIGHT = NOON - 12 * HOUR
STORY = Filters(topic="story")
PEAK = replace(STORY, since=MIDNIGHT + DAY, until=MIDNIGHT + 2 * DAY)
PAST = replace(STORY, until=MIDNIGHT + DAY)
SPOKEN = """
    SELECT f.post_no, f.posted_at, f.source, f.author_no, k.term
    FROM facts AS f JOIN tokens AS t USING (post_no) JOIN terms AS k USING (term_no)
    WHERE f.topic = $topic
"""


@pytest.fixture(autouse=True)
def _few_posts_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the prior as it is, nothing stands out of a few dozen posts."""
    monkeypatch.setattr(keywords, "PRIOR_TOTAL", 10.0)


def _say(number: int, text: str, at: datetime, *, author: int, **more: Any) -> ScoredPost:
    named = {"author_id": f"did:plc:sample-user-{author}", "author": f"sample-user-{author}"}
    return scored(post(number, text=text, created_at=at, first_seen_at=at + HOUR, **named | more))


def _two_days() -> list[ScoredPost]:
    """Twelve posts on either side of a midnight: only the later ones speak of a flood."""
    before = [_say(n, f"harbour news n{n}", MIDNIGHT + n * HOUR, author=n) for n in range(12)]
    after = [_say(12 + n, "harbour flood", MIDNIGHT + DAY + n * HOUR, author=n) for n in range(12)]
    return before + after


def _slow_counts(con: DuckDBPyConnection, f: Filters, taken: Filters | None = None) -> pd.DataFrame:
    """``keywords.count`` of the posts of ``f`` that are not in ``taken``."""
    words: dict[tuple[int, int | None], list[str]] = defaultdict(list)
    for post_no, at, source, author_no, term in con.execute(SPOKEN, {"topic": f.topic}).fetchall():
        if _in(f, at, source) and not (taken and _in(taken, at, source)):
            words[post_no, author_no].append(term)
    return keywords.count((terms, author_no) for (_, author_no), terms in words.items())


def _in(f: Filters, at: datetime, source: str) -> bool:
    inside = (f.since is None or at >= f.since) and (f.until is None or at < f.until)
    return inside and (not f.sources or source in f.sources)


def _assert_like_slow(con: DuckDBPyConnection, here: Filters, there: Filters, limit: int) -> None:
    rest = there == STORY
    slow = keywords.log_odds(
        _slow_counts(con, here),
        _slow_counts(con, there, here if rest else None),
        least_z=keywords.LEAST_Z,
        least_authors=keywords.LEAST_AUTHORS,
    )
    fast = contrast.standing_out(con, here, there, limit=limit, rest=rest)
    assert list(fast.columns) == keywords.RANKED
    assert fast.to_dict("records") == slow.head(limit).to_dict("records")


def _term_posts(con: DuckDBPyConnection, f: Filters) -> dict[str, int]:
    names = dict(rows(con, "SELECT term_no, term FROM terms"))
    return {names[term_no]: posts for term_no, posts in contrast.term_posts(con, f).items()}


def _slow_posts(con: DuckDBPyConnection, f: Filters) -> dict[str, int]:
    counts = _slow_counts(con, f)
    return dict(zip(counts["term"], counts["posts"], strict=True))


@pytest.mark.parametrize("sealed", [0, 7, 18, 24])
def test_the_words_of_the_busiest_day_stand_out(
    con: DuckDBPyConnection, take: Take, monkeypatch: pytest.MonkeyPatch, sealed: int
) -> None:
    take(batch(0, _two_days()))
    monkeypatch.setattr(tidy, "SEAL_POSTS", max(sealed, 1))
    if sealed:
        assert tidy.seal(con) == sealed
    told = contrast.standing_out(con, PEAK, PAST, limit=20)
    assert told[["term", "posts", "background", "authors"]].values.tolist() == [
        ["flood", 12, 0, 12]
    ]
    _assert_like_slow(con, PEAK, PAST, 20)


def test_sums_answer_for_whole_days_and_posts_for_the_hours_of_a_day_that_is_cut(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(batch(0, _two_days()))
    tidy.seal(con)
    con.execute("UPDATE term_days SET posts = posts + 100")  # shows which way was taken
    morning = MIDNIGHT + DAY + 6 * HOUR
    cut = replace(STORY, since=PEAK.since, until=morning)
    said = _term_posts(con, replace(STORY, until=morning))
    assert (said["n0"], said["news"], said["flood"], said["harbour"]) == (101, 112, 6, 118)
    assert _term_posts(con, PEAK)["flood"] == 112
    assert _term_posts(con, cut)["flood"] == 6
    assert _term_posts(con, replace(PEAK, sources=("bluesky",)))["flood"] == 12


def test_one_account_is_not_many_however_many_words_it_repeats(
    con: DuckDBPyConnection, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    spam = " ".join(f"buy{n}" for n in range(3))
    loud = [_say(100 + n, spam, NOON + DAY, author=1) for n in range(14)]
    take(batch(0, [*_two_days(), *loud]))
    tidy.seal(con)
    monkeypatch.setattr(contrast, "AT_ONCE", 2)
    assert contrast.standing_out(con, PEAK, PAST, limit=1)["term"].tolist() == ["flood"]
    _assert_like_slow(con, PEAK, PAST, 20)


def test_a_part_is_told_from_the_rest_of_the_topic(con: DuckDBPyConnection, take: Take) -> None:
    feeds = [_say(n, "harbour ferry", NOON, author=n, source="rss") for n in range(8)]
    take(batch(0, [*_two_days(), *feeds]))
    part = replace(STORY, sources=("rss",))
    told = contrast.standing_out(con, part, STORY, limit=20, rest=True)
    assert told[["term", "posts", "background"]].values.tolist() == [["ferry", 8, 0]]
    _assert_like_slow(con, part, STORY, 20)
    word = replace(STORY, keyword="flood")
    assert "flood" in set(contrast.standing_out(con, word, STORY, limit=20, rest=True)["term"])


def test_nothing_stands_out_from_nothing(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, _two_days()))
    early = replace(STORY, until=MIDNIGHT - DAY)
    for here, there in ((PEAK, early), (early, PAST)):
        told = contrast.standing_out(con, here, there, limit=20)
        assert (list(told.columns), len(told)) == (keywords.RANKED, 0)
    assert contrast.standing_out(con, STORY, STORY, limit=20, rest=True).empty


def test_a_database_of_the_second_shape_comes_up_right(
    home: Path, con: DuckDBPyConnection, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(batch(0, _two_days()))
    monkeypatch.setattr(tidy, "SEAL_POSTS", 18)
    tidy.seal(con)
    con.execute("DROP TABLE term_days")
    con.execute("DELETE FROM counters WHERE name = 'term_days'")
    con.execute("DELETE FROM migrations WHERE number = 3")
    con.close()
    again = open_database(home, Settings(home=home))
    check(again)
    assert rows(again, "SELECT sum(posts) FROM term_days") != [(None,)]
    _assert_like_slow(again, PEAK, PAST, 20)
    tidy.seal(again)
    check(again)
    again.close()


FIRST_DAYS = (("burst", 0, 16, 3, 0, "story"), ("burst", 16, 16, 27, 1, "story"))
_bursts = st.tuples(
    st.just("burst"),
    st.integers(0, 30),  # first post
    st.integers(1, 14),  # posts
    st.integers(0, 60),  # hours after the first midnight
    st.integers(0, 3),  # word, and version
    st.sampled_from(["story", "story", "other"]),
)
_gone = st.tuples(st.sampled_from(["delete", "forget", "purge"]), st.integers(0, 40))
_upkeep = st.tuples(st.sampled_from(["seal", "seal", "tidy", "purge_topic"]))
_days = st.lists(st.one_of(_bursts, _bursts, _gone, _upkeep), min_size=2, max_size=8)


@given(days=_days, cut=st.integers(1, 60))
@settings(
    max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_any_order_of_changes_and_upkeep_gives_the_slow_answer(
    tmp_path_factory: pytest.TempPathFactory, days: list[Any], cut: int
) -> None:
    home = tmp_path_factory.mktemp("home")
    con = open_database(home, Settings(home=home))
    periods = [
        replace(STORY, since=since, until=until)
        for since, until in [
            (None, None), (PEAK.since, PEAK.until), (None, PEAK.since), (PEAK.since, None),
            (MIDNIGHT + cut * HOUR, None), (None, MIDNIGHT + cut * HOUR),
            (MIDNIGHT + cut * HOUR / 2, MIDNIGHT + cut * HOUR),
        ]
    ]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tidy, "SEAL_POSTS", 7)
        patch.setattr(tidy, "COMPACT_ROWS", 0)
        patch.setattr(keywords, "LEAST_AUTHORS", 3)
        patch.setattr(keywords, "LEAST_Z", 0.1)
        for seq, change in enumerate([*FIRST_DAYS, *days]):
            _change(con, home, seq, change)
            check(con)
        for f in periods:
            assert _term_posts(con, f) == _slow_posts(con, f)
            _assert_like_slow(con, f, replace(PAST, until=f.since or PAST.until), 3)
        _assert_like_slow(con, periods[1], STORY, 3)
    con.close()


def _change(con: DuckDBPyConnection, home: Path, seq: int, change: Sequence[Any]) -> None:
    """One step of a topic's life, as its name says."""
    match change:
        case "burst", first, count, hours, word, topic:
            at = MIDNIGHT + hours * HOUR
            _take(con, home, batch(seq, _burst(first, count, at, word, topic)))
        case "delete", number:
            _take(con, home, batch(seq, deletions=[deletion(number)]))
        case "forget", number:
            _take(con, home, batch(seq, deletions=[deletion(author=number % 8)]))
        case "purge", number:
            purge(con, home, Wish(uri=post(number).uri))
        case ("purge_topic",):
            purge(con, home, Wish(topic="other"))
        case ("seal",):
            tidy.seal(con)
        case _:
            tidy.tidy(con)


def _burst(first: int, count: int, at: datetime, word: int, topic: str) -> list[ScoredPost]:
    """Posts a quarter of an hour apart; a number said again with another word is an edit."""
    return [
        scored(
            post(
                n, text=f"talk of w{word} and w{n % 4}", version=f"v{word}",
                created_at=at + (n - first) * HOUR / 4, first_seen_at=at + 9 * HOUR,
                author_id=f"did:plc:sample-user-{n % 8}", author=f"sample-user-{n % 8}",
            ),
            topics=(topic,),
        )
        for n in range(first, first + count)
    ]  # fmt: skip


def _take(con: DuckDBPyConnection, home: Path, one: Batch) -> None:
    Spool(home).write(one)
    while absorb(con, home, Spool(home)) is not None:
        continue
