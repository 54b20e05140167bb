"""The linear model: hashed n-grams and VADER, one matrix product; serves alone where it must."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from groundswell.scoring.lite.ngrams import Grams, grams
from groundswell.scoring.lite.wording import MARK
from groundswell.scoring.vader import sentiment

SIGNS = 10  # numbers about a text that are no n-grams: VADER, shouting, length
CHUNK = 2_000  # texts hashed at a time; keeps the arrays within some megabytes
NEAR_CHARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """``table`` holds a row a bucket (whole numbers, times ``scale`` of its column), ``signs`` a
    row for each of the other numbers and one more for the constant; a column a class."""

    table: np.ndarray
    scale: np.ndarray
    signs: np.ndarray

    def logits(self, texts: Sequence[str]) -> np.ndarray:
        """One row a text (as ``prepare`` wrote it), a column a class."""
        parts = [self._of(texts[start : start + CHUNK]) for start in range(0, len(texts), CHUNK)]
        return np.concatenate(parts) if parts else np.empty((0, self.table.shape[1]))

    def _of(self, texts: Sequence[str]) -> np.ndarray:
        counted = sum(self._sums(kind, len(texts)) for kind in grams(texts))
        return np.asarray(counted * self.scale + with_constant(signs(texts)) @ self.signs)

    def _sums(self, kind: Grams, count: int) -> np.ndarray:
        """Sum of the rows of each text's n-grams by the root of their number."""
        columns = self.table.shape[1]
        number = np.bincount(kind.text, minlength=count)
        rows = np.empty((count, columns))
        for column in range(columns):
            weights = self.table[:, column][kind.bucket]
            rows[:, column] = np.bincount(kind.text, weights=weights, minlength=count)
        return np.asarray(rows / np.sqrt(np.maximum(number, 1))[:, None])


def load(path: Path, prefix: str) -> Linear:
    """The model whose arrays in the ``.npz`` file ``path`` begin with ``prefix``."""
    with np.load(path, allow_pickle=False) as arrays:
        return Linear(
            table=arrays[f"{prefix}_table"],
            scale=arrays[f"{prefix}_scale"],
            signs=arrays[f"{prefix}_signs"],
        )


def signs(texts: Sequence[str]) -> np.ndarray:
    """One row a text of numbers about -1…1: VADER of the whole and near the target, and manner."""
    rows = [_signs(text) for text in texts]
    return np.array(rows, dtype=np.float64).reshape(len(texts), SIGNS)


def with_constant(numbers: np.ndarray) -> np.ndarray:
    """``numbers`` with a last column of ones."""
    return np.concatenate([numbers, np.ones((len(numbers), 1))], axis=1)


def _signs(text: str) -> list[float]:
    whole = _compound(text)
    at = text.find(MARK)
    near = whole if at < 0 else _compound(text[max(0, at - NEAR_CHARS) : at + NEAR_CHARS])
    letters = max(1, len(text))
    return [
        whole,
        max(0.0, abs(whole) - 0.5),
        float(whole > 0),
        float(whole < 0),
        near,
        float(at >= 0),
        min(1.0, len(text) / 200),
        sum(map(str.isupper, text)) / letters,
        min(1.0, text.count("!") / 3),
        min(1.0, text.count("?") / 3),
    ]


def _compound(text: str) -> float:
    return sentiment(text, "en", 1.0).value or 0.0
