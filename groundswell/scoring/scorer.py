"""What a scorer of messages and stances is, and the default one: a name, a version, an answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from groundswell.scoring import lite
from groundswell.scoring.lite import Judgement
from groundswell.scoring.score import NOT_SCORED, Reading, Score
from groundswell.topic import Target

Question: TypeAlias = tuple[str, Target | None]  # a text and whom it is asked about; None: nobody

LITE = "lite"
REVISION = 1  # ours: raised when the rules change of what is spoken of, reported or not scored
SIDES = {"negative": -1.0, "positive": 1.0, "against": -1.0, "favor": 1.0}  # others: 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorer:
    """``model`` and ``version`` name it in the store. ``ask`` answers questions, in order;
    ``why_not`` says of a reading of language and VADER why the text cannot be asked about, None if
    it can. ``reads_messages``: whether it has an answer where nobody is asked about."""

    model: str
    version: str
    ask: Callable[[Sequence[Question]], list[Judgement]]
    why_not: Callable[[Reading], str | None]
    reads_messages: bool = True

    def judged(self, asked: Sequence[Question]) -> list[Judgement]:
        """The answers in order; what is asked twice is read once."""
        places = {question: place for place, question in enumerate(dict.fromkeys(asked))}
        found = self.ask([(" ".join(text.split()), target) for text, target in places])
        return [found[places[question]] for question in asked]

    def score(self, judgement: Judgement, target: Target | None = None) -> Score:
        """The answer as it is kept. ``value`` is the probability of the warm class less that of the
        hostile one, -1…1."""
        shares = judgement.probabilities
        value = sum(SIDES.get(name, 0.0) * share for name, share in shares.items())
        return Score(
            model=self.model,
            version=self.version,
            label=judgement.label,
            value=None if judgement.abstained else value,
            target=target.name if target else None,
            confidence=judgement.confidence,
            reason=judgement.reason,
        )

    def not_scored(self, reason: str, target: Target | None = None) -> Score:
        """A score that says why there is none."""
        name = target.name if target else None
        return Score(
            model=self.model, version=self.version, label=NOT_SCORED, target=name, reason=reason
        )

    def no_side(self, target: Target) -> Score:
        """Of a post that only reports: a rule says so, and has no confidence to tell."""
        return Score(
            model=self.model, version=self.version, label="none", value=0.0, target=target.name
        )


def default_scorer() -> Scorer:
    """The model that ships, for English. Raises ``GroundswellError`` when it is not whole."""
    return Scorer(model=LITE, version=version(), ask=_ask_lite, why_not=_why_not_english)


def version() -> str:
    """Version under which the scores of the default model are kept: the model's and the revision
    of the rules here; ends in "-linear" where only its small part serves."""
    stem, linear, _ = lite.version().partition("-linear")
    return f"{stem}.{REVISION}{linear}"


def _ask_lite(asked: Sequence[Question]) -> list[Judgement]:
    aliases = {target.name: target.aliases for _, target in asked if target is not None}
    return lite.read(
        [text for text, _ in asked],
        [None if target is None else target.name for _, target in asked],
        aliases,
    )


def _why_not_english(heard: Reading) -> str | None:
    """What VADER cannot read for want of letters or of English, the default model cannot either."""
    return heard.scores[0].reason
