"""A post that says no more than its headline takes no side; one word of its own may be one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.scoring.reported import only_reports
from tests.builders import make_post

HEADLINE = "OpenAI says it has evidence that DeepSeek used its model"
CARD = f"{HEADLINE}\nThe company gave no details. Others doubt it."


@pytest.mark.parametrize(
    "text",
    [
        HEADLINE,
        HEADLINE.upper(),
        f"{HEADLINE} https://example.org/a?b=1",
        f"“{HEADLINE}”",
        f"Breaking: {HEADLINE}",
        f"Worth reading: {HEADLINE}",
        f"{HEADLINE} via @sample-user-17",
        f"{HEADLINE}. The company gave no details.",
    ],
)
def test_a_headline_passed_on_only_reports(text: str) -> None:
    assert only_reports(make_post(text=text, card_text=CARD))
    assert only_reports(make_post(text=text, quoted_text=CARD))
    assert not only_reports(make_post(text=text))


@pytest.mark.parametrize(
    "text",
    [
        f"Thieves. {HEADLINE}",
        f"{HEADLINE} lol",
        f"Breaking my heart: {HEADLINE}",
        "What hypocrites",
        "OpenAI",
        "evidence",
        "",
        "https://example.org/a",
        "🤡",
    ],
)
def test_own_words_are_own_words(text: str) -> None:
    assert not only_reports(make_post(text=text, card_text=CARD, quoted_text=CARD))


def test_an_item_of_a_feed_reports() -> None:
    assert only_reports(make_post(source="rss", text=HEADLINE))


def test_a_card_of_one_word_explains_nothing() -> None:
    assert not only_reports(make_post(text="OpenAI is theft", card_text="OpenAI"))


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_texts_are_judged(text: str, shown: str) -> None:
    assert only_reports(make_post(text=text, card_text=shown, quoted_text=shown)) in (True, False)
