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
MODELS = ("encoder", "linear")
MANY_POSTS = 50  # to a topic: its shares mean something
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
    measured = {
        name: known(with_words(read_set(name, "dev", eval_folder)), encoder, message, towards)
        for _, sets in QUESTIONS.values()
        for name in sets
    }
    table: dict[str, Any] = {"version": version, "blends": {}, "alone": {}}
    for question, (heads, sets) in QUESTIONS.items():
        chosen_on = [measured[name] for name in sets]
        for key, models in (("blends", MODELS), ("alone", MODELS[1:])):
            names = part_names(heads, models)
            table[key][question] = as_table(choose(question, chosen_on, names))
    table["sha256"] = {name: sha256(folder / name) for name in (ENCODER, VOCABULARY, LINEAR)}
    (folder / FILE).write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")


def blends(folder: Path) -> dict[str, Blend]:
    """How the model in ``folder`` mixes its parts, by question."""
    return {name: Blend(**blend) for name, blend in read_card(folder)["blends"].items()}


def with_words(examples: Sequence[Example]) -> list[Example]:
    """Those whose text has words: no model reads the others."""
    return [one for one in examples if prepare(one.text, one.names).has_words]


def part_names(heads: Sequence[str], models: Sequence[str] = MODELS) -> list[str]:
    """What each of ``models`` is called in a blend, by head."""
    return [f"{model}:{head}" for model in models for head in heads]


def known(examples: Sequence[Example], encoder: Encoder, message: Linear, towards: Linear) -> Known:
    """Logits of all parts for ``examples`` of one set, all with words."""
    pairs = [as_pair(example) for example in examples]
    heads, model = (
        (MESSAGE_HEADS, message) if examples[0].target is None else (TARGET_HEADS, towards)
    )
    parts = linear_parts(model, [text for text, _ in pairs], heads)
    parts |= by_head(encoder.logits(pairs), "encoder")
    targets = [example.target or "" for example in examples]
    _, topics, posts = np.unique(targets, return_inverse=True, return_counts=True)
    return Known(
        parts=parts,
        labels=np.array([example.label for example in examples]),
        topics=topics if np.median(posts[topics]) >= MANY_POSTS and len(posts) > 1 else None,
    )
