"""Chance that comes out the same on every machine and Python: only ``random()`` is used."""

import math
import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws from one seed. Python promises the sequence of ``random()``, not of its other
    methods, so that everything here is made from it."""

    def __init__(self, seed: int | str) -> None:
        self._random = random.Random(seed).random

    def chance(self, share: float) -> bool:
        """True in ``share`` of the cases, 0…1."""
        return self._random() < share

    def below(self, limit: int) -> int:
        """A whole number from 0 to ``limit`` - 1."""
        return int(self._random() * limit)

    def between(self, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        return low + self._random() * (high - low)

    def pick(self, values: Sequence[T]) -> T:
        """One of ``values``, all alike."""
        return values[self.below(len(values))]

    def some(self, values: Sequence[T], count: int) -> list[T]:
        """``count`` different ones of ``values``, fewer if there are not so many."""
        left = list(values)
        return [left.pop(self.below(len(left))) for _ in range(min(count, len(left)))]

    def weighted(self, weights: Mapping[str, float]) -> str:
        """One of the keys, by weight."""
        left = self._random() * sum(weights.values())
        for name, weight in weights.items():
            left -= weight
            if left < 0:
                return name
        return max(weights, key=lambda name: weights[name])  # only what rounding left over

    def few_are_many(self, size: int, flatness: float = 20.0) -> int:
        """An index below ``size`` by Zipf's law: the first come up most. More ``flatness`` makes
        the first less dominant."""
        steepness: float = ((size + flatness) / flatness) ** self._random()
        return min(size - 1, int(flatness * (steepness - 1)))

    def heavy_tail(self, middle: float, spread: float) -> int:
        """A count whose logarithm is normal around that of ``middle``: mostly small."""
        bell = math.sqrt(-2 * math.log(1 - self._random())) * math.cos(2 * math.pi * self._random())
        return int(middle * math.exp(spread * bell))

    def letters(self, length: int, alphabet: str = "234567abcdefghijklmnopqrstuvwxyz") -> str:
        """A word of ``length`` letters, such as the key of a record."""
        return "".join(self.pick(alphabet) for _ in range(length))
