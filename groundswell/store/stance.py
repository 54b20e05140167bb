"""What can be asked about stance: who stands how towards a target, when, and says which model."""

from typing import TypeAlias

import numpy as np
import pandas as pd
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from groundswell.errors import WrongUse
from groundswell.store.filters import STANCES, Filters
from groundswell.store.selection import Selection
from groundswell.store.sql import question

Numbers: TypeAlias = NDArray[np.int64]

HOUR_US = 3_600_000_000
WIDTH_US = {"hour": HOUR_US, "day": 24 * HOUR_US, "week": 168 * HOUR_US}
WHOLE_US = 1 << 62  # one bin that holds all time
YEAR_ONE_US = 62_135_596_800_000_000  # before 1970; keys count bins from there
UNKNOWN = 33  # the place in a key of the digit that says that nobody knows the author
SIDES = ("against", "favor")
SERIES = (
    *("posts", "authors", "against", "favor", "none", "not_scored", "against_sq", "against_posts"),
    *("favor_sq", "favor_posts", "posts_sq"),
)
BESIDE = ("beside_posts", "beside_against", "beside_favor")


def stance_series(
    cur: DuckDBPyConnection, f: Filters, bucket: str, target: str, *, beside: bool = False
) -> pd.DataFrame:
    """``bucket_start`` (UTC) and the whole numbers ``SERIES``: one row per bucket in which posts of
    the selection speak of ``target``. Weeks begin on Monday.

    ``posts`` speak of it, by ``authors``; who is not known is an author of one post. With k posts
    of an author that are against, of n that speak of the target in that bucket, ``against_sq`` is
    the sum of k² over authors, ``against_posts`` that of k·n, ``posts_sq`` that of n²: what the
    variance of a share needs when one author's posts are alike. Likewise for favor.

    With ``beside`` also ``BESIDE``: how many posts the model finds against another target of the
    topic too, and how many of these are against or in favor of this one."""
    width_us = width_of(bucket)
    bins, sums = by_bin(_keys(cur, f, target, width_us))
    if beside:
        sums |= _beside(cur, f, target, width_us, bins)
    return pd.DataFrame({"bucket_start": starts(bins, width_us)} | sums)


def stance_totals(cur: DuckDBPyConnection, f: Filters, target: str) -> pd.DataFrame:
    """One row: the columns ``SERIES`` of ``stance_series`` over the whole selection, an author's
    posts taken together over all of it, and ``accounts``: how many of the authors are known."""
    keys = _keys(cur, f, target, WHOLE_US)
    _, sums = by_bin(keys)
    unknown = int(np.count_nonzero((keys >> UNKNOWN) & 1))
    totals = {name: values if len(values) else [0] for name, values in sums.items()}
    return pd.DataFrame(totals).assign(accounts=lambda row: row["authors"] - unknown)


def targets(cur: DuckDBPyConnection, topic: str) -> pd.DataFrame:
    """``target, posts``: the targets of the topic in its own order, with the posts that speak of
    each, 0 too. Empty before a batch told them."""
    return cur.execute(question("targets"), {"topic": topic}).df()


def scored_by(cur: DuckDBPyConnection, topic: str) -> pd.DataFrame:
    """``model, version, posts``: which model gave how many posts of the topic their sentiment, also
    where it said *not scored*; most posts first."""
    return cur.execute(question("scored_by"), {"topic": topic}).df()


def crowds(cur: DuckDBPyConnection, f: Filters, target: str) -> pd.DataFrame:
    """``variant, posts, against, none, favor, not_scored``: how the selected posts that
    speak of ``target`` count when they are counted otherwise. One row each, without posts none:

    - ``all``: every post;
    - ``copies_once``: of posts that say nearly the same the first alone;
    - ``one_vote_each``: ``posts`` are accounts, each split by how its own posts stand;
    - ``bridges_joined``: what one person says on two networks within a day counts once. Known by
      the handle that brid.gy gives, or the same display name, under nearly the same text; who has
      different names on both, or writes it anew, is not found;
    - ``without_repeaters``: no accounts that said one thing three times or more in the topic.

    Where texts were never compared there are only ``all`` and ``one_vote_each``."""
    return cur.execute(*Selection(cur, f).of_spoken("crowds", target)).df()


def _keys(cur: DuckDBPyConnection, f: Filters, target: str, width_us: int) -> Numbers:
    """Sorted; see ``queries/stance_keys.sql``. Sorting here is ten times faster than grouping by a
    million authors there."""
    asked = Selection(cur, f).of_spoken("stance_keys", target, width_us=width_us)
    keys = np.asarray(cur.execute(*asked).fetchnumpy()["key"], dtype=np.int64)
    keys.sort()
    return keys


def _beside(
    cur: DuckDBPyConnection, f: Filters, target: str, width_us: int, bins: Numbers
) -> dict[str, Numbers]:
    """The columns ``BESIDE`` in the order of ``bins``."""
    asked = Selection(cur, f).of_spoken("stance_beside", target, width_us=width_us)
    found = cur.execute(*asked).df().set_index("bin").reindex(bins, fill_value=0)
    return {name: found[name].to_numpy(np.int64) for name in BESIDE}


def width_of(bucket: str) -> int:
    """Microseconds of a bucket. Raises ``WrongUse`` for one that there is not."""
    if bucket not in WIDTH_US:
        raise WrongUse(f"{bucket!r} is not one of {', '.join(WIDTH_US)}.")
    return WIDTH_US[bucket]


def starts(bins: Numbers, width_us: int) -> pd.DatetimeIndex:
    """When bins of these numbers begin, UTC."""
    times = pd.to_datetime(bins * width_us - YEAR_ONE_US, unit="us", utc=True)
    return pd.DatetimeIndex(times).as_unit("us")


def by_bin(keys: Numbers) -> tuple[Numbers, dict[str, Numbers]]:
    """The number of each bin with posts, and ``SERIES`` in each, of sorted ``keys``."""
    voices = bounds(keys >> 2)  # one author in one bin: from which post to which
    bins = bounds(keys[voices[:-1]] >> 34)  # one bin: from which voice to which
    stance = (keys & 3).astype(np.int8)
    reached = [_reached(stance == code) for code in range(len(STANCES))]
    counts = {
        name: np.diff(reach[voices[bins]]).astype(np.int64)
        for name, reach in zip(STANCES, reached, strict=True)
    }
    sums = counts | {"posts": np.diff(voices[bins]), "authors": np.diff(bins)}
    # Squares of one are one: only where an author has several posts is anything left to add.
    several = np.flatnonzero(np.diff(voices) > 1)
    where = np.searchsorted(bins, several, side="right") - 1
    n = voices[several + 1] - voices[several]

    def with_more(name: str, more: Numbers) -> Numbers:
        return sums[name] + np.bincount(where, more, len(bins) - 1).astype(np.int64)

    sums["posts_sq"] = with_more("posts", n * n - n)
    for side in SIDES:
        reach = reached[STANCES.index(side)]
        k = (reach[voices[several + 1]] - reach[voices[several]]).astype(np.int64)
        sums[f"{side}_sq"] = with_more(side, k * k - k)
        sums[f"{side}_posts"] = with_more(side, k * n - k)
    return keys[voices[bins[:-1]]] >> 34, {name: sums[name] for name in SERIES}


def bounds(values: Numbers) -> Numbers:
    """Where each run of equal values begins, and after the last where it ends."""
    begins = np.flatnonzero(values[1:] != values[:-1]) + 1
    return np.concatenate(([0], begins, [len(values)])) if len(values) else np.zeros(1, np.int64)


def _reached(is_one: NDArray[np.bool_]) -> NDArray[np.int32]:
    """How many are there before each place."""
    before = np.zeros(len(is_one) + 1, dtype=np.int32)
    np.cumsum(is_one, out=before[1:])
    return before
