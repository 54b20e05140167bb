"""How posts of each source stand towards a target: all sources in one pass over the posts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from duckdb import DuckDBPyConnection

from groundswell.errors import WrongUse
from groundswell.store.filters import Filters
from groundswell.store.selection import Selection
from groundswell.store.stance import SERIES, WIDTH_US, Numbers, by_bin, starts

MOST_SOURCES = 255  # their places fill a byte
_OF_AUTHOR = (1 << 34) - 1  # the digits of a key below its bin
_UNKNOWN = 1 << 31  # numbers of authors who are not known begin here


@dataclass(frozen=True, slots=True, kw_only=True)
class BySource:
    """``series``: ``source, bucket_start`` (UTC) and the columns ``SERIES`` of ``stance_series``, a
    row per source and bucket with posts. ``totals``: ``source``, ``SERIES`` over the whole
    selection, an author's posts taken together, and ``accounts``, authors who are known; a row
    per source asked for, also without posts."""

    series: pd.DataFrame
    totals: pd.DataFrame


def stance_by_source(
    cur: DuckDBPyConnection, f: Filters, bucket: str, target: str, sources: Sequence[str]
) -> BySource:
    """Those posts of ``f`` that speak of ``target``, apart for each of ``sources``, in that order.
    Authors are of one source, so sums over sources are those of all posts."""
    if bucket not in WIDTH_US:
        raise WrongUse(f"{bucket!r} is not one of {', '.join(WIDTH_US)}.")
    if len(sources) > MOST_SOURCES:
        raise WrongUse(f"{len(sources)} sources are more than can be told apart.")
    width_us = WIDTH_US[bucket]
    asked = Selection(cur, f).of_spoken(
        "stance_keys_by_source", target, width_us=width_us, places=list(sources)
    )
    found = cur.execute(*asked).fetchnumpy()
    place, keys = np.asarray(found["place"]), np.asarray(found["key"], dtype=np.int64)
    series, totals = [], []
    for number, source in enumerate(sources, 1):
        own = keys[place == number]
        own.sort()
        series.append(_series(own, source, width_us))
        totals.append({"source": source} | _totals(own))
    columns = ["source", *SERIES, "accounts"]
    return BySource(
        series=pd.concat(series, ignore_index=True) if series else _series(keys, "", width_us),
        totals=pd.DataFrame(totals, columns=columns),
    )


def _series(keys: Numbers, source: str, width_us: int) -> pd.DataFrame:
    bins, sums = by_bin(keys)
    return pd.DataFrame({"source": source, "bucket_start": starts(bins, width_us)} | sums)


def _totals(keys: Numbers) -> dict[str, int]:
    """All bins as one: the same author in several of them is one."""
    whole = keys & _OF_AUTHOR
    whole.sort()
    _, sums = by_bin(whole)
    known = np.unique(whole[(whole >> 2) < _UNKNOWN] >> 2)
    counted = {name: int(sums[name][0]) if len(whole) else 0 for name in SERIES}
    return counted | {"accounts": len(known)}
