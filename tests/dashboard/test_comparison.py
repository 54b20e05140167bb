"""Words are compared with the topic's own past where it has one, and never with themselves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.comparison import compare
from dashboard.findings import Peak
from groundswell.store.filters import Filters

FIRST = datetime(2025, 1, 20, tzinfo=UTC)
DAY = timedelta(days=1)
PEAK = Peak(start=FIRST + 9 * DAY, end=FIRST + 10 * DAY, posts=1_200)
WHOLE = Filters(topic="story")


@pytest.mark.parametrize("width", [timedelta(hours=1), DAY, 7 * DAY])
def test_a_whole_topic_lets_its_busiest_bucket_speak_against_all_before_it(
    width: timedelta,
) -> None:
    peak = replace(PEAK, end=PEAK.start + width)
    told = compare(WHOLE, peak, FIRST)
    assert told.against == "peak"
    assert told.here == replace(WHOLE, since=peak.start, until=peak.end)
    assert told.baseline == replace(WHOLE, until=peak.start)


def test_a_topic_whose_busiest_day_is_its_first_has_no_past() -> None:
    told = compare(WHOLE, replace(PEAK, start=FIRST - DAY), FIRST)
    assert (told.against, told.baseline) == ("none", None)


def test_a_period_is_compared_with_the_same_selection_before_it() -> None:
    chosen = replace(WHOLE, since=FIRST + 3 * DAY, until=FIRST + 4 * DAY, sources=("bluesky",))
    told = compare(chosen, PEAK, FIRST)
    assert (told.against, told.here) == ("past", chosen)
    assert told.baseline == replace(chosen, since=None, until=chosen.since)


def test_a_source_is_compared_with_the_rest_of_the_topic() -> None:
    told = compare(replace(WHOLE, sources=("rss",)), PEAK, FIRST)
    assert (told.against, told.baseline) == ("rest", WHOLE)
