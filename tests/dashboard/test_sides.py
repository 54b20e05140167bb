"""What the overview says of stance: with and without labels, and counted otherwise."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard import side_findings, sides, tiles
from dashboard.charts import grid as grids
from dashboard.charts.grid import Grid
from groundswell.model_card import read_card
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.owner import Visit, open_briefly
from tests.dashboard.conftest import Open
from tests.dashboard.screen import shown
from tests.dashboard.stories import SLUG, START, post
from tests.groundswell.store.making import batch, read, scored
from tests.truth import label_as

TARGET = "OpenAI"
DAYS = 6
A_DAY = 240
QUERY = "q"
GRID = Grid(bucket="day", start=START, end=START + timedelta(days=DAYS))


def true_stance(number: int) -> str:
    """Two fifths against on the first days, four fifths on the last."""
    least = 2 if number < DAYS * A_DAY / 2 else 4
    return "against" if number % 5 < least else "none"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """Six days of posts by 90 accounts, read by a model that is right in nine of ten cases."""
    folder = tmp_path_factory.mktemp("sides")
    dice, posts = np.random.default_rng(3), []
    for number in range(DAYS * A_DAY):
        at = START + number * timedelta(days=1) / A_DAY
        source = "bluesky" if number % 3 else "hackernews"
        one = post(
            number, source, created_at=at, first_seen_at=at, author_id=f"{source}-{number % 90}",
            text=f"OpenAI, take {number}",
        )  # fmt: skip
        stance = true_stance(number)
        wrong = "none" if stance == "against" else "against"
        said = stance if dice.random() < 0.9 else wrong
        posts.append(read(scored(one, topics=(SLUG,)), {TARGET: said}))
    Spool(folder, limit_bytes=10**9).write(batch(0, posts, topic=SLUG, targets={SLUG: [TARGET]}))
    with open_briefly(folder, Settings(home=folder)) as visit:
        yield visit


def answer(visit: Visit, filters: Filters | None = None, grid: Grid = GRID) -> sides.Sides:
    filters = filters or Filters(topic=SLUG)
    with visit.read() as cursor:
        counts = questions.timeline(cursor, filters, grid.bucket)
        nothing_missing = pd.DataFrame({"source": [], "start": [], "end": []})
        volume = grids.volume(counts, nothing_missing, grid, ["bluesky", "hackernews"])
        stood = sides.stand(cursor, filters, TARGET, QUERY)
        return sides.read(cursor, filters, stood, grid, volume, QUERY)


def test_without_labels_there_is_the_models_line_and_a_reason(home: Visit) -> None:
    found = answer(home)
    assert found.table["low"].isna().all()
    assert found.table["share"].notna().all()
    assert "100 are needed" in str(found.stand.total.refused)
    assert found.stand.whole.posts == found.table["posts"].sum() == DAYS * A_DAY


def label(home: Visit, size: int) -> None:
    """Draws ``size`` posts and labels them with the truth."""
    label_as(
        home, TARGET, size, query=QUERY, topic=SLUG,
        truth=lambda _source, uri: true_stance(int(uri.rpartition(":")[2])),
    )  # fmt: skip


@pytest.fixture(scope="module")
def labelled(home: Visit) -> Visit:
    """The same home once 300 posts are labelled."""
    label(home, 300)
    return home


def test_with_labels_every_band_holds_the_truth(labelled: Visit) -> None:
    table = answer(labelled).table
    true = np.repeat([0.4, 0.8], DAYS // 2)
    assert table["low"].notna().all()
    assert ((table["low"] <= true) & (true <= table["high"])).mean() >= 5 / 6
    assert table["why_no_band"].isna().all()


def test_the_whole_is_of_the_posts_shown(labelled: Visit) -> None:
    late = Filters(topic=SLUG, since=START + timedelta(days=DAYS / 2))
    whole, second = answer(labelled), answer(labelled, late)
    assert whole.stand.total.low is not None
    assert whole.stand.total.high is not None
    assert whole.stand.total.low <= 0.6 <= whole.stand.total.high
    assert second.stand.total.labels < whole.stand.total.labels
    assert second.stand.whole.posts == DAYS * A_DAY / 2


def test_a_filter_on_stance_does_not_change_the_share(labelled: Visit) -> None:
    only = Filters(topic=SLUG, target=TARGET, stances=("against",))
    assert answer(labelled, only).stand.total == answer(labelled).stand.total


def test_labels_of_one_source_only_speak_for_it(labelled: Visit) -> None:
    news = answer(labelled, Filters(topic=SLUG, sources=("hackernews",)))
    assert 0 < news.stand.total.labels < answer(labelled).stand.total.labels
    assert news.stand.whole.authors < answer(labelled).stand.whole.authors


def test_hours_too_thin_for_a_band_become_days(labelled: Visit) -> None:
    hours = replace(GRID, bucket="hour")
    found = answer(labelled, grid=hours)
    assert found.grid == GRID
    assert found.table["posts"].tolist() == [A_DAY] * DAYS


def test_labels_for_another_query_give_no_band(labelled: Visit) -> None:
    with labelled.read() as cursor:
        counts = questions.timeline(cursor, Filters(topic=SLUG), "day")
        nothing_missing = pd.DataFrame({"source": [], "start": [], "end": []})
        volume = grids.volume(counts, nothing_missing, GRID, ["bluesky", "hackernews"])
        stood = sides.stand(cursor, Filters(topic=SLUG), TARGET, "another")
        found = sides.read(cursor, Filters(topic=SLUG), stood, GRID, volume, "another")
    assert found.table["low"].isna().all()
    assert found.stand.total.refused


def rows(**against: int) -> pd.DataFrame:
    """Ways of counting 100 posts each, with so many against."""
    return pd.DataFrame(
        [
            {"variant": name, "posts": 100, "authors": 90, "against": n, "none": 100 - n,
             "favor": 0, "not_scored": 0}
            for name, n in against.items()
        ]
    )  # fmt: skip


def test_every_other_way_to_count_is_a_shift_of_the_headline() -> None:
    found = side_findings.shifts(rows(all=40, copies_once=31, one_vote_each=40, bridges_joined=42))
    assert [(shift.label, shift.value, shift.delta) for shift in found] == [
        ("Copies once", "31%", "−9 points"),
        ("One account, one vote", "40%", "no change"),
        ("Cross-posts joined", "42%", "+2 points"),
    ]
    assert "100 votes" in found[1].note


@pytest.mark.parametrize("posts", [0, 29])
def test_too_few_posts_are_not_counted_otherwise(posts: int) -> None:
    table = rows(all=10, copies_once=10).assign(posts=posts)
    assert side_findings.shifts(table) == []


def test_the_overview_names_target_share_and_reason(story: Any, open_page: Open) -> None:
    page = open_page(story, "overview")
    heads = [head.value for head in page.subheader]
    assert any("against OpenAI" in head and "no interval" in head for head in heads)
    said = " ".join(caption.value for caption in page.caption)
    assert "100 are needed" in said.replace("\\\\", "")
    assert "in the mean" in said  # how far off what is not corrected may be


def test_the_error_is_that_of_the_model_which_read_the_posts() -> None:
    shipped = pd.DataFrame(
        {"model": ["lite"], "version": [f"{read_card()['version']}.1"], "posts": [9]}
    )
    error = read_card()["unseen"]
    beside_vader = pd.concat([shipped, shipped.assign(model="vader", version="3.3.2-1")])
    said = side_findings.error_of_model(beside_vader)
    assert said == side_findings.error_of_model(shipped)
    assert f"measured on {error['targets']} targets" in said
    assert f"off by {100 * error['against']:.0f} points" in said
    for others in (
        shipped.assign(version="lite-0"),
        shipped.iloc[:0],
        pd.concat([shipped, shipped.assign(version="lite-0")]),
    ):
        assert "not measured" in side_findings.error_of_model(others)


def test_the_tiles_lead_with_the_side_that_posts_take(labelled: Visit) -> None:
    found = answer(labelled).stand
    against, favor, silent = tiles.of_sides(Filters(topic=SLUG), found)
    total = found.total
    assert total.share is not None
    assert total.low is not None
    assert total.high is not None
    assert against.label == "Against OpenAI"
    assert against.value == f"{100 * total.share:.0f}%"
    assert f"95% interval {100 * total.low:.0f}–{100 * total.high:.0f}%" in against.note
    assert "of 1,440 that speak of it" in against.note
    assert (favor.value, silent.value) == ("0%", "0%")
    with labelled.read() as cursor:
        for tile in (against, favor, silent):
            assert questions.count(cursor, tile.filters) == tile.posts


def test_an_uncorrected_share_says_so_on_its_tile(story: Any, open_page: Open) -> None:
    app = open_page(story, "overview")
    assert {"Against OpenAI", "In favor of OpenAI"} <= {tile.label for tile in app.metric}
    assert any("as the model says, no interval" in text.value for text in app.markdown)
    assert any(
        shown(text.value) == "No interval: 0 labels, 100 are needed. Label 100 more."
        for text in app.text
    )
    links = {link.proto.label: link.proto.url for link in app.get("link_button")}
    assert links["Label posts"].startswith("label?")
    assert links["Posts to quote from both sides"].startswith("voices?")
    assert "towards=OpenAI" in links["Label posts"]


def test_few_posts_give_no_share_of_a_side(home: Visit) -> None:
    filters = Filters(topic=SLUG, until=START + timedelta(hours=2))
    with home.read() as cursor:
        few = sides.stand(cursor, filters, TARGET, QUERY)
    against, *_ = tiles.of_sides(filters, few)
    assert (against.value, against.note) == ("–", "of 20 that speak of it: too few for a share")
