"""Alters examples so that topics cannot be learnt by heart: hidden names, absent targets."""

import random
from collections.abc import Sequence
from dataclasses import replace

from groundswell.scoring.lite.mixture import HEADS
from groundswell.scoring.lite.wording import MARK, prepare
from groundswell.scoring.train.examples import Example

HIDDEN_SHARE = 0.3  # of named targets, called MARK beside the text too
ABSENT_SHARE = 0.06  # of posts, asked about a target they say nothing of
DENIED_SHARE = 0.08  # of claims
DENIALS = (
    "It is not true that {}",
    "It's a myth that {}",
    "Nobody can seriously say that {}",
    "I don't believe that {}",
    "It is simply false that {}",
    "They claim that {} They are wrong.",
)
NONE = HEADS["target"].index("none")


def altered(example: Example, targets: Sequence[str], rng: random.Random) -> Example:
    """``example`` as it is, or with one of the changes, by chance. ``targets`` are those of other
    examples, for asking about one that is absent."""
    if example.target is None:
        return example
    chance = rng.random()
    if chance < ABSENT_SHARE and targets:
        return absent(example, rng.choice(targets))
    if example.head == "stance" and chance < ABSENT_SHARE + DENIED_SHARE:
        return denied(example, rng)
    if rng.random() < HIDDEN_SHARE:
        return hidden(example)
    return example


def absent(example: Example, target: str) -> Example:
    """``example`` asked about ``target``, of which it says nothing: none. Unchanged when it names
    that target, or its own target and that one share a word."""
    own = set((example.target or "").lower().split())
    if prepare(example.text, (target,)).named or own & set(target.lower().split()):
        return example
    return replace(example, target=target, names=(target,), label=NONE)


def denied(example: Example, rng: random.Random) -> Example:
    """A claim turned into its denial: against becomes favor and the other way round."""
    if example.label == NONE or not example.text:
        return example
    claim = example.text[0].lower() + example.text[1:].rstrip(" .") + "."
    text = rng.choice(DENIALS).format(claim)
    return replace(example, text=text, label=2 - example.label)


def hidden(example: Example) -> Example:
    """``example`` with its target called ``MARK`` beside the text, if the text names it."""
    if not prepare(example.text, example.names).named:
        return example
    return replace(example, target=MARK)
