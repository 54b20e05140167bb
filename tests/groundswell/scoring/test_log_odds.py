"""What stands out is what this side says more often, by enough people, and nothing else."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.scoring.keywords import (
    LEAST_Z,
    PRIOR_TOTAL,
    RANKED,
    count,
    log_odds,
    stop_words,
    terms,
    z_scores,
)

# Words of one account each, to which nothing happens.
REST = {f"word{n}": (300, 1) for n in range(300)}


def table(**posts: tuple[int, int]) -> pd.DataFrame:
    rows = [(term.replace("_", " "), n, authors) for term, (n, authors) in (posts | REST).items()]
    return pd.DataFrame(rows, columns=["term", "posts", "authors"])


BASELINE = table(model=(400, 300), weather=(500, 400), chip=(50, 40))


def test_the_most_telling_term_comes_first() -> None:
    now = table(model=(400, 300), theft=(60, 50), chip=(90, 70))
    ranked = log_odds(now, BASELINE)
    assert list(ranked.columns) == RANKED
    assert list(ranked["term"]) == ["theft", "chip"]
    assert ranked["z"].is_monotonic_decreasing
    assert (ranked["z"] >= LEAST_Z).all()
    theft = ranked.iloc[0]
    assert (theft["posts"], theft["background"], theft["authors"]) == (60, 0, 50)


def test_few_authors_never_stand_out() -> None:
    now = table(theft=(900, 4), chip=(90, 5))
    assert list(log_odds(now, BASELINE)["term"]) == ["chip"]
    assert "theft" in set(log_odds(now, BASELINE, least_authors=4)["term"])


def test_stop_words_never_show_but_phrases_with_one_may() -> None:
    now = table(the=(900, 800), of_the=(300, 200), the_theft=(90, 80), x=(90, 9))
    assert list(log_odds(now, BASELINE)["term"]) == ["the theft"]


def test_the_same_counts_on_both_sides_tell_nothing() -> None:
    assert log_odds(BASELINE, BASELINE).empty


def test_without_a_side_there_is_no_ranking() -> None:
    nothing = count([])
    for ranked in (log_odds(nothing, BASELINE), log_odds(BASELINE, nothing)):
        assert list(ranked.columns) == RANKED
        assert ranked.empty


def test_a_new_word_beats_a_word_that_merely_grew() -> None:
    now = table(theft=(30, 30), weather=(530, 400))
    assert list(log_odds(now, BASELINE)["term"])[0] == "theft"


def test_a_larger_baseline_does_not_hide_a_new_word() -> None:
    large = BASELINE.assign(posts=BASELINE["posts"] * 1_000)
    now = table(theft=(20, 20), model=(400, 300))
    assert "theft" in set(log_odds(now, large)["term"])


def test_equal_scores_are_ordered_by_term() -> None:
    now = table(zebra=(60, 50), aardvark=(60, 50))
    assert list(log_odds(now, BASELINE)["term"])[:2] == ["aardvark", "zebra"]


def test_a_count_worked_by_hand() -> None:
    # a = 30 + 50, b = 10 + 50; rests 100 + 1000.5 - 80 and 200 + 1000.5 - 60
    (z,) = z_scores(np.array([30]), np.array([10]), np.array([50.0]), totals=(100.0, 200.0))
    expected = (np.log(80 / 1020.5) - np.log(60 / 1140.5)) / np.sqrt(1 / 80 + 1 / 60)
    assert z == pytest.approx(expected)


sides = st.lists(
    st.tuples(st.integers(0, 500), st.integers(0, 500), st.floats(0, 1)), min_size=1, max_size=40
)


@given(sides)
def test_swapping_the_sides_turns_the_sign(rows: list[tuple[int, int, float]]) -> None:
    one, other, share = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    prior = share / max(share.sum(), 1.0) * PRIOR_TOTAL
    totals = (float(one.sum()), float(other.sum()))
    there = z_scores(one, other, prior, totals=totals)
    back = z_scores(other, one, prior, totals=(totals[1], totals[0]))
    assert np.isfinite(there).all()
    np.testing.assert_allclose(there, -back, atol=1e-9)


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(1, 500)), min_size=2, max_size=20))
def test_no_term_stands_out_on_both_sides(rows: list[tuple[int, int]]) -> None:
    names = [f"word{n}" for n in range(len(rows))]
    one, other = (
        pd.DataFrame({"term": names, "posts": column, "authors": column})
        for column in zip(*rows, strict=True)
    )
    assert not set(log_odds(one, other)["term"]) & set(log_odds(other, one)["term"])


@given(st.integers(0, 300), st.integers(1, 100))
def test_more_of_a_term_never_lowers_its_score(n: int, more: int) -> None:
    prior = np.array([5.0])
    few, many = (
        z_scores(np.array([k]), np.array([20]), prior, totals=(1_000.0, 1_000.0))[0]
        for k in (n, n + more)
    )
    assert many > few


def test_posts_and_authors_are_counted_once_each() -> None:
    counted = count([(["a", "b", "a"], "u1"), (["a"], "u1"), (["a", "c"], "u2"), (["c"], None)])
    assert counted.to_dict("list") == {
        "term": ["a", "b", "c"],
        "posts": [3, 1, 2],
        "authors": [2, 1, 1],
    }


def test_counting_nothing_gives_an_empty_table() -> None:
    assert list(count([]).columns) == ["term", "posts", "authors"]
    assert count([]).empty


def test_terms_are_words_tags_emoji_and_phrases() -> None:
    found = terms("OpenAI says that #DeepSeek copied the model 😂 https://example.org/x @sample")
    assert found == [
        "openai",
        "says",
        "#deepseek",
        "copied",
        "model",
        "😂",
        "openai says",
        "model 😂",
    ]


def test_no_phrase_leaps_over_a_stop_word() -> None:
    assert "theft lie" not in terms("a theft and a lie")


def test_a_word_repeated_is_no_phrase() -> None:
    assert terms("no no very very bad bad") == ["bad"]


@given(st.text(max_size=200))
def test_terms_are_distinct_and_never_stop_words(text: str) -> None:
    found = terms(text)
    assert len(found) == len(set(found))
    assert not stop_words() & set(found)
