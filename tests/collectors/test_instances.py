"""How servers are named, and what is said when none of them can be read."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors._instances import all_failed, base_of, bases_of, key_of
from collectors._sightings import Sightings
from groundswell.errors import Closed, RateLimited, SourceError, TopicError, Unreachable

NOON = datetime(2025, 2, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "base", "key"),
    [
        ("mastodon.social", "https://mastodon.social", "mastodon.social"),
        (" Mastodon.Social/ ", "https://mastodon.social", "mastodon.social"),
        ("https://a.example/sub/", "https://a.example/sub", "a.example/sub"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("lemmy.example:8443", "https://lemmy.example:8443", "lemmy.example:8443"),
    ],
)
def test_a_server_is_a_host_or_an_address(written: str, base: str, key: str) -> None:
    assert base_of(written) == base
    assert key_of(base) == key
    assert base_of(key) == base


@pytest.mark.parametrize(
    "written",
    ["", "a b", "ftp://x.example", "https://", "https://[", "https://u:p@x.example", "x:port"],
)
def test_anything_else_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(TopicError, match=r"mastodon\.social"):
        base_of(written)


@given(st.text(max_size=30))
def test_no_text_is_too_odd(written: str) -> None:
    try:
        base = base_of(written)
    except TopicError:
        return
    assert base_of(key_of(base)) == base


def test_servers_are_asked_once() -> None:
    assert bases_of(["a.example", "https://a.example/", "b.example"]) == (
        "https://a.example",
        "https://b.example",
    )


def test_one_failure_is_itself_and_many_are_named() -> None:
    one, two = Closed("x: a is closed. Go."), Unreachable("x: b is down. Wait.")
    assert all_failed("x", [one]) is one
    assert isinstance(all_failed("x", [one, one]), Closed)
    said = all_failed("x", [one, two])
    assert isinstance(said, Unreachable)
    assert "x: a is closed; x: b is down" in str(said)


def test_many_failures_are_counted_and_not_listed() -> None:
    failures: list[SourceError] = [Unreachable(f"x: {n} is down.") for n in range(9)]
    assert "and 4 more" in str(all_failed("x", failures))


def test_when_all_must_wait_the_first_to_be_asked_again_counts() -> None:
    waits = [RateLimited("x: wait.", resumes_at=moment) for moment in (None, NOON)]
    error = all_failed("x", waits)
    assert isinstance(error, RateLimited)
    assert error.resumes_at == NOON


def test_a_sighting_is_news_when_it_is_the_first_the_higher_or_the_later() -> None:
    met = Sightings()
    assert met.is_news("x:1", {"likes": 3}, None)
    assert not met.is_news("x:1", {"likes": 3}, None)
    assert not met.is_news("x:1", {"likes": 2}, None)
    assert met.is_news("x:1", {"likes": 2, "replies": 1}, None)
    assert met.is_news("x:1", {}, "2025-01-29")
    assert not met.is_news("x:1", {}, "2025-01-28")
    assert met.counts("x:1") == {"likes": 3, "replies": 1}
    assert met.is_news(None, {}, None)
    assert met.counts(None) == {}


@given(st.lists(st.dictionaries(st.sampled_from(["likes", "replies"]), st.integers(0, 9))))
def test_the_highest_of_all_counts_stays(told: list[dict[str, int]]) -> None:
    met = Sightings()
    for counts in told:
        met.is_news("x:1", counts, None)
    expected = {
        name: max(counts[name] for counts in told if name in counts)
        for counts in told
        for name in counts
    }
    assert met.counts("x:1") == expected
