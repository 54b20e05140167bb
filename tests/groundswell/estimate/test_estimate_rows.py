"""Rows as the store answers them, made into bins, gold posts and shares."""

from collections.abc import Hashable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from groundswell.estimate.rows import bin_of, estimate, gold_of, shares, stance, unfit, whole
from tests.groundswell.estimate.stories import hour, labelled

AT = datetime(2025, 1, 27, tzinfo=UTC)


def series(hours: int = 12) -> list[dict[str, Any]]:
    return [
        {
            "bucket_start": hour(place), "posts": 1_000, "authors": 900, "against": 450,
            "favor": 100, "none": 400, "not_scored": 50, "against_sq": 500, "against_posts": 520,
            "favor_sq": 110, "favor_posts": 115, "posts_sq": 1_300,
        }
        for place in range(hours)
    ]  # fmt: skip


def gold(**changes: object) -> list[dict[str, Any]]:
    return [
        {
            "author_no": one.author,
            "posted_at": one.at,
            "truth": "against" if one.truth else "none",
            "predicted": "against" if one.predicted else "favor",
            "weight": 2.0,
            "query": "q",
            "model_now": "lite",
            "version_now": "2",
        }
        | changes
        for one in labelled(90, 10, 10, 90)
    ]


def rows(frame: pd.DataFrame) -> list[dict[Hashable, Any]]:
    return frame.to_dict("records")


def test_a_row_becomes_a_bin_of_either_side() -> None:
    row = series(1)[0]
    against, favor = bin_of(row), bin_of(row, "favor")
    assert (against.hits, against.hits_sq, against.hits_posts) == (450, 500, 520)
    assert (favor.hits, favor.hits_sq, favor.hits_posts) == (100, 110, 115)
    assert against.start == AT
    assert (against.posts, against.authors, against.posts_sq) == (1_000, 900, 1_300)


def test_numbers_of_a_table_are_taken_as_they_come() -> None:
    frame = pd.DataFrame(series(2)).astype({"posts": "Int64", "against": "Int64"})
    frame.loc[1, ["posts", "against"]] = pd.NA
    frame.loc[1, "authors"] = 0
    frame["against_sq"] = [500.0, np.nan]
    full, empty = (bin_of({str(name): cell for name, cell in row.items()}) for row in rows(frame))
    assert full == bin_of(series(1)[0])
    assert (empty.posts, empty.hits, empty.hits_sq) == (0, 0, 0)
    assert type(full.posts) is int


def test_not_scored_is_not_against() -> None:
    for predicted in ("not_scored", None, float("nan"), pd.NA):
        (one,) = gold_of(gold(predicted=predicted)[:1])
        assert (one.truth, one.predicted) == (True, False)


def test_gold_of_the_other_side() -> None:
    (one,) = gold_of(gold(truth="favor", predicted="favor")[:1], "favor")
    assert (one.truth, one.predicted, one.weight) == (True, True, 2.0)


@pytest.mark.parametrize("author", [None, pd.NA, float("nan"), pd.NaT])
def test_an_author_who_is_not_known_is_none(author: object) -> None:
    assert gold_of(gold(author_no=author)[:1])[0].author is None


def test_labels_drawn_for_another_query_do_not_count() -> None:
    rows = [*gold(), *gold(query="old")]
    assert len(gold_of(rows)) == 400
    assert len(gold_of(rows, query="q")) == 200
    assert unfit(rows, "q") is None
    assert unfit(gold()[:40] + gold(query="old"), "q") == (
        "No interval: 200 of 240 labelled posts were drawn for another query of this topic. "
        "Draw anew; 60 more are needed."
    )


def test_posts_read_by_two_versions_give_no_band() -> None:
    rows = [*gold(), *gold(version_now="1")]
    found = estimate(series(), rows, target="OpenAI")
    assert found.refused is not None
    assert found.refused.startswith("No interval: 2 versions of the model have read")
    assert whole(series(1)[0], AT, rows, target="OpenAI").refused == found.refused
    assert estimate(series(), gold(), target="OpenAI").refused is None


def test_shares_for_a_file() -> None:
    found = shares(series(), gold(), target="OpenAI")
    assert [one.start for one in found] == [hour(place) for place in range(12)]
    for one in found:
        assert one.share is not None
        assert one.low is not None
        assert one.high is not None
        assert one.low < one.share < one.high
    bare = shares(series(2), [], target="OpenAI")
    assert [(one.share, one.low, one.high) for one in bare] == [(0.45, None, None)] * 2


def test_the_whole_window() -> None:
    found = whole(series(1)[0], AT, gold(), target="OpenAI")
    assert found.refused is None
    assert found.share == pytest.approx(0.45, abs=0.05)


def test_stances_in_words() -> None:
    assert [stance(label, "OpenAI") for label in ("against", "favor", "none")] == [
        "against OpenAI",
        "in favor of OpenAI",
        "neutral on OpenAI",
    ]
