"""Our own sentences are whole, varied, the same for one seed, and no copy of the traps."""

import tomllib
from collections import Counter
from string import Formatter

import pytest

from groundswell.resources import bundled
from groundswell.scoring.copies import jaccard, shingles
from groundswell.scoring.lite.mixture import HEADS
from groundswell.scoring.lite.wording import prepare
from groundswell.scoring.train.sayings import FILLINGS, ROLES, made, written

SAYINGS: list[dict[str, str]] = written()["saying"]


@pytest.mark.parametrize("saying", SAYINGS, ids=lambda saying: str(saying["text"])[:30])
def test_each_asks_only_about_whom_it_names(saying: dict[str, str]) -> None:
    slots = {slot for _, slot, _, _ in Formatter().parse(saying["text"]) if slot}
    assert slots <= {*FILLINGS, *ROLES, "x"}
    asked = set(saying) - {"text"}
    assert asked
    assert asked <= slots & set(ROLES)
    assert {saying[role] for role in asked} <= set(HEADS["target"])


def test_the_same_seed_makes_the_same_and_another_others() -> None:
    assert made(300, 1) == made(300, 1)
    assert made(300, 1) != made(300, 2)


def test_every_example_names_its_target() -> None:
    for example in made(1_000, 1):
        assert prepare(example.text, example.names).named, example


def test_no_stance_is_most_of_them() -> None:
    shares = Counter(example.label for example in made(1_000, 1))
    assert max(shares.values()) < 0.6 * sum(shares.values())
    assert len(shares) == 3


def test_the_model_is_not_taught_the_traps() -> None:
    traps = tomllib.loads(bundled("traps.toml").read_text(encoding="utf-8"))["trap"]
    taught = [shingles(saying["text"].lower()) for saying in SAYINGS]
    for trap in traps:
        asked = shingles(trap["text"].lower())
        assert max(jaccard(asked, one) for one in taught) < 0.5, trap["text"]
    names = {name.lower() for name in written()["names"]}
    assert not names & {"openai", "deepseek", "chatgpt"}
