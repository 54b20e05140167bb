"""The figures of topics that had no part in choosing how the model's parts are mixed."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from groundswell.scoring.lite import linear
from groundswell.scoring.lite.encoder import Encoder
from groundswell.scoring.lite.model import ENCODER, LINEAR, VOCABULARY
from groundswell.scoring.train.calibrate import Known, choose
from groundswell.scoring.train.examples import EVAL, read_set
from groundswell.scoring.train.figures import Answers
from groundswell.scoring.train.shipping import QUESTIONS, known, part_names, with_words

FOLDS = 5
SET, QUESTION = "semeval17_topic", "named"


def topics_crossed(folder: Path, eval_folder: Path = EVAL) -> Answers:
    """What the model in ``folder`` says of the development topics, each answered by the blend that
    is chosen without it and a fifth of the others. No topic is in any training set either."""
    encoder = Encoder(folder / ENCODER, folder / VOCABULARY)
    parts = [linear.load(folder / LINEAR, name) for name in ("message", "towards")]
    heads, names = QUESTIONS[QUESTION]
    examples = {name: with_words(read_set(name, "dev", eval_folder)) for name in names}
    sets = {name: known(examples[name], encoder, *parts) for name in names}
    rows = crossed(sets.pop(SET), list(sets.values()), part_names(heads))
    return Answers(examples=examples[SET], rows=rows, kept=np.ones(len(rows), dtype=bool))


def crossed(of: Known, others: list[Known], names: list[str]) -> np.ndarray:
    """Probabilities of ``of``, a fold of its topics at a time."""
    if of.topics is None:
        raise ValueError("a set without topics has no folds")
    rows = np.zeros_like(of.parts[names[0]])
    for fold in range(FOLDS):
        asked = of.topics % FOLDS == fold
        blend = choose(QUESTION, [_where(of, ~asked), *others], names)
        rows[asked] = blend.probabilities(_where(of, asked).parts)
    return rows


def _where(of: Known, chosen: np.ndarray) -> Known:
    return replace(
        of,
        parts={name: logits[chosen] for name, logits in of.parts.items()},
        labels=of.labels[chosen],
        topics=None if of.topics is None else of.topics[chosen],
    )
