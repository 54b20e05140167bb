"""Whether 95 % bands hold: invented stories with a known truth, read by a model that errs."""

import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from os import cpu_count

import numpy as np
from numpy.typing import NDArray

from bench._promise import Promise, is_quick, report
from bench._simulated import Story, told, whole
from groundswell.estimate import Band, Total, bands, total

RUNS, QUICK_RUNS = 800, 60
QUICK_SLACK = 0.03  # what 60 runs may be off by, bins of one run having the same labels
SEED = 5
DRAWN = 0.8  # a bin counts for the lowest and highest where so many runs draw its band

CLUSTERED = Story()  # 5 % to 95 %, authors of up to 40 posts after Zipf's law, 300 labels
RISING = replace(CLUSTERED, first=0.3, last=0.8)
STORIES = {
    "right_75": replace(CLUSTERED, right=0.75),
    "right_85": CLUSTERED,
    "right_95": replace(CLUSTERED, right=0.95),
    "few_authors_right_85": replace(CLUSTERED, posts=200),
    "few_authors_right_95": replace(CLUSTERED, posts=200, right=0.95),
    "drift_right_85": replace(CLUSTERED, drift=-0.15),
    "drift_right_95": replace(CLUSTERED, drift=-0.15, right=0.95),
    "drift_600_labels": replace(RISING, drift=-0.15, labels=600),
    "drift_peak": replace(CLUSTERED, drift=-0.15, peak=True),
    "strata_200_labels": replace(CLUSTERED, labels=198, strata=True),
    "strata_right_75": replace(CLUSTERED, right=0.75, strata=True),
    "strata_rare": replace(CLUSTERED, last=0.15, strata=True),
    "two_rivals": replace(
        CLUSTERED, first=0.1, last=0.3, rival=(0.05, 0.7), laid_on=0.2, right=0.8
    ),
    "two_rivals_200_labels": replace(
        CLUSTERED, first=0.3, last=0.3, rival=(0.1, 0.7), laid_on=0.2, right=0.75, labels=200
    ),
    "mistakes_alike": replace(CLUSTERED, mistakes=0.5),
    "one_post_each": replace(CLUSTERED, zipf=None),
}
# Held to nothing: no estimate of a few phases can follow a model that jumps within one of them.
BEYOND = {
    "jump_300_labels": replace(RISING, drift=-0.15, step=True),
    "jump_600_labels": replace(RISING, drift=-0.15, step=True, labels=600),
}
WINDOWS = {
    "flat_70": replace(CLUSTERED, first=0.7, last=0.7, right=0.8, posts=200, labels=200),
    "rare": replace(CLUSTERED, last=0.15, strata=True),
}

# Baselines are the naive bands of the same runs.
COVERAGE = Promise(name="interval_coverage", unit="share", goal=0.93)
MOST = Promise(name="interval_highest_coverage", unit="share", goal=0.97, at_most=True)
# The goal is 93 to 97 % of each bin. 800 runs know a bin to .8 points, so of 300 bins some come out
# two points off; 2,400 runs showed .934 to .977, see LOG.md.
LOWEST = Promise(name="interval_lowest_bin", unit="share", goal=0.92)
HIGHEST = Promise(name="interval_highest_bin", unit="share", goal=0.99, at_most=True)
REFUSED = Promise(name="interval_refused_bins", unit="share", goal=0.25, at_most=True)
TOTAL = Promise(name="interval_total_coverage", unit="share", goal=0.93)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How bands held over many runs, each array a bin: in how many ``runs`` it was ``drawn``,
    ``covered`` the truth, and was covered by the ``naive`` band; ``width`` is the mean of all."""

    runs: int
    drawn: NDArray[np.float64]
    covered: NDArray[np.float64]
    naive: NDArray[np.float64]
    width: float

    @property
    def coverage(self) -> float:
        """Share of drawn bands that cover the truth."""
        return float(self.covered.sum() / max(self.drawn.sum(), 1))

    @property
    def by_bin(self) -> NDArray[np.float64]:
        """The same of each bin that most runs draw."""
        often = self.drawn >= DRAWN * self.runs
        share: NDArray[np.float64] = self.covered[often] / self.drawn[often]
        return share

    @property
    def refused(self) -> float:
        """Share of bins without a band."""
        return 1 - float(self.drawn.mean()) / self.runs

    def row(self, name: str) -> str:
        """A line of the table for people."""
        low, high = (f(self.by_bin) if len(self.by_bin) else np.nan for f in (np.min, np.max))
        naive = self.naive.mean() / self.runs
        return (
            f"{name:22} {self.coverage:8.3f} {low:8.3f} {high:8.3f} {self.width:8.2f} "
            f"{self.refused:8.1%} {naive:8.1%}"
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Prints a table on stderr and the promises; 1 when one does not hold."""
    quick = is_quick(argv, __doc__ or "")
    runs = QUICK_RUNS if quick else RUNS
    stories = STORIES | BEYOND
    with ProcessPoolExecutor(max_workers=min(cpu_count() or 1, 2)) as pool:
        held = _named(stories, pool.map(hold, stories.values(), repeat(runs)))
        totals = _named(WINDOWS, pool.map(hold_total, WINDOWS.values(), repeat(runs)))
    head = f"{'':22} {'coverage':>8} {'lowest':>8} {'highest':>8} {'width':>8} {'refused':>8}"
    print(f"{head} {'naive':>8}", file=sys.stderr)
    for name, one in (held | {f"total_{name}": one for name, one in totals.items()}).items():
        print(one.row(name), file=sys.stderr)
    return report(promises({name: held[name] for name in STORIES}, totals, quick))


def hold(story: Story, runs: int, seed: int = SEED) -> Held:
    """The bands of ``runs`` runs of a story against its truth."""
    chance = np.random.default_rng(seed)
    drawn, covered, naive, width = (np.zeros(story.bins) for _ in range(4))
    for _ in range(runs):
        bins, gold = told(story, chance)
        for place, (band, truth) in enumerate(
            zip(bands(bins, gold).bands, story.shares(), strict=True)
        ):
            naive[place] += _within(band.naive_low, truth, band.naive_high)
            covered[place] += _within(band.low, truth, band.high)
            drawn[place] += band.low is not None
            width[place] += _width(band)
    mean = float(width.sum() / max(drawn.sum(), 1))
    return Held(runs=runs, drawn=drawn, covered=covered, naive=naive, width=mean)


def hold_total(story: Story, runs: int, seed: int = SEED) -> Held:
    """The same of the share of the whole window, as one bin."""
    chance = np.random.default_rng(seed)
    drawn, covered, naive, width = (np.zeros(1) for _ in range(4))
    for _ in range(runs):
        window, gold, truth = whole(story, chance)
        found = total(window, gold)
        naive += _within(found.naive_low, truth, found.naive_high)
        covered += _within(found.low, truth, found.high)
        drawn += found.low is not None
        width += _width(found)
    mean = float(width.sum() / max(drawn.sum(), 1))
    return Held(runs=runs, drawn=drawn, covered=covered, naive=naive, width=mean)


def promises(held: dict[str, Held], totals: dict[str, Held], quick: bool) -> list[Promise]:
    """Coverage of each story beside that of naive bands, and over all the lowest and highest of a
    story and of a bin. A quick run has too few runs to hold single bins to anything."""
    slack = QUICK_SLACK if quick else 0.0
    said = [_coverage(COVERAGE, name, one, slack) for name, one in held.items()]
    said += [_coverage(TOTAL, name, one, slack) for name, one in totals.items()]
    most = max(one.coverage for one in held.values())
    said.append(replace(MOST, value=most, goal=MOST.goal + slack))
    said.append(replace(REFUSED, value=float(np.mean([one.refused for one in held.values()]))))
    if quick:
        reason = f"{QUICK_RUNS} runs say little of a single bin"
        return [*said, replace(LOWEST, reason=reason), replace(HIGHEST, reason=reason)]
    bins = np.concatenate([one.by_bin for one in held.values()])
    return [
        *said,
        replace(LOWEST, value=float(bins.min())),
        replace(HIGHEST, value=float(bins.max())),
    ]


def _named(stories: dict[str, Story], held: Iterable[Held]) -> dict[str, Held]:
    return dict(zip(stories, held, strict=True))


def _coverage(promise: Promise, name: str, one: Held, slack: float) -> Promise:
    return replace(
        promise,
        name=f"{promise.name}_{name}",
        value=one.coverage,
        baseline=float(one.naive.mean()) / one.runs,
        goal=promise.goal - slack,
    )


def _within(low: float | None, truth: float, high: float | None) -> bool:
    return low is not None and high is not None and low <= truth <= high


def _width(one: Band | Total) -> float:
    return 0.0 if one.low is None or one.high is None else one.high - one.low


if __name__ == "__main__":
    sys.exit(main())
