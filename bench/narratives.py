"""How well groups of posts are the arguments people make, next to the other ways to group them.

Debates and topics are thrown together and looked for again: texts of one side of one question are
one group. Within a question the sets tell no arguments apart, so this measures the means, not the
grain.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench._promise import Promise, is_quick, labelled, report
from groundswell.scoring.lite import available
from groundswell.scoring.lite.model import load
from groundswell.scoring.narratives import clusters, linkage
from groundswell.scoring.narratives.likeness import Likeness

SETS = (
    ("perspectrum", "favor"),
    ("perspectrum", "against"),
    ("debatepedia", "favor"),
    ("debatepedia", "against"),
    ("semeval17_topic", "positive"),
    ("semeval17_topic", "neutral"),
)
FEWER = 2  # of so many texts one is linked, the others are seated: what a large topic goes through
PROMISES = [
    # Baseline: average linkage over the encoder's vectors as they are.
    Promise(name="narratives_b_cubed_f1", unit="F1", goal=0.70),
    Promise(name="narratives_purity", unit="share", goal=0.80),
    Promise(name="narratives_coverage", unit="share", goal=0.47),
    # Without onnxruntime. Baseline: with it.
    Promise(name="narratives_by_words_b_cubed_f1", unit="F1", goal=0.50),
    # Baseline: all are linked.
    Promise(name="narratives_seated_b_cubed_f1", unit="F1", goal=0.9, by_ratio=True),
    Promise(name="narratives_linking_cpu_s_4k", unit="CPU-s", goal=10, at_most=True),
]

Grouping = np.ndarray  # a number for each text; -1: in no group


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Texts of one side, and what question each is about."""

    texts: list[str]
    gold: np.ndarray


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the promises on narratives; 1 when one does not hold."""
    quick = is_quick(argv, __doc__ or "")
    asked = [question for name, side in SETS if (question := of_side(name, side)) is not None]
    if not asked:
        return absent("the labelled sets are not beside the repository")
    if available().serves != "encoder":
        return absent(f"the encoder cannot run: {available().reason}")
    return report(measure(asked[:2] if quick else asked))


def absent(reason: str) -> int:
    """Says of every promise why it was not measured."""
    return report([replace(promise, reason=reason) for promise in PROMISES])


def of_side(name: str, side: str) -> Question | None:
    """The texts of a development set that take ``side``; None where the set is absent."""
    rows = [row for row in labelled(name) if row["label"] == side]
    if not rows:
        return None
    _, gold = np.unique([row["target"] for row in rows], return_inverse=True)
    return Question(texts=[row["text"] for row in rows], gold=gold)


def measure(asked: Sequence[Question]) -> list[Promise]:
    """The promises over all questions, each the mean of the sets."""
    encoder = load().encoder
    assert encoder is not None
    encode: Callable[[Sequence[str]], np.ndarray] = encoder.vectors
    rows = [
        (one, Likeness.of([one.texts], encode), Likeness.of([one.texts], None), encode(one.texts))
        for one in asked
    ]
    ours = [grouped(alike) for _, alike, _, _ in rows]
    words = [grouped(by_words) for _, _, by_words, _ in rows]
    seated = [grouped(alike, linked=len(one.texts) // FEWER) for one, alike, _, _ in rows]
    golds = [one.gold for one in asked]
    whole = mean(f1, ours, golds)
    values: list[tuple[float, float | None]] = [
        (whole, mean(f1, [best_linkage(raw, one.gold) for one, _, _, raw in rows], golds)),
        (mean(purity, ours, golds), None),
        (mean(coverage, ours, golds), None),
        (mean(f1, words, golds), whole),
        (mean(f1, seated, golds), whole),
        (linking_cost(rows[0][1].rows[0]), None),
    ]
    return [
        replace(promise, value=value, baseline=baseline)
        for promise, (value, baseline) in zip(PROMISES, values, strict=True)
    ]


def grouped(alike: Likeness, linked: int = clusters.LINKED) -> Grouping:
    """The groups that are told; every text counts as an account of its own."""
    rows = alike.rows[0]
    found = clusters.find(rows, range(len(rows)), nearest=alike.nearest, linked=linked)
    group = np.full(len(rows), -1)
    for number, one in enumerate(found):
        group[list(one.places)] = number
    return group


def best_linkage(raw: np.ndarray, gold: np.ndarray) -> Grouping:
    """Average linkage over vectors as they come, at whichever distance suits the answers best."""
    apart = 1.0 - raw @ raw.T
    cuts = [linkage.groups(apart.copy(), float(t)) for t in np.arange(0.1, 0.95, 0.05)]
    return max(cuts, key=lambda group: f1(group, gold))


def mean(
    score: Callable[[Grouping, np.ndarray], float],
    groups: Sequence[Grouping],
    golds: Sequence[np.ndarray],
) -> float:
    """The mean of a score over the sets."""
    return float(np.mean([score(group, gold) for group, gold in zip(groups, golds, strict=True)]))


def f1(group: Grouping, gold: np.ndarray) -> float:
    """B-cubed F1: of the texts that share a group with each text, and of those that should."""
    alone = group < 0
    same = (group[:, None] == group[None]) & ~alone[:, None]
    np.fill_diagonal(same, True)
    truly = gold[:, None] == gold[None]
    both = (same & truly).sum(axis=1)
    precision, recall = (both / same.sum(axis=1)).mean(), (both / truly.sum(axis=1)).mean()
    return float(2 * precision * recall / (precision + recall))


def purity(group: Grouping, gold: np.ndarray) -> float:
    """Share of the texts in a group that are about what most of it is about."""
    kept = [gold[group == number] for number in np.unique(group[group >= 0])]
    most = sum(Counter(one.tolist()).most_common(1)[0][1] for one in kept)
    return most / max(1, int((group >= 0).sum()))


def coverage(group: Grouping, _gold: np.ndarray) -> float:
    """Share of the texts that are in a group."""
    return float((group >= 0).mean())


def linking_cost(rows: np.ndarray) -> float:
    """CPU-seconds to group as many texts as are ever linked."""
    many = np.tile(rows, (-(-clusters.LINKED // len(rows)), 1))[: clusters.LINKED]
    begin = time.process_time()
    clusters.find(many, range(len(many)), nearest=0.5)
    return time.process_time() - begin


if __name__ == "__main__":
    sys.exit(main())
