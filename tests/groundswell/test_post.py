"""Times of a post: charts never see the future, the absurd is counted as skewed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.post import Post, is_skewed, posted_at

SEEN = datetime(2025, 1, 29, 12, tzinfo=UTC)


def post(created: datetime | None, indexed: datetime | None = None) -> Post:
    return Post(
        source="bluesky",
        uri="at://did:plc:sample/app.bsky.feed.post/1",
        first_seen_at=SEEN,
        text="",
        created_at=created,
        indexed_at=indexed,
    )


@given(st.none() | st.datetimes(timezones=st.just(UTC)))
def test_a_post_is_never_charted_after_it_was_seen(created: datetime | None) -> None:
    assert posted_at(post(created)) <= SEEN


@pytest.mark.parametrize(
    ("created", "indexed", "charted", "skewed"),
    [
        (SEEN - timedelta(hours=2), None, SEEN - timedelta(hours=2), False),
        (SEEN - timedelta(days=400), None, SEEN - timedelta(days=400), False),
        (None, None, SEEN, True),
        (datetime(1, 1, 1, tzinfo=UTC), None, SEEN, True),
        (datetime(1970, 1, 1, tzinfo=UTC), None, SEEN, True),
        (SEEN + timedelta(days=900), None, SEEN, True),
        (SEEN + timedelta(minutes=2), None, SEEN, False),
        (SEEN - timedelta(days=9), SEEN - timedelta(hours=1), SEEN - timedelta(days=9), True),
        (SEEN - timedelta(hours=9), SEEN, SEEN - timedelta(hours=9), False),
    ],
    ids=["plain", "back-fill", "none", "year 1", "epoch", "future", "slow", "backdated", "late"],
)
def test_chart_time_and_skew(
    created: datetime | None, indexed: datetime | None, charted: datetime, skewed: bool
) -> None:
    assert posted_at(post(created, indexed)) == charted
    assert is_skewed(post(created, indexed)) is skewed
