"""Warnings: each for its reason, none without one."""

from datetime import timedelta

import pandas as pd
import pytest

from dashboard import comparable, compare_words
from dashboard.charts.grid import Grid
from dashboard.compared import Compared, Group, Pair, pairs
from groundswell.estimate import Side, total
from tests.dashboard.stories import START
from tests.groundswell.estimate.stories import grouped, single

GRID = Grid(bucket="day", start=START, end=START + timedelta(days=10))
EVEN = [20] * 10


def group(
    source: str,
    posts: int = 200,
    against: int = 80,
    *,
    silent: int = 0,
    accounts: int | None = None,
) -> Group:
    """A source of accounts of one post each; with ``accounts`` so many wrote all."""
    known = posts if accounts is None else accounts
    if accounts:
        each = posts // accounts
        whole = grouped(0, [each] * accounts, [0] * accounts)
    else:
        whole = single(0, posts, against)
    return Group(
        source=source,
        posts=posts,
        accounts=known,
        of=posts,
        stances={
            "against": against, "none": posts - against - silent, "favor": 0, "not_scored": silent,
        },
        total=total(whole, []),
        side=Side(whole=whole),
    )  # fmt: skip


def told(*groups: Group, days: dict[str, list[int]] | None = None) -> Compared:
    """These groups, each with its posts spread over the days as said, else evenly."""
    parts = [
        pd.DataFrame(
            {
                "source": one.source,
                "bucket_start": GRID.starts(),
                "posts": (days or {}).get(one.source or "", EVEN),
            }
        )
        for one in groups
    ]
    return Compared(target="OpenAI", groups=groups, table=pd.concat(parts, ignore_index=True))


def windows(*sources: str) -> pd.DataFrame:
    return pd.DataFrame({"source": list(sources)})


def lost(**hours: float) -> pd.DataFrame:
    """What was not read of each source, from the beginning on."""
    return pd.DataFrame(
        {
            "source": list(hours),
            "start": [START] * len(hours),
            "end": [START + timedelta(hours=one) for one in hours.values()],
        }
    )


def routes(**found: str) -> pd.DataFrame:
    return pd.DataFrame({"source": list(found), "route": list(found.values())})


def said(
    one: Compared,
    unread: pd.DataFrame | None = None,
    health: pd.DataFrame | None = None,
    known: tuple[str, ...] = ("bluesky", "hackernews"),
) -> list[str]:
    gaps = lost() if unread is None else unread
    ran = routes() if health is None else health
    return comparable.warnings([one], GRID, gaps, windows(*known), ran)


BOTH = group("bluesky"), group("hackernews", against=40)


def test_like_samples_need_no_warning() -> None:
    ran = routes(bluesky="search", hackernews="search")
    assert said(told(*BOTH), health=ran) == []


@pytest.mark.parametrize(
    "small", [group("hackernews", 29, 3), group("hackernews", 190, 0, accounts=19)]
)
def test_few_posts_or_accounts_are_named(small: Group) -> None:
    (only,) = said(told(group("bluesky"), small))
    assert only.startswith("Too little about OpenAI to compare: Hacker News (")
    (pair,) = pairs(told(group("bluesky"), small), None)
    assert pair.difference.refused
    assert "cannot be compared" in compare_words.answer(told(group("bluesky"), small), [pair])


def test_languages_that_are_not_read_are_named() -> None:
    (only,) = said(told(group("bluesky", silent=60), group("hackernews", silent=2)))
    assert "30% of 200 posts on Bluesky, 1% of 200 posts on Hacker News" in only
    assert said(told(group("bluesky", silent=20), group("hackernews", silent=2))) == []


def test_times_that_hardly_overlap_are_named_with_what_both_have() -> None:
    days = {"bluesky": [40, 40, 40, 40, 40, 0, 0, 0, 0, 0], "hackernews": [0, 0, 0, 0, 40] * 2}
    one = told(*BOTH, days=days)
    (only,) = said(one)
    assert only.startswith("Not the same time: most posts are of 27 Jan 2025")
    spans = comparable.spans([one], GRID)
    assert comparable.common_time(spans) == (
        START + timedelta(days=4),
        START + timedelta(days=5),
    )


def test_one_early_post_makes_no_period() -> None:
    early = [2, 0, 0, 0, 0, 0, 0, 0, 99, 99]
    one = told(*BOTH, days={"bluesky": early, "hackernews": [0] * 8 + [100, 100]})
    assert said(one) == []
    assert comparable.common_time(comparable.spans([one], GRID)) is None


def test_a_gap_of_one_source_is_named() -> None:
    (only,) = said(told(*BOTH), lost(bluesky=18))
    assert only.startswith("Not read: 18 h of Bluesky, of 10 days shown.")
    assert said(told(*BOTH), lost(bluesky=6)) == []


def test_unknown_coverage_is_named() -> None:
    (only,) = said(told(group("bluesky"), group("import")), known=("bluesky",))
    assert only == "Of imported files nobody knows what is missing: no coverage is told."


def test_feeds_take_no_side() -> None:
    feed = group("rss", against=0)
    (only,) = said(told(group("bluesky"), feed), known=("bluesky", "rss"))
    assert only.startswith("News feeds: headlines report and are read as taking no side")
    (pair,) = pairs(told(group("bluesky"), feed), None)
    assert "headlines take no side" in compare_words.answer(told(group("bluesky"), feed), [pair])


def test_samples_made_in_other_ways_are_named() -> None:
    (only,) = said(told(*BOTH), health=routes(bluesky="stream", hackernews="search"))
    assert "Bluesky by following all posts as they are made; Hacker News by a search" in only


def test_unknown_authors_are_named() -> None:
    nameless = group("hackernews", accounts=0)
    (only,) = said(told(group("bluesky"), nameless))
    assert "nobody knows who wrote 100% of 200 posts on OpenAI" in only


def first_pair(first: Group, second: Group) -> tuple[Compared, Pair]:
    one = told(first, second)
    return one, pairs(one, None)[0]


def test_the_greater_share_comes_first_whichever_source_it_is_of() -> None:
    for first, second in (BOTH, BOTH[::-1]):
        said_ = compare_words.answer(*_as_list(first_pair(first, second)))
        assert said_.startswith(
            "By the model alone, Bluesky is more against OpenAI than Hacker News: 40% and 20% "
            "against, 20 points apart (95% interval 11 to 29, of sampling alone)"
        )


def test_no_difference_is_said_as_such() -> None:
    like = group("hackernews", against=78)
    said_ = compare_words.answer(*_as_list(first_pair(group("bluesky"), like)))
    assert said_.startswith(
        "By the model alone, Bluesky and Hacker News do not clearly differ on OpenAI: 40% and 39% "
        "against, 1 point apart"
    )


@pytest.mark.parametrize(
    ("against", "error", "warned"), [(50, 0.16, True), (50, 0.14, False), (78, 0.16, False)]
)
def test_a_difference_no_greater_than_the_models_error_is_warned_of(
    against: int, error: float, *, warned: bool
) -> None:
    _, pair = first_pair(group("bluesky"), group("hackernews", against=against))
    found = compare_words.within_error(pair, error)
    assert (found is not None) == warned
    assert compare_words.within_error(pair, None) is None
    if found:
        assert found.startswith("On OpenAI, Bluesky and Hacker News lie 15 points apart, and a sha")
        assert "off by 16 in the mean" in found


def _as_list(found: tuple[Compared, Pair]) -> tuple[Compared, list[Pair]]:
    return found[0], [found[1]]


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.124, "+12"), (-0.03, "−3"), (0.004, "+0.4"), (-0.0004, "0"), (0.0, "0"), (None, "–")],
)
def test_points(value: float | None, words: str) -> None:
    assert compare_words.points(value) == words


def test_many_intervals_are_said_to_be_many() -> None:
    one = told(*(group(name) for name in ("bluesky", "hackernews", "lemmy", "mastodon")))
    assert "Of 6 intervals about one in twenty" in compare_words.intervals(pairs(one, None), "")
    assert "one in twenty" not in compare_words.intervals(pairs(told(*BOTH), None), "")
