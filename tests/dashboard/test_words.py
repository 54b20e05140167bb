"""Numbers, times and sentences: rounding never lies, and strangers' text stays text."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import words
from groundswell import errors

HOSTILE = (
    "<b>bold</b> **x** [a](http://evil.example) ![p](http://evil.example/p.png) "
    "www.evil.example :red[x] :tada: $x^2$ me@evil.example `code` # head"
)


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 0, "–"),
        (0, 10, "0%"),
        (1, 1000, "under 1%"),
        (999, 1000, "over 99%"),
        (10, 10, "100%"),
        (1, 3, "33%"),
        (2, 3, "67%"),
    ],
)
def test_shares_round_without_lying(part: int, whole: int, said: str) -> None:
    assert words.share(part, whole) == said


@given(st.integers(1, 10**7), st.data())
def test_only_nothing_is_0_and_only_all_is_100(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    said = words.share(part, whole)
    assert (said == "0%") == (part == 0)
    assert (said == "100%") == (part == whole)


@pytest.mark.parametrize(
    ("value", "said"), [(0, "0 posts"), (1, "1 post"), (2, "2 posts"), (12345, "12,345 posts")]
)
def test_counts_read_as_english(value: int, said: str) -> None:
    assert words.many(value, "post") == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "–"), (0.306, "+0.31"), (-0.2, "−0.20"), (0.0, "0.00"), (-0.0004, "0.00")],
)
def test_scores_carry_their_sign(value: float | None, said: str) -> None:
    assert words.signed(value) == said


def test_times_are_utc_and_say_so() -> None:
    berlin = timezone(timedelta(hours=1))
    assert words.moment(datetime(2025, 1, 29, 15, 5, tzinfo=berlin)) == "29 Jan 2025, 14:05 UTC"
    assert words.moment(None) == "never"
    assert words.day(datetime(2025, 1, 30, 0, 30, tzinfo=berlin)) == "29 Jan 2025"


def test_a_period_names_both_days_unless_they_are_one() -> None:
    first = datetime(2025, 1, 29, 3, tzinfo=UTC)
    assert words.period(first, first + timedelta(hours=2)) == "29 Jan 2025 (UTC)"
    later = words.period(first, first + timedelta(days=5))
    assert later == "29 Jan 2025 to 3 Feb 2025 (UTC)"


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=8), "8 min ago"),
        (timedelta(hours=47), "47 h ago"),
        (timedelta(days=12), "12 days ago"),
    ],
)
def test_ages_use_the_largest_whole_unit(span: timedelta, said: str) -> None:
    assert words.age(span) == said


@pytest.mark.parametrize(
    ("names", "said"),
    [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")],
)
def test_names_are_listed(names: list[str], said: str) -> None:
    assert words.listed(names) == said


def _shown(markdown: str) -> str:
    """What a reader sees of escaped Markdown: escapes and invisible joiners gone."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace("\N{WORD JOINER}", "")


def test_safe_text_shows_what_was_written() -> None:
    assert _shown(words.safe_text(HOSTILE)) == HOSTILE


@given(st.text())
def test_safe_text_leaves_nothing_for_markdown_to_read(text: str) -> None:
    safe = words.safe_text(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]()#!$<>~|{}]", safe)
    assert "://" not in safe
    assert not re.search(r"(?i)\bwww\\?\.", safe)
    assert not re.search(r"@[\w-]", safe)
    assert "\n" not in safe


@given(st.text())
def test_plot_text_leaves_nothing_for_plotly_to_read(text: str) -> None:
    shown = words.plot_text(text)
    assert not set("<>&") & set(shown)
    assert len(shown) <= 32


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (errors.ShuttingDown("x"), "reload this page"),
        (errors.QueryTimeout("x"), "narrow the period"),
        (errors.TopicError("a.toml, line 3: no title"), "a.toml, line 3"),
        (errors.StoreError("disk gone"), "disk gone"),
        (errors.HomeError("home gone"), "home gone"),
    ],
)
def test_errors_say_what_to_do_in_one_sentence(error: errors.GroundswellError, says: str) -> None:
    said = words.trouble(error)
    assert says in said
    assert "Traceback" not in said
    assert "\n" not in said


@given(st.text(max_size=60))
def test_what_was_made_safe_is_read_again(text: str) -> None:
    """Of texts without a joiner of their own; runs of spaces are one to a reader."""
    flat = " ".join(text.replace("\N{WORD JOINER}", "").split())
    assert words.plain_text(words.safe_text(flat)) == flat
