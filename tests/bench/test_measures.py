"""The benchmarks measure what they say: checked on small cases that are worked out by hand."""

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import copies, language, sentiment
from groundswell.scoring.bare import bare
from groundswell.scoring.copies import LEAST_JACCARD, jaccard, shingles

WORDS = ["model", "rival", "theft", "says", "nobody", "copied", "again", "today"]


def test_macro_recall_weighs_each_class_alike() -> None:
    gold = ["positive", "positive", "positive", "neutral", "negative"]
    compounds = [0.9, 0.9, 0.0, 0.0, 0.0]
    found = sentiment.macro_recall(compounds, gold, sentiment.usual_label)
    assert found == pytest.approx((2 / 3 + 1 + 0) / 3)


@pytest.mark.parametrize(
    ("compound", "label"),
    [(-0.05, "negative"), (-0.04, "neutral"), (0.04, "neutral"), (0.05, "positive")],
)
def test_the_baseline_uses_the_usual_cut_offs(compound: float, label: str) -> None:
    assert sentiment.usual_label(compound) == label


def test_language_shares_are_of_the_posts_asked_for() -> None:
    assert language.right(["en", "und", "de"], ["en", "en", "de"], range(3)) == pytest.approx(2 / 3)
    assert language.right(["en", "und", "de"], ["en", "en", "de"], [1]) == 0
    assert language.share([True, False, True], [0, 1]) == 0.5


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=5, max_size=9), min_size=2, max_size=9))
@settings(max_examples=40)
def test_alike_pairs_are_all_pairs_with_enough_overlap(said: list[list[str]]) -> None:
    texts = {f"{n:02}": " ".join(words) for n, words in enumerate(said)}
    expected = {
        (a, b)
        for a, b in combinations(sorted(texts), 2)
        if jaccard(shingles(bare(texts[a])), shingles(bare(texts[b]))) >= LEAST_JACCARD
    }
    assert copies.alike_pairs(texts) == expected


def test_pairs_and_precision() -> None:
    pairs = copies.pairs_of({"a": "a", "b": "a", "c": "a", "d": "d"})
    assert pairs == {("a", "b"), ("a", "c"), ("b", "c")}
    origin = {"a": "a", "b": "a", "c": "c", "d": "d"}
    assert copies.precision(pairs, {("a", "c")}, origin) == pytest.approx(2 / 3)


@pytest.mark.parametrize("edit", copies.EDITS)
def test_edits_change_the_text_and_little_of_it(edit: copies.Edit) -> None:
    text = "The company says that its rival copied the model and nobody here is surprised"
    edited = edit(text, random.Random(2))
    assert edited != text
    overlap = jaccard(shingles(bare(edited).lower()), shingles(text.lower()))
    assert overlap >= LEAST_JACCARD


def test_copies_are_measured_from_end_to_end() -> None:
    chance = random.Random(5)
    vocabulary = [f"word{n}" for n in range(2_000)]
    originals = [" ".join(chance.choices(vocabulary, k=14)) for _ in range(60)]
    recall, alike, precision, cost = copies.measure(originals, chance, 30)
    assert recall.holds is True
    assert alike.holds is True
    assert precision.holds is True
    assert cost.value is not None
