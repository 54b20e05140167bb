"""Reads the texts of a file: who hands them over, perhaps with targets, wants an answer to each."""

from collections.abc import Sequence
from dataclasses import dataclass

from groundswell.scoring import vader
from groundswell.scoring.bare import bare
from groundswell.scoring.hub import HubModel, hub_scorer
from groundswell.scoring.language import UNKNOWN
from groundswell.scoring.lite import Judgement
from groundswell.scoring.posts import read_text
from groundswell.scoring.score import NOT_SCORED
from groundswell.scoring.scorer import Scorer, default_scorer
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


def read_rows(
    asked: Sequence[AskedText], abstain: bool = False, hub: HubModel | None = None
) -> list[ScoredText]:
    """What each text says, in order. With ``abstain`` what a model is unsure of is not scored;
    without, it gets the likeliest answer, and the confidence tells. With ``hub`` sentiment and
    stance are that model's where it reads the language. Raises as ``scoring.read``."""
    words = [bare(one.text) for one in asked]
    heard = [read_text(one.text, one.tag) for one in asked]
    english = [
        place
        for place, reading in enumerate(heard)
        if _is_english(words[place], reading.lang, asked[place].tag)
    ]
    messages, sides = _judged(asked, english, default_scorer())
    irony = {place: judgement.irony for place, judgement in messages.items()}
    if hub is not None:
        scorer = hub_scorer(hub)
        read = [place for place, one in enumerate(heard) if scorer.why_not(one) is None]
        theirs = _judged(asked, read, scorer)
        messages, sides = messages | theirs[0], sides | theirs[1]
    return [
        ScoredText(
            lang=heard[place].lang,
            compound=_compound(words[place], place in irony),
            sentiment=_label(messages.get(place), abstain),
            stance=None if one.target is None else _label(sides.get(place), abstain),
            stance_confidence=None if place not in sides else sides[place].confidence,
            irony=irony.get(place),
        )
        for place, one in enumerate(asked)
    ]


def _judged(
    asked: Sequence[AskedText], places: Sequence[int], scorer: Scorer
) -> tuple[dict[int, Judgement], dict[int, Judgement]]:
    """By place: the answers of a scorer to the messages, and towards the targets."""
    towards = [place for place in places if asked[place].target is not None]
    plain = places if scorer.reads_messages else []
    messages = scorer.judged([(asked[place].text, None) for place in plain])
    sides = scorer.judged([(asked[place].text, asked[place].target) for place in towards])
    return dict(zip(plain, messages, strict=True)), dict(zip(towards, sides, strict=True))


def _compound(words: str, is_english: bool) -> float | None:
    return vader.sentiment(words, ENGLISH, 1.0).value if is_english else None


def _is_english(words: str, lang: str, tag: str | None) -> bool:
    """Whether a text is read as English. Short ones are seldom certain: one in an unknown language
    is taken for English when nine tenths of its letters are ASCII and no tag speaks against it.
    What passes wrongly is mostly Hindi in Latin letters."""
    if lang != UNKNOWN:
        return lang == ENGLISH
    letters = [letter for letter in words if letter.isalpha()]
    is_ascii = bool(letters) and sum(map(str.isascii, letters)) >= LEAST_ASCII * len(letters)
    return is_ascii and (tag is None or tag.lower().startswith(ENGLISH))


def _label(judgement: Judgement | None, abstain: bool) -> str:
    if judgement is None:
        return NOT_SCORED
    shares = judgement.probabilities
    if abstain or not shares:
        return judgement.label
    return max(shares, key=lambda name: shares[name])
