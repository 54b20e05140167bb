"""Runs the encoder, a post at a time, on as many cores as it is given.

Its int8 arithmetic takes one scale for all numbers of a call: in a batch what a post gets would
hang on the posts beside it (3 to 4 % of stances turned), and no printed number could be made again.
Batches are no faster here either; see ``bench/LOG.md``.
"""

# onnxruntime brings no types.
# mypy: disable-error-code="import-not-found,import-untyped"

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from groundswell.scoring.lite.pieces import Pair, Pieces, padded


class Encoder:
    """The network in ``weights`` (ONNX) with the vocabulary in ``vocabulary``.

    Raises ``ImportError`` where onnxruntime or tokenizers are not installed.
    """

    def __init__(self, weights: Path, vocabulary: Path, threads: int = 1) -> None:
        import onnxruntime
        import tokenizers  # noqa: F401  # asked for now, so that no post finds it missing

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # it keeps the largest batch ever seen
        self._session: Any = onnxruntime.InferenceSession(
            str(weights), options, providers=["CPUExecutionProvider"]
        )
        self._pieces = Pieces(vocabulary)

    def logits(self, pairs: Sequence[Pair]) -> np.ndarray:
        """One row a pair in the order given; the columns of all heads side by side."""
        return self._answers("logits", pairs)

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """One row a text, of length 1: the nearer two are, the more alike what they say."""
        found = self._answers("vectors", [(text, None) for text in texts])
        unit: np.ndarray = found / np.maximum(np.linalg.norm(found, axis=-1, keepdims=True), 1e-12)
        return unit

    def _answers(self, name: str, pairs: Sequence[Pair]) -> np.ndarray:
        answers = [self._session.run([name], padded([row]))[0] for row in self._pieces.rows(pairs)]
        return np.concatenate(answers).astype(np.float64) if answers else np.empty((0, 0))
