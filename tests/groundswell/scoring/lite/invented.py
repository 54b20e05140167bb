"""A model of chance numbers that loads like the one that ships, for tests of the way there."""

import json
from pathlib import Path

import numpy as np

from groundswell.model_card import FILE
from groundswell.scoring.lite.linear import SIGNS
from groundswell.scoring.lite.model import ENCODER, LINEAR, VOCABULARY, sha256
from groundswell.scoring.lite.ngrams import BUCKETS

COLUMNS = {"message": 5, "towards": 6}
HEADS = {"sentiment": "sentiment", "irony": "irony", "named": "target", "unnamed": "stance"}


def write_model(folder: Path, *, cut_off: float = 0.0) -> Path:
    """A model folder whose linear part works; its encoder is no network, and is never loaded
    where onnxruntime is said to be missing."""
    rng = np.random.default_rng(1)
    arrays: dict[str, np.ndarray] = {}
    for prefix, columns in COLUMNS.items():
        arrays[f"{prefix}_table"] = rng.integers(-99, 99, (BUCKETS, columns)).astype(np.int8)
        arrays[f"{prefix}_scale"] = np.full(columns, 0.005)
        arrays[f"{prefix}_signs"] = rng.normal(size=(SIGNS + 1, columns))
    np.savez_compressed(folder / LINEAR, allow_pickle=False, **arrays)
    (folder / ENCODER).write_bytes(b"no network")
    (folder / VOCABULARY).write_text("{}", encoding="utf-8")
    alone = {
        question: {"weights": {f"linear:{head}": 1.0}, "temperature": 1.0, "cut_off": cut_off}
        for question, head in HEADS.items()
    }
    card = {
        "version": "invented-1",
        "blends": alone,
        "alone": alone,
        "sha256": {name: sha256(folder / name) for name in (ENCODER, VOCABULARY, LINEAR)},
    }
    (folder / FILE).write_text(json.dumps(card), encoding="utf-8")
    return folder
