"""How alike posts of one target are: what the encoder sees in them, and the words they share."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from groundswell.scoring.bare import bare
from groundswell.scoring.keywords import stop_words
from groundswell.scoring.lite.wording import prepare
from groundswell.text import tokens

# The scorer's vectors are bent towards what it was trained for: the directions in which posts of
# one target differ most tell how they feel about it, not what they argue. Without the mean of their
# side and these, argument groups are found (B-cubed F .74 to .79 on debates, .45 to .56 with them).
# A few texts have no such directions: one is taken off for each 30 of them.
MOST_TAKEN, TEXTS_A_DIRECTION = 3, 30
SHRINK_TEXTS = 20  # the mean of a side of few texts leans on that of both
WIDEST_WORDS = 4_000  # the rarest beyond that are left out

# Mean distance, 1 - cosine, up to which groups are joined: chosen on debates and topics, bench/LOG.
NEAREST, NEAREST_BY_WORDS = 0.88, 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """``rows``: for each side a unit vector a text, whose products are cosines, comparable over
    sides. ``nearest``: the mean distance up to which texts make one argument."""

    rows: tuple[np.ndarray, ...]
    nearest: float

    @classmethod
    def of(
        cls,
        sides: Sequence[Sequence[str]],
        encode: Callable[[Sequence[str]], np.ndarray] | None,
    ) -> "Likeness":
        """Of the texts of each side; ``encode`` None: by their words alone."""
        texts = [text for side in sides for text in side]
        ends = np.cumsum([len(side) for side in sides])[:-1]
        if not texts:
            return cls(rows=tuple(np.zeros((0, 1)) for _ in sides), nearest=NEAREST)
        words = _words(texts)
        if encode is None:
            return cls(rows=tuple(np.split(words, ends)), nearest=NEAREST_BY_WORDS)
        seen = encode([prepare(text).text for text in texts])
        seen = _arguments(np.split(seen, ends)).astype(np.float32)
        both = _unit(np.hstack([seen, words]))
        return cls(rows=tuple(np.split(both, ends)), nearest=NEAREST)


def _arguments(sides: Sequence[np.ndarray]) -> np.ndarray:
    """Vectors without what only tells the side, of unit length."""
    whole = np.concatenate(sides)
    mean = whole.mean(axis=0)
    centred = np.concatenate(
        [
            side - (side.sum(axis=0) + SHRINK_TEXTS * mean) / (len(side) + SHRINK_TEXTS)
            for side in sides
        ]
    )
    taken = min(MOST_TAKEN, len(centred) // TEXTS_A_DIRECTION)
    if taken:
        _, directions = np.linalg.eigh(centred.T @ centred)
        widest = directions[:, -taken:]
        centred = centred - (centred @ widest) @ widest.T
    return _unit(centred)


def _words(texts: Sequence[str]) -> np.ndarray:
    """Words, #tags and emoji of each text by weight (tf-idf), of unit length."""
    dull = stop_words()
    counted = [
        Counter(word for word in tokens(bare(text).lower()) if word not in dull) for text in texts
    ]
    spread = Counter(word for words in counted for word in words)
    shared = {word: count for word, count in spread.items() if count > 1}
    kept = sorted(shared, key=lambda word: (-shared[word], word))[:WIDEST_WORDS]
    place = {word: number for number, word in enumerate(kept)}
    rows = np.zeros((len(texts), max(len(kept), 1)), dtype=np.float32)
    for row, words in zip(rows, counted, strict=True):
        for word, times in words.items():
            if word in place:
                rarity = np.log((1 + len(texts)) / (1 + shared[word])) + 1
                row[place[word]] = (1 + np.log(times)) * rarity
    return _unit(rows)


def _unit(rows: np.ndarray) -> np.ndarray:
    """``rows`` themselves, made of unit length: they are large."""
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return rows
