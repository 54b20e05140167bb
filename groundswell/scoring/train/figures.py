"""How right a scorer is on the development sets: the figures of card and benchmark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from groundswell.scoring.bare import bare
from groundswell.scoring.lite import Judgement, read
from groundswell.scoring.lite.mixture import HEADS
from groundswell.scoring.score import NOT_SCORED
from groundswell.scoring.train.calibrate import calibration_error, macro, mean_gap
from groundswell.scoring.train.examples import EVAL, SETS, Example, read_set
from groundswell.scoring.vader import label, sentiment


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was said of each example of one set: ``rows`` of probabilities, and whether an answer
    was ``kept`` (not abstained from)."""

    examples: Sequence[Example]
    rows: np.ndarray
    kept: np.ndarray

    @property
    def labels(self) -> np.ndarray:
        """The true classes."""
        return np.array([example.label for example in self.examples])

    @property
    def topics(self) -> np.ndarray:
        """What each was asked about."""
        return np.array([example.target or "" for example in self.examples])


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Shares 0…1. ``f_avg``: mean F1 of the two outer classes, ``f_last``: F1 of the last class
    (favor, positive, irony). ``error``: expected calibration error. ``kept``: share not
    abstained from, ``kept_accuracy`` how many of these are right; the others count all."""

    posts: int
    recall: float
    f1: float
    f_avg: float
    f_last: float
    error: float
    kept: float
    kept_accuracy: float


def answers(name: str, eval_folder: Path = EVAL, model: Path | None = None) -> Answers:
    """What the scorer in ``model`` says of a development set."""
    return asked(read_set(name, "dev", eval_folder), SETS[name], model)


def asked(examples: Sequence[Example], head: str, model: Path | None = None) -> Answers:
    """What the scorer in ``model`` says of ``examples`` of one head."""
    found = read(
        [example.text for example in examples],
        [example.target for example in examples],
        folder=model,
    )
    rows = [_row(judgement, head) for judgement in found]
    kept = [not judgement.abstained for judgement in found]
    return Answers(examples=examples, rows=np.array(rows), kept=np.array(kept))


def vader_answers(name: str, eval_folder: Path = EVAL) -> Answers:
    """What VADER says of a set. Of irony it says nothing: not for that set."""
    return vader_asked(read_set(name, "dev", eval_folder), SETS[name])


def vader_asked(examples: Sequence[Example], head: str) -> Answers:
    """The sentiment of the whole text by VADER, whoever is asked about."""
    places = {said: place for place, said in enumerate(HEADS["sentiment"])}
    rows = np.zeros((len(examples), len(HEADS[head])))
    for row, example in zip(rows, examples, strict=True):
        compound = sentiment(bare(example.text), "en", 1.0).value or 0.0
        row[places[label(compound)]] = 1.0
    return Answers(examples=examples, rows=rows, kept=np.ones(len(examples), dtype=bool))


def figures(of: Answers) -> Figures:
    """The figures of one set."""
    found, labels = of.rows.argmax(axis=1), of.labels
    recall, f1 = macro(labels, found, of.rows.shape[1])
    last = of.rows.shape[1] - 1
    right = found == labels
    return Figures(
        posts=len(labels),
        recall=recall,
        f1=f1,
        f_avg=(f1_of(labels, found, 0) + f1_of(labels, found, last)) / 2,
        f_last=f1_of(labels, found, last),
        error=calibration_error(of.rows, labels),
        kept=float(of.kept.mean()),
        kept_accuracy=float(right[of.kept].mean()) if of.kept.any() else 0.0,
    )


def f1_of(labels: np.ndarray, found: np.ndarray, place: int) -> float:
    """F1 of one class, 0 when it neither occurs nor is called."""
    true, called = labels == place, found == place
    total = float(true.sum() + called.sum())
    return 2 * float((true & called).sum()) / total if total else 0.0


def net_error(of: Answers) -> float:
    """Mean over the topics of how far share in favor less share against is from the truth, 0…2."""
    return mean_gap(of.topics, of.rows.argmax(axis=1), of.labels)


def share_error(of: Answers, place: int) -> float:
    """Mean over the topics of how far the share of the class at ``place`` is from the truth, 0…1;
    as it is printed where a share cannot be corrected."""
    return mean_gap(of.topics, of.rows.argmax(axis=1) == place, of.labels == place)


def trap_hits(
    traps: Sequence[Mapping[str, object]], folder: Path | None = None
) -> list[tuple[str, str, str, str]]:
    """Text, target, stance expected and stance found of every target of every trap; the stance
    found is the likeliest one, also where the scorer would abstain."""
    asked = [
        (str(trap["text"]), target, expected)
        for trap in traps
        for target, expected in _stances(trap)
    ]
    found = read([text for text, _, _ in asked], [target for _, target, _ in asked], folder=folder)
    return [
        (text, target, expected, likeliest(judgement))
        for (text, target, expected), judgement in zip(asked, found, strict=True)
    ]


def likeliest(judgement: Judgement) -> str:
    """The class with the highest probability, ``not_scored`` where nothing was read."""
    shares = judgement.probabilities
    return max(shares, key=lambda name: shares[name]) if shares else NOT_SCORED


def _stances(trap: Mapping[str, object]) -> list[tuple[str, str]]:
    stance = trap["stance"]
    return list(stance.items()) if isinstance(stance, dict) else []


def _row(judgement: Judgement, head: str) -> list[float]:
    """Probabilities in the order of the classes of ``head``; of a text without words, the middle
    class or "no"."""
    if not judgement.probabilities:
        return [0.0, 1.0, 0.0][: len(HEADS[head])] if head != "irony" else [1.0, 0.0]
    if head == "irony":
        return [1 - (judgement.irony or 0.0), judgement.irony or 0.0]
    return [judgement.probabilities[name] for name in HEADS[head]]
