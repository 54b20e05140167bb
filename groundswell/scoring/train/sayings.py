"""Fills in sentences of our own, with the stance each takes towards every name in it."""

import random
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from groundswell.scoring.lite.mixture import HEADS
from groundswell.scoring.train.examples import Example

_FILE = Path(__file__).with_name("sayings.toml")
_MORE = Path(__file__).with_name("sayings_more.toml")
FILLINGS = ("good", "bad", "deed", "thing", "goodmoji", "badmoji")
ROLES = ("a", "b")


def made(count: int, seed: int) -> list[Example]:
    """At least ``count`` examples, the same for the same seed: each sentence as often as any
    other, once towards every name it takes a stance to."""
    rng = random.Random(seed)
    examples: list[Example] = []
    while len(examples) < count:
        for saying in written()["saying"]:
            examples.extend(_filled(saying, rng))
    return examples


@cache
def written() -> dict[str, Any]:
    """The sentences of both files, and the names and fillings as they stand in the first."""
    first, more = (tomllib.loads(file.read_text(encoding="utf-8")) for file in (_FILE, _MORE))
    return {**first, "saying": [*first["saying"], *more["saying"]]}


def _filled(saying: dict[str, str], rng: random.Random) -> Iterator[Example]:
    a, b, x = rng.sample(written()["names"], 3)
    words = {slot: rng.choice(written()[slot]) for slot in FILLINGS}
    text = saying["text"].format(a=a, b=b, x=x, **words)
    text = _as_typed(text, rng)
    for role, name in zip(ROLES, (a, b), strict=True):
        if role in saying:
            plain = name.removeprefix("the ")
            label = HEADS["target"].index(saying[role])
            yield Example(text=text, head="target", label=label, target=plain, names=(plain,))


def _as_typed(text: str, rng: random.Random) -> str:
    """``text`` the way people type: mostly as it is, else in small letters or without a stop."""
    style = rng.random()
    if style < 0.15:
        return text.lower()
    if style < 0.3:
        return text.rstrip(".")
    return text[0].upper() + text[1:]
