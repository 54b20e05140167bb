"""What the page of narratives says: its n beside each share, and bars that hide nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import narrative_words
from dashboard.charts.grid import grid_for
from dashboard.narrative_words import BARS, MOST_BARS
from groundswell.store.narratives import Narrating

AT = datetime(2025, 1, 29, 8, tzinfo=UTC)


def row(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "narrative": "a",
        "terms": ["river", "smoke", "village", "more"],
        "typical": "They let it hang over the river https://example.org/x @sample-user-1",
        "posts": 12,
        "authors": 1,
        "side_posts": 240,
        "first_at": AT,
        "recent": 1,
        "before": 1_200,
        "period_h": 24,
        "merged": [],
        "split_from": None,
    }
    return values | changes


def test_a_share_stands_with_its_n() -> None:
    assert narrative_words.size(row()) == "12 posts by 1 account, 5% of 240 posts of this side"


def test_few_posts_have_no_share() -> None:
    said = narrative_words.size(row(side_posts=20))
    assert said == "12 posts by 1 account, of 20 posts of this side: too few for a share"


def test_growth_names_both_periods() -> None:
    said = narrative_words.growth(row())
    assert said == (
        "First seen 29 Jan 2025, 08:00 UTC; 1 post in the last day, 1,200 in the day before"
    )
    assert "in the last week" in narrative_words.growth(row(period_h=168))


def test_a_name_is_three_terms_or_the_beginning_of_a_post() -> None:
    table = pd.DataFrame([row(), row(narrative="b", terms=[])])
    assert narrative_words.names(table) == {
        "a": "river · smoke · village",
        "b": "“They let it hang over the river”",
    }


def test_a_long_beginning_is_cut() -> None:
    (name,) = narrative_words.names(pd.DataFrame([row(terms=[], typical="word " * 40)])).values()
    assert name == f"“{'word ' * 8}word…”"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"merged": ["b"]}, "1 earlier narrative went into it: bee"),
        ({"merged": ["b", "x"]}, "2 earlier narratives went into it: bee"),
        ({"merged": ["x"]}, "1 earlier narrative went into it"),
        ({"split_from": "b"}, "it came out of bee"),
        ({"split_from": "x"}, "it came out of one that ended"),
        ({"split_from": float("nan")}, ""),
    ],
)
def test_merging_and_splitting_are_told(changes: dict[str, Any], said: str) -> None:
    assert narrative_words.history(row(**changes), {"b": "bee"}) == said


def test_what_was_read_says_its_limits() -> None:
    told = Narrating(posts=6_000, stated=7_500, read_at=AT, version="words")
    assert narrative_words.reading(told, 7_501) == (
        "Read 29 Jan 2025, 08:00 UTC, from 6,000 posts that take a side, the newest of 7,500; by "
        "words alone, since the model cannot run here; 1 post came since."
    )
    whole = Narrating(posts=5, stated=5, read_at=AT, version="m1")
    assert narrative_words.reading(whole, 5).endswith("from 5 posts that take a side.")


def test_posts_in_no_narrative_are_counted() -> None:
    table = pd.DataFrame([row(posts=12), row(posts=8)])
    assert narrative_words.rest(table) == "220 of 240 posts are in none."
    assert narrative_words.rest(table.head(0)) == ""


def test_bars_follow_time() -> None:
    grid = grid_for(AT, AT + timedelta(hours=3))
    series = pd.DataFrame(
        {"bucket_start": pd.to_datetime([AT, AT + timedelta(hours=2)]), "posts": [1, 8]}
    )
    assert narrative_words.line(series, grid) == f"{BARS[1]} {BARS[8]} "
    assert narrative_words.key_to_bars(grid).endswith("one for each hour.")
    long = grid_for(AT, AT + timedelta(days=100))
    assert narrative_words.key_to_bars(long).endswith("one for each 4 days.")


@given(st.lists(st.integers(0, 10_000), max_size=700))
def test_bars_are_few_and_blank_only_where_nothing_is(counts: list[int]) -> None:
    bars = narrative_words.bars(counts)
    assert len(bars) <= MOST_BARS
    if any(counts):
        assert BARS[8] in bars
        per = -(-len(counts) // MOST_BARS)
        assert [bar == " " for bar in bars] == [
            not any(counts[start : start + per]) for start in range(0, len(counts), per)
        ]
    else:
        assert bars == ""
