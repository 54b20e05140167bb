"""Fits the linear model: one logistic regression a head over hashed n-grams."""

# torch is installed only with the extra [train].
# mypy: disable-error-code="import-not-found,import-untyped"

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundswell.scoring.lite.linear import SIGNS, Linear, signs, with_constant
from groundswell.scoring.lite.mixture import HEADS
from groundswell.scoring.lite.ngrams import BUCKETS, grams
from groundswell.scoring.lite.wording import prepare
from groundswell.scoring.train.examples import Example

# Strength of the penalty for large weights, chosen on the development sets (bench/LOG.md).
PENALTY = {"sentiment": 1e-5, "target": 1e-5, "stance": 1e-5, "irony": 1e-4}
STEPS = 60
WEIGHT_POWER = 0.7
LARGEST = 127  # of a weight in the table; each column has a scale of its own
CHUNK = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """Weights of one head: a row a bucket, and a row for each other number and the constant."""

    table: np.ndarray
    signs: np.ndarray


def fit_linear(examples: Mapping[str, Sequence[Example]], heads: Sequence[str]) -> Linear:
    """One model with the columns of ``heads`` side by side; ``examples`` by head."""
    fitted = [fit_head(examples[head], head, PENALTY[head]) for head in heads]
    table = np.concatenate([head.table for head in fitted], axis=1)
    scale = np.abs(table).max(axis=0) / LARGEST
    return Linear(
        table=np.round(table / scale).astype(np.int8),
        scale=scale,
        signs=np.concatenate([head.signs for head in fitted], axis=1),
    )


def fit_head(examples: Sequence[Example], head: str, penalty: float) -> Fitted:
    """Weights for one head, by L-BFGS over all examples at once."""
    import torch

    texts = [prepare(example.text, example.names).text for example in examples]
    sparse = _matrix(texts)
    back = sparse.t().to_sparse_csr()
    dense = torch.tensor(with_constant(signs(texts)), dtype=torch.float32)
    wanted, weight = _wanted(examples, head)
    table = torch.zeros(BUCKETS, len(HEADS[head]))
    other = torch.zeros(SIGNS + 1, len(HEADS[head]))
    optimiser = torch.optim.LBFGS(
        [table, other], max_iter=STEPS, history_size=8, line_search_fn="strong_wolfe"
    )

    def loss() -> Any:
        """Weighted cross-entropy; the gradients are set by hand, since those of a sparse matrix
        would be computed by a far slower way."""
        logits = sparse @ table + dense @ other
        logs = torch.log_softmax(logits, dim=1)
        slope = (logs.exp() - wanted) * weight
        table.grad = back @ slope + 2 * penalty * table
        other.grad = dense.t() @ slope
        return -(wanted * logs * weight).sum() + penalty * table.square().sum()

    optimiser.step(loss)
    return Fitted(table=table.numpy(), signs=other.numpy().astype(np.float64))


def _wanted(examples: Sequence[Example], head: str) -> tuple[Any, Any]:
    """One-hot classes and the weight of each example; the weights sum to 1."""
    import torch

    labels = torch.tensor([example.label for example in examples])
    wanted = torch.nn.functional.one_hot(labels, len(HEADS[head])).float()
    share = wanted.mean(dim=0).clamp_min(1e-6)
    weight = (1 / share[labels]) ** WEIGHT_POWER
    return wanted, (weight / weight.sum())[:, None]


def _matrix(texts: Sequence[str]) -> Any:
    """Sparse, a row a text and a column a bucket: occurrences by the root of their number."""
    import torch

    rows, columns, values = [], [], []
    for start in range(0, len(texts), CHUNK):
        chunk = texts[start : start + CHUNK]
        for kind in grams(chunk):
            number = np.bincount(kind.text, minlength=len(chunk))
            rows.append(kind.text + start)
            columns.append(kind.bucket)
            values.append((1 / np.sqrt(number[kind.text])).astype(np.float32))
    places = torch.from_numpy(np.stack([np.concatenate(rows), np.concatenate(columns)]))
    return (
        torch.sparse_coo_tensor(
            places, torch.from_numpy(np.concatenate(values)), (len(texts), BUCKETS)
        )
        .coalesce()
        .to_sparse_csr()
    )
