"""The author's tag and the text must agree, or the text must be long and clear."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.scoring.language import SHORT_CHARS, SURE, UNKNOWN, identify
from groundswell.scoring.romanised import is_romanised_hindi

ENGLISH = "The company says that its rival copied the model and nobody here is surprised by that"
GERMAN = "Die Firma sagt, dass die Konkurrenz ihr Modell kopiert hat, und niemand ist überrascht"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        (ENGLISH, "en"),
        (GERMAN, "de"),
        ("La empresa dice que su rival ha copiado el modelo y nadie está sorprendido", "es"),
        ("会社は、ライバルがモデルをコピーしたと言っている", "ja"),
        ("Yeh log kya kar rahe hai, mujhe to kuch samajh nahi aata yaar", "hi"),
    ],
)
def test_text_alone_is_enough_when_it_is_clear(text: str, lang: str) -> None:
    found, confidence = identify(text)
    assert found == lang
    assert 0.5 <= confidence < SURE


@pytest.mark.parametrize("tag", ["en", "EN", "en-GB", "en_us"])
def test_agreement_is_sure(tag: str) -> None:
    assert identify(ENGLISH, tag) == ("en", SURE)
    assert identify("Good morning", tag) == ("en", SURE)


@pytest.mark.parametrize("tag", [None, "", "und", "mul"])
def test_a_tag_that_says_nothing_is_none(tag: str | None) -> None:
    assert identify(ENGLISH, tag) == identify(ENGLISH)


def test_short_text_against_its_tag_is_unknown() -> None:
    text = "Good morning my friends"
    assert len(text) < SHORT_CHARS
    assert identify(text)[0] == "en"
    assert identify(text, "fr") == (UNKNOWN, 0.0)


def test_long_clear_text_wins_against_its_tag() -> None:
    assert identify(ENGLISH, "pt") == identify(ENGLISH)
    assert identify(GERMAN, "en")[0] == "de"


def test_long_unclear_text_against_its_tag_is_unknown() -> None:
    welsh = "Dydw i ddim yn cytuno â phenderfyniad y llywodraeth am y dreth newydd"
    assert len(welsh) >= SHORT_CHARS
    assert identify(welsh, "cy") == (UNKNOWN, 0.0)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Saya tidak setuju dengan keputusan pemerintah tentang pajak baru ini", "id"),
        ("Jeg er ikke enig i regjeringens beslutning om den nye skatten", "nb"),
        ("Danas je predsjednik govorio o novim mjerama za privredu i građane", "bs"),
        ("म सरकारको नयाँ कर सम्बन्धी निर्णयसँग सहमत छैन", "ne"),
    ],
)
def test_the_tag_names_a_language_heard_as_its_neighbour(text: str, tag: str) -> None:
    assert identify(text, tag) == (tag, SURE)


@pytest.mark.parametrize("text", ["", "12,5 %", "😂😂😂", "?!", "_"])
@pytest.mark.parametrize("tag", [None, "en"])
def test_without_letters_nobody_can_say(text: str, tag: str | None) -> None:
    assert identify(text, tag) == (UNKNOWN, 0.0)


@given(st.text(max_size=200), st.none() | st.sampled_from(["en", "ja", "x", "pt-BR", "-", "_"]))
def test_any_text_gives_a_code_and_a_confidence(text: str, tag: str | None) -> None:
    lang, confidence = identify(text, tag)
    assert 2 <= len(lang) <= 3
    assert 0.0 <= confidence <= 1.0
    assert (lang == UNKNOWN) == (confidence == 0.0)


def test_threads_may_ask_at_once() -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(identify, [ENGLISH, GERMAN] * 100))
    assert found == [identify(ENGLISH), identify(GERMAN)] * 100


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kya baat hai bhai", True),
        ("Ho ho ho", False),
        ("Wait for the second part, ye sab", True),
        ("The rival copied the model", False),
        ("", False),
    ],
)
def test_romanised_hindi_needs_two_different_words(text: str, expected: bool) -> None:
    assert is_romanised_hindi(text) is expected


def test_a_long_english_text_with_two_such_words_is_english() -> None:
    assert not is_romanised_hindi(ENGLISH + " said Jo from Ka")
