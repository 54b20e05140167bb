"""Runs the encoder: posts of about one length together, on as many cores as it is given."""

# onnxruntime brings no types.
# mypy: disable-error-code="import-not-found,import-untyped"

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from groundswell.scoring.lite.pieces import Pair, Pieces, padded

BATCH = 32


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
        return found / np.maximum(np.linalg.norm(found, axis=-1, keepdims=True), 1e-12)

    def _answers(self, name: str, pairs: Sequence[Pair]) -> np.ndarray:
        rows = self._pieces.rows(pairs)
        order = sorted(range(len(rows)), key=lambda place: len(rows[place].ids))
        parts = []
        for start in range(0, len(order), BATCH):
            batch = [rows[place] for place in order[start : start + BATCH]]
            parts.append(self._session.run([name], padded(batch))[0])
        if not parts:
            return np.empty((0, 0))
        found = np.concatenate(parts).astype(np.float64)
        back = np.empty_like(found)
        back[order] = found
        return back
