"""Runs a classifier or NLI model of Hugging Face by name, with answers like the default model's."""

# Torch and transformers come with the extra "hub" and are not there where types are checked.
# mypy: disable-error-code="import-not-found,import-untyped"

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Literal, TypeAlias

import numpy as np

from groundswell.errors import WrongUse
from groundswell.scoring.lite import Judgement
from groundswell.scoring.lite.mixture import softmax
from groundswell.scoring.score import Reading
from groundswell.scoring.scorer import Question, Scorer
from groundswell.scoring.vader import LANGUAGE_UNKNOWN, NO_LETTERS, WITHHELD

Kind: TypeAlias = Literal["sentiment", "stance", "nli"]

HUB = "hub"
ANY_LANGUAGE = "*"
OTHER_LANGUAGE = "not a language of the model"
BATCH = 16
MAX_PIECES = 256
# What labels are called, by the class they mean. The kind of a model follows from its labels.
MEANINGS: Mapping[Kind, Mapping[str, str]] = {
    "nli": {"contradiction": "against", "neutral": "none", "entailment": "favor"},
    "stance": {
        **dict.fromkeys(["against", "con", "anti", "oppose"], "against"),
        **dict.fromkeys(["none", "neutral", "neither"], "none"),
        **dict.fromkeys(["favor", "favour", "for", "pro", "support"], "favor"),
    },
    "sentiment": {
        **dict.fromkeys(["negative", "neg", "very negative", "1 star", "2 stars"], "negative"),
        **dict.fromkeys(["neutral", "neu", "3 stars"], "neutral"),
        **dict.fromkeys(["positive", "pos", "very positive", "4 stars", "5 stars"], "positive"),
    },
}
_MIDDLES = frozenset({"none", "neutral"})
_AS_MESSAGE = {"against": "negative", "none": "neutral", "favor": "positive"}
_AS_STANCE = {said: side for side, said in _AS_MESSAGE.items()}
# What an NLI model is asked whether the text says it.
OF_MESSAGE = "The author is positive."
OF_TARGET = "The author is in favor of {}."


@dataclass(frozen=True, slots=True, kw_only=True)
class HubModel:
    """``name`` of a model on the hub, or a folder. ``languages`` that it reads (two letters, as
    the identifier gives them); "*": all."""

    name: str
    languages: tuple[str, ...] = ("en",)


def hub_scorer(model: HubModel) -> Scorer:
    """The model as a scorer; it is downloaded when it is not on this machine. Raises ``WrongUse``
    when it cannot be loaded or its labels say nothing."""
    loaded = _loaded(model.name)
    return Scorer(
        model=HUB,
        version=model.name,
        ask=loaded.ask,
        why_not=partial(_why_not, languages=model.languages),
        reads_messages=loaded.kind != "stance",
    )


def meaning(labels: Sequence[str], name: str) -> tuple[Kind, tuple[str, ...]]:
    """What kind of model has these labels, and the class that each means. Raises ``WrongUse``."""
    plain = [re.sub(r"[\s_-]+", " ", label).strip().lower() for label in labels]
    for kind, known in MEANINGS.items():
        classes = tuple(known.get(label, "") for label in plain)
        poles = set(known.values()) - _MIDDLES
        if "" not in classes and poles <= set(classes):
            return kind, classes
    raise WrongUse(
        f"The labels of the model {name} are {', '.join(labels)}, and what they mean is not known. "
        "GROUNDSWELL_MODEL wants one with negative and positive, against and favor, or "
        "contradiction and entailment (a class between them may be there)."
    )


class Classifier:
    """A loaded model. ``kind`` follows from its labels: ``sentiment`` models read a text, and
    towards a target the pair of text and target; ``stance`` models such pairs alone; ``nli`` models
    judge whether a text says that its author is in favor."""

    def __init__(self, name: str, tokenizer: Any, model: Any) -> None:
        self._tokenizer, self._model = tokenizer, model
        labels = model.config.id2label
        self.kind, self._classes = meaning([labels[n] for n in sorted(labels)], name)

    def ask(self, asked: Sequence[Question]) -> list[Judgement]:
        """An answer to each question, in order."""
        order = sorted(range(len(asked)), key=lambda place: len(asked[place][0]))
        found: dict[int, Judgement] = {}
        for with_target in (False, True):
            places = [place for place in order if (asked[place][1] is not None) is with_target]
            for start in range(0, len(places), BATCH):
                some = places[start : start + BATCH]
                rows = self._shares([asked[place] for place in some])
                for place, row in zip(some, rows, strict=True):
                    found[place] = self._judgement(row, with_target)
        return [found[place] for place in range(len(asked))]

    def _shares(self, asked: Sequence[Question]) -> np.ndarray:
        import torch

        second = [self._second(question) for question in asked]
        pairs = [[text for text, _ in asked]] + ([second] if None not in second else [])
        pieces = self._tokenizer(
            *pairs,
            padding=True,
            truncation="only_first" if len(pairs) == 2 else True,
            max_length=min(MAX_PIECES, self._tokenizer.model_max_length),
            return_tensors="pt",
        )
        with torch.inference_mode():
            logits = self._model(**pieces).logits
        return softmax(logits.float().numpy())

    def _second(self, question: Question) -> str | None:
        target = question[1]
        if self.kind == "nli":
            return OF_MESSAGE if target is None else OF_TARGET.format(target.name)
        return None if target is None else target.name

    def _judgement(self, row: np.ndarray, with_target: bool) -> Judgement:
        names = _AS_STANCE if with_target else _AS_MESSAGE
        shares: dict[str, float] = {}
        for label, share in zip(self._classes, row, strict=True):
            name = names.get(label, label)
            shares[name] = shares.get(name, 0.0) + float(share)
        best = max(shares, key=lambda name: shares[name])
        return Judgement(label=best, probabilities=shares, confidence=shares[best])


def _why_not(heard: Reading, languages: Sequence[str]) -> str | None:
    reason = heard.scores[0].reason
    if reason in (NO_LETTERS, WITHHELD):
        return reason
    if ANY_LANGUAGE in languages or heard.lang in languages:
        return None
    return LANGUAGE_UNKNOWN if reason == LANGUAGE_UNKNOWN else OTHER_LANGUAGE


@cache
def _loaded(name: str) -> Classifier:
    try:
        from transformers import AutoModelForSequenceClassification, AutoTokenizer
    except ImportError as error:
        raise WrongUse(
            f"GROUNDSWELL_MODEL is {name}, and to run it transformers and torch are needed: "
            "pip install 'groundswell[hub]'"
        ) from error
    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
        model = AutoModelForSequenceClassification.from_pretrained(name)
    except (OSError, ValueError) as error:
        said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise WrongUse(
            f"The model {name} cannot be loaded ({said}). Check GROUNDSWELL_MODEL: the name on "
            "huggingface.co, such as organisation/model, or a folder."
        ) from error
    return Classifier(name, tokenizer, model.eval())
