"""Upkeep changes no answer; any order of batches, edits, deletions and upkeep gives the same."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.settings import Settings
from groundswell.spool import Batch, Spool
from groundswell.store import questions, tidy
from groundswell.store.absorb import absorb
from groundswell.store.database import open_database
from groundswell.store.filters import STANCES, Filters
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import (
    HOUR,
    T0,
    batch,
    deletion,
    post,
    read,
    rows,
    scored,
    window,
)
from tests.groundswell.store.recount import check

STORY = Filters(topic="story")
STATE = """
    SELECT p.source, uri, text, version, first_seen_at, p.posted_at, p.skewed, p.lang, author,
        f.topic, compound, sentiment, loudness
    FROM posts AS p JOIN facts AS f USING (post_no) ORDER BY ALL
"""


def _counts(con: DuckDBPyConnection, f: Filters = STORY) -> list[tuple[Any, ...]]:
    return sorted(questions.term_counts(con, f).itertuples(index=False, name=None))


def _by_hand(con: DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """The same selection, but named so that it is counted anew."""
    return _counts(con, Filters(topic="story", sources=("bluesky",)))


def test_sealing_changes_no_answer(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(n, text=f"apple pear{n % 3}")) for n in range(10)]))
    before = _counts(con)
    assert tidy.seal(con) == 10
    assert _counts(con) == before == _by_hand(con)
    assert tidy.seal(con) == 0
    nobody = scored(post(13, text="apple", author=None, author_id=None))
    take(batch(1, [scored(post(n, text="apple fig")) for n in (11, 12)] + [nobody]))
    assert _counts(con) == _by_hand(con)
    tidy.seal(con)
    assert _counts(con) == _by_hand(con)
    assert ("apple", 13, 5) in _counts(con)
    check(con)


def test_sealed_posts_may_change_and_go(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(n, text=f"apple pear{n % 3}", version="1")) for n in range(10)]))
    tidy.seal(con)
    edited = post(1, text="cherry", version="2", first_seen_at=T0 + HOUR)
    take(batch(1, [scored(edited)], deletions=[deletion(2), deletion(author=3)]))
    take(batch(2, [scored(post(4, version="1"), topics=("other",)), scored(post(5), version="2")]))
    assert _counts(con) == _by_hand(con)
    check(con)
    tidy.seal(con)
    check(con)
    assert {term for term, _, _ in _counts(con)} == {"apple", "pear0", "pear1", "pear2", "cherry"}


def test_a_quotation_leaves_the_sums_too(con: DuckDBPyConnection, take: Take) -> None:
    quoting = post(2, text="look", quote_of=post(1).uri, quoted_text="xylophone")
    one = scored(quoting)
    words = type(one)(
        post=one.post, reading=one.reading, matches=one.matches, tokens=("look", "xylophone")
    )
    take(batch(0, [scored(post(1, text="xylophone")), words]))
    tidy.seal(con)
    take(batch(1, deletions=[deletion(1)]))
    assert _counts(con) == [("look", 1, 1)]
    check(con)


def test_a_period_around_all_posts_is_the_whole_topic(
    con: DuckDBPyConnection, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(batch(0, [scored(post(n)) for n in range(5)]))
    tidy.seal(con)
    con.execute("UPDATE term_totals SET posts = posts + 100")  # shows which way was taken
    whole = Filters(topic="story", since=T0 - HOUR, until=T0 + HOUR)
    part = Filters(topic="story", since=T0 - HOUR, until=T0)
    assert min(n for _, n, _ in _counts(con, whole)) > 100
    assert max(n for _, n, _ in _counts(con, part)) < 100


def test_a_sealed_post_may_move_to_another_day(con: DuckDBPyConnection, take: Take) -> None:
    late = post(1, created_at=None, first_seen_at=T0, version="1")
    take(batch(0, [scored(late), scored(post(2))]))
    tidy.seal(con)
    early = post(1, created_at=None, first_seen_at=T0 - 24 * HOUR, version="1")
    take(batch(1, [scored(early)]))
    assert rows(con, "SELECT count(DISTINCT day) FROM term_days") == [(2,)]
    check(con)


def test_tidying_waits_until_it_pays_and_changes_no_answer(
    con: DuckDBPyConnection, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tidy.tidy(con) == []
    monkeypatch.setattr(tidy, "COMPACT_ROWS", 0)
    monkeypatch.setattr(tidy, "SORT_POSTS", 1)
    for seq in range(4):
        take(batch(seq, [scored(post(seq * 3 + n)) for n in range(3)]))
        tidy.seal(con)
    take(batch(9, deletions=[deletion(1)]))
    before = _everything(con)
    compacted = ["compact_rollup_hour", "compact_term_totals", "compact_term_days"]
    assert tidy.tidy(con) == [*compacted, "sort_tokens"]
    assert tidy.tidy(con) == []
    assert _everything(con) == before
    check(con)
    tokens = rows(con, "SELECT term_no, post_no FROM tokens")
    assert tokens == sorted(tokens)
    assert rows(con, "SELECT count(*) FROM rollup_hour WHERE posts <= 0") == [(0,)]
    days = rows(con, "SELECT topic, day, term_no FROM term_days")
    assert days == sorted(set(days))
    assert rows(con, "SELECT count(*) FROM term_days WHERE posts <= 0") == [(0,)]


def _everything(con: DuckDBPyConnection) -> list[Any]:
    return [
        rows(con, STATE),
        _counts(con),
        questions.totals(con, STORY),
        questions.timeline(con, STORY, "hour").to_csv(),
        questions.facets(con, STORY).to_csv(),
        questions.stance_series(con, STORY, "day", "Sample").to_csv(),
    ]


_sightings = st.tuples(
    st.integers(0, 5),  # post
    st.integers(0, 3),  # version, and the hour it was seen in
    st.sampled_from(["story", "other"]),
    st.sampled_from([None, -0.5, 0.25]),
)
_batches = st.lists(
    st.tuples(
        st.lists(_sightings, max_size=4),
        st.lists(st.integers(0, 7), max_size=1),  # 0…5 a post, 6 and 7 an account
    ),
    min_size=1,
    max_size=5,
)


def _made(
    seq: int, sightings: Sequence[tuple[int, int, str, float | None]], gone: list[int]
) -> Batch:
    """What a version says and scores depends on the version alone, as in life."""
    posts = [
        read(scored(
            post(
                n, version=f"v{v}", text=f"words of {n} in {v}", first_seen_at=T0 + v * HOUR,
                created_at=T0 - n * HOUR, likes=10 * v,
            ),
            [None, -0.5, 0.25, 0.75][v],
            topics=(topic,),
        ), {"Sample": STANCES[v], f"Of {n}": "against"})
        for n, v, topic, _ in sightings
    ]  # fmt: skip
    marks = [deletion(g) if g < 6 else deletion(author=g - 6) for g in gone]
    asked = {"story": ["Sample", "Of 1"], "other": ["Of 2"]}
    return batch(seq, posts, deletions=marks, coverage=[window(seq, seq + 1)], targets=asked)


@given(made=_batches, order=st.randoms(use_true_random=False), upkeep=st.booleans())
@settings(
    max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_any_order_and_any_replay_give_the_same(
    tmp_path_factory: pytest.TempPathFactory, made: list[Any], order: Any, upkeep: bool
) -> None:
    batches = [_made(seq, *one) for seq, one in enumerate(made)]
    straight = _absorbed(tmp_path_factory.mktemp("straight"), batches, upkeep=False)
    mixed = [*batches, *batches]
    order.shuffle(mixed)
    renamed = [
        batch(
            n,
            one.posts,
            deletions=one.deletions,
            coverage=one.coverage,
            run_id=f"again-{n}",
            targets=one.targets,
        )
        for n, one in enumerate(mixed)
    ]
    assert _absorbed(tmp_path_factory.mktemp("mixed"), renamed, upkeep=upkeep) == straight


def _absorbed(home: Path, batches: Sequence[Batch], *, upkeep: bool) -> list[Any]:
    con = open_database(home, Settings(home=home))
    try:
        for one in batches:
            Spool(home).write(one)
            while absorb(con, home, Spool(home)) is not None:
                continue
            if upkeep:
                tidy.seal(con)
            check(con)
        return _everything(con)
    finally:
        con.close()
