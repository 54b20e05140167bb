"""How posts of each source stand towards a target: all sources in one pass over the posts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from duckdb import DuckDBPyConnection

from groundswell.store.filters import Filters
from groundswell.store.selection import Selection
from groundswell.store.stance import SERIES, UNKNOWN, Numbers, bounds, by_bin, starts, width_of

AT_ONCE = 15  # sources whose places fit above the bin in a key of 63 digits
_BIN = 25  # binary digits of a bin; hours since the year 1 fill them in the year 3828
_PLACE = 34 + _BIN  # those below the place of the source
_ALL_TIME = ~(((1 << _BIN) - 1) << 34)


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
    width_us = width_of(bucket)
    parts = [
        _some(cur, f, width_us, target, sources[first : first + AT_ONCE])
        for first in range(0, max(len(sources), 1), AT_ONCE)
    ]
    return BySource(
        series=pd.concat([part.series for part in parts], ignore_index=True),
        totals=pd.concat([part.totals for part in parts], ignore_index=True),
    )


def _some(
    cur: DuckDBPyConnection, f: Filters, width_us: int, target: str, sources: Sequence[str]
) -> BySource:
    """At most ``AT_ONCE`` sources."""
    asked = Selection(cur, f).of_spoken(
        "stance_keys_by_source", target, width_us=width_us, places=list(sources)
    )
    keys = np.asarray(cur.execute(*asked).fetchnumpy()["key"], dtype=np.int64)
    keys.sort()
    keys = keys[np.searchsorted(keys, 1 << _PLACE) :]
    bins, sums = by_bin(keys)
    names = np.array(["", *sources], dtype=object)
    series = {
        "source": names[bins >> _BIN],
        "bucket_start": starts(bins & ((1 << _BIN) - 1), width_us),
    }
    return BySource(
        series=pd.DataFrame(series | sums).astype({"source": "str"}),
        totals=_totals(keys, sources),
    )


def _totals(keys: Numbers, sources: Sequence[str]) -> pd.DataFrame:
    """All bins of a source as one: the same author in several of them is one."""
    whole = keys & _ALL_TIME
    whole.sort()
    places, sums = by_bin(whole)
    found = np.zeros((len(SERIES), len(sources) + 1), dtype=np.int64)
    found[:, places >> _BIN] = np.stack([sums[name] for name in SERIES])
    voices = whole[bounds(whole >> 2)[:-1]]
    known = voices[(voices >> UNKNOWN) & 1 == 0] >> _PLACE
    table = pd.DataFrame({"source": list(sources)} | dict(zip(SERIES, found[:, 1:], strict=True)))
    table["accounts"] = np.bincount(known, minlength=len(sources) + 1)[1:]
    return table.astype({"source": "str"})
