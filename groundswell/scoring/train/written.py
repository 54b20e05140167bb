"""Posts of stories that we wrote for training, each with the stance it takes towards its actors.

``written/*.jsonl``: a line for each story, with the names that ``a`` and ``b`` may have in it, and
one for each post, with its stance towards both. Some stories are kept from training, to see what
the model makes of a story it has not met.
"""

import json
import random
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from groundswell.scoring.lite.mixture import HEADS
from groundswell.scoring.train.examples import Example

_FOLDER = Path(__file__).with_name("written")
ROLES = ("a", "b")
DRAWS = 4  # of names for each post
# Kept from training: one story of each file, so that every field is asked about; of those on rival
# models both; and whole files, which were written once the rest had been learnt.
KEPT_BACK = frozenset({
    "design-copy", "candidate-newspaper", "melody-lawsuit", "lab-distill", "cheap-newcomer",
    "shrinking-packs", "everyday-presenter", "rocket-rivals",
})  # fmt: skip
KEPT_BACK_FILES = frozenset({"everyday_more", "forums", "public_life", "rivals"})


def for_training(seed: int) -> list[Example]:
    """Every post of the stories for training with ``DRAWS`` pairs of names, the same for the same
    seed, once towards each of its actors."""
    rng = random.Random(seed)
    names = sorted(stories().keys() - names_kept_back())
    return [one for _ in range(DRAWS) for one in _told(names, rng)]


def kept_back(seed: int = 1) -> list[Example]:
    """Every post of the other stories, with one pair of names."""
    return list(_told(sorted(names_kept_back()), random.Random(seed)))


def posts_for_training() -> int:
    """How many posts the stories for training have."""
    apart = names_kept_back()
    return sum(len(one["posts"]) for name, one in stories().items() if name not in apart)


def names_kept_back() -> set[str]:
    """The stories that are not for training."""
    told = stories().items()
    return {name for name, one in told if name in KEPT_BACK or one["file"] in KEPT_BACK_FILES}


@cache
def stories() -> dict[str, dict[str, Any]]:
    """Of each story the names its actors may have, its ``posts``, and the ``file`` it stands in."""
    told: dict[str, dict[str, Any]] = {}
    for file in sorted(_FOLDER.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            if "text" in one:
                told[one["story"]]["posts"].append(one)
            else:
                told[one["story"]] = {**one, "file": file.stem, "posts": []}
    return told


def _told(names: Collection[str], rng: random.Random) -> Iterator[Example]:
    for name in names:
        story = stories()[name]
        for post in story["posts"]:
            yield from _named(post, _actors(story, rng))


def _actors(story: dict[str, Any], rng: random.Random) -> dict[str, str]:
    """A name for each role that the story has, never one for both."""
    a = rng.choice(story["a"])
    others = [name for name in story["b"] if name != a]
    return {"a": a} | ({"b": rng.choice(others)} if others else {})


def _named(post: dict[str, str], actors: dict[str, str]) -> Iterator[Example]:
    text = post["text"].format(**actors)
    text = text[0].upper() + text[1:] if post["text"].startswith("{") else text
    for role, name in actors.items():
        plain = name.removeprefix("the ").removeprefix("The ")
        label = HEADS["target"].index(post[role])
        yield Example(text=text, head="target", label=label, target=plain, names=(plain,))
