"""Groups posts that say the same in nearly the same words, so that a copy counts once."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

import numpy as np
import regex

from groundswell.scoring.bare import bare
from groundswell.text import tokens

Key = TypeVar("Key", str, tuple[str, str])

SHINGLE_CHARS = 4
LEAST_JACCARD = 0.6
LEAST_WORDS = 5  # shorter texts are copies only when they are the same: "so true" is no campaign
PERMUTATIONS = 64
BANDS = 16
SEED = 1
CHUNK = 5_000  # texts hashed at a time: their shingles need a hundred times the room of the text

# Texts that share a band lie in one bucket. Each is compared with so many that follow it in order
# of the text, not with all: a flood made from one template would cost the square of its size.
REACH = 32

# In scripts without spaces two letters stand for a word.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = regex.compile(rf"[{_UNSPACED}]{{2}}|\w+")


def groups(texts: Mapping[Key, str]) -> dict[Key, Key]:
    """The group of copies each post belongs to: its smallest key, the post's own when it has none.

    Keys are all URIs or all pairs (source, URI). Copies are texts whose 4-character shingles (in
    lower case, without URLs and handles) overlap by a Jaccard index of .6 or more, and chains of
    such. Texts under five words are copies only when their words and emoji are the same; texts
    without either never are. The order of ``texts`` is of no matter.
    """
    keys = sorted(texts)
    same = _Sets(len(keys))
    short: dict[str, int] = {}
    long: dict[str, int] = {}
    for number, key in enumerate(keys):
        said = bare(texts[key]).lower()
        if len(_WORD.findall(said)) >= LEAST_WORDS:
            same.join(long.setdefault(said, number), number)
        elif words := " ".join(tokens(said)):
            same.join(short.setdefault(words, number), number)
    _join_alike(long, same)
    return {key: keys[same.first(number)] for number, key in enumerate(keys)}


def shingles(text: str) -> set[str]:
    """All runs of four characters in ``text``."""
    return {text[i : i + SHINGLE_CHARS] for i in range(len(text) - SHINGLE_CHARS + 1)}


def jaccard(one: set[str], other: set[str]) -> float:
    """Share of what either set holds that both hold, 0…1; 0 for two empty sets."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def candidates(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of places in ``texts`` (sorted, distinct) that share a band of their signatures; a
    pair may come several times. Nearly all alike pairs are among them, and some that are not."""
    signatures = _signatures(texts)
    for band in np.split(signatures, BANDS, axis=1):
        order = np.lexsort(band.T)
        changes = (band[order[1:]] != band[order[:-1]]).any(axis=1)
        bucket = np.concatenate(([0], np.cumsum(changes)))
        for step in range(1, min(REACH, len(order) - 1) + 1):
            together = np.flatnonzero(bucket[step:] == bucket[:-step])
            if not len(together):
                break
            yield from zip(order[together].tolist(), order[together + step].tolist(), strict=True)


def _join_alike(numbers: Mapping[str, int], same: "_Sets") -> None:
    """Joins the numbers of texts that are alike; the index only proposes, the sets decide."""
    texts = sorted(numbers)
    if len(texts) < 2:
        return
    pieces = lru_cache(maxsize=4096)(lambda place: shingles(texts[place]))
    for i, j in candidates(texts):
        one, other = numbers[texts[i]], numbers[texts[j]]
        if same.first(one) == same.first(other):
            continue
        if jaccard(pieces(i), pieces(j)) >= LEAST_JACCARD:
            same.join(one, other)


def _signatures(texts: Sequence[str]) -> np.ndarray:
    """MinHash signatures, one row a text, ``PERMUTATIONS`` columns."""
    from rensa import RMinHash  # loaded with the first use, not with the package

    rows: list[np.ndarray] = []
    for start in range(0, len(texts), CHUNK):
        sets = [shingles(text) for text in texts[start : start + CHUNK]]
        matrix = RMinHash.digest_matrix_from_token_sets(sets, PERMUTATIONS, SEED)
        rows.append(np.array(matrix.to_rows(), dtype=np.uint32))
    return np.concatenate(rows)


class _Sets:
    """Disjoint sets of the numbers below ``size``, each named by its smallest member."""

    def __init__(self, size: int) -> None:
        self._above = list(range(size))

    def first(self, number: int) -> int:
        """The smallest member of the set ``number`` is in."""
        above = self._above
        while above[number] != number:
            above[number] = number = above[above[number]]
        return number

    def join(self, one: int, other: int) -> None:
        """Makes one set of two."""
        small, large = sorted((self.first(one), self.first(other)))
        self._above[large] = small
