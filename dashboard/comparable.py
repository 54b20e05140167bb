"""When samples of sources should not be compared without a second thought, and why, in words."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import combinations

import pandas as pd

from dashboard.charts.grid import Grid
from dashboard.compared import Compared, Group
from dashboard.words import capital, listed, many, period, share, source_name, span_of_time
from groundswell.coverage import Coverage, uncovered
from groundswell.estimate.difference import LEAST_POSTS
from groundswell.estimate.refusal import LEAST_AUTHORS
from groundswell.scoring.reported import NEWSROOMS

UNLIKE_SILENCE = 0.10  # between shares not scored; less moves a share of 40 % by under 5 points
LEAST_OVERLAP = 0.5  # of the time that either has, how much both have
MOST_NAMELESS = 0.2  # of a source's posts, without a known account
MOST_UNREAD = 0.05  # of the time shown
_MOST_OF = 0.95  # of a source's posts: one early post must not make a period
_MADE = {
    "search": "by a search",
    "tag": "by a search",
    "stream": "by following all posts as they are made",
    "feed": "by reading feeds",
    "file": "from files that somebody made",
}

Spans = Mapping[str, tuple[datetime, datetime]]


def too_small(compared: Compared) -> list[Group]:
    """Sources that speak of the target, but with too few posts or accounts for a comparison."""
    return [
        group
        for group in compared.of_sources
        if group.posts < LEAST_POSTS or group.side.whole.authors < LEAST_AUTHORS
    ]


def warnings(
    each: Sequence[Compared],
    grid: Grid,
    unread: pd.DataFrame,
    coverage: pd.DataFrame,
    health: pd.DataFrame,
) -> list[str]:
    """A sentence for each reason, the weightiest first; plain text with a topic's own words in it,
    not safe as Markdown. ``unread`` is that of ``dashboard.unread`` for all sources shown,
    ``coverage`` and ``health`` the answers of those names."""
    sources = [group.source for group in each[0].of_sources if group.source] if each else []
    return [
        *_newsrooms(sources),
        *(said for one in each for said in _small(one)),
        *_nameless(each),
        *_apart(spans(each, grid)),
        *_holes(sources, grid, unread, coverage),
        *(said for one in each for said in _silent(one)),
        *_made(sources, health),
    ]


def spans(each: Sequence[Compared], grid: Grid) -> dict[str, tuple[datetime, datetime]]:
    """From when to when most posts of a source speak of any target, in whole buckets (UTC)."""
    if not each:
        return {}
    told = pd.concat([one.table for one in each])
    found = {}
    for source, own in told.groupby("source", sort=False):
        posts = own.groupby("bucket_start")["posts"].sum().astype(float)
        if posts.sum() < LEAST_POSTS:
            continue
        reached = posts.cumsum() / posts.sum()
        edge = (1 - _MOST_OF) / 2
        inside = posts.index[(reached > edge) & (reached - posts / posts.sum() < 1 - edge)]
        found[str(source)] = (
            inside[0].to_pydatetime(),
            inside[-1].to_pydatetime() + grid.step,
        )
    return found


def common_time(found: Spans) -> tuple[datetime, datetime] | None:
    """The time that all ``spans`` have, where two of them have too little in common; else None,
    as where there is no such time."""
    if _least_alike(found) is None:
        return None
    start = max(start for start, _ in found.values())
    end = min(end for _, end in found.values())
    return (start, end) if start < end else None


def _newsrooms(sources: Sequence[str]) -> Iterator[str]:
    told = [source_name(source) for source in sources if source in NEWSROOMS]
    if told:
        yield (
            f"{capital(listed(told))}: headlines report and are read as taking no side, whatever "
            "their words. A share of nearly nothing against there is a rule of ours, not a mood."
        )


def _small(one: Compared) -> Iterator[str]:
    few = [
        f"{source_name(group.source or '')} ({many(group.posts, 'post')} by "
        f"{many(group.side.whole.authors, 'account')})"
        for group in too_small(one)
    ]
    if few:
        yield (
            f"Too little about {one.target} to compare: {listed(few)}. A difference says something "
            f"from {LEAST_POSTS} posts and {LEAST_AUTHORS} accounts on."
        )


def _nameless(each: Sequence[Compared]) -> Iterator[str]:
    """Sources of which many accounts are not known."""
    told: dict[str, list[str]] = {}
    for one in each:
        for group in _voices(one):
            unknown = group.side.whole.authors - group.accounts
            if unknown > MOST_NAMELESS * group.posts:
                said = f"{share(unknown, group.posts)} of {many(group.posts, 'post')} on"
                told.setdefault(group.source or "", []).append(f"{said} {one.target}")
    for source, parts in told.items():
        yield (
            f"On {source_name(source)} nobody knows who wrote {listed(parts)}. Each counts as an "
            "account of its own, so intervals may be too narrow."
        )


def _silent(one: Compared) -> Iterator[str]:
    """Shares of posts not scored that lie far apart: each side's share is of all posts."""
    left = [(group.stances["not_scored"] / group.posts, group) for group in _voices(one)]
    if len(left) < 2:
        return
    left.sort(key=lambda pair: pair[0])
    (least, low), (most, high) = left[0], left[-1]
    if most - least >= UNLIKE_SILENCE:
        yield (
            f"Not scored of what speaks of {one.target}: {_unscored(high)} on "
            f"{source_name(high.source or '')}, {_unscored(low)} on "
            f"{source_name(low.source or '')} (another language than the model reads, or the model "
            "is unsure). Every side's share is of all posts, so it is lower where more is left out."
        )


def _apart(found: Spans) -> Iterator[str]:
    two = _least_alike(found)
    if two:
        first, second = two
        yield (
            "Not the same time: most posts are of "
            f"{period(*found[first])} on {source_name(first)} and of "
            f"{period(*found[second])} on {source_name(second)}. What happened in between changes "
            "shares too. Choose a period that both have."
        )


def _least_alike(found: Spans) -> tuple[str, str] | None:
    """The two sources whose times have least in common; None where all have enough."""
    pairs = [
        (_overlap(found[first], found[second]), first, second)
        for first, second in combinations(found, 2)
    ]
    least, first, second = min(pairs, default=(1.0, "", ""))
    return (first, second) if least < LEAST_OVERLAP else None


def _overlap(first: tuple[datetime, datetime], second: tuple[datetime, datetime]) -> float:
    both = min(first[1], second[1]) - max(first[0], second[0])
    either = max(first[1], second[1]) - min(first[0], second[0])
    return max(both / either, 0.0)


def _holes(
    sources: Sequence[str], grid: Grid, unread: pd.DataFrame, coverage: pd.DataFrame
) -> Iterator[str]:
    """Sources of which more was not read than of another, and those that say nothing of it."""
    known = set(coverage["source"])
    lost = {source: _lost(unread, source, grid) for source in sources if source in known}
    whole = grid.end - grid.start
    holed = [name for name, time in lost.items() if time > MOST_UNREAD * whole]
    if holed and len(sources) > 1:
        said = [f"{span_of_time(lost[name])} of {source_name(name)}" for name in holed]
        yield (
            f"Not read: {listed(said)}, of {span_of_time(whole)} shown. What was said there is "
            "missing on one side of a comparison; see Sources."
        )
    silent = [source_name(source) for source in sources if source not in known]
    if silent and lost:
        yield f"Of {listed(silent)} nobody knows what is missing: no coverage is told."


def _lost(unread: pd.DataFrame, source: str, grid: Grid) -> timedelta:
    own = unread[unread["source"] == source]
    gaps = [
        Coverage(start=first, end=last, status="complete")
        for first, last in own[["start", "end"]].to_numpy()
    ]
    read = sum(
        (last - first for first, last in uncovered((grid.start, grid.end), gaps)), timedelta()
    )
    return grid.end - grid.start - read


def _made(sources: Sequence[str], health: pd.DataFrame) -> Iterator[str]:
    """Samples that were made in different ways."""
    ways: dict[str, list[str]] = {}
    for source in sources:
        routes = health.loc[health["source"] == source, "route"]
        said = sorted({_MADE[route] for route in routes if route in _MADE})
        ways.setdefault(listed(said), []).append(source_name(source))
    told = {way: names for way, names in ways.items() if way}
    if len(told) > 1:
        parts = [f"{listed(names)} {way}" for way, names in told.items()]
        yield (
            f"Not found in the same way: {'; '.join(parts)}. What a search or a file leaves out is "
            "not left out elsewhere."
        )


def _voices(one: Compared) -> list[Group]:
    """Sources with enough posts to speak of a share, and in which people speak."""
    return [
        group
        for group in one.of_sources
        if group.posts >= LEAST_POSTS and group.source not in NEWSROOMS
    ]


def _unscored(group: Group) -> str:
    silent = share(group.stances["not_scored"], group.posts)
    return f"{silent} of {many(group.posts, 'post')}"
