"""Writes the folder that ships: weights, vocabulary, how parts are mixed, sums, and the card."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from groundswell.model_card import FILE, read_card
from groundswell.scoring.lite.encoder import Encoder
from groundswell.scoring.lite.linear import Linear
from groundswell.scoring.lite.mixture import Blend, by_head
from groundswell.scoring.lite.model import ENCODER, LINEAR, VOCABULARY, linear_parts, sha256
from groundswell.scoring.lite.wording import prepare
from groundswell.scoring.train.calibrate import Known, as_table, choose
from groundswell.scoring.train.drawing import as_pair, fewer_positives
from groundswell.scoring.train.examples import SETS, Example, read_set
from groundswell.scoring.train.linear_fit import fit_linear

LINEAR_SAYINGS = 2_000
MESSAGE_HEADS = ("sentiment", "irony")
TARGET_HEADS = ("target", "stance")

# What each question is answered from, and on which development sets that is chosen.
QUESTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "sentiment": (("sentiment",), ("tweeteval_sentiment",)),
    "irony": (("irony",), ("tweeteval_irony",)),
    "named": (("target", "stance"), ("semeval17_topic", "newsmtsc", "sentfin")),
    "unnamed": (("target", "stance"), ("perspectrum", "ibm_claim_stance", "debatepedia")),
}


def write_linear(sets: Mapping[str, Sequence[Example]], seed: int, folder: Path) -> None:
    """Fits the linear model to the training sets and writes it."""
    by: dict[str, list[Example]] = {head: [] for head in (*MESSAGE_HEADS, *TARGET_HEADS)}
    for name, examples in sets.items():
        if name == "semeval17_topic":
            examples = fewer_positives(examples, seed)
        if name == "sayings":
            examples = examples[:LINEAR_SAYINGS]
        by[SETS.get(name, "target")].extend(examples)
    arrays: dict[str, np.ndarray] = {}
    for prefix, heads in (("message", MESSAGE_HEADS), ("towards", TARGET_HEADS)):
        model = fit_linear(by, heads)
        arrays |= {
            f"{prefix}_table": model.table,
            f"{prefix}_scale": model.scale,
            f"{prefix}_signs": model.signs,
        }
    np.savez_compressed(folder / LINEAR, allow_pickle=False, **arrays)


def write_card(
    folder: Path,
    encoder: Encoder,
    message: Linear,
    towards: Linear,
    version: str,
    eval_folder: Path,
) -> None:
    """Chooses on the development sets how the parts of the model in ``folder`` are mixed, and
    writes that with the sums of the files."""
    known = {
        name: _known(read_set(name, "dev", eval_folder), encoder, message, towards)
        for _, sets in QUESTIONS.values()
        for name in sets
    }
    table: dict[str, Any] = {"version": version, "blends": {}, "alone": {}}
    for question, (heads, sets) in QUESTIONS.items():
        chosen_on = [known[name] for name in sets]
        for key, models in (("blends", ("encoder", "linear")), ("alone", ("linear",))):
            names = [f"{model}:{head}" for model in models for head in heads]
            table[key][question] = as_table(choose(question, chosen_on, names))
    table["sha256"] = {name: sha256(folder / name) for name in (ENCODER, VOCABULARY, LINEAR)}
    (folder / FILE).write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")


def blends(folder: Path) -> dict[str, Blend]:
    """How the model in ``folder`` mixes its parts, by question."""
    return {name: Blend(**blend) for name, blend in read_card(folder)["blends"].items()}


def _known(
    examples: Sequence[Example], encoder: Encoder, message: Linear, towards: Linear
) -> Known:
    """Logits of all parts. Examples whose text has no words are left out: no model reads them."""
    read = [e for e in examples if prepare(e.text, e.names).has_words]
    pairs = [as_pair(example) for example in read]
    heads, model = (MESSAGE_HEADS, message) if read[0].target is None else (TARGET_HEADS, towards)
    parts = linear_parts(model, [text for text, _ in pairs], heads)
    parts |= by_head(encoder.logits(pairs), "encoder")
    return Known(parts=parts, labels=np.array([example.label for example in read]))
