"""Writes the trained network as a small ONNX file with a vocabulary of only what English needs."""

# torch, transformers and onnx are installed only with the extra [train].
# mypy: disable-error-code="import-not-found,import-untyped"

import json
import logging
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

OPSET = 17
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
AFTER_LATIN = 0x250
SIGNS = "".join(map(chr, range(0x2010, 0x2123)))  # dashes, quotation marks, currencies, trade mark
OUTPUTS = ("logits", "vectors")
INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def wanted_pieces(vocabulary: Mapping[str, int]) -> list[str]:
    """Pieces that a text in Latin script can have, in the order of their numbers: without the
    places never used and the letters of other scripts, which English has no words in."""
    kept = [piece for piece in vocabulary if piece in SPECIAL or _is_wanted(piece)]
    return sorted(kept, key=lambda piece: vocabulary[piece])


def export(network: Any, source: Path, weights: Path, vocabulary: Path) -> None:
    """Writes the network to ``weights`` (int8) and its vocabulary, cut to what is wanted, to
    ``vocabulary``; ``source`` is the ``tokenizer.json`` it was trained with."""
    import torch

    table = json.loads(source.read_text(encoding="utf-8"))
    old = table["model"]["vocab"]
    pieces = wanted_pieces(old)
    words = network.encoder.embeddings.word_embeddings
    rows = torch.tensor([old[piece] for piece in pieces])
    network.encoder.embeddings.word_embeddings = torch.nn.Embedding.from_pretrained(
        words.weight.detach()[rows], padding_idx=0
    )
    network.encoder.config.vocab_size = len(pieces)
    _write_vocabulary(table, pieces, vocabulary)
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "fp32.onnx"
        _write_graph(network.eval(), exact)
        _quantise(exact, weights)
    network.encoder.embeddings.word_embeddings = words


def _is_wanted(piece: str) -> bool:
    letters = piece.removeprefix("##")
    if letters.startswith("[unused"):
        return False
    if len(letters) == 1 and letters in SIGNS:
        return True
    return all(ord(letter) < AFTER_LATIN for letter in letters)


def _write_vocabulary(table: dict[str, Any], pieces: list[str], path: Path) -> None:
    numbers = {piece: number for number, piece in enumerate(pieces)}
    table["model"]["vocab"] = numbers
    table["truncation"] = table["padding"] = table["post_processor"] = None  # done by ``Pieces``
    for added in table["added_tokens"]:
        added["id"] = numbers[added["content"]]
    path.write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def _write_graph(network: Any, path: Path) -> None:
    import torch

    class Shipped(torch.nn.Module):  # type: ignore[misc]  # torch is not there for the checker
        """Answers with the vectors too, by which posts with one argument are found."""

        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            mean = self.network.mean(input_ids, attention_mask, token_type_ids)
            return self.network.heads(mean), mean

    example = torch.ones((2, 8), dtype=torch.int64)
    network.encoder.config._attn_implementation = "eager"
    torch.onnx.export(
        Shipped().eval(),
        (example, example, torch.zeros_like(example)),
        str(path),
        input_names=list(INPUTS),
        output_names=list(OUTPUTS),
        dynamic_axes={name: {0: "posts", 1: "pieces"} for name in INPUTS}
        | {name: {0: "posts"} for name in OUTPUTS},
        opset_version=OPSET,
        dynamo=False,
    )


def _quantise(source: Path, path: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    logging.getLogger("root").setLevel(logging.ERROR)
    # A scale a column, and 7 bits: half the error of one scale, and the same on processors without
    # the newer dot products, where 8 bits overflow.
    quantize_dynamic(
        str(source), str(path), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
    )
