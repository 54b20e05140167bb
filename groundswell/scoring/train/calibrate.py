"""Chooses on development sets how parts are mixed, how sure answers are, when none is given."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from groundswell.scoring.lite.mixture import Blend

STEP = 0.1  # of the weights tried
TEMPERATURES = tuple(float(t) for t in np.round(np.geomspace(0.4, 3.0, 40), 3))
CUT_OFFS = tuple(float(c) for c in np.round(np.arange(0.0, 0.9, 0.01), 2))
BINS = 10
# Added to the log-probability of the outer classes; the middle one stays where it is.
LEANS = tuple(float(lean) for lean in np.round(np.arange(-0.6, 0.61, 0.1), 1))

# What is kept should be right this often, if no more than so much of the posts is lost for it.
WANTED_ACCURACY = {"sentiment": 0.72, "irony": 0.0, "named": 0.75, "unnamed": 0.65}
LOST_AT_MOST = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Logits of every part by name, with the true classes, a row an example of one set. ``topics``
    numbers what each is asked about, in a set with many posts to a topic."""

    parts: Mapping[str, np.ndarray]
    labels: np.ndarray
    topics: np.ndarray | None = None


def choose(question: str, sets: Sequence[Known], names: Sequence[str]) -> Blend:
    """The blend of ``names`` with the best mean of macro-recall and macro-F1 (of yes or no: F1 of
    yes) over ``sets``, each counting the same, less what the net share of a topic is off by; then
    its lean by the same; then the temperature with the best likelihood; then the cut-off."""
    plain = [Blend(weights=weights, temperature=1.0, cut_off=0.0) for weights in _mixtures(names)]
    best = max(plain, key=lambda blend: _score(sets, blend))
    classes = sets[0].parts[names[0]].shape[1]
    leaning = [replace(best, lean=lean) for lean in _leans(classes)]
    best = max(leaning, key=lambda blend: _score(sets, blend))
    heated = [replace(best, temperature=heat) for heat in TEMPERATURES]
    best = min(heated, key=lambda blend: _unlikelihood(sets, blend))
    rows = [best.probabilities(s.parts) for s in sets]
    cut_off = _cut_off(rows, [s.labels for s in sets], WANTED_ACCURACY[question])
    return replace(best, cut_off=cut_off)


def as_table(blend: Blend) -> dict[str, Any]:
    """The blend as it stands in the card."""
    return asdict(blend)


def macro(labels: np.ndarray, found: np.ndarray, classes: int) -> tuple[float, float]:
    """Macro-recall and macro-F1 over the classes that occur in ``labels``."""
    recalls, f1s = [], []
    for place in range(classes):
        true, called = labels == place, found == place
        if true.any():
            both = float((true & called).sum())
            recalls.append(both / float(true.sum()))
            f1s.append(2 * both / float(true.sum() + called.sum()))
    return float(np.mean(recalls)), float(np.mean(f1s))


def calibration_error(rows: np.ndarray, labels: np.ndarray) -> float:
    """Expected calibration error, 0…1: how far confidence is from accuracy, over ten bins."""
    confidence, right = rows.max(axis=1), rows.argmax(axis=1) == labels
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        abs(float(right[place == n].mean() - confidence[place == n].mean())) * (place == n).mean()
        for n in range(BINS)
        if (place == n).any()
    ]
    return float(sum(gaps))


def _mixtures(names: Sequence[str]) -> list[dict[str, float]]:
    steps = round(1 / STEP)
    return [
        {name: count / steps for name, count in zip(names, counts, strict=True) if count}
        for counts in product(range(steps + 1), repeat=len(names))
        if sum(counts) == steps
    ]


def _leans(classes: int) -> list[tuple[float, ...]]:
    """None first, so that nothing leans without a gain."""
    if classes == 2:
        return [(0.0, lean) for lean in sorted(LEANS, key=abs)]
    pairs = sorted(product(LEANS, repeat=2), key=lambda pair: abs(pair[0]) + abs(pair[1]))
    return [(first, *(0.0,) * (classes - 2), last) for first, last in pairs]


def _score(sets: Sequence[Known], blend: Blend) -> float:
    score = 0.0
    for known in sets:
        rows = blend.probabilities(known.parts)
        found = rows.argmax(axis=1)
        score += _worth(known.labels, found, rows.shape[1])
        if known.topics is not None:
            score -= mean_gap(known.topics, found, known.labels)
    return score


def _worth(labels: np.ndarray, found: np.ndarray, classes: int) -> float:
    """Macro-recall and macro-F1; of a yes or no, F1 of yes twice."""
    if classes == 2:
        called, true = found == 1, labels == 1
        return 4 * float((called & true).sum()) / max(float(called.sum() + true.sum()), 1.0)
    return sum(macro(labels, found, classes))


def mean_gap(topics: np.ndarray, found: np.ndarray, labels: np.ndarray) -> float:
    """Mean over topics of how far the mean of ``found`` is from that of ``labels``: of classes 0 to
    2, the share of the last less that of the first; of yes and no, the share of yes."""
    gaps = [
        abs(float(found[topics == topic].mean() - labels[topics == topic].mean()))
        for topic in np.unique(topics)
    ]
    return float(np.mean(gaps))


def _unlikelihood(sets: Sequence[Known], blend: Blend) -> float:
    losses = []
    for known in sets:
        rows = blend.probabilities(known.parts)
        right = rows[np.arange(len(rows)), known.labels]
        losses.append(-float(np.log(np.maximum(right, 1e-9)).mean()))
    return sum(losses)


def _cut_off(rows: Sequence[np.ndarray], labels: Sequence[np.ndarray], wanted: float) -> float:
    """The smallest at which enough of what is kept is right, or the one that loses no more than
    is allowed; each set counts the same."""
    for cut_off in CUT_OFFS:
        kept = [row.max(axis=1) >= cut_off for row in rows]
        lost = 1 - float(np.mean([k.mean() for k in kept]))
        accuracies = [
            float((row.argmax(axis=1) == label)[k].mean())
            for row, label, k in zip(rows, labels, kept, strict=True)
            if k.any()
        ]
        if np.mean(accuracies) >= wanted or lost >= LOST_AT_MOST:
            return cut_off
    return CUT_OFFS[-1]
