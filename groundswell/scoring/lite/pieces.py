"""Cuts a post and its target into the numbered word pieces that the encoder reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from groundswell.scoring.lite.wording import MARK

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Pair: TypeAlias = tuple[str, str | None]  # the text as ``prepare`` wrote it, and its target's name

MAX_PIECES = 64
MAX_TARGET_PIECES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """``ids`` of the pieces; ``first`` of them belong to the text, the others to the target."""

    ids: list[int]
    first: int


class Pieces:
    """The vocabulary in ``path``, a ``tokenizer.json``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def rows(self, pairs: Sequence[Pair]) -> list[Row]:
        """One row a pair: start, text, end and, if there is a target, target and end again.

        At most 64 pieces. A text with more is read around its first mention of the target.
        """
        texts = self._pieces([text for text, _ in pairs])
        named = {target for _, target in pairs if target is not None}
        order = sorted(named)
        targets = dict(zip(order, self._pieces(order), strict=True))
        return [
            self._row(text, None if target is None else targets[target])
            for text, (_, target) in zip(texts, pairs, strict=True)
        ]

    def _pieces(self, texts: Sequence[str]) -> list[list[int]]:
        found = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [encoding.ids for encoding in found]

    def _row(self, text: list[int], target: list[int] | None) -> Row:
        second = [] if target is None else [*target[:MAX_TARGET_PIECES], self._end]
        room = MAX_PIECES - 2 - len(second)
        if len(text) > room:
            at = text.index(self._mark) if self._mark in text else 0
            start = min(max(0, at - room * 2 // 3), len(text) - room)
            text = text[start : start + room]
        ids = [self._start, *text, self._end, *second]
        return Row(ids=ids, first=len(text) + 2)

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._path))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _start(self) -> int:
        return self._id("[CLS]")

    @cached_property
    def _end(self) -> int:
        return self._id("[SEP]")

    @cached_property
    def _mark(self) -> int:
        return self._id(MARK)

    def _id(self, piece: str) -> int:
        number = self._tokenizer.token_to_id(piece)
        if number is None:
            raise ValueError(f"{self._path} has no piece {piece!r}: it is no vocabulary of ours")
        return number


def padded(rows: Sequence[Row]) -> dict[str, np.ndarray]:
    """The rows as arrays of one width: ``input_ids``, ``attention_mask``, ``token_type_ids``."""
    width = max(len(row.ids) for row in rows)
    ids = np.zeros((len(rows), width), dtype=np.int64)
    mask, kinds = np.zeros_like(ids), np.zeros_like(ids)
    for place, row in enumerate(rows):
        ids[place, : len(row.ids)] = row.ids
        mask[place, : len(row.ids)] = 1
        kinds[place, row.first : len(row.ids)] = 1
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": kinds}
