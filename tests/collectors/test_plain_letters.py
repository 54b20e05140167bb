"""A text may be turned away by its plain letters only where folding would turn it away too."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors._plain_letters import plain_letters
from groundswell.text import clean_text, fold

_runs = re.compile(r"[a-z0-9#@]+").findall


def holds_all(text: str, plain: str) -> bool:
    return all(run in plain for run in _runs(fold(clean_text(text)[0])))


@pytest.mark.parametrize("plane", range(0, 0x20000, 0x4000))
def test_no_character_hides_a_letter(plane: int) -> None:
    characters = (chr(n) for n in range(max(plane, 1), plane + 0x4000) if not 0xD800 <= n < 0xE000)
    assert [
        hex(ord(c)) for c in characters if not holds_all(f"a{c}b", plain_letters([f"a{c}b"]))
    ] == []


odd_ones = st.text(
    st.sampled_from("oOpenAI ßæłＯｐ\u0301\u202e\u200d\ufe0f’é１ﬁ#@\x00\n\U0001d41a")
)


@given(st.lists(st.text() | odd_ones, min_size=1))
def test_no_text_hides_a_word_and_each_keeps_its_place(texts: list[str]) -> None:
    lines = plain_letters(texts).split("\0")
    assert all(map(holds_all, texts, lines))
    assert len(lines) == len(texts)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("OpenAI", "openai"),
        ("ＯｐｅｎＡＩ", "openai"),
        ("Ópen\u0301AI", "openai"),
        ("今日はOpenAIの☕", "openai"),
        ("Straße", "strasse"),
        ("Open\x00AI", "openai"),
    ],
)
def test_examples(text: str, plain: str) -> None:
    assert plain_letters([text]) == plain


def test_no_character_behind_those_that_are_asked_has_letters() -> None:
    rest = "".join(map(chr, range(0x20000, sys.maxunicode + 1)))
    assert re.search(r"[\x00-\x7f]", unicodedata.normalize("NFKC", rest).casefold()) is None


@given(st.lists(st.text() | odd_ones, min_size=1))
def test_many_texts_are_what_each_is_alone(texts: list[str]) -> None:
    assert plain_letters(texts) == "\0".join(plain_letters([text]) for text in texts)
