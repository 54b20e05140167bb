"""Reads the texts of a file: who hands them over, perhaps with targets, wants an answer to each."""

from collections.abc import Sequence
from dataclasses import dataclass

from groundswell.scoring import vader
from groundswell.scoring.bare import bare
from groundswell.scoring.language import UNKNOWN, identify
from groundswell.scoring.lite import Judgement
from groundswell.scoring.posts import judged
from groundswell.scoring.score import NOT_SCORED
from groundswell.topic import Target

ENGLISH = "en"
LEAST_ASCII = 0.9  # of the letters of a text in an unknown language that is taken for English


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedText:
    """One text (cleaned), the author's word on its language, and whom the stance is asked about;
    None: nobody."""

    text: str
    tag: str | None = None
    target: Target | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredText:
    """What is said of one text. ``compound`` -1…1, ``stance_confidence`` and ``irony`` 0…1; None
    where not scored; ``stance`` None where no target was asked about."""

    lang: str
    compound: float | None
    sentiment: str
    stance: str | None
    stance_confidence: float | None
    irony: float | None


def read_rows(asked: Sequence[AskedText], abstain: bool = False) -> list[ScoredText]:
    """What each text says, in order. With ``abstain`` what the model is unsure of is not scored;
    without, it gets the likeliest answer, and the confidence tells. Raises as ``scoring.read``."""
    bares = [bare(one.text) for one in asked]
    langs = [identify(words, one.tag)[0] for words, one in zip(bares, asked, strict=True)]
    places = [
        place
        for place, (words, lang) in enumerate(zip(bares, langs, strict=True))
        if _is_english(words, lang, asked[place].tag)
    ]
    towards = [place for place in places if asked[place].target is not None]
    messages = judged([(asked[place].text, None) for place in places])
    stances = judged([(asked[place].text, asked[place].target) for place in towards])
    said = dict(zip(places, messages, strict=True))
    sides = dict(zip(towards, stances, strict=True))
    return [
        _scored(one, words, lang, said.get(place), sides.get(place), abstain)
        for place, (one, words, lang) in enumerate(zip(asked, bares, langs, strict=True))
    ]


def _is_english(words: str, lang: str, tag: str | None) -> bool:
    """Whether a text is read as English. Short ones are seldom certain: one in an unknown language
    is taken for English when nine tenths of its letters are ASCII and no tag speaks against it. Of
    2,000 English tweets 1,995 are read, of 2,268 in seven other languages 183, 160 of them
    Hindi in Latin letters (2026-11-25)."""
    if lang != UNKNOWN:
        return lang == ENGLISH
    letters = [letter for letter in words if letter.isalpha()]
    is_ascii = bool(letters) and sum(map(str.isascii, letters)) >= LEAST_ASCII * len(letters)
    return is_ascii and (tag is None or tag.lower().startswith(ENGLISH))


def _scored(
    one: AskedText,
    words: str,
    lang: str,
    message: Judgement | None,
    side: Judgement | None,
    abstain: bool,
) -> ScoredText:
    compound = None if message is None else vader.sentiment(words, ENGLISH, 1.0).value
    unread = None if one.target is None else NOT_SCORED
    return ScoredText(
        lang=lang,
        compound=compound,
        sentiment=NOT_SCORED if message is None else _label(message, abstain),
        stance=unread if side is None else _label(side, abstain),
        stance_confidence=None if side is None else side.confidence,
        irony=None if message is None else message.irony,
    )


def _label(judgement: Judgement, abstain: bool) -> str:
    shares = judgement.probabilities
    if abstain or not shares:
        return judgement.label
    return max(shares, key=lambda name: shares[name])
