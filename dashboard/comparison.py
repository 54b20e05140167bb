"""Whose words are shown, and whose they are compared with."""

from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from dashboard.findings import Against, Peak
from groundswell.scoring import keywords
from groundswell.store import contrast, questions
from groundswell.store.filters import Filters
from groundswell.store.reading import Cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Posts of ``here`` against those of ``baseline``, of which ``here`` is taken off where it is
    a part of it (``rest``). ``baseline`` is None when there is nothing to compare with."""

    against: Against
    here: Filters
    baseline: Filters | None


def compare(filters: Filters, peak: Peak | None, first_at: datetime) -> Comparison:
    """What sets ``filters`` apart is told against the topic's own past where there is one.

    A whole topic has no past: then its busiest bucket speaks. Where only originals count, they do
    on both sides. ``first_at`` is the topic's first post, UTC.
    """
    whole = Filters(topic=filters.topic, originals=filters.originals)
    if filters == whole:
        if peak is None or peak.start <= first_at:
            return Comparison(against="none", here=filters, baseline=None)
        here = replace(filters, since=peak.start, until=peak.end)
        return Comparison(against="peak", here=here, baseline=replace(filters, until=peak.start))
    if filters.since is not None and filters.since > first_at:
        past = replace(filters, since=None, until=filters.since)
        return Comparison(against="past", here=filters, baseline=past)
    return Comparison(against="rest", here=filters, baseline=whole)


def words_of(
    cursor: Cursor, comparison: Comparison, trivial: frozenset[str], limit: int
) -> pd.DataFrame:
    """The ``limit`` words and phrases that set one side of ``comparison`` apart, with ``z``;
    without a baseline the most frequent words, without. ``term, posts, authors`` always.

    Words used by fewer than five accounts are left out: one account repeating itself is not many;
    of the most frequent also ``trivial`` ones, those of the topic's own query.
    """
    if comparison.baseline is None:
        return _most_frequent(questions.term_counts(cursor, comparison.here), trivial, limit)
    rest = comparison.against == "rest"
    sides = comparison.here, comparison.baseline
    return contrast.standing_out(cursor, *sides, limit=limit, rest=rest)


def _most_frequent(counts: pd.DataFrame, trivial: frozenset[str], limit: int) -> pd.DataFrame:
    told = counts[
        (counts["authors"] >= keywords.LEAST_AUTHORS)
        & ~counts["term"].isin(keywords.stop_words() | trivial)
    ]
    order = told.sort_values(["posts", "term"], ascending=[False, True])
    return order.head(limit).reset_index(drop=True)
