"""What the page that compares sources says: findings with their n and interval, and the method."""

from collections.abc import Sequence

import pandas as pd

from dashboard.charts.grid import Grid
from dashboard.charts.multiples import Measure
from dashboard.comparable import too_small
from dashboard.compared import Compared, Group, Pair
from dashboard.words import LOW_N, capital, listed, source_name
from groundswell.estimate.figures import percent
from groundswell.scoring.reported import NEWSROOMS

UNCORRECTED = (
    "Differences of what the model says are not corrected: their intervals hold chance of sampling "
    "alone, and the model may err differently in each source."
)
CORRECTED = (
    "Where both sources have about 100 labels each, both shares are corrected for what the model "
    "errs in that source, and the interval holds that too."
)
INTERVALS = (
    "Intervals are of 95%, with accounts, not posts, taken as what was drawn; who is not known is "
    "an account of one post. Differences are the first source less the second, in percentage "
    "points."
)


def headline(compared: Compared, pairs: Sequence[Pair]) -> Pair | None:
    """The pair that the first sentence is about: of those with enough posts the one that says most.
    None where no two sources in which people speak have any."""
    small = too_small(compared)
    shown = [pair for pair in pairs if not _newsroom(pair)]
    fit = [pair for pair in shown if pair.first not in small and pair.second not in small]
    return next(iter(fit or shown), None)


def answer(compared: Compared, pairs: Sequence[Pair]) -> str:
    """Whether the two sources that say most differ, or the first with the baseline: one sentence
    with both shares and the interval; plain text, with the target's name in it."""
    target, pair = compared.target, headline(compared, pairs)
    if pair is None:
        return _nothing(compared)
    first, second = _where(pair.first), _where(pair.second)
    value = pair.difference.value
    if pair.difference.low is None or value is None:
        return f"{first} and {second} cannot be compared on {target}: too few posts or accounts"
    by = "" if pair.difference.corrected else "By the model alone, "
    if not pair.difference.is_clear:
        return f"{by}{first} and {second} do not clearly differ on {target}: {_shares(pair)}"
    more, less = (first, second) if value > 0 else (second, first)
    return f"{by}{more} is more against {target} than {less}: {_shares(pair, turned=value < 0)}"


def within_error(pair: Pair, error: float | None) -> str | None:
    """That a difference by the model alone is no greater than what the model errs by in the mean,
    ``error`` (0 to 1, None where it was not measured); None where that is not so."""
    found = pair.difference
    clear = found.is_clear and not found.corrected and found.value is not None
    if not clear or error is None or abs(found.value or 0.0) > error:
        return None
    apart, off = (points(one).removeprefix("+") for one in (abs(found.value or 0.0), error))
    return (
        f"On {pair.target}, {source_name(pair.first.source or '')} and "
        f"{source_name(pair.second.source or '')} lie {apart} points apart, and a share by the "
        f"model is off by {off} in the mean: that may be its errors alone. Label about 100 posts "
        "of each."
    )


def _nothing(compared: Compared) -> str:
    spoken = [group for group in compared.of_sources if group.posts]
    if not spoken:
        return f"No post here speaks of {compared.target}"
    if len(spoken) == 1:
        return f"Only {source_name(spoken[0].source or '')} speaks of {compared.target}"
    return f"Nothing to compare on {compared.target}: headlines take no side"


def reading(pair: Pair) -> str:
    """What a row of the table of differences says, in words."""
    found = pair.difference
    if found.refused:
        return found.refused
    if not found.is_clear or found.value is None:
        return "no clear difference"
    more = pair.first if found.value > 0 else pair.second
    by = "" if found.corrected else ", by the model"
    return f"more against on {source_name(more.source or '')}{by}"


def method(each: Sequence[Compared], grid: Grid, measure: Measure) -> str:
    """How the small multiples were computed; plain text."""
    names = listed([one.target for one in each])
    said = {
        "share against": (
            f"Share against among posts per {grid.bucket} (UTC) that speak of {names}, of all of "
            "them, also those that take no side or are not scored. "
            f"{_corrected(each)} Buckets of fewer than {LOW_N} posts are hollow."
        ),
        "attention": (
            f"Of all posts of the source per {grid.bucket} (UTC), the share that speaks of "
            f"{names}: what is loud on a source is weighed by how loud that source is. Buckets of "
            f"fewer than {LOW_N} posts of the source are hollow."
        ),
        "posts": f"Posts per {grid.bucket} (UTC) that speak of {names}, as many as were found.",
    }[measure]
    return f"{said} All plots have the same axes. Grey: that source was not read completely there."


def _corrected(each: Sequence[Compared]) -> str:
    told = [
        f"{source_name(group.source or '')} on {one.target}"
        for one in each
        for group in one.of_sources
        if group.total.corrected
    ]
    if not told:
        return "As the model says, uncorrected: no source has enough labels of its own."
    return f"Corrected by labels of the source itself: {listed(told)}; else as the model says."


def intervals(pairs: Sequence[Pair], readers: str) -> str:
    """How the table of differences was computed. ``readers`` says how far off shares by the model
    are."""
    drawn = [pair.difference for pair in pairs if not pair.difference.refused]
    bare = any(not one.corrected for one in drawn)
    said = [INTERVALS]
    if any(one.corrected for one in drawn):
        said.append(CORRECTED)
    if bare or not drawn:
        said += [UNCORRECTED, readers]
    if len(drawn) > 3:
        said.append(
            f"Of {len(drawn)} intervals about one in twenty leaves out its truth: one difference "
            "among many that are none may be chance."
        )
    return " ".join(said)


def _shares(pair: Pair, *, turned: bool = False) -> str:
    """Both shares, the greater first if that is the second (``turned``), and what is between."""
    found = pair.difference
    told = [
        percent(one)
        for group in (pair.first, pair.second)
        for one in [shown_share(group, corrected=found.corrected)]
        if one is not None
    ]
    ends = [found.low or 0.0, found.high or 0.0]
    if turned:
        told, ends = told[::-1], [-end for end in reversed(ends)]
    by = "corrected by labels" if found.corrected else "of sampling alone"
    gap = points(abs(found.value or 0.0)).removeprefix("+")
    low, high = (points(end) if ends[0] < 0 else points(end).removeprefix("+") for end in ends)
    apart = f"{gap} {'point' if gap == '1' else 'points'} apart"
    return f"{' and '.join(told)} against, {apart} (95% interval {low} to {high}, {by})"


def shown_share(group: Group, *, corrected: bool) -> float | None:
    """The share against of a group, 0 to 1, as a pair shows it; None without posts."""
    return group.total.share if corrected else group.share("against")


def points(value: float | None) -> str:
    """A difference of shares in whole points with a real minus sign, ``+12``, ``−3``; ``+0.4``
    where whole points would say nothing of something."""
    if value is None or pd.isna(value):
        return "–"
    whole, tenths = round(100 * value), round(1_000 * value)
    said = f"{whole:+d}" if whole else f"{tenths / 10:+.1f}" if tenths else "0"
    return said.replace("-", "−")


def _where(group: Group) -> str:
    return capital(source_name(group.source or ""))


def _newsroom(pair: Pair) -> bool:
    return bool({pair.first.source, pair.second.source} & NEWSROOMS)
