"""The tables that compare sources: a row a source and target, and a row a pair of sources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import compare_words, counted_links, download, state
from dashboard.compared import Compared, Group, Pair, whatever_side
from dashboard.state import Look
from dashboard.words import NOTHING, source_name
from groundswell.store.filters import STANCES, Filters

ALL = "all together"
_LEADS = ("posts", *STANCES)  # numbers that open their posts
_HEADS = {
    "target": "Target",
    "source": "Source",
    "posts": "Posts",
    "accounts": "Accounts",
    "attention": "Of its posts",
    "against_share": "Against",
    "none_share": "No side",
    "favor_share": "In favor",
    "not_scored_share": "Not scored",
    "against": "Posts against",
    "none": "Posts on no side",
    "favor": "Posts in favor",
    "not_scored": "Posts not scored",
    "corrected": "Against, corrected",
    "low": "95% from",
    "high": "95% to",
    "labels": "Labels",
    "why_no_band": "Why no interval",
    "first": "First",
    "second": "Second",
    "first_posts": "Posts of the first",
    "second_posts": "Posts of the second",
    "first_share": "Against, first",
    "second_share": "Against, second",
    "difference": "Difference",
    "by": "Shares",
    "reading": "Reading",
}
_SHARES = frozenset(
    ["attention", *(f"{name}_share" for name in STANCES), "corrected", "first_share"]
    + ["second_share", "low", "high", "difference"]
)
_COUNTS = frozenset(["accounts", "labels"])
_ONLY_CORRECTED = ["corrected", "low", "high"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """A ``table`` and, for its columns of numbers that are posts, where each leads: the filters of
    exactly those posts, in the order of rows."""

    table: pd.DataFrame
    leads: Mapping[str, Sequence[Filters]]


def of_sources(look: Look, each: Sequence[Compared]) -> Counts:
    """A row per target and source, and one of all: posts, accounts, shares by the model (0 to 1),
    their counts, and the share against corrected by labels of that source with its band."""
    rows = [(one.target, group) for one in each for group in one.groups]
    table = pd.DataFrame([_of_group(target, group) for target, group in rows])
    if table["corrected"].isna().all():
        table = table.drop(columns=_ONLY_CORRECTED)
    return Counts(
        table=table,
        leads={
            name: [_posts_of(look, target, group, _stances(name)) for target, group in rows]
            for name in _LEADS
        },
    )


def of_pairs(look: Look, told: Sequence[Pair]) -> Counts:
    """A row a pair: both shares against (0 to 1), their difference with its interval, by what, and
    what that says in words."""
    return Counts(
        table=pd.DataFrame([_of_pair(pair) for pair in told]),
        leads={
            "first_posts": [_posts_of(look, pair.target, pair.first) for pair in told],
            "second_posts": [_posts_of(look, pair.target, pair.second) for pair in told],
        },
    )


def draw(look: Look, counts: Counts, name: str, alt: str) -> None:
    """The table with a link in each number of posts, and the same as CSV."""
    shown = counts.table.copy()
    config: dict[str, Any] = {}
    for column in map(str, shown):
        config[column] = _HEADS[column]
        if column in _SHARES:
            form = "%+.1f points" if _is_distance(shown, column) else "%.1f%%"
            shown[column] = 100 * shown[column].astype(float)
            config[column] = st.column_config.NumberColumn(_HEADS[column], format=form)
        elif column in _COUNTS:
            config[column] = st.column_config.NumberColumn(_HEADS[column], format="localized")
    for column, leads in counts.leads.items():
        shown[column] = counted_links.cells(leads, shown[column])
        config[column] = counted_links.column(_HEADS[column])
    st.dataframe(
        shown,
        hide_index=True,
        placeholder=NOTHING,
        alt=alt,
        column_config=config,
        key=f"compare_{name}",
    )
    download.as_csv(
        "Download this table as CSV",
        lambda: counts.table,
        name=state.file_name(look, f"compare-{name}"),
        key=f"compare_{name}_csv",
    )


def _is_distance(table: pd.DataFrame, column: str) -> bool:
    """Whether a column is a difference of shares, or an end of its interval."""
    return "difference" in table and column in ("difference", "low", "high")


def _of_group(target: str, group: Group) -> dict[str, Any]:
    total = group.total
    return {
        "target": target,
        "source": ALL if group.source is None else source_name(group.source),
        "posts": group.posts,
        "accounts": group.accounts,
        "attention": group.attention,
        "corrected": total.share if total.low is not None else None,
        "low": total.low,
        "high": total.high,
        **{
            name: value
            for side in STANCES
            for name, value in ((f"{side}_share", group.share(side)), (side, group.stances[side]))
        },
        "labels": total.labels,
        "why_no_band": total.refused,
    }


def _of_pair(pair: Pair) -> dict[str, Any]:
    found = pair.difference
    shares = [
        compare_words.shown_share(group, corrected=found.corrected)
        for group in (pair.first, pair.second)
    ]
    return {
        "target": pair.target,
        "first": source_name(pair.first.source or ""),
        "second": source_name(pair.second.source or ""),
        "difference": found.value,
        "low": found.low,
        "high": found.high,
        "reading": compare_words.reading(pair),
        "first_share": shares[0],
        "second_share": shares[1],
        "by": "corrected by labels" if found.corrected else "as the model says",
        "first_posts": pair.first.posts,
        "second_posts": pair.second.posts,
    }


def _posts_of(look: Look, target: str, group: Group, stances: tuple[str, ...] = ()) -> Filters:
    filters = replace(whatever_side(look.filters), target=target, stances=stances)
    return filters if group.source is None else replace(filters, sources=(group.source,))


def _stances(name: str) -> tuple[str, ...]:
    return (name,) if name in STANCES else ()
