"""Groups posts that say the same in nearly the same words, so that a copy counts once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeAlias, TypeVar

import numpy as np
import regex

from groundswell.scoring.bare import bare
from groundswell.text import tokens

Key = TypeVar("Key", str, tuple[str, str])
Places: TypeAlias = np.ndarray  # of texts in a sorted list of them
Band: TypeAlias = tuple[Places, np.ndarray]  # texts in the order of their buckets, and these

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

# Texts out of a tiny vocabulary share bands with many that are no copies. Each may be compared with
# so many of such, of 7,908 real ones none has more than 20. Pairs with fewer than 28 of 64
# permutations alike are passed over: that is one true pair in 400.
MOST_MISSES = 32
LEAST_SHARED = 28

# In scripts without spaces two letters stand for a word.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = regex.compile(rf"[{_UNSPACED}]{{2}}|\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping(Generic[Key]):
    """``groups``: the group of copies each post belongs to. ``cut_short``: how many different
    texts resemble so many others that they were compared with the nearest of these only."""

    groups: dict[Key, Key]
    cut_short: int


def groups(texts: Mapping[Key, str]) -> dict[Key, Key]:
    """The group of copies each post belongs to; see ``grouping``."""
    return grouping(texts).groups


def grouping(texts: Mapping[Key, str]) -> Grouping[Key]:
    """Groups of copies, each named by its smallest key; a post's own when it has no copy.

    Keys are all URIs or all pairs (source, URI). Copies are texts whose 4-character shingles (in
    lower case, without URLs and handles) overlap by a Jaccard index of .6 or more, and chains of
    such. Texts under five words are copies only when their words and emoji are the same; texts
    without either never are. The order of ``texts`` is of no matter. Equal texts are always
    grouped; the work for the others grows with their number, never with its square.
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
    cut_short = _join_alike(long, same)
    first = {key: keys[same.first(number)] for number, key in enumerate(keys)}
    return Grouping(groups=first, cut_short=cut_short)


def shingles(text: str) -> set[str]:
    """All runs of four characters in ``text``."""
    return {text[i : i + SHINGLE_CHARS] for i in range(len(text) - SHINGLE_CHARS + 1)}


def jaccard(one: set[str], other: set[str]) -> float:
    """Share of what either set holds that both hold, 0…1; 0 for two empty sets."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def candidates(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of places in ``texts`` (sorted, distinct) that share a band of their signatures, and
    enough of the rest; a pair may come several times. Nearly all alike pairs are among them, and
    some that are not."""
    signatures = _signatures(texts)
    for some, others in _neighbours(_bands(signatures)):
        yield from _close(signatures, some, others)


def _join_alike(numbers: Mapping[str, int], same: "_Sets") -> int:
    """Joins the numbers of texts that are alike; the index only proposes, the sets decide.
    Returns how many texts were not compared with all that may be like them."""
    texts = sorted(numbers)
    if len(texts) < 2:
        return 0
    of = [numbers[text] for text in texts]
    signatures = _signatures(texts)
    bands = _bands(signatures)
    left = np.full(len(texts), MOST_MISSES)
    pieces = lru_cache(maxsize=4096)(lambda place: shingles(texts[place]))
    for some, others in _neighbours(bands):
        due = (left[some] > 0) | (left[others] > 0)
        for i, j in _close(signatures, some[due], others[due]):
            if same.first(of[i]) == same.first(of[j]) or max(left[i], left[j]) <= 0:
                continue
            if jaccard(pieces(i), pieces(j)) >= LEAST_JACCARD:
                same.join(of[i], of[j])
            else:
                left[i] -= 1
                left[j] -= 1
    group = np.array([same.first(number) for number in of])
    return int(np.count_nonzero((left <= 0) | _out_of_reach(bands, group)))


def _bands(signatures: np.ndarray) -> list[Band]:
    bands = []
    for band in np.split(signatures, BANDS, axis=1):
        order = np.lexsort(band.T)
        changes = (band[order[1:]] != band[order[:-1]]).any(axis=1)
        bands.append((order, np.concatenate(([0], np.cumsum(changes)))))
    return bands


def _neighbours(bands: Sequence[Band]) -> Iterator[tuple[Places, Places]]:
    """Pairs of texts that share a bucket: neighbours in any band before those farther apart."""
    for step in range(1, REACH + 1):
        for band in bands:
            yield _apart_by(step, band)


def _close(signatures: np.ndarray, some: Places, others: Places) -> Iterator[tuple[int, int]]:
    """Those pairs whose signatures leave it possible that they are copies."""
    shared = np.count_nonzero(signatures[some] == signatures[others], axis=1)
    near = shared >= LEAST_SHARED
    return zip(some[near].tolist(), others[near].tolist(), strict=True)


def _out_of_reach(bands: Sequence[Band], group: np.ndarray) -> np.ndarray:
    """Whether each text shares a bucket with one beyond its reach that is not in its group."""
    missed = np.zeros(len(group), dtype=bool)
    for band in bands:
        some, others = _apart_by(REACH + 1, band)
        apart = group[some] != group[others]
        missed[some[apart]] = missed[others[apart]] = True
    return missed


def _apart_by(step: int, band: Band) -> tuple[Places, Places]:
    """Texts that lie in one bucket, ``step`` places from each other."""
    order, bucket = band
    together = np.flatnonzero(bucket[step:] == bucket[:-step])
    return order[together], order[together + step]


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
