"""Remembers which posts of a file were met before, in sixteen bytes a row."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from collectors.file_import.moments import is_missing
from collectors.file_import.recipe import Recipe
from collectors.file_import.rows import Row

_HASHED = ("author", "created_at", "title", "text")


class Repeats:
    """Finds rows that are the same post as an earlier row of the same file.

    Sorted arrays instead of a dict: a million rows take 16 MB, not 150. Keys are 64 bits of a
    hash: among a million rows two different posts meet by chance once in 40 million files.
    """

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._keys: npt.NDArray[np.uint64] = np.empty(0, np.uint64)
        self._numbers: npt.NDArray[np.int64] = np.empty(0, np.int64)

    def marked(self, rows: Iterable[Row]) -> list[Row]:
        """The same rows; those seen before know the number of the first such row."""
        keyed = [(row, self._key(row.cells)) for row in rows]
        known = self._known([key for _, key in keyed])
        fresh: dict[int, int] = {}
        marked: list[Row] = []
        for (row, key), earlier in zip(keyed, known, strict=True):
            first = earlier if earlier is not None else fresh.get(key) if key else None
            if key and first is None:
                fresh[key] = row.number
            marked.append(row if first is None else replace(row, repeats=first))
        self._remember(fresh)
        return marked

    def size_bytes(self) -> int:
        """What the memory of rows takes."""
        return self._keys.nbytes + self._numbers.nbytes

    def _known(self, keys: list[int]) -> list[int | None]:
        wanted = np.array(keys, np.uint64)
        if not len(self._keys) or not len(wanted):
            return [None] * len(wanted)
        at = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        met = self._keys[at] == wanted
        return [int(self._numbers[i]) if hit else None for i, hit in zip(at, met, strict=True)]

    def _remember(self, fresh: Mapping[int, int]) -> None:
        keys = np.array(list(fresh), np.uint64)
        order = np.argsort(keys)
        numbers = np.array(list(fresh.values()), np.int64)[order]
        at = np.searchsorted(self._keys, keys[order])
        self._keys = np.insert(self._keys, at, keys[order])
        self._numbers = np.insert(self._numbers, at, numbers)

    def _key(self, cells: Mapping[str, Any]) -> int:
        """The row's identity as 64 bits; 0 for broken rows and for deletions, which may and
        should follow the post that they delete."""
        read = self._recipe.cell
        gone = read(cells, "deleted_at")
        if not cells or not (is_missing(gone) or gone is False or str(gone).lower() == "false"):
            return 0
        uri = read(cells, "uri")
        parts = [uri] if not is_missing(uri) else [read(cells, field) for field in _HASHED]
        whole = repr([read(cells, "source"), *parts]).encode("utf-8", "replace")
        return int.from_bytes(hashlib.blake2b(whole, digest_size=8).digest(), "big") or 1
