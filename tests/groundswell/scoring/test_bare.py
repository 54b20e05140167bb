"""Addresses and handles go, words stay, and hostile text costs no more than its length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.scoring.bare import bare, has_letters


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Read https://example.org/a?b=c#d now", "Read now"),
        ("Read www.example.org/a now", "Read now"),
        ("Read example.org/story… now", "Read now"),
        ("@sample-user.example.social hello", "hello"),
        ("@sample@mastodon.example hello", "hello"),
        ("RT @sample: hello", "RT : hello"),
        ("Made by example.org", "Made by example.org"),
        ("1.5/2 and/or 24/7", "1.5/2 and/or 24/7"),
        ("write to sample@example.org", "write to sample@example.org"),
        ("two\n\n lines\tof text", "two lines of text"),
        ("#OpenAI ❤️ it", "#OpenAI ❤️ it"),
        ("https://example.org", ""),
        ("", ""),
    ],
)
def test_only_addresses_and_handles_go(text: str, words: str) -> None:
    assert bare(text) == words


@given(st.text())
def test_the_result_is_one_line_without_outer_spaces(text: str) -> None:
    words = bare(text)
    assert words == " ".join(words.split())


@given(st.lists(st.text(st.characters(categories=["L"]), min_size=1), min_size=1))
def test_plain_words_all_stay(words: list[str]) -> None:
    text = " ".join(words)
    assert bare(text) == " ".join(text.split())


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["a-", "a.", "@", "@a.", "a.b/", "www.", "https://", "-.", "a.-"])
def test_hostile_repetition_ends_soon(piece: str) -> None:
    assert isinstance(bare(piece * 30_000 + "/ @"), str)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a", True), ("тест", True), ("语", True), ("12 %", False), ("😂_!", False), ("", False)],
)
def test_letters_of_any_script_count(text: str, expected: bool) -> None:
    assert has_letters(text) is expected
