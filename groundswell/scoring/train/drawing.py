"""Draws the examples of each step: a fixed mixture, altered by chance, the same for one seed."""

import random
from collections.abc import Iterator, Mapping, Sequence

from groundswell.scoring.lite.mixture import HEADS
from groundswell.scoring.lite.pieces import Pieces, Row
from groundswell.scoring.lite.wording import prepare
from groundswell.scoring.train.altered import altered
from groundswell.scoring.train.examples import Example

# How many of 512 come from each set: about .23 message, .71 target (.08 debates), .06 irony.
MIXTURE = {
    "tweeteval_sentiment": 116,
    "semeval17_topic": 120,
    "newsmtsc": 40,
    "sentfin": 26,
    "perspectrum": 18,
    "ibm_claim_stance": 10,
    "debatepedia": 12,
    "tweeteval_irony": 30,
    "sayings": 36,
    "written": 104,
}
ROUND = sum(MIXTURE.values())
BATCH = 32
TOPIC_POSITIVES = 7_000  # of 12,956: people name what they like
WEIGHT_POWER = 0.7


class Drawing:
    """Examples by set, drawn in rounds of 512; a round is the same for the same seed and number,
    so that training can stop after any and go on."""

    def __init__(self, sets: Mapping[str, Sequence[Example]], pieces: Pieces, seed: int) -> None:
        self._sets = {name: list(examples) for name, examples in sets.items()}
        self._sets["semeval17_topic"] = fewer_positives(self._sets["semeval17_topic"], seed)
        self._pieces = pieces
        self._seed = seed
        self._targets = {
            head: sorted(
                {e.target for s in self._sets.values() for e in s if e.head == head and e.target}
            )
            for head in HEADS
        }

    def batches(self, number: int) -> Iterator[tuple[list[Row], list[Example]]]:
        """The batches of round ``number``, each of examples of about one length."""
        rng = random.Random(f"{self._seed}-{number}")
        drawn = [
            altered(example, self._targets[example.head], rng)
            for name, count in MIXTURE.items()
            for example in self._of_set(name, number * count, count)
        ]
        rows = self._pieces.rows([as_pair(example) for example in drawn])
        order = sorted(range(len(rows)), key=lambda place: len(rows[place].ids))
        starts = list(range(0, len(order), BATCH))
        rng.shuffle(starts)
        for start in starts:
            chosen = order[start : start + BATCH]
            yield [rows[place] for place in chosen], [drawn[place] for place in chosen]

    def class_weights(self) -> list[float]:
        """One weight a class, all heads side by side: (N / (k·n)) ** 0.7 in the mixture."""
        weights: list[float] = []
        for head, classes in HEADS.items():
            shares = [0.0] * len(classes)
            for name, count in MIXTURE.items():
                examples = [e for e in self._sets[name] if e.head == head]
                for example in examples:
                    shares[example.label] += count / len(self._sets[name])
            total = sum(shares)
            weights += [(total / (len(shares) * share)) ** WEIGHT_POWER for share in shares]
        return weights

    def _of_set(self, name: str, start: int, count: int) -> Iterator[Example]:
        """``count`` examples from place ``start`` on of an endless row of shuffled copies."""
        examples = self._sets[name]
        turn, orders = -1, list[int]()
        for place in range(start, start + count):
            if place // len(examples) != turn:
                turn = place // len(examples)
                orders = list(range(len(examples)))
                random.Random(f"{self._seed}-{name}-{turn}").shuffle(orders)
            yield examples[orders[place % len(examples)]]


def as_pair(example: Example) -> tuple[str, str | None]:
    """What the encoder is shown of ``example``."""
    return prepare(example.text, example.names).text, example.target


def fewer_positives(examples: Sequence[Example], seed: int) -> list[Example]:
    """``examples`` with at most 7,000 of the class favor."""
    favor = HEADS["target"].index("favor")
    positives = [example for example in examples if example.label == favor]
    kept = random.Random(seed).sample(positives, min(TOPIC_POSITIVES, len(positives)))
    return [example for example in examples if example.label != favor] + kept
