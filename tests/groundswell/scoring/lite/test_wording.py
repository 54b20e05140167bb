"""A post is written for the model in one way, in training as in scoring, whatever it holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.scoring.lite.pieces import Pair
from groundswell.scoring.lite.wording import CAP_CHARS, MARK, prepare
from groundswell.scoring.train.drawing import as_pair
from groundswell.scoring.train.examples import Example

ANY_TEXT = st.text(max_size=600)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://example.org/openai now", "See http now"),
        ("www.example.org/a\n\nand more", "http and more"),
        ("@sample-user-17 @x thanks", "@user @user thanks"),
        ("so good 😂", "so good face with tears of joy"),
        ("ok 👍🏽!", "ok thumbs up !"),
        ("a § in the law", "a in the law"),
        ("", ""),
    ],
)
def test_what_is_no_speech_becomes_a_word(text: str, expected: str) -> None:
    assert prepare(text).text == expected


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("OpenAI accuses DeepSeek", ["OpenAI"], f"{MARK} accuses DeepSeek"),
        ("openai's terms", ["OpenAI"], f"{MARK}'s terms"),
        ("#OpenAI @OpenAI", ["OpenAI"], f"{MARK} {MARK}"),
        ("#openaiisover", ["OpenAI"], f"{MARK}isover"),
        ("openaiisover", ["OpenAI"], "openaiisover"),
        ("we love Deep Seek and #deepseek", ["Deep Seek"], f"we love {MARK} and {MARK}"),
        ("Altman and OpenAI", ["OpenAI", "Altman"], f"{MARK} and {MARK}"),
        ("read https://openai.example/x", ["OpenAI"], "read http"),
        ("@openai_fan says hi", ["OpenAI"], "@user says hi"),
        ("C++ (really)", ["C++"], f"{MARK} (really)"),
        ("a.b", ["a*b"], "a.b"),
    ],
)
def test_a_name_becomes_the_mark(text: str, names: list[str], expected: str) -> None:
    wording = prepare(text, names)
    assert wording.text == expected
    assert wording.named is (MARK in expected)


def test_no_name_is_nowhere() -> None:
    for names in ([], [""], [" "], ["@"]):
        assert not prepare("he said so", names).named


@pytest.mark.parametrize(
    "text", ["", "😂", "https://example.org", "@sample-user-17", "12 :-)", "\0"]
)
def test_silence_has_no_words(text: str) -> None:
    assert not prepare(text).has_words


def test_a_long_post_is_read_around_its_mention() -> None:
    text = "nothing of note " * 200 + "but OpenAI is greedy" + " and so on" * 200
    wording = prepare(text, ["OpenAI"])
    assert f"but {MARK} is greedy" in wording.text
    assert len(wording.text) == CAP_CHARS


@given(ANY_TEXT, st.sampled_from([(), ("OpenAI",), ("x", "é", "😂")]))
def test_any_text_is_one_short_line(text: str, names: tuple[str, ...]) -> None:
    said = prepare(text, names).text
    assert len(said) <= CAP_CHARS
    assert said == " ".join(said.split())


@given(ANY_TEXT)
def test_training_and_scoring_show_the_model_the_same(text: str) -> None:
    example = Example(text=text, head="target", label=1, target="OpenAI", names=("OpenAI",))
    scored: Pair = (prepare(text, ("OpenAI",)).text, "OpenAI")
    assert as_pair(example) == scored


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["@", "https://", "#OpenAI", "😂", "a.", "§", "\u0301"])
def test_hostile_repetition_ends_soon(piece: str) -> None:
    assert len(prepare(piece * 1_000_000, ["OpenAI"]).text) <= CAP_CHARS
