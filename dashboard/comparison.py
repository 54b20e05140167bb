"""Whose words are shown, and whose they are compared with."""

from dataclasses import dataclass, replace
from datetime import datetime

from dashboard.findings import Against, Peak
from groundswell.store.filters import Filters


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Posts of ``here`` against those of ``baseline``, of which ``here`` is taken off where it is
    a part of it (``rest``). ``baseline`` is None when there is nothing to compare with."""

    against: Against
    here: Filters
    baseline: Filters | None


def compare(filters: Filters, peak: Peak | None, first_at: datetime) -> Comparison:
    """What sets ``filters`` apart is told against the topic's own past where there is one.

    A whole topic has no past: then its busiest bucket speaks. ``first_at`` is the topic's first
    post, UTC.
    """
    whole = Filters(topic=filters.topic)
    if filters == whole:
        if peak is None or peak.start <= first_at:
            return Comparison(against="none", here=filters, baseline=None)
        here = replace(filters, since=peak.start, until=peak.end)
        return Comparison(against="peak", here=here, baseline=replace(filters, until=peak.start))
    if filters.since is not None and filters.since > first_at:
        past = replace(filters, since=None, until=filters.since)
        return Comparison(against="past", here=filters, baseline=past)
    return Comparison(against="rest", here=filters, baseline=whole)
