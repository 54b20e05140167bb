"""Mixes the answers of encoder and linear model into probabilities that mean what they say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

# The heads in the order of the encoder's output and of the linear model's, with their classes.
# "stance" learnt from debates, where the target is a claim and seldom named; "target" from posts
# and news, where it is.
HEADS: dict[str, tuple[str, ...]] = {
    "sentiment": ("negative", "neutral", "positive"),
    "target": ("against", "none", "favor"),
    "stance": ("against", "none", "favor"),
    "irony": ("no", "yes"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Blend:
    """How one question is answered: ``weights`` of the parts, named "encoder:target" and the like,
    sum to 1; ``lean`` is added to the log-probability of each class, as training saw other shares
    of classes than posts have (empty: nothing); ``temperature`` above 1 makes answers less sure;
    below ``cut_off`` there is none."""

    weights: Mapping[str, float]
    temperature: float
    cut_off: float
    lean: Sequence[float] = ()

    def probabilities(self, parts: Mapping[str, np.ndarray]) -> np.ndarray:
        """One row a text, a column a class, rows sum to 1. ``parts`` are logits by name."""
        mixed = sum(weight * softmax(parts[name]) for name, weight in self.weights.items())
        logs = np.log(np.maximum(mixed, 1e-9))
        return softmax((logs + np.array(self.lean or 0.0)) / self.temperature)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities of each row."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def by_head(logits: np.ndarray, model: str) -> dict[str, np.ndarray]:
    """The columns of each head, named "encoder:target" and the like."""
    parts, start = {}, 0
    for head, classes in HEADS.items():
        parts[f"{model}:{head}"] = logits[:, start : start + len(classes)]
        start += len(classes)
    return parts
