"""The network learns, can be stopped and gone on with, and is the same as its exported file."""

# torch is installed only with the extra [train].
# mypy: disable-error-code="import-not-found"

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from groundswell.scoring.lite.encoder import Encoder
from groundswell.scoring.lite.pieces import Pieces, Row, padded
from groundswell.scoring.train.examples import Example
from groundswell.scoring.train.export import export, wanted_pieces
from groundswell.scoring.train.fit import Limits, fit

PIECES = [
    "[PAD]",
    "[unused7]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "§",
    "good",
    "bad",
    "##s",
    "中",
]


def test_progress_is_by_whichever_limit_comes_first() -> None:
    assert Limits(examples=100).progress(50, 1e9) == 0.5
    assert Limits(examples=100, seconds=10).progress(50, 9) == 0.9
    assert Limits(examples=100, seconds=10).progress(100, 1) == 1.0
    assert Limits(examples=100, seconds=10).progress(500, 50) == 1.0


def test_pieces_of_other_scripts_and_unused_places_are_dropped() -> None:
    numbers = {piece: number for number, piece in enumerate([*PIECES, "’", "##é", "##я", "☃"])}
    kept = wanted_pieces(numbers)
    assert kept == [*PIECES[:1], *PIECES[2:10], "’", "##é"]


@pytest.fixture
def network(tmp_path: Path) -> Any:
    pytest.importorskip("torch", reason="torch comes with the extra [train]")
    transformers = pytest.importorskip("transformers")
    from groundswell.scoring.train.network import new_network

    config = transformers.BertConfig(
        vocab_size=len(PIECES), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=64,
    )  # fmt: skip
    transformers.BertModel(config).save_pretrained(tmp_path / "small")
    return new_network(tmp_path / "small")


def drawing() -> Any:
    """Every round the same: "good" is positive, "bad" is negative."""
    rows = [Row(ids=[3, word, 4], first=3) for word in (7, 8)] * 8
    examples = [Example(text="", head="sentiment", label=label) for label in (2, 0)] * 8
    return SimpleNamespace(
        batches=lambda _number: iter([(rows, examples)] * 16), class_weights=lambda: [1.0] * 11
    )


def said(network: Any) -> list[int]:
    import torch

    rows = [Row(ids=[3, word, 4], first=3) for word in (7, 8)]
    arrays = {name: torch.from_numpy(array) for name, array in padded(rows).items()}
    with torch.no_grad():
        found: list[int] = network(**arrays)[:, :3].argmax(dim=1).tolist()
    return found


def test_it_learns_and_a_finished_run_is_not_run_again(network: Any, tmp_path: Path) -> None:
    limits = Limits(examples=512 * 10)
    assert said(fit(network, drawing(), tmp_path, limits, seed=1)) == [2, 0]
    weights = network.heads.weight.detach().clone()
    fit(network, drawing(), tmp_path, limits, seed=1)
    assert bool((network.heads.weight == weights).all())


def test_the_exported_file_says_what_the_network_says(network: Any, tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    from tokenizers import Tokenizer, models, pre_tokenizers

    vocabulary = {piece: number for number, piece in enumerate(PIECES)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    tokenizer.save(str(tmp_path / "full.json"))
    fit(network, drawing(), tmp_path, Limits(examples=512 * 6), seed=1)
    export(network, tmp_path / "full.json", tmp_path / "e.onnx", tmp_path / "cut.json")
    pairs = [("good bads", None), ("bad", "§"), ("", None), ("good " * 50, "good")]
    small = Encoder(tmp_path / "e.onnx", tmp_path / "cut.json").logits(pairs)
    exact = _exact(network, Pieces(tmp_path / "full.json").rows(pairs))
    assert small == pytest.approx(exact, abs=0.15)


def _exact(network: Any, rows: list[Row]) -> np.ndarray:
    import torch

    arrays = {name: torch.from_numpy(array) for name, array in padded(rows).items()}
    with torch.no_grad():
        return np.asarray(network(**arrays).numpy())
