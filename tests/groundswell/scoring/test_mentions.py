"""A target is spoken of where it is named as a word, in the post or in what it shows or answers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.scoring.lite.wording import prepare
from groundswell.scoring.mentions import mentions, names, own_words
from groundswell.topic import Target
from tests.builders import make_post

OPENAI = Target(name="OpenAI", aliases=("open ai", "chatgpt", "sam altman", "@openai"))
DEEPSEEK = Target(name="DeepSeek", aliases=("deepseek", "r1"))
BOTH = (OPENAI, DEEPSEEK)
STREET = Target(name="Straße", aliases=("C++", "µ-law"))


def spoken(parent: str | None = None, **changes: Any) -> dict[str, str]:
    """Place by target."""
    found = mentions(make_post(**changes), BOTH, parent)
    return {one.target.name: one.place for one in found}


@pytest.mark.parametrize(
    "text",
    [
        "OpenAI did it",
        "openai's model",
        "OPENAI’S MODEL",
        "#OpenAI",
        "#openaigate is on",
        "hey @openai, stop",
        "hey @OpenAI.com, stop",
        "(OpenAI)",
        "non-OpenAI models",
        "Open AI said",
        "open\nai said",
        "#openai-like",
        "SAM   ALTMAN spoke",
        "#SamAltman",
        "OpenAIは泥棒だ",
        "오픈AI 말고 OpenAI가 좋다",
    ],
)
def test_a_name_is_a_word_in_any_dress(text: str) -> None:
    assert names(text, OPENAI)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "openair concert",
        "reopenai",
        "open source ai",
        "https://openai.com/news is down",
        "www.openai.com",
        "Altman is a common name",
        "Sam said that Altman came",
        "öopenai",
    ],
)
def test_a_name_inside_another_word_or_address_is_none(text: str) -> None:
    assert not names(text, OPENAI)


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("R1 is fast", True),
        ("try #r1", True),
        ("r1-zero", True),
        ("PR1 and R12", False),
        ("#r1ver cruise", False),
        ("hr1", False),
        ("r1_b", False),
    ],
)
def test_short_names_stand_alone(text: str, is_named: bool) -> None:
    assert names(text, DEEPSEEK) is is_named


@pytest.mark.parametrize("text", ["die straße", "C++ is old", "a µ-law file"])
def test_names_may_hold_any_sign(text: str) -> None:
    assert names(text, STREET)


def test_the_nearest_place_counts_once() -> None:
    assert spoken(text="OpenAI!", quoted_text="OpenAI says") == {"OpenAI": "text"}
    assert spoken(text="Thieves", quoted_text="OpenAI says") == {"OpenAI": "quote"}
    assert spoken(text="Thieves", card_text="Inside OpenAI") == {"OpenAI": "card"}
    assert spoken(text="Look", alt_text="A screenshot of ChatGPT") == {"OpenAI": "card"}
    assert spoken(text="DeepSeek rocks", quoted_text="says OpenAI") == {
        "OpenAI": "quote",
        "DeepSeek": "text",
    }


def test_tags_and_handles_kept_apart_are_own_words() -> None:
    assert spoken(text="Thieves", tags=("OpenAI",)) == {"OpenAI": "text"}
    assert spoken(text="Thieves", mentions=("openai.example",)) == {"OpenAI": "text"}
    assert own_words(make_post(text="See #OpenAI", tags=("openai",))) == "See #OpenAI"


def test_a_reply_that_names_nobody_is_about_what_it_answers() -> None:
    (one,) = mentions(make_post(text="they are thieves"), BOTH, "OpenAI took it all")
    assert (one.target, one.place, one.alone) == (OPENAI, "parent", True)
    assert one.said == "@OpenAI they are thieves"
    assert spoken(text="DeepSeek is no better", parent="OpenAI took it all") == {"DeepSeek": "text"}
    assert spoken(text="thieves", card_text="R1 is out", parent="OpenAI took it all") == {
        "DeepSeek": "card"
    }
    assert spoken(text="they are thieves") == {}


def test_what_is_only_shown_is_not_addressed_where_another_is_named() -> None:
    own, shown = mentions(make_post(text="DeepSeek rocks", quoted_text="says OpenAI"), BOTH)[::-1]
    assert (own.target, own.said, own.alone) == (DEEPSEEK, "DeepSeek rocks", False)
    assert (shown.target, shown.said, shown.alone) == (OPENAI, "DeepSeek rocks", False)


def test_a_post_without_words_says_nothing_to_what_it_shows() -> None:
    (one,) = mentions(make_post(text="", quoted_text="OpenAI says"), BOTH)
    assert one.said == ""


def test_without_targets_nothing_is_looked_for() -> None:
    assert mentions(make_post(text="OpenAI"), ()) == []


words = st.text(st.characters(categories=["L", "N", "P", "Z", "S"]), max_size=40)
long_names = st.from_regex(r"[a-z]{4,9}( [a-z]{2,6})?", fullmatch=True)


@given(words, long_names, words)
def test_what_the_model_reads_as_named_is_spoken_of(before: str, name: str, after: str) -> None:
    text = " ".join(f"{before} {name.upper()} {after}".split())
    target = Target(name=name)
    if prepare(text, (name,)).named:
        assert names(text, target)


@given(long_names, st.sampled_from(["", "'s", "’s", ".", "!", ",", "?", ")", "…", " 🤡", "は"]))
def test_a_name_among_spaces_is_always_found(name: str, sign: str) -> None:
    for said in (name, name.upper(), name.title(), f"#{name}", f"@{name}"):
        assert names(f"I say {said}{sign} today", Target(name=name))


@given(st.from_regex(r"[a-z0-9]{1,6}", fullmatch=True), st.from_regex(r"\w", fullmatch=True))
def test_a_letter_at_its_side_makes_it_another_word(name: str, letter: str) -> None:
    if letter.isascii():
        assert not names(f"so {letter}{name} came", Target(name=name))
        assert not names(f"so {name}{letter} came", Target(name=name))


@given(st.text(max_size=200), st.text(min_size=1, max_size=12).filter(str.strip))
def test_no_text_and_no_name_is_refused(text: str, name: str) -> None:
    post = make_post(text=text, quoted_text=text, card_text=text, tags=(text[:5],))
    target = Target.model_construct(name=name, aliases=())
    for one in mentions(post, [target], text):
        assert one.target is target
