"""A post gets one answer, whatever stands beside it: a printed number can be made again."""

import numpy as np
import pytest

from groundswell.scoring.lite import available, read
from groundswell.scoring.lite.model import load

pytestmark = pytest.mark.skipif(
    available().serves != "encoder", reason="onnxruntime or tokenizers are not installed"
)
TEXTS = (
    "OpenAI complains of theft, how rich",
    "DeepSeek is brilliant " * 12,
    "so?",
    "A report on OpenAI and DeepSeek was published on Wednesday in Berlin 🔥🔥🔥",
)


def test_a_post_is_read_alone_as_among_others() -> None:
    targets = ["OpenAI", "DeepSeek", None, "OpenAI"]
    together = read(TEXTS, targets)
    alone = [read([text], [target])[0] for text, target in zip(TEXTS, targets, strict=True)]
    assert together == alone


def test_a_vector_is_the_same_alone_as_among_others() -> None:
    encoder = load().encoder
    assert encoder is not None
    together = encoder.vectors(TEXTS)
    assert np.allclose(np.linalg.norm(together, axis=1), 1)
    for place, text in enumerate(TEXTS):
        assert np.array_equal(encoder.vectors([text])[0], together[place])
