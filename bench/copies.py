"""How many injected copies are found, how many pairs called copies are none, and at what cost."""

import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TypeAlias

import numpy as np

from bench._promise import Promise, is_quick, labelled, report
from groundswell.scoring.bare import bare
from groundswell.scoring.copies import (
    LEAST_JACCARD,
    LEAST_WORDS,
    candidates,
    groups,
    shingles,
)

Edit: TypeAlias = Callable[[str, random.Random], str]

SETS = (
    "tweeteval_sentiment",
    "tweeteval_offensive",
    "tweeteval_irony",
    "tweeteval_emotion",
    "xlmt_sentiment",
    "newsmtsc",
    "sentfin",
)
COPIES = 1_000
QUICK_TEXTS, QUICK_COPIES = 2_000, 250
SEED = 20_251_124
PROMISES = [
    Promise(name="copies_injected_recall", unit="share", goal=0.99),
    Promise(name="copies_alike_pairs_recall", unit="share", goal=0.95),
    Promise(name="copies_pair_precision", unit="share", goal=0.98),
    Promise(name="copies_cpu_s_per_10k", unit="CPU-s", goal=6, by_ratio=True, at_most=True),
]


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the promises on copies; 1 when one does not hold."""
    quick = is_quick(argv, __doc__ or "")
    originals = distinct_texts()
    if not originals:
        reason = "the labelled sets are not beside the repository"
        return report([replace(promise, reason=reason) for promise in PROMISES])
    chance = random.Random(SEED)
    chance.shuffle(originals)
    originals = originals[: QUICK_TEXTS if quick else None]
    return report(measure(originals, chance, QUICK_COPIES if quick else COPIES))


def distinct_texts() -> list[str]:
    """Real texts of five words or more, no two equal after normalising."""
    texts = (row["text"] for name in SETS for row in labelled(name))
    by_words = {bare(text).lower(): text for text in texts}
    return [text for said, text in by_words.items() if len(said.split()) >= LEAST_WORDS]


def measure(originals: Sequence[str], chance: random.Random, copies: int) -> list[Promise]:
    """Injects ``copies`` edited copies among ``originals`` and looks for them."""
    texts = {f"{n:06}": text for n, text in enumerate(originals)}
    origin = {key: key for key in texts}
    for n, key in enumerate(chance.sample(sorted(texts), copies)):
        texts[f"copy-{n:06}"] = chance.choice(EDITS)(texts[key], chance)
        origin[f"copy-{n:06}"] = key
    begin = time.process_time()
    found = groups(texts)
    took = time.process_time() - begin
    alike = alike_pairs(texts)
    values = [
        sum(found[key] == found[origin[key]] for key in texts if origin[key] != key) / copies,
        sum(found[one] == found[other] for one, other in alike) / len(alike),
        precision(pairs_of(found), alike, origin),
        took / len(texts) * 10_000,
    ]
    baselines = [None, None, precision(proposed(texts), alike, origin), shingling_cost(texts)]
    return [
        replace(promise, value=value, baseline=baseline)
        for promise, value, baseline in zip(PROMISES, values, baselines, strict=True)
    ]


def pairs_of(found: dict[str, str]) -> set[tuple[str, str]]:
    """All pairs of posts in one group."""
    members = defaultdict(list)
    for key in sorted(found):
        members[found[key]].append(key)
    return {pair for keys in members.values() for pair in combinations(keys, 2)}


def precision(
    pairs: set[tuple[str, str]], alike: set[tuple[str, str]], origin: dict[str, str]
) -> float:
    """Share of ``pairs`` that are alike by the exact index, or edits of one original."""
    true = sum(pair in alike or origin[pair[0]] == origin[pair[1]] for pair in pairs)
    return true / len(pairs)


def proposed(texts: dict[str, str]) -> set[tuple[str, str]]:
    """What the index alone, unverified, would call copies."""
    by_words = {bare(text).lower(): key for key, text in texts.items()}
    said = sorted(by_words)
    return {tuple(sorted((by_words[said[i]], by_words[said[j]]))) for i, j in candidates(said)}  # type: ignore[misc]  # a pair, sorted, is a pair


def alike_pairs(texts: dict[str, str]) -> set[tuple[str, str]]:
    """All pairs with an exact Jaccard index of .6, by comparing every text with every other."""
    keys = sorted(texts)
    sets = [shingles(bare(texts[key]).lower()) for key in keys]
    sizes = np.array([len(one) for one in sets])
    places = defaultdict(list)
    for n, one in enumerate(sets):
        for piece in one:
            places[piece].append(n)
    holders = {piece: np.array(numbers) for piece, numbers in places.items()}
    pairs = set()
    for n, one in enumerate(sets):
        both = np.bincount(np.concatenate([holders[p] for p in one]), minlength=len(keys))
        near = np.flatnonzero(both / (len(one) + sizes - both) >= LEAST_JACCARD)
        pairs |= {(keys[n], keys[m]) for m in near if m > n}
    return pairs


def shingling_cost(texts: dict[str, str]) -> float:
    """CPU-seconds for 10,000 texts only to normalise and cut them: the least any method pays."""
    begin = time.process_time()
    for text in texts.values():
        shingles(bare(text).lower())
    return (time.process_time() - begin) / len(texts) * 10_000


def typo(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice("etaoin") + text[at + 1 :]


def without_a_word(text: str, chance: random.Random) -> str:
    words = text.split()
    del words[chance.randrange(len(words))]
    return " ".join(words)


EDITS: list[Edit] = [
    lambda text, _: f"RT @sample-user-17: {text}",
    lambda text, _: f"{text} https://example.org/story",
    lambda text, _: text.upper(),
    lambda text, _: f"{text} 😂😂",
    lambda text, _: f"{text} #news",
    lambda text, _: text[: int(len(text) * 0.85)] + "…",
    typo,
    without_a_word,
]


if __name__ == "__main__":
    sys.exit(main())
