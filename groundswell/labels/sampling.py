"""Draws the posts that people are to label: at random, and so that the chance of each is known.

Three stages, each with a known chance. Posts that say nearly the same are one unit, of which one
post stands for all. Each author gives as few units as will do, mostly one. Of these a systematic
sample is taken through strata of time, source and predicted stance. Numbers come from a hash of
the seed and a post's own key: the same posts and seed give the same sample on every machine.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Wholes: TypeAlias = NDArray[np.int64]

PHASES = 3  # of equally many posts each: whether a model does worse later can be seen
STRATUM = ("phase", "source", "predicted")
_LOTS = ("of_copies", "of_author", "of_part", "in_stratum", "of_place")  # cast for every post


def draw(frame: pd.DataFrame, size: int, seed: str) -> pd.DataFrame:
    """``size`` posts of ``frame`` to be labelled, or as many as there are, in random order:
    ``post_no, phase, source, predicted, inclusion, kept``.

    ``frame`` has one row a post: ``post_no``, ``key`` (text, the post's own for ever),
    ``source``, ``author_no`` and ``group_no`` (missing: alone), ``posted_at``, ``predicted`` and
    ``known`` (drawn before). ``inclusion``, above 0 to 1, is the chance of a post to be drawn;
    it stands for 1 / ``inclusion`` posts, and all together, on average, for all of ``frame``.
    Posts known already are not drawn again: they come back with ``kept``, standing for themselves
    and their copies, and the others for the rest.
    """
    posts = _with_lots(frame, seed)
    posts["phase"] = _phases(posts["posted_at"])
    units = _units(posts)
    fresh = _of_authors(units[~units["kept"]], size)
    stratum = fresh.groupby(list(STRATUM), sort=True).ngroup().to_numpy().astype(np.int64)
    weight = fresh["weight"].to_numpy(np.float64)
    chance = _chances(weight, stratum, min(size, len(fresh)))
    ordered = np.lexsort((fresh["in_stratum"].to_numpy(), stratum))
    taken = ordered[_systematic(chance[ordered], float(_cast([seed])[0, 0]))]
    drawn = fresh.iloc[taken].assign(inclusion=chance[taken] / weight[taken])
    known = units[units["kept"]].assign(inclusion=lambda kept: 1.0 / kept["weight"])
    # In random order: who stops early has labelled a random part.
    both = pd.concat([drawn.sort_values("of_place"), known], ignore_index=True)
    return both[["post_no", *STRATUM, "inclusion", "kept"]]


def _phases(posted_at: pd.Series) -> Wholes:
    """0 to ``PHASES`` - 1 by time, with equally many posts in each but for ties."""
    times = np.sort(posted_at.to_numpy())
    edges = [times[len(times) * part // PHASES] for part in range(1, PHASES)] if len(times) else []
    return np.searchsorted(np.array(edges, times.dtype), posted_at.to_numpy(), side="right")


def _units(posts: pd.DataFrame) -> pd.DataFrame:
    """One row per group of copies, its post by lot, ``weight`` the posts of it; of groups with
    posts that are known those posts, sharing the weight."""
    alone = posts["group_no"].isna()
    unit = np.where(alone, -1 - np.arange(len(posts)), posts["group_no"].fillna(0)).astype(np.int64)
    known = posts["known"].to_numpy(bool)
    by_unit = pd.Series(known).groupby(unit)
    size, knowns = by_unit.transform("size").to_numpy(), by_unit.transform("sum").to_numpy()
    posts = posts.assign(unit=unit, kept=known, weight=size / np.maximum(knowns, 1))
    first = posts[knowns == 0].sort_values("of_copies").drop_duplicates("unit")
    both: pd.DataFrame = pd.concat([first, posts[known]])
    return both.sort_values("of_place", ignore_index=True)


def _of_authors(units: pd.DataFrame, size: int) -> pd.DataFrame:
    """Of each author one unit; where these are fewer than ``size``, of each of so many equal parts
    of what the author wrote, parted by lot, as give that. The larger a unit's weight, the likelier
    it is the one, and it takes the weight of all."""
    units = units.sort_values("of_author", ignore_index=True)
    alone = units["author_no"].isna()
    author = np.where(alone, -1 - np.arange(len(units)), units["author_no"].fillna(0)).astype(int)
    place = units.groupby(author).cumcount().to_numpy()
    reached = np.cumsum(np.bincount(place))  # units in all, with one of each author, two, …
    most = min(int(np.searchsorted(reached, size)) + 1, max(len(reached), 1))
    # Whose clock rings first: the chance of each is its share of the weights.
    clock = -np.log1p(-units["of_part"].to_numpy()) / units["weight"].to_numpy()
    units = units.assign(author=author, part=place % most, clock=clock)
    part = units.groupby(["author", "part"])
    units["weight"] = part["weight"].transform("sum")
    first = units.sort_values("clock").drop_duplicates(["author", "part"])
    return first.sort_values("of_place", ignore_index=True)


def _chances(weight: Floats, number: Wholes, size: int) -> Floats:
    """The chance of each unit, from its weight and the number of its stratum. A stratum gets by the
    root of its posts, at least one where there are enough, and shares that out by weight."""
    if not len(weight):
        return np.zeros(0)
    room = np.bincount(number).astype(float)
    least = np.ones(len(room)) if size >= len(room) else np.zeros(len(room))
    share = _filled(np.sqrt(np.bincount(number, weight)), size, least, room)
    chance = np.zeros(len(weight))
    for stratum, wanted in enumerate(share):
        inside = number == stratum
        ones = np.ones(inside.sum())
        chance[inside] = _filled(weight[inside], wanted, ones * 0, ones)
    return chance


def _filled(measure: Floats, total: float, low: Floats, high: Floats) -> Floats:
    """Numbers in proportion to ``measure`` that add up to ``total``, none outside its bounds."""
    share: Floats = measure * (total / measure.sum())
    if np.all((share >= low) & (share <= high)):
        return share
    below, above = 0.0, float((high / measure).max())
    for _ in range(100):
        middle = (below + above) / 2
        if np.clip(middle * measure, low, high).sum() < total:
            below = middle
        else:
            above = middle
    return np.clip(above * measure, low, high)


def _systematic(chance: Floats, start: float) -> Wholes:
    """Places taken at equal steps through the summed chances: each with exactly its chance."""
    # Rounded, so that units that are sure to be drawn end at whole numbers.
    ends = np.round(np.cumsum(chance), 9)
    marks = start + np.arange(round(float(ends[-1]))) if len(ends) else np.zeros(0)
    return np.unique(np.searchsorted(ends, marks, side="right"))


def _with_lots(frame: pd.DataFrame, seed: str) -> pd.DataFrame:
    """The posts with their ``_LOTS``, in the order of the last: that of ``frame`` is forgotten."""
    lots = _cast([f"{seed}\x1f{key}" for key in frame["key"]])
    named = dict(zip(_LOTS, lots.T, strict=True))
    return frame.drop(columns="key").assign(**named).sort_values("of_place", ignore_index=True)


def _cast(words: Sequence[str]) -> Floats:
    """For each word its five lots, from 0 to below 1; always the same for the same word."""
    size = 8 * len(_LOTS)
    digests = b"".join(blake2b(word.encode(), digest_size=size).digest() for word in words)
    numbers = np.frombuffer(digests, dtype=">u8").reshape(len(words), len(_LOTS))
    lots: Floats = (numbers >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return lots
