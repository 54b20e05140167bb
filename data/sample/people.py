"""Invented authors: names that can be seen to be invented, each with a camp and an activity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dice import Dice
from wordbook import book

SIZES = {"bluesky": 1_900, "hackernews": 950, "import": 720}
LOYALTY = 0.75  # share of posts that fit the author's camp


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An author of one source. ``id`` is None where the source has no accounts."""

    handle: str
    name: str | None
    id: str | None
    camp: str


class Crowd:
    """All authors of one source; the first of them write most."""

    def __init__(self, source: str, camps: Mapping[str, Sequence[str]]) -> None:
        self._camps = camps
        names = list(camps)
        plants = book("people")["plants"]
        self._people = [
            _person(source, plants[i * 7 % len(plants)], i, names[i * 7 % 10 % len(names)])
            for i in range(SIZES[source])
        ]

    def author(self, dice: Dice, kind: str) -> Person:
        """Somebody who would write a post of ``kind``."""
        person = self._anybody(dice)
        if dice.chance(LOYALTY):
            for _ in range(8):
                if kind in self._camps[person.camp]:
                    break
                person = self._anybody(dice)
        return person

    def _anybody(self, dice: Dice) -> Person:
        return self._people[dice.few_are_many(len(self._people))]


def _person(source: str, plant: str, number: int, camp: str) -> Person:
    label = f"{plant}-{number:04}"
    if source == "bluesky":
        handle = f"sample-{label}.example"
        return Person(
            handle=handle, name=f"Sample {plant.title()} {number}", id=_did(label), camp=camp
        )
    if source == "hackernews":
        return Person(handle=f"sample_{plant}_{number}", name=None, id=None, camp=camp)
    return Person(handle=f"sample-reader-{number:04}", name=None, id=None, camp=camp)


def _did(label: str) -> str:
    """Shaped like the network's own: 24 letters of base 32, the first of them saying "sample"."""
    return f"did:plc:sample{Dice(label).letters(18)}"
