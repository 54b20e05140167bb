"""VADER speaks only for English, only where there are words, and never says neutral for silence."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from groundswell.scoring import vader
from groundswell.scoring.score import NOT_SCORED
from groundswell.scoring.vader import label, not_scored, sentiment

PLAIN = SentimentIntensityAnalyzer()
CHARGED = """good bad VERY never so this without doubt but no not least kind of sort the bomb shit
isn't to die for at hardly GREAT love hate yeah right 😂 ❤️ :) !!! ? model says"""
WORDS = st.sampled_from(re.split(r"\s", CHARGED))


def test_a_warm_and_a_hostile_text() -> None:
    assert sentiment("I love this, it is great", "en", 0.9).label == "positive"
    hostile = sentiment("This is a horrible theft and a lie", "en", 0.9)
    assert hostile.label == "negative"
    assert hostile.value is not None
    assert -1.0 <= hostile.value < 0


def test_english_without_charged_words_is_neutral_not_silent() -> None:
    score = sentiment("The model has seven layers", "en", 0.9)
    assert (score.label, score.value, score.reason) == ("neutral", 0.0, None)


@pytest.mark.parametrize(
    ("text", "lang", "confidence", "reason"),
    [
        ("Das ist eine schreckliche Lüge", "de", 1.0, "not English"),
        ("love love love", "und", 0.0, "language unknown"),
        ("love love love", "en", 0.59, "language unknown"),
        ("😂😂😂 100", "en", 1.0, "no letters"),
        ("", "en", 1.0, "no letters"),
    ],
)
def test_what_cannot_be_read_is_not_scored(
    text: str, lang: str, confidence: float, reason: str
) -> None:
    score = sentiment(text, lang, confidence)
    assert (score.label, score.value, score.reason) == (NOT_SCORED, None, reason)


@pytest.mark.parametrize(
    ("compound", "expected"),
    [
        (-1.0, "negative"),
        (-0.10, "negative"),
        (-0.0999, "neutral"),
        (0.0, "neutral"),
        (0.3499, "neutral"),
        (0.35, "positive"),
        (1.0, "positive"),
    ],
)
def test_cut_offs_belong_to_the_outer_classes(compound: float, expected: str) -> None:
    assert label(compound) == expected


def test_a_score_names_its_model_and_version() -> None:
    for score in (sentiment("I love this", "en", 1.0), not_scored("withheld")):
        assert score.model == "vader"
        assert score.version == vader.version()
        assert score.target is None
        assert score.confidence is None
    library, _, revision = vader.version().rpartition("-")
    assert library.startswith("3.")
    assert revision == str(vader.REVISION)


@given(st.lists(WORDS, max_size=40))
def test_looking_at_near_words_only_changes_no_result(words: list[str]) -> None:
    text = "so " + " ".join(words)
    expected = PLAIN.polarity_scores(text)["compound"]
    assert sentiment(text, "en", 1.0).value == expected


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["😂", "not good ", "GOOD very ", "good but ", "least good "])
def test_hostile_repetition_ends_soon(piece: str) -> None:
    text = "a" + piece * (64_000 // len(piece.encode()))
    assert sentiment(text, "en", 1.0).value is not None


@given(st.text(max_size=300))
def test_any_english_text_gives_a_compound_or_a_reason(text: str) -> None:
    score = sentiment(text, "en", 1.0)
    if score.label == NOT_SCORED:
        assert score.value is None
        assert score.reason
    else:
        assert score.value is not None
        assert -1.0 <= score.value <= 1.0
        assert score.reason is None
