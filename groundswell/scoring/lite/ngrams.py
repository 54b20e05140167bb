"""Counts word and character n-grams of many texts at once, each as a number below 2**17.

Whole batches are hashed as arrays: in a loop over texts it would cost more than the model.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from groundswell.scoring.lite.wording import MARK

BITS = 17
BUCKETS = 1 << BITS
CHARS = (2, 3, 4, 5)
NEAR_WORDS = 5  # words before and after a mention count once more, by their side of it

_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_SHIFT = np.uint64(64 - BITS)
# Each kind of n-gram is mixed with a number of its own: the word "a" is not the letter "a".
_LETTERS, _WORDS, _WORD_PAIRS, _BEFORE, _AFTER = (
    np.uint64((0xD6E8FEB86659FD93 + kind * 0x9E3779B97F4A7C16) % 2**64 | 1) for kind in range(5)
)
_SPACE = ord(" ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grams:
    """Occurrences of n-grams of one kind: ``bucket`` of each and the place of its ``text``."""

    bucket: np.ndarray
    text: np.ndarray


def grams(texts: Sequence[str]) -> Iterator[Grams]:
    """The n-grams of ``texts`` as ``prepare`` wrote them: runs of 2 to 5 characters; then words,
    pairs of words, and words near ``MARK`` by their side. Case is of no matter."""
    letters, owner = _laid_out(texts)
    yield _of_characters(letters, owner)
    yield _of_words(letters, owner)


def _laid_out(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """All characters in one row, each text between two spaces, and whose text each one is of."""
    lines = [f" {text.lower()} " for text in texts]
    joined = "".join(lines).encode("utf-32-le", "surrogatepass")
    letters = np.frombuffer(joined, dtype=np.uint32).astype(np.uint64)
    lengths = np.fromiter((len(line) for line in lines), dtype=np.int64, count=len(lines))
    return letters, np.repeat(np.arange(len(lines), dtype=np.int64), lengths)


def _of_characters(letters: np.ndarray, owner: np.ndarray) -> Grams:
    buckets, texts = [], []
    rolled = letters * _MIX
    run = rolled.copy()
    for step in range(1, max(CHARS)):
        run = run[:-1] * _BASE + rolled[step:]
        if step + 1 in CHARS:
            whole = owner[step:] == owner[:-step]
            buckets.append(_bucket(run[whole], _LETTERS))
            texts.append(owner[step:][whole])
    return Grams(bucket=np.concatenate(buckets), text=np.concatenate(texts))


def _of_words(letters: np.ndarray, owner: np.ndarray) -> Grams:
    start, length = _spans(letters)
    word = _word_codes(letters, start, length)
    text = owner[start]
    parts = [(_bucket(word, _WORDS), text)]
    together = text[1:] == text[:-1]
    pair = word[:-1] * _BASE + word[1:]
    parts.append((_bucket(pair[together], _WORD_PAIRS), text[1:][together]))
    at = np.flatnonzero(_holds_mark(letters, start, length))
    for step in range(1, NEAR_WORDS + 1):
        for near, salt in ((at - step, _BEFORE), (at + step, _AFTER)):
            inside = (near >= 0) & (near < len(word))
            beside, mention = near[inside], at[inside]
            same = text[beside] == text[mention]
            parts.append((_bucket(word[beside[same]], salt), text[mention[same]]))
    return Grams(
        bucket=np.concatenate([bucket for bucket, _ in parts]),
        text=np.concatenate([place for _, place in parts]),
    )


def _spans(letters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where words begin and how long they are; words are parted by spaces."""
    inside = np.concatenate(([False], letters != _SPACE, [False]))
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    return edges[::2], edges[1::2] - edges[::2]


def _word_codes(letters: np.ndarray, start: np.ndarray, length: np.ndarray) -> np.ndarray:
    """One number a word: its characters, each mixed with its place in the word."""
    if not len(start):
        return np.empty(0, dtype=np.uint64)
    place = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    letter = letters[np.repeat(start, length) + place] * _MIX
    mixed = (letter + place.astype(np.uint64)) * _BASE
    mixed ^= mixed >> np.uint64(29)
    return np.add.reduceat(mixed * _MIX, np.cumsum(length) - length)


def _holds_mark(letters: np.ndarray, start: np.ndarray, length: np.ndarray) -> np.ndarray:
    marks = np.concatenate(([0], np.cumsum(letters == ord(MARK))))
    return np.asarray(marks[start + length] > marks[start])


def _bucket(code: np.ndarray, salt: np.uint64) -> np.ndarray:
    mixed = (code ^ (code >> np.uint64(31))) * salt
    return np.asarray(((mixed ^ (mixed >> np.uint64(32))) * _BASE >> _SHIFT).astype(np.int64))
