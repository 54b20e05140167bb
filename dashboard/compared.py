"""How sources stand towards one target, beside each other: counts, shares, differences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import pandas as pd

from dashboard.charts.grid import Grid
from dashboard.sides import labels_of, records, with_shares
from groundswell.estimate import Difference, Side, Total, difference
from groundswell.estimate.refusal import LEAST_LABELS
from groundswell.estimate.rows import AGAINST, estimate, side, stance, whole
from groundswell.scoring.reported import NEWSROOMS
from groundswell.store import questions
from groundswell.store.filters import STANCES, Filters
from groundswell.store.reading import Cursor
from groundswell.store.stance import SERIES

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What one source (None: all together) says of a target: ``posts`` that speak of it by
    ``accounts`` known, ``stances`` how many of these stand so, among the ``of`` posts of the
    source that pass the filters. ``total`` is the share against with its band, ``side`` what it
    is compared by."""

    source: str | None
    posts: int
    accounts: int
    of: int
    stances: Mapping[str, int]
    total: Total
    side: Side

    def share(self, name: str) -> float | None:
        """The share of posts that the model gave this stance, 0 to 1; None without posts."""
        return self.stances[name] / self.posts if self.posts else None

    @property
    def attention(self) -> float | None:
        """The share of the source's posts that speak of the target; None without posts."""
        return self.posts / self.of if self.of else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """All groups towards ``target``, those of one source first, in the order asked for, then that
    of all. ``table`` has a row per source and bucket: ``source``, the columns of ``Sides.table``,
    ``of`` (posts of that source, missing where nothing was read) and ``attention``."""

    target: str
    groups: tuple[Group, ...]
    table: pd.DataFrame

    @property
    def of_sources(self) -> tuple[Group, ...]:
        """Groups of one source."""
        return tuple(group for group in self.groups if group.source is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two sources towards ``target``: ``first`` less ``second``."""

    target: str
    first: Group
    second: Group
    difference: Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is compared: ``posts`` of each source among ``filters``, in the order shown, towards
    ``target`` in the buckets of ``grid``. ``query`` is the id of the topic's query."""

    filters: Filters
    target: str
    grid: Grid
    query: str
    posts: tuple[tuple[str, int], ...]

    @property
    def always(self) -> Filters:
        """The same posts at any time: labels of all of it count."""
        return replace(self.filters, since=None, until=None)


def whatever_side(filters: Filters) -> Filters:
    """``filters`` without those on stance and sentiment: shares are of all posts."""
    return replace(filters, target=None, stances=(), sentiments=())


def read(cursor: Cursor, asked: Asked, volume: pd.DataFrame) -> Compared:
    """Each source of ``asked`` and all together; ``volume`` is the table of its grid. Labels of a
    source correct that source alone: a model may err otherwise where people write otherwise."""
    sources = [source for source, _ in asked.posts]
    bucket, target = asked.grid.bucket, asked.target
    found = questions.stance_by_source(cursor, asked.filters, bucket, target, sources)
    gold = labels_of(cursor, asked.always, target)
    inside = asked.filters == asked.always or not gold
    shown = gold if inside else labels_of(cursor, asked.filters, target)
    totals = {str(row["source"]): row for row in records(found.totals)}
    everything = {
        name: sum(int(row[name]) for row in totals.values()) for name in (*SERIES, "accounts")
    }
    return Compared(
        target=target,
        groups=(
            *(_group(asked, name, totals[name], n, _of(shown, name)) for name, n in asked.posts),
            _group(asked, None, everything, sum(n for _, n in asked.posts), shown),
        ),
        table=pd.concat(
            [_over_time(cursor, asked, source, found.series, gold, volume) for source in sources],
            ignore_index=True,
        ),
    )


def pairs(compared: Compared, baseline: str | None) -> list[Pair]:
    """Each pair of sources that speak of the target, or each with ``baseline`` if that does; the
    first has no fewer posts in the order shown, and ``baseline`` always comes second."""
    spoken = [group for group in compared.of_sources if group.posts]
    base = [group for group in spoken if group.source == baseline]
    two = [(group, base[0]) for group in spoken if group is not base[0]] if base else []
    return [
        Pair(
            target=compared.target,
            first=first,
            second=second,
            difference=_between(first, second, compared.target),
        )
        for first, second in two or combinations(spoken, 2)
    ]


def _between(first: Group, second: Group, target: str) -> Difference:
    """Of feeds no interval: that their items take no side is a rule, which no chance moves."""
    found = difference(first.side, second.side, stance=stance(AGAINST, target))
    if {first.source, second.source} & NEWSROOMS:
        return replace(found, low=None, high=None, refused="No interval: headlines take no side.")
    return found


def _group(
    asked: Asked, source: str | None, totals: Row, of: int, gold: Sequence[dict[str, Any]]
) -> Group:
    start, query = asked.grid.start, asked.query
    return Group(
        source=source,
        posts=int(totals["posts"]),
        accounts=int(totals["accounts"]),
        of=of,
        stances={name: int(totals[name]) for name in STANCES},
        total=whole(totals, start, gold, target=asked.target, query=query),
        side=side(totals, start, gold, query=query),
    )


def _over_time(
    cursor: Cursor,
    asked: Asked,
    source: str,
    series: pd.DataFrame,
    gold: Sequence[dict[str, Any]],
    volume: pd.DataFrame,
) -> pd.DataFrame:
    """The table of one source. Only where labels may correct it is more asked than its counts:
    all its time, and what else its posts are against."""
    own = series[series["source"] == source].drop(columns="source")
    labels = _of(gold, source)
    fitted = records(own)
    if len(labels) >= LEAST_LABELS:
        alone = replace(asked.always, sources=(source,))
        bucket = asked.grid.bucket
        fitted = records(questions.stance_series(cursor, alone, bucket, asked.target, beside=True))
    found = estimate(fitted, labels, target=asked.target, query=asked.query)
    part = volume[volume["source"] == source]
    table = with_shares(own, found, part, asked.grid)
    of = part.set_index("bucket_start")["posts"].reindex(table["bucket_start"])
    table.insert(0, "source", source)
    table["of"] = of.astype("Int64").array
    table["attention"] = (table["posts"] / table["of"].where(table["of"] > 0)).astype("Float64")
    return table


def _of(gold: Sequence[dict[str, Any]], source: str) -> list[dict[str, Any]]:
    return [row for row in gold if row["source"] == source]
