"""Words are compared with the topic's own past where it has one, and never with themselves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd

from dashboard import answers
from dashboard.comparison import MOST_POSTS, compare
from dashboard.findings import Peak
from groundswell.store.filters import Filters

FIRST = datetime(2025, 1, 20, tzinfo=UTC)
DAY = timedelta(days=1)
PEAK = Peak(start=FIRST + 9 * DAY, end=FIRST + 10 * DAY, posts=1_200)
WHOLE = Filters(topic="story")


def test_a_whole_topic_lets_its_busiest_day_speak_against_the_days_before() -> None:
    told = compare(WHOLE, PEAK, FIRST)
    assert told.against == "peak"
    assert told.here == replace(WHOLE, since=PEAK.start, until=PEAK.end)
    assert told.baseline == replace(WHOLE, until=PEAK.start)


def test_a_topic_whose_busiest_day_is_its_first_has_no_past() -> None:
    told = compare(WHOLE, replace(PEAK, start=FIRST - DAY), FIRST)
    assert (told.against, told.baseline) == ("none", None)


def test_a_topic_too_large_for_a_quick_answer_shows_its_most_frequent_words() -> None:
    assert compare(WHOLE, PEAK, FIRST, posts=MOST_POSTS).against == "peak"
    assert compare(WHOLE, PEAK, FIRST, posts=MOST_POSTS + 1).against == "none"


def test_a_period_is_compared_with_the_same_selection_before_it() -> None:
    chosen = replace(WHOLE, since=FIRST + 3 * DAY, until=FIRST + 4 * DAY, sources=("bluesky",))
    told = compare(chosen, PEAK, FIRST)
    assert (told.against, told.here) == ("past", chosen)
    assert told.baseline == replace(chosen, since=None, until=chosen.since)


def test_a_source_is_compared_with_the_rest_of_the_topic() -> None:
    told = compare(replace(WHOLE, sources=("rss",)), PEAK, FIRST)
    assert (told.against, told.baseline) == ("rest", WHOLE)


def test_the_rest_is_what_remains_without_the_posts_shown() -> None:
    whole = pd.DataFrame({"term": ["a", "b", "c"], "posts": [9, 4, 2], "authors": [9, 4, 2]})
    part = pd.DataFrame({"term": ["a", "b"], "posts": [3, 4], "authors": [3, 4]})
    rest = answers.without(whole, part)
    assert list(zip(rest["term"], rest["posts"], strict=True)) == [("a", 6), ("c", 2)]
