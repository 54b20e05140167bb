"""The page that compares sources, card by card: answers, warnings, small multiples, tables."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import (
    answers,
    comparable,
    compare_answers,
    compare_tables,
    compare_words,
    panels,
    picks,
    side_findings,
    state,
)
from dashboard.chart_tools import Point
from dashboard.charts import touched
from dashboard.charts.grid import WIDER, Grid, grid_for, widened
from dashboard.charts.multiples import MEASURES, Measure, multiples
from dashboard.compared import Compared, Pair, pairs, whatever_side
from dashboard.panel import Brush, Panel, Picked
from dashboard.source_line import source_lines
from dashboard.state import Look
from dashboard.words import LOW_N, capital, listed, many, period, safe_text, source_name
from groundswell.store.filters import STANCES, Filters

MOST_TARGETS = 3  # columns of the chart; more are too narrow on a phone
MOST_SOURCES = 8  # rows of the chart; the tables have all
_MINUTE = timedelta(minutes=1)
_MOST_HOURS = 96  # of time; more hours than that are too thin in the plot of a small source
_MOST_DAYS = 120
_COLUMNS = [
    *("target", "source", "bucket_start", "read", "of", "posts", "attention", "authors"),
    *("against", "favor", "none", "not_scored", "share", "low", "high", "why_no_band"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What the page is about: ``each`` target's sources over ``grid``, the ``pairs`` among them
    (those with ``baseline``, if one is chosen), and what is drawn over time."""

    look: Look
    grid: Grid
    each: tuple[Compared, ...]
    pairs: tuple[Pair, ...]
    baseline: str | None
    measure: Measure

    @classmethod
    def of(
        cls, look: Look, grid: Grid, targets: Sequence[str], baseline: str | None, measure: Measure
    ) -> "Comparison":
        """Asks what all cards need; in wider buckets where ``grid`` leaves too little to draw of
        what labels correct."""
        each = _asked(look, grid, targets)
        wider = grid
        while measure == "share against" and not _drawn(each) and (bucket := WIDER[wider.bucket]):
            wider = widened(wider, bucket)
            tried = _asked(look, wider, targets)
            if _drawn(tried):
                grid, each = wider, tried
                break
        told = tuple(pair for one in each for pair in pairs(one, baseline))
        return cls(look=look, grid=grid, each=each, pairs=told, baseline=baseline, measure=measure)

    @property
    def filters(self) -> Filters:
        """Of all posts of the sources, whatever they speak of."""
        return whatever_side(self.look.filters)

    def of_target(self, target: str) -> list[Pair]:
        """The pairs towards one target."""
        return [pair for pair in self.pairs if pair.target == target]

    def unread(self) -> pd.DataFrame:
        """What was not read in the time of the grid."""
        return answers.unread(self.filters, self.grid, self.look.version)


def _asked(look: Look, grid: Grid, targets: Sequence[str]) -> tuple[Compared, ...]:
    query, version = look.topic.query.id, look.version
    return tuple(
        compare_answers.sources_against(look.filters, target, grid, query, version)
        for target in targets
    )


def _drawn(each: Sequence[Compared]) -> bool:
    """Whether at least half of the buckets that labels may correct, and that are not low in
    number, have a band; true where labels correct nothing."""
    found: list[bool] = []
    for one in each:
        fit = [group.source for group in one.of_sources if group.total.corrected]
        own = one.table[one.table["source"].isin(fit) & (one.table["posts"].fillna(0) >= LOW_N)]
        found += own["low"].notna().tolist()
    return sum(found) * 2 >= len(found)


def grid_of(first: datetime, last: datetime) -> Grid:
    """Buckets wide enough for the smallest source: hours for up to four days, days for up to four
    months, then weeks."""
    grid = grid_for(first, last)
    hours = (last - first).total_seconds() / 3_600
    if grid.bucket == "hour" and hours > _MOST_HOURS:
        return widened(grid, "day")
    if grid.bucket == "day" and hours > 24 * _MOST_DAYS:
        return widened(grid, "week")
    return grid


def choose(sources: Sequence[str]) -> tuple[Measure, str | None]:
    """What is drawn over time, and the source that others are compared with (None: each pair);
    both in the address."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        # Not a segmented control: what is chosen there has too little contrast on a dark page.
        measure = st.radio(
            "Over time", MEASURES, key="measure", bind="query-params", horizontal=True
        )
        baseline: str | None = st.selectbox(
            "Compared with",
            sources,
            index=None,
            key="baseline",
            bind="query-params",
            placeholder="Each other",
            width=220,
        )
    drawn = measure if measure in MEASURES else MEASURES[0]
    return drawn, baseline if baseline in sources else None


def answer(comparison: Comparison) -> None:
    """Whether sources differ: a sentence a target."""
    for one in comparison.each:
        said = compare_words.answer(one, comparison.of_target(one.target))
        st.header(safe_text(said), anchor=False)


def warn(comparison: Comparison) -> None:
    """Why the samples are not comparable, and the way to a period that all have."""
    look, each = comparison.look, comparison.each
    said = _within_error(comparison) + comparable.warnings(
        each,
        comparison.grid,
        comparison.unread(),
        answers.coverage(look.topic.slug, look.version),
        answers.sources(look.topic.slug, look.version),
    )
    if not said:
        return
    listed_ = "\n".join(f"- {safe_text(one)}" for one in said)
    st.warning(f"Before you compare:\n{listed_}", icon=":material/balance:")
    both = comparable.common_time(comparable.spans(each, comparison.grid))
    if both:
        st.link_button(
            f"Compare only the time that all have: {period(*both)}",
            state.address_of("compare", state.within(look.filters, *both)),
            type="tertiary",
        )


def over_time(comparison: Comparison) -> Panel:
    """The small multiples."""
    table = _table(comparison)
    unread = comparison.unread()
    grid, measure, look = comparison.grid, comparison.measure, comparison.look
    drawn = sources_drawn(comparison)
    shown = table[table["source"].isin(drawn)]
    finding = {
        "share against": f"Share against per {grid.bucket}, by source",
        "attention": f"How much of each source speaks of it, per {grid.bucket}",
        "posts": f"Posts that speak of it per {grid.bucket}, by source",
    }[measure]
    events = [event.at for event in look.topic.events]
    method = compare_words.method(comparison.each, grid, measure)
    more = len(table["source"].unique()) - len(drawn)
    if more:
        method += f" {many(more, 'smaller source')} in the table alone."
    names = listed([one.target for one in comparison.each])
    return Panel(
        key="compare",
        finding=finding,
        method=safe_text(method),
        alt=f"{finding}: small plots with equal axes, a row for each of "
        f"{listed([source_name(source) for source in drawn])}, a column for each of {names}.",
        table=table,
        figure=partial(multiples, shown, unread, grid, events, measure),
        csv_name=state.file_name(look, "compare"),
        coverage=lambda: answers.read_sentence(comparison.filters, grid, look.version),
        links=lambda: [
            state.address(_of_row(look.filters, grid, *row))
            for row in table[["target", "source", "bucket_start"]].itertuples(index=False)
        ],
        counts=lambda: _counts(comparison, table),
        source=lambda: _source(comparison, table),
        brush=Brush(grid=grid, filters=look.filters),
        pick=lambda point: _picked(comparison, shown, point),
    )


def _counts(comparison: Comparison, table: pd.DataFrame) -> dict[str, list[Filters]]:
    """The posts of each number: those that speak of the target, of each side, and ``of`` which."""
    filters, grid = comparison.look.filters, comparison.grid
    places = table[["target", "source", "bucket_start"]].itertuples(index=False)
    spoken = [_of_row(filters, grid, *row) for row in places]
    sides = {name: [replace(one, stances=(name,)) for one in spoken] for name in STANCES}
    return {"posts": spoken, "of": [replace(one, target=None) for one in spoken]} | sides


def _source(comparison: Comparison, table: pd.DataFrame) -> list[str]:
    """The small print of a picture. A post that speaks of two targets counts for each."""
    n = ", ".join(
        f"{many(int(posts), 'post')} on {target}"
        for target, posts in table.groupby("target", sort=False)["posts"].sum().items()
    )
    grid = comparison.grid
    return source_lines(comparison.look, f"n = {n}", grid.start, grid.end - _MINUTE, grid)


def _picked(comparison: Comparison, shown: pd.DataFrame, point: Point) -> Picked | None:
    """The bucket of one plot, which ``charts.multiples`` numbers row by row from 1."""
    sources, targets = list(shown["source"].unique()), list(shown["target"].unique())
    number = point.plot.partition("y")[0].removeprefix("x") or "1"
    place = int(number) - 1 if number.isdecimal() else -1
    start = touched.bucket(comparison.grid, point.x)
    if start is None or not 0 <= place < len(sources) * len(targets):
        return None
    source, target = sources[place // len(targets)], targets[place % len(targets)]
    cell = shown[(shown["source"] == source) & (shown["target"] == target)]
    posts = cell.loc[cell["bucket_start"] == start, "posts"].iloc[0]
    filters = comparison.look.filters
    said = f"{capital(source_name(source))} on {target}"
    what = f"{safe_text(said)}, {picks.moments(start, comparison.grid)}"
    if pd.isna(posts):
        return Picked(what=what, posts=None, address=panels.unread(filters))
    own = _of_row(filters, comparison.grid, target, source, start)
    return Picked(what=what, posts=int(posts), address=state.address(own))


def sources_drawn(comparison: Comparison) -> list[str]:
    """The sources that speak of any target, at most ``MOST_SOURCES``, those with most posts."""
    spoken: dict[str, int] = {}
    for one in comparison.each:
        for group in one.of_sources:
            spoken[group.source or ""] = spoken.get(group.source or "", 0) + group.posts
    return [source for source, posts in spoken.items() if posts][:MOST_SOURCES]


def tables(comparison: Comparison) -> None:
    """Each source, and how far each pair lies apart."""
    look, readers = comparison.look, _readers(comparison)
    st.subheader("Each source", anchor=False)
    compare_tables.draw(
        look,
        compare_tables.of_sources(look, comparison.each),
        "sources",
        "A row per target and source: posts, accounts and the share of each stance.",
    )
    st.caption(
        "Shares are of all posts that speak of the target, as the model says; “of its posts” is "
        "how much of the source's posts these are. Corrected are shares with enough labels of that "
        "source. Each number of posts opens them."
    )
    if not comparison.pairs:
        return
    against = comparison.baseline
    all_from = all(pair.second.source == against for pair in comparison.pairs)
    head = f"Differences from {source_name(against)}" if against and all_from else "Differences"
    st.subheader(safe_text(head), anchor=False)
    compare_tables.draw(
        look,
        compare_tables.of_pairs(look, comparison.pairs),
        "differences",
        "A row per target and pair of sources: both shares against and their difference.",
    )
    st.caption(compare_words.intervals(comparison.pairs, readers))


def _within_error(comparison: Comparison) -> list[str]:
    """The answers above that may be errors of the model alone."""
    look = comparison.look
    error = side_findings.measured_error(answers.readers(look.topic.slug, look.version))
    told = [
        compare_words.within_error(pair, error.against if error else None)
        for one in comparison.each
        for pair in [compare_words.headline(one, comparison.of_target(one.target))]
        if pair is not None
    ]
    return [one for one in told if one is not None]


def _table(comparison: Comparison) -> pd.DataFrame:
    parts = [one.table.assign(target=one.target) for one in comparison.each]
    return pd.concat(parts, ignore_index=True)[_COLUMNS]


def _readers(comparison: Comparison) -> str:
    look = comparison.look
    return side_findings.error_of_model(answers.readers(look.topic.slug, look.version))


def _of_row(filters: Filters, grid: Grid, target: str, source: str, start: datetime) -> Filters:
    own = replace(whatever_side(filters), target=target, sources=(source,))
    return state.within(own, start, start + grid.step)
