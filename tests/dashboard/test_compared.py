"""Sources beside each other: counts by hand, differences, and labels of each source."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from dashboard import compare_words, compared
from dashboard.charts import grid as grids
from dashboard.charts.grid import Grid
from dashboard.compared import Asked, Compared
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.owner import Visit, open_briefly
from tests.dashboard.stories import SLUG, START, post
from tests.groundswell.store.making import batch, read, scored
from tests.truth import label_as

TARGET = "OpenAI"
QUERY = "q"
SOURCES = ("bluesky", "hackernews", "rss")
EACH = 900  # posts of each of the first two
DAYS = 3
GRID = Grid(bucket="day", start=START, end=START + timedelta(days=DAYS))
WHOLE = Filters(topic=SLUG)


def true_stance(source: str, number: int) -> str:
    """Against: half on Bluesky, a fifth on Hacker News; feeds report."""
    least = {"bluesky": 5, "hackernews": 2}.get(source, 0)
    return "against" if number % 10 < least else "none"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """Two sources of 120 accounts each and a feed, read by a model that on Hacker News takes a
    quarter of what is not against for such, on Bluesky a tenth."""
    folder = tmp_path_factory.mktemp("compared")
    dice, posts = np.random.default_rng(5), []
    for source, count in (("bluesky", EACH), ("hackernews", EACH), ("rss", 12)):
        for number in range(count):
            at = START + number * timedelta(days=DAYS) / count
            one = post(
                number, source, uri=f"{source}:{number}", created_at=at, first_seen_at=at,
                author_id=None if source == "rss" else f"{source}-{number % 120}",
                author=None, text=f"OpenAI, take {number}",
            )  # fmt: skip
            said = true_stance(source, number)
            false = {"bluesky": 0.1, "hackernews": 0.25}.get(source, 0.0)
            if dice.random() < (0.1 if said == "against" else false):
                said = "none" if said == "against" else "against"
            speaks = {TARGET: said} if number % 9 or source == "rss" else {}
            posts.append(read(scored(one, topics=(SLUG,)), speaks))
    Spool(folder, limit_bytes=10**9).write(batch(0, posts, topic=SLUG, targets={SLUG: [TARGET]}))
    with open_briefly(folder, Settings(home=folder)) as visit:
        yield visit


def answer(visit: Visit, filters: Filters = WHOLE) -> Compared:
    of_all = compared.whatever_side(filters)
    with visit.read() as cursor:
        facets = questions.facets(cursor, of_all)
        own = facets[facets["facet"] == "source"]
        posts = tuple((str(s), int(n)) for s, n in own[["value", "posts"]].to_numpy())
        nothing_missing = pd.DataFrame({"source": [], "start": [], "end": []})
        counts = questions.timeline(cursor, of_all, GRID.bucket)
        volume = grids.volume(counts, nothing_missing, GRID, [source for source, _ in posts])
        asked = Asked(filters=of_all, target=TARGET, grid=GRID, query=QUERY, posts=posts)
        return compared.read(cursor, asked, volume)


def test_every_number_of_a_group_is_a_count_of_posts(home: Visit) -> None:
    found = answer(home)
    assert {group.source for group in found.of_sources} == set(SOURCES)
    with home.read() as cursor:
        for group in found.groups:
            own = () if group.source is None else (group.source,)
            spoken = Filters(topic=SLUG, sources=own, target=TARGET)
            assert questions.count(cursor, spoken) == group.posts
            assert questions.count(cursor, Filters(topic=SLUG, sources=own)) == group.of
            assert questions.totals(cursor, spoken).authors == group.accounts
            for name, posts in group.stances.items():
                one = Filters(topic=SLUG, sources=own, target=TARGET, stances=(name,))
                assert questions.count(cursor, one) == posts
    whole = found.groups[-1]
    assert whole.source is None
    assert whole.posts == sum(group.posts for group in found.of_sources)
    assert found.of_sources[0].attention == pytest.approx(8 / 9, abs=0.01)


def test_the_table_holds_every_post_of_every_source_once(home: Visit) -> None:
    found = answer(home)
    sums = found.table.groupby("source")[["posts", "against", "of"]].sum()
    for group in found.of_sources:
        assert sums.loc[str(group.source)].to_dict() == {
            "posts": group.posts, "against": group.stances["against"], "of": group.of,
        }  # fmt: skip
    share = found.table["posts"] / found.table["of"]
    assert list(found.table["attention"].astype(float)) == pytest.approx(list(share))


def test_filters_on_side_and_feeling_change_nothing(home: Visit) -> None:
    narrow = Filters(topic=SLUG, target=TARGET, stances=("against",), sentiments=("negative",))
    assert [group.posts for group in answer(home, narrow).groups] == [
        group.posts for group in answer(home).groups
    ]


def test_without_labels_the_difference_is_that_of_the_model(home: Visit) -> None:
    (pair,) = [
        one
        for one in compared.pairs(answer(home), None)
        if "rss" not in (one.first.source, one.second.source)
    ]
    shares = [group.share("against") or 0.0 for group in (pair.first, pair.second)]
    assert pair.difference.value == pytest.approx(shares[0] - shares[1])
    assert not pair.difference.corrected
    assert pair.difference.is_clear
    said = compare_words.answer(answer(home), [pair])
    assert said.startswith("By the model alone, Bluesky is more against OpenAI than Hacker News: ")
    assert "of sampling alone" in said


def test_feeds_give_no_interval(home: Visit) -> None:
    told = compared.pairs(answer(home), None)
    assert len(told) == 3
    for pair in told:
        if "rss" in (pair.first.source, pair.second.source):
            assert pair.difference.low is None
            assert "headlines take no side" in compare_words.reading(pair)


@pytest.mark.parametrize(("baseline", "pairs"), [("hackernews", 2), ("mastodon", 3), (None, 3)])
def test_a_baseline_is_always_the_second(home: Visit, baseline: str | None, pairs: int) -> None:
    told = compared.pairs(answer(home), baseline)
    assert len(told) == pairs
    if pairs == 2:
        assert {pair.second.source for pair in told} == {baseline}


@pytest.fixture(scope="module")
def labelled(home: Visit) -> Visit:
    """The same home with 700 labels."""
    label_as(
        home, TARGET, 700, query=QUERY, topic=SLUG,
        truth=lambda source, uri: true_stance(source, int(uri.rpartition(":")[2])),
    )  # fmt: skip
    return home


def test_labels_correct_each_source_by_its_own_errors(labelled: Visit) -> None:
    """The model sees 47 and 38 % against; true are 50 and 20."""
    found = answer(labelled)
    (pair,) = [one for one in compared.pairs(found, "hackernews") if one.first.source == "bluesky"]
    assert pair.difference.corrected
    assert pair.difference.value == pytest.approx(0.3, abs=0.06)
    assert pair.difference.low is not None
    assert pair.difference.high is not None
    assert pair.difference.low <= 0.3 <= pair.difference.high
    shares = {group.source: group.total for group in found.groups}
    assert shares["bluesky"].share == pytest.approx(0.5, abs=0.06)
    assert shares["hackernews"].share == pytest.approx(0.2, abs=0.06)
    assert not shares["rss"].corrected
    bands = found.table[found.table["source"] == "bluesky"]
    assert bands["low"].notna().all()
    assert "corrected by labels" in compare_words.answer(found, [pair])


def test_a_period_counts_labels_of_its_posts_only(labelled: Visit) -> None:
    late = Filters(topic=SLUG, since=START + timedelta(days=2))
    whole, part = answer(labelled).groups[-1], answer(labelled, late).groups[-1]
    assert 0 < part.total.labels < whole.total.labels
    assert part.posts < whole.posts
