"""What the data says, as sentences that can be checked.

A share never stands without its n, an order of time is never called a cause, and the words of a
platform are never called "the public".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pandas as pd

from dashboard.charts.grid import Grid
from dashboard.words import (
    LOW_MEAN_N,
    LOW_N,
    LOW_PEAK_N,
    day,
    listed,
    many,
    moment,
    number,
    period,
    safe_text,
    share,
    signed,
    source_name,
)
from groundswell.scoring.keywords import LEAST_AUTHORS, LEAST_Z
from groundswell.scoring.vader import NEGATIVE_MAX, POSITIVE_MIN
from groundswell.store.questions import CopiesShare, Totals
from groundswell.topic import Event

CUTOFFS = (NEGATIVE_MAX, POSITIVE_MIN)
METHOD_OF_FILES = (
    "The files hold exactly the posts of the filters above; coverage heeds period and sources "
    "alone, recall is of the whole topic. Times are UTC. An empty field is unknown, not zero. A "
    "text that a spreadsheet could take for a formula begins with an apostrophe. Posts name their "
    "authors: check what your law and your newsroom allow before you hand them on, and ask private "
    "people before you quote them."
)


# What words are compared with. peak: the busiest bucket against the topic's own past. past: the
# period shown against the time before it. rest: the posts shown against all others of the topic.
Against = Literal["peak", "past", "rest", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """The first bucket with most posts; ``start`` is UTC, ``buckets`` how many have as many."""

    start: datetime
    end: datetime
    posts: int
    buckets: int = 1

    @property
    def stands_out(self) -> bool:
        """Whether it is more than the first of several, or a few posts."""
        return self.buckets == 1 and self.posts >= LOW_PEAK_N


def headline(totals: Totals, sources: Sequence[str]) -> str:
    """How much, from whom, where and when: one sentence over all posts shown."""
    if totals.first_at is None or totals.last_at is None:
        return "No posts"
    where = listed([source_name(source) for source in sources])
    return (
        f"{many(totals.posts, 'post')} by {many(totals.authors, 'account')} on {where}, "
        f"{period(totals.first_at, totals.last_at)}"
    )


def tone(totals: Totals) -> str:
    """How the scored posts read, with the n of the shares, and how many were not scored."""
    left = f"{many(totals.not_scored, 'post')} could not be scored" if totals.not_scored else ""
    if totals.scored == 0:
        return (
            f"No post here could be scored: {number(totals.not_scored)} of {number(totals.posts)}"
        )
    if totals.scored < LOW_N:
        said = f"{many(totals.scored, 'scored post')}, too few for a share"
    else:
        said = (
            f"{share(totals.negative, totals.scored)} of {number(totals.scored)} scored posts read "
            f"negative, {share(totals.positive, totals.scored)} positive"
        )
    return f"{said}; {left}" if left else said


def average(totals: Totals) -> str:
    """The mean score with its n and scale."""
    if totals.mean_compound is None:
        return "No post here could be scored"
    if totals.measured < LOW_MEAN_N:
        return f"VADER measured {many(totals.measured, 'post')}: too few for a mean"
    return (
        f"VADER gives posts {signed(totals.mean_compound)} on average, on a scale of −1 "
        f"to +1 (n = {number(totals.measured)})"
    )


def peak(table: pd.DataFrame, grid: Grid) -> Peak | None:
    """The first of the buckets with most posts, over all sources of ``grid.volume``."""
    sums = table.groupby("bucket_start")["posts"].sum()
    if sums.empty or sums.max() == 0:
        return None
    start = pd.Timestamp(str(sums.idxmax())).to_pydatetime()
    most = int(sums.max())
    return Peak(start=start, end=start + grid.step, posts=most, buckets=int((sums == most).sum()))


def busiest(top: Peak | None, grid: Grid, events: Sequence[Event]) -> str:
    """When most was posted, and which event came last before it."""
    if top is None:
        return "No posts in this period"
    if not top.stands_out:
        where = f", in {many(top.buckets, grid.bucket)}" if top.buckets > 1 else ""
        return f"No {grid.bucket} stands out: the most is {many(top.posts, 'post')}{where}"
    when = {
        "hour": f"began {moment(top.start)}",
        "day": f"was {day(top.start)} (UTC)",
        "week": f"began {day(top.start)} (UTC)",
    }[grid.bucket]
    said = f"The busiest {grid.bucket} {when}, with {many(top.posts, 'post')}"
    place = _last_before(top, events)
    if place is None:
        return said
    same = events[place - 1].at >= top.start
    return f"{said}: that of event {place}" if same else f"{said}, after event {place}"


def at_the_peak(top: Peak | None, grid: Grid, events: Sequence[Event]) -> str | None:
    """``busiest`` with the title of its event, which is the topic's own words: for ``st.text``
    only. None where no bucket stands out or no event came before."""
    if top is None or not top.stands_out:
        return None
    place = _last_before(top, events)
    return None if place is None else f"{busiest(top, grid, events)}, “{events[place - 1].title}”"


def _last_before(top: Peak, events: Sequence[Event]) -> int | None:
    """Number of the event that came last before the end of the peak, from 1."""
    return max((place for place, event in enumerate(events, 1) if event.at < top.end), default=None)


def method_of_volume(grid: Grid, *, gaps: bool) -> str:
    """How the chart of volume was computed."""
    said = (
        f"Posts per {grid.bucket} in UTC, by the earlier of the time a post claims and the time we "
        "first saw it."
    )
    if gaps:
        said += (
            " Grey: a source was not read completely there, so bars are missing or too low; "
            "see Sources."
        )
    if grid.clipped:
        said += f" Posts before {day(grid.start)} are counted above but not drawn."
    return said


def method_of_sentiment(totals: Totals, readers: pd.DataFrame) -> str:
    """How the chart of sentiment was computed; ``readers`` is the answer of ``scored_by``."""
    return (
        f"{_read_by(readers)} {number(totals.scored)} of {number(totals.posts)} posts were scored; "
        "“not scored” is its own class, never neutral. Only English is read. The line is the mean "
        "of what VADER, which counts words and does not understand irony, gives to scored posts. "
        "It has no band: posts of one account are not independent, and a band that ignores this "
        "would promise too much."
    )


def _read_by(readers: pd.DataFrame) -> str:
    """Which models sorted the posts, those with most posts first, and what the small ones are."""
    if readers.empty:
        return "No post was read yet."
    names = [
        str(version) if str(version).startswith(str(model)) else f"{model} {version}"
        for model, version in readers[["model", "version"]].to_numpy()
    ]
    said = f"Sorted by the model {listed([safe_text(name) for name in names])}."
    if any(name.endswith("-linear") for name in names):
        said += (
            " Its small part alone served, which errs more: onnxruntime is not installed. Install "
            "it, then run groundswell rescore."
        )
    if (readers["model"] == "vader").any():
        low, high = (f"{cut:+.2f}".replace("-", "−") for cut in CUTOFFS)
        said += (
            f" Where VADER sorted, at or below {low} counts as negative, at or above {high} as "
            "positive; run groundswell rescore to have these posts read by the better model."
        )
    return said


def repeated(found: CopiesShare) -> str:
    """How much of what is shown was said before in nearly the same words."""
    if found.copies is None or found.compared_at is None:
        return "Copies have not been compared yet."
    return (
        f"{number(found.copies)} of {many(found.posts, 'post')} nearly repeat an earlier one "
        f"(compared {moment(found.compared_at)})."
    )


def words_that(against: Against, top: Peak | None, grid: Grid, *, found: int) -> str:
    """Title of the chart of words."""
    if found == 0:
        return "No word stands out"
    if against == "peak" and top is not None:
        when = moment(top.start) if grid.bucket == "hour" else day(top.start)
        return f"Words that set the busiest {grid.bucket} apart from the time before ({when})"
    return {
        "past": "Words that set these posts apart from the time before",
        "rest": "Words that set these posts apart from the rest of the topic",
    }.get(against, "Most frequent words")


def method_of_words(against: Against, *, found: int) -> str:
    """How the chart of words was computed, and what may help where none was ``found``."""
    more = " Wider filters, a longer period or more posts may show some." if found == 0 else ""
    return f"{_method_of_words(against)}{more}"


def _method_of_words(against: Against) -> str:
    if against == "none":
        return (
            f"By number of posts, at least {LEAST_AUTHORS} accounts, everyday English words and "
            "those of the topic's own query left out. Set a "
            "filter to see which words set a part of the topic apart from the rest."
        )
    baseline = {
        "peak": "in all the time before it",
        "past": "in the same selection before this period",
        "rest": "in the other posts of the topic",
    }[against]
    return (
        f"Words and phrases of two words used more here than {baseline}: weighted log-odds, z of "
        f"{LEAST_Z} or more, at least {LEAST_AUTHORS} accounts. Ordered by z; bars are posts."
    )
