"""Every question, on an empty store and on a small one, by rollup and by posts alike."""

from datetime import datetime, timedelta
from math import isclose

import pandas as pd
import pytest
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.errors import WrongUse
from groundswell.post import Rejected
from groundswell.spool import Covered
from groundswell.store import questions
from groundswell.store.filters import SENTIMENTS, STANCES, Filters
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import HOUR, T0, batch, post, read, scored, window

STORY = Filters(topic="story")
POSTS_CSV = [
    "source",
    "uri",
    "url",
    "author",
    "author_name",
    "created_at",
    "first_seen_at",
    "text",
    "lang",
    "reply_to",
    "quote_of",
    "likes",
    "reposts",
    "replies",
    "quotes",
    "compound",
    "sentiment",
    "irony",
    "matched",
]


@pytest.fixture
def filled(con: DuckDBPyConnection, take: Take) -> DuckDBPyConnection:
    """Forty posts of two sources over forty hours; every fifth is not scored, two of three speak of
    Acme."""
    posts = [
        scored(
            post(
                n,
                source="bluesky" if n % 3 else "hackernews",
                created_at=T0 - n * HOUR,
                text=f"{'openai' if n % 2 else 'deepseek'} sample number{n}",
            ),
            None if n % 5 == 0 else round(n / 20 - 1, 4),
            lang="en" if n % 4 else "de",
        )
        for n in range(40)
    ]
    said: list[dict[str, str]] = [{"Acme": STANCES[n % 4]} if n % 3 else {} for n in range(40)]
    towards = [read(one, said[n], sentiment=None) for n, one in enumerate(posts)]
    windows = [window(-40, -10), window(-10, -8, "gap"), window(-8, 0)]
    take(batch(0, towards, coverage=windows, targets={"story": ["Acme"]}))
    return con


def test_an_empty_store_answers_everything(con: DuckDBPyConnection) -> None:
    said = questions.totals(con, STORY)
    assert (said.posts, said.authors, said.mean_compound, said.first_at) == (0, 0, None, None)
    assert questions.count(con, STORY) == 0
    for table in (
        questions.timeline(con, STORY, "day"),
        questions.facets(con, STORY),
        questions.posts(con, STORY, "newest", 10),
        questions.term_counts(con, STORY),
        questions.gaps(con, STORY),
        questions.coverage(con, "story"),
        questions.sources(con),
        questions.quarantine(con, None, 10),
        questions.notices(con, None, 10),
    ):
        assert table.empty
        assert len(table.columns) >= 3
    state = questions.route_state(con, "story", "bluesky", "search")
    assert state == questions.RouteState(cursor=None, covered=())


def test_totals(filled: DuckDBPyConnection) -> None:
    said = questions.totals(filled, STORY)
    values = pd.Series([round(n / 20 - 1, 4) for n in range(40) if n % 5])
    assert (said.posts, said.scored, said.not_scored, said.authors) == (40, 32, 8, 10)
    assert said.negative + said.neutral + said.positive == 32
    assert said.mean_compound is not None
    assert said.se_compound is not None
    assert isclose(said.mean_compound, float(values.mean()), abs_tol=1e-9)
    assert isclose(said.se_compound, float(str(values.sem())), rel_tol=1e-9)
    assert (said.first_at, said.last_at) == (T0 - 39 * HOUR, T0)
    assert said.first_at is not None
    assert said.first_at.utcoffset() == timedelta(0)


def test_one_scored_post_has_a_mean_and_no_error(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(1), 0.25)]))
    said = questions.totals(con, STORY)
    assert (said.mean_compound, said.se_compound) == (0.25, None)


def test_timeline_buckets(filled: DuckDBPyConnection) -> None:
    days = questions.timeline(filled, STORY, "day")
    assert days["posts"].sum() == 40
    assert str(days["bucket_start"].dtype) == "datetime64[us, UTC]"
    assert set(days["source"]) == {"bluesky", "hackernews"}
    assert len(questions.timeline(filled, STORY, "hour")) == 40
    weeks = questions.timeline(filled, STORY, "week")["bucket_start"].dt.day_of_week
    assert set(weeks) == {0}
    assert days["sum_compound"].sum() == pytest.approx(
        sum(round(n / 20 - 1, 4) for n in range(40) if n % 5)
    )


def test_words_of_a_question_come_from_a_list(filled: DuckDBPyConnection) -> None:
    with pytest.raises(WrongUse, match="'minute' is not one of hour, day, week"):
        questions.timeline(filled, STORY, "minute")  # type: ignore[arg-type]  # the point
    with pytest.raises(WrongUse, match="'1; DROP TABLE posts' is not one of"):
        questions.posts(filled, STORY, "1; DROP TABLE posts", 1)  # type: ignore[arg-type]  # same


def test_facets(filled: DuckDBPyConnection) -> None:
    table = questions.facets(filled, STORY)
    said = {(f, v): n for f, v, n in table.itertuples(index=False)}
    assert said["source", "hackernews"] == 14
    assert said["lang", "de"] == 10
    assert said["sentiment", "not_scored"] == 8
    assert {v for f, v in said if f == "sentiment"} <= set(SENTIMENTS)


def test_posts_in_every_order(filled: DuckDBPyConnection) -> None:
    newest = questions.posts(filled, STORY, "newest", 5)
    assert list(newest["likes"]) == [0, 1, 2, 3, 4]
    assert list(newest.columns[: len(POSTS_CSV)]) == POSTS_CSV
    assert list(questions.posts(filled, STORY, "newest", 5, 5)["likes"]) == [5, 6, 7, 8, 9]
    assert list(questions.posts(filled, STORY, "oldest", 2)["likes"]) == [39, 38]
    assert list(questions.posts(filled, STORY, "loudest", 2)["likes"]) == [39, 38]
    assert list(questions.posts(filled, STORY, "most_negative", 2)["likes"]) == [1, 2]
    assert list(questions.posts(filled, STORY, "most_positive", 2)["likes"]) == [39, 38]
    everything = questions.posts(filled, STORY, "most_negative", 100)
    assert everything["compound"].tail(8).isna().all()
    assert set(everything["matched"]) == {"story"}
    assert set(everything["routes"]) == {"search"}


def test_counts_are_the_latest(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(1, likes=1, replies=None, first_seen_at=T0 + HOUR))]))
    take(batch(1, [scored(post(1, likes=7, replies=2, first_seen_at=T0 + 2 * HOUR))]))
    take(batch(2, [scored(post(1, likes=0))]))
    table = questions.posts(con, STORY, "newest", 5)
    assert (table["likes"][0], table["replies"][0]) == (7, 2)
    assert table["reposts"].isna().all()


def test_matched_lists_topics(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(1), topics=("story", "another"))]))
    table = questions.posts(con, STORY, "newest", 5)
    assert list(table["matched"]) == ["another|story"]


def test_term_counts(con: DuckDBPyConnection, take: Take) -> None:
    nobody = {"author_id": None, "author": None}
    take(batch(0, [scored(post(n, text="apple apple pear")) for n in (0, 5, 1)]))
    take(batch(1, [scored(post(9, text="apple", **nobody))]))
    table = questions.term_counts(con, STORY)
    assert sorted(table.itertuples(index=False, name=None)) == [("apple", 4, 2), ("pear", 3, 2)]


def test_gaps_are_cut_to_the_period(filled: DuckDBPyConnection) -> None:
    table = questions.gaps(filled, STORY)
    assert [tuple(r) for r in table[["status", "reason"]].values] == [("gap", "was gap")]
    period = Filters(topic="story", since=T0 - 9 * HOUR, until=T0)
    cut = questions.gaps(filled, period)
    assert list(cut["start"]) == [T0 - 9 * HOUR]
    assert list(cut["end"]) == [T0 - 8 * HOUR]
    assert questions.gaps(filled, Filters(topic="story", since=T0 - 8 * HOUR)).empty
    assert questions.gaps(filled, Filters(topic="story", sources=("rss",))).empty


@pytest.mark.parametrize(
    ("coverage", "posts", "state", "message"),
    [
        ([window(-1, 0)], 1, "ok", None),
        ([], 1, "ok", None),
        ([window(-1, 0), window(-2, -1, "gap", reason="lost")], 0, "partial", "lost"),
        ([window(-2, -1, "truncated", reason="cut")], 1, "partial", "cut"),
        ([window(-2, -1, "gap", reason="no answer")], 0, "failing", "no answer"),
        ([window(-2, -1, "closed", reason="says no")], 0, "closed", "says no"),
    ],
)
def test_the_state_of_a_source_is_that_of_its_last_run(
    con: DuckDBPyConnection,
    take: Take,
    coverage: list[Covered],
    posts: int,
    state: str,
    message: str | None,
) -> None:
    take(batch(0, [scored(post(9))], coverage=[window(-9, -8)], run_id="run-0", cursor_to="c0"))
    found = [scored(post(n)) for n in range(posts)]
    take(batch(1, found, coverage=coverage, cursor_from="c0", cursor_to="c1"))
    row = questions.sources(con, "story").iloc[0]
    assert row["state"] == state
    assert row["last_run_at"] == T0 + timedelta(seconds=1)
    ok = state == "ok" or message == "lost"
    assert row["last_ok_at"] == (T0 + timedelta(seconds=1) if ok else T0)
    assert row["message"] == message if message else pd.isna(row["message"])
    assert (row["cursor"], row["posts"], row["quarantined"]) == ("c1", 1 + posts, 0)


def test_quarantine_counts_tries(con: DuckDBPyConnection, take: Take) -> None:
    bad = [Rejected(source="bluesky", reason="no text", raw=b"{}", seen_at=T0, place="item 3")]
    take(batch(0, rejected=bad), batch(1, rejected=bad))
    table = questions.quarantine(con, "story", 10)
    assert list(table["tries"]) == [2]
    assert list(table["reason"]) == ["no text"]
    assert questions.quarantine(con, "other", 10).empty
    assert list(questions.sources(con)["quarantined"]) == [1]


def test_route_state_gives_back_cursor_and_windows(con: DuckDBPyConnection, take: Take) -> None:
    windows = [window(-3, -2, instance="a.example"), window(-2, 0, "gap", instance="b.example")]
    take(batch(0, coverage=windows, cursor_to="c1"))
    state = questions.route_state(con, "story", "bluesky", "search")
    assert state == questions.RouteState(cursor="c1", covered=tuple(windows))
    assert all(c.window.start.utcoffset() == timedelta(0) for c in state.covered)


def test_a_cursor_that_does_not_follow_stays_and_is_told(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(batch(0, [scored(post(0))], cursor_to="c1"))
    take(batch(2, [scored(post(2))], cursor_from="c2", cursor_to="c3", coverage=[window(-1, 0)]))
    state = questions.route_state(con, "story", "bluesky", "search")
    assert state.cursor == "c1"
    assert len(state.covered) == 1
    assert questions.count(con, STORY) == 2
    assert list(questions.notices(con, "story", 10)["kind"]) == ["cursor_mismatch"]


_moments = st.none() | st.integers(-50 * 60, 60).map(lambda m: T0 + timedelta(minutes=m))


@given(
    since=_moments,
    until=_moments,
    sources=st.sets(st.sampled_from(["bluesky", "hackernews", "rss"])),
    langs=st.sets(st.sampled_from(["en", "de"])),
    sentiments=st.sets(st.sampled_from(SENTIMENTS)),
    keyword=st.sampled_from([None, "openai", "number1*", '"openai sample"']),
    target=st.sampled_from([None, "Acme", "Zenith"]),
    stances=st.sets(st.sampled_from(STANCES)),
)
@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_every_question_agrees_with_the_list_of_posts(
    filled: DuckDBPyConnection,
    since: datetime | None,
    until: datetime | None,
    sources: set[str],
    langs: set[str],
    sentiments: set[str],
    keyword: str | None,
    target: str | None,
    stances: set[str],
) -> None:
    f = Filters(
        topic="story", since=since, until=until, sources=tuple(sources), langs=tuple(langs),
        sentiments=tuple(sentiments), keyword=keyword,
        target=target, stances=tuple(stances) if target else (),
    )  # fmt: skip
    table = questions.posts(filled, f, "oldest", 1000)
    said = questions.totals(filled, f)
    assert said.posts == len(table) == questions.count(filled, f)
    assert said.authors == len(table[["source", "author"]].drop_duplicates())
    assert said.measured == table["compound"].notna().sum()
    assert said.scored == (table["sentiment"] != "not_scored").sum()
    assert questions.facets(filled, f)["posts"].sum() == 3 * len(table)
    if target:
        towards = questions.stance_totals(filled, f, target).iloc[0]
        assert (towards["posts"], towards["authors"]) == (said.posts, said.authors)
        assert {s for s in STANCES if towards[s]} <= (stances or set(STANCES))
    line = questions.timeline(filled, f, "day")
    assert line["posts"].sum() == len(table)
    assert isclose(line["sum_compound"].sum(), table["compound"].sum(), abs_tol=1e-9)
    terms = questions.term_counts(filled, f).set_index("term")["posts"]
    assert terms.get("sample", 0) == len(table)
    if len(table):
        assert said.first_at == table["posted_at"].min()
        assert said.last_at == table["posted_at"].max()
