"""Loads the shipped model, checks that it is whole, and says which part of it can serve here."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from groundswell.errors import GroundswellError
from groundswell.model_card import FILE, FOLDER, read_card
from groundswell.resources import bundled
from groundswell.scoring.lite import linear
from groundswell.scoring.lite.encoder import Encoder
from groundswell.scoring.lite.linear import Linear
from groundswell.scoring.lite.mixture import Blend, by_head
from groundswell.scoring.lite.pieces import Pair

ENCODER, VOCABULARY, LINEAR = "encoder.onnx", "tokenizer.json", "linear.npz"
NEEDED = ("onnxruntime", "tokenizers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """``serves``: "encoder" (all of the model), "linear" (its small part) or "" (nothing);
    ``reason`` why not all of it, None if all."""

    serves: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """``blends`` by question: sentiment, irony, named and unnamed target."""

    version: str
    blends: Mapping[str, Blend]
    message: Linear
    towards: Linear
    encoder: Encoder | None

    def parts(self, pairs: Sequence[Pair]) -> dict[str, np.ndarray]:
        """Logits of all parts by name, a row a pair. All pairs have a target or none has."""
        texts = [text for text, _ in pairs]
        if pairs and pairs[0][1] is None:
            heads, model = ("sentiment", "irony"), self.message
        else:
            heads, model = ("target", "stance"), self.towards
        parts = linear_parts(model, texts, heads)
        if self.encoder is not None and pairs:
            parts |= by_head(self.encoder.logits(pairs), "encoder")
        return parts


def linear_parts(
    model: Linear, texts: Sequence[str], heads: Sequence[str]
) -> dict[str, np.ndarray]:
    """Logits of the linear model for its ``heads``, which lie side by side."""
    logits = model.logits(texts)
    first = {"sentiment": 0, "irony": 3, "target": 0, "stance": 3}
    last = {"sentiment": 3, "irony": 5, "target": 3, "stance": 6}
    return {f"linear:{head}": logits[:, first[head] : last[head]] for head in heads}


def available(folder: Path | None = None) -> Availability:
    """Which part of the model can serve here; nothing is loaded."""
    at = folder or bundled(FOLDER)
    if not (at / FILE).is_file():
        return Availability(serves="", reason="the model was not installed with the program")
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        return Availability(serves="linear", reason=f"{' and '.join(missing)} not installed")
    return Availability(serves="encoder")


@cache
def load(folder: Path | None = None, threads: int = 1) -> Model:
    """The model, loaded once a process and checked against its sums.

    Raises ``GroundswellError`` when a file is missing or is not the one that was shipped.
    """
    at = folder or bundled(FOLDER)
    serves = available(at)
    if not serves.serves:
        raise GroundswellError(
            f"No scores: {at} holds no model. Install Groundswell again, or train one with "
            "python -m groundswell.scoring.train."
        )
    card = read_card(at)
    whole = serves.serves == "encoder"
    for name, sum_ in card["sha256"].items():
        if whole or name == LINEAR:
            _check(at / name, sum_)
    return Model(
        version=card["version"] if whole else f"{card['version']}-linear",
        blends={
            name: Blend(**blend) for name, blend in card["blends" if whole else "alone"].items()
        },
        message=linear.load(at / LINEAR, "message"),
        towards=linear.load(at / LINEAR, "towards"),
        encoder=Encoder(at / ENCODER, at / VOCABULARY, threads) if whole else None,
    )


def sha256(path: Path) -> str:
    """The sum of a file in hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check(path: Path, expected: str) -> None:
    if not path.is_file() or sha256(path) != expected:
        raise GroundswellError(
            f"{path} is missing or is not the file that was shipped. Install Groundswell again."
        )
