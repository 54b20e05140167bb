"""Sentences from data: every share with its n, nothing claimed of too few, no cause from order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from dashboard import findings
from dashboard.charts.grid import Grid, volume
from groundswell.scoring.vader import NEGATIVE_MAX, POSITIVE_MIN
from groundswell.store.questions import CopiesShare, Totals
from groundswell.topic import Event
from tests.dashboard.charts.frames import HOUR, START, counts, gaps, hours


def totals(**changes: Any) -> Totals:
    """1,200 posts of five days, 1,000 of them scored."""
    values: dict[str, Any] = {
        "posts": 1200,
        "authors": 800,
        "scored": 1000,
        "not_scored": 200,
        "measured": 1000,
        "negative": 410,
        "neutral": 370,
        "positive": 220,
        "mean_compound": -0.123,
        "se_compound": 0.01,
        "skewed": 0,
        "withheld": 0,
        "first_at": datetime(2025, 1, 29, 3, tzinfo=UTC),
        "last_at": datetime(2025, 2, 3, 22, tzinfo=UTC),
    }
    return Totals(**(values | changes))


def event(hour: float) -> Event:
    return Event(at=START + hour * HOUR, title="Something happens")


def test_the_headline_says_how_many_who_where_and_when() -> None:
    assert findings.headline(totals(), ["hackernews", "bluesky"]) == (
        "1,200 posts by 800 accounts on Hacker News and Bluesky, 29 Jan 2025 to 3 Feb 2025 (UTC)"
    )


def test_shares_come_with_their_n_and_with_what_was_not_scored() -> None:
    assert findings.tone(totals()) == (
        "41% of 1,000 scored posts read negative, 22% positive; 200 posts could not be scored"
    )


def test_too_few_give_no_share() -> None:
    few = totals(posts=40, scored=29, not_scored=11, negative=20, positive=2)
    assert findings.tone(few) == (
        "29 scored posts, too few for a share; 11 posts could not be scored"
    )
    assert "%" not in findings.tone(few)


def test_none_scored_says_so_and_is_not_neutral() -> None:
    none = totals(scored=0, not_scored=1200, negative=0, neutral=0, positive=0, mean_compound=None)
    assert findings.tone(none) == "No post here could be scored: 1,200 of 1,200"
    assert findings.average(none) == "No post here could be scored"


def test_the_mean_has_its_n_and_scale_but_no_interval() -> None:
    said = findings.average(totals())
    assert said == "VADER gives posts −0.12 on average, on a scale of −1 to +1 (n = 1,000)"
    assert "±" not in said


def read_by(*readers: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [{"model": model, "version": version, "posts": 5} for model, version in readers],
        columns=["model", "version", "posts"],
    )


def test_the_method_names_the_model_and_asks_to_rescore_what_is_old() -> None:
    said = findings.method_of_sentiment(totals(), read_by(("lite", "lite-9")))
    assert "the model lite\\-9." in said
    assert "rescore" not in said
    assert "No post was read" in findings.method_of_sentiment(totals(), read_by())


def test_the_method_says_when_only_the_small_model_served() -> None:
    said = findings.method_of_sentiment(totals(), read_by(("lite", "lite-9-linear")))
    assert "onnxruntime is not installed" in said


def test_a_model_of_a_hostile_name_is_literal() -> None:
    said = findings.method_of_sentiment(totals(), read_by(("hub", "![x](http://evil.example)")))
    assert "](" not in said


def test_the_method_names_the_cut_offs_in_force() -> None:
    said = findings.method_of_sentiment(totals(), read_by(("vader", "3.3.2")))
    for cut in (NEGATIVE_MAX, POSITIVE_MIN):
        assert f"{cut:+.2f}".replace("-", "−") in said
    assert "1,000 of 1,200 posts were scored" in said


def peak_of(*rows: tuple[int, str, int, int]) -> findings.Peak | None:
    sources = list(dict.fromkeys(source for _, source, _, _ in rows))
    return findings.peak(volume(counts(*rows), gaps(), hours(6), sources), hours(6))


def test_the_peak_is_over_all_sources_and_the_first_of_equals() -> None:
    top = peak_of((1, "rss", 5, 0), (1, "bluesky", 4, 0), (2, "rss", 8, 0), (3, "rss", 9, 0))
    assert top == findings.Peak(start=START + HOUR, end=START + 2 * HOUR, posts=9, buckets=2)


@pytest.mark.parametrize(
    ("posts", "buckets", "says"),
    [
        (1, 1, "No hour stands out: the most is 1 post"),
        (1, 60, "No hour stands out: the most is 1 post, in 60 hours"),
        (40, 2, "No hour stands out: the most is 40 posts, in 2 hours"),
        (4, 1, "No hour stands out: the most is 4 posts"),
        (5, 1, "The busiest hour began 29 Jan 2025, 10:00 UTC, with 5 posts"),
    ],
)
def test_a_few_posts_or_equals_make_no_peak(posts: int, buckets: int, says: str) -> None:
    top = findings.Peak(start=START, end=START + HOUR, posts=posts, buckets=buckets)
    assert findings.busiest(top, hours(6), []) == says


def test_a_mean_of_a_few_posts_is_none() -> None:
    few = totals(measured=9)
    assert findings.average(few) == "VADER measured 9 posts: too few for a mean"


def test_no_posts_have_no_peak() -> None:
    assert peak_of() is None
    assert findings.busiest(None, hours(2), []) == "No posts in this period"


@pytest.mark.parametrize(
    ("events", "tail"),
    [
        ([], "with 9 posts"),
        ([event(-2), event(0)], "with 9 posts, after event 2"),
        ([event(1.5)], "with 9 posts: that of event 1"),
        ([event(4)], "with 9 posts"),
    ],
)
def test_an_event_is_named_by_order_never_as_a_cause(events: list[Event], tail: str) -> None:
    top = findings.Peak(start=START + HOUR, end=START + 2 * HOUR, posts=9)
    said = findings.busiest(top, hours(6), events)
    assert said == f"The busiest hour began 29 Jan 2025, 11:00 UTC, {tail}"
    assert not {"because", "due", "caused"} & set(said.split())


def test_the_event_of_the_peak_is_said_with_its_title() -> None:
    top = findings.Peak(start=START + HOUR, end=START + 2 * HOUR, posts=9)
    said = findings.at_the_peak(top, hours(6), [event(-2), event(1.5)])
    assert said is not None
    assert said.startswith(findings.busiest(top, hours(6), [event(-2), event(1.5)]))
    assert said.endswith(f"that of event 2, “{event(1.5).title}”")
    assert findings.at_the_peak(top, hours(6), [event(4)]) is None
    assert findings.at_the_peak(None, hours(6), [event(0)]) is None
    low = findings.Peak(start=START, end=START + HOUR, posts=4)
    assert findings.at_the_peak(low, hours(6), [event(0)]) is None


def test_what_is_not_drawn_is_said() -> None:
    grid = Grid(bucket="week", start=START, end=START + timedelta(weeks=500), clipped=True)
    said = findings.method_of_volume(grid, gaps=True)
    assert "Posts before 29 Jan 2025 are counted above but not drawn" in said
    assert "Grey" in said
    assert "Grey" not in findings.method_of_volume(hours(3), gaps=False)


def test_copies_not_compared_are_not_none() -> None:
    never = CopiesShare(posts=9, copies=None, compared_at=None)
    assert findings.repeated(never) == "Copies have not been compared yet."
    known = CopiesShare(posts=1_200, copies=30, compared_at=START)
    assert findings.repeated(known).startswith("30 of 1,200 posts nearly repeat an earlier one")


def test_the_words_say_what_they_are_compared_with() -> None:
    top = findings.Peak(start=START, end=START + HOUR, posts=9)
    assert "other posts of the topic" in findings.method_of_words("rest", found=3)
    assert "all the time before it" in findings.method_of_words("peak", found=3)
    assert "log-odds" not in findings.method_of_words("none", found=3)
    said = findings.words_that("peak", top, hours(6), found=3)
    assert said == (
        "Words that set the busiest hour apart from the time before (29 Jan 2025, 10:00 UTC)"
    )
    assert findings.words_that("past", top, hours(6), found=3).endswith("from the time before")
    assert findings.words_that("none", None, hours(6), found=0) == "No word stands out"
    assert findings.method_of_words("rest", found=0).endswith("may show some.")
