"""Each page in each state that is not the usual one: too few posts, old, down, wrong, nothing."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import page_list
from groundswell.post import Post
from groundswell.spool import Batch, Spool
from groundswell.store.owner import Owner
from tests.dashboard import stories
from tests.dashboard.conftest import Open
from tests.dashboard.screen import shown

PAGES = tuple(Path(script).stem for script, *_ in page_list.PAGES)
SAID = ("header", "subheader", "markdown", "caption", "info", "warning", "success", "text")
NO_TARGET = """
title = "Of nobody"
query = 'openai OR deepseek'
synthetic = {synthetic}
[sources.hackernews]
[sources.bluesky]
"""


def metrics(app: AppTest) -> dict[str, str]:
    """Tiles by label."""
    return {tile.label: str(tile.value) for tile in app.metric}


def filled(home: Path, batches: Sequence[Batch], topic: str | None = None) -> Owner:
    path = stories.write_topic(home, synthetic=False)
    if topic is not None:
        path.write_text(topic)
    spool = Spool(home, limit_bytes=10**9)
    for one in batches:
        spool.write(one)
    return stories.open_home(home)


def read(posts: Sequence[Post], source: str = "bluesky", **changes: object) -> Batch:
    return stories.batch(posts, source, **({"coverage": [stories.window(-10, 80)]} | changes))


Make = Callable[..., Owner]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Opens a home with these batches; stopped after the test."""
    made: list[Owner] = []

    def opened(*batches: Batch, topic: str | None = None) -> Owner:
        made.append(filled(tmp_path, batches, topic))
        return made[-1]

    yield opened
    for owner in made:
        owner.stop()


def everything(app: AppTest) -> str:
    return shown("\n".join(str(one.value) for kind in SAID for one in getattr(app, kind)))


@pytest.mark.parametrize("view", PAGES)
def test_three_posts_give_no_share_and_no_mean(make: Make, open_page: Open, view: str) -> None:
    app = open_page(make(read([stories.post(n) for n in (1, 2, 100)])), view)
    assert not app.exception
    assert not app.error
    said = everything(app)
    # A share of all three stands nowhere but as a number of posts; of time read it may.
    assert not re.search(r"\d% of [\d,]+ (scored )?posts?\b", said)
    assert "on average" not in said
    assert "busiest" not in said.lower() or "Busiest hour" in metrics(app)
    assert not [tile for tile, value in metrics(app).items() if "%" in value]


def test_one_post_makes_no_peak_and_no_empty_chart(one_post: Owner, open_page: Open) -> None:
    app = open_page(one_post)
    headings = [shown(one.value) for one in app.subheader]
    assert headings[0] == "No hour stands out: the most is 1 post"
    assert "VADER measured 1 post: too few for a mean" in headings
    assert metrics(app)["Not scored"] == "–"
    words = [one.value for one in app.caption if "may show some" in one.value]
    assert len(words) == 1  # where no word stands out, what may help
    assert len(app.get("plotly_chart")) == 2


def test_posts_that_speak_of_nobody_say_what_may_help(one_post: Owner, open_page: Open) -> None:
    for view in ("overview", "narratives"):
        said = everything(open_page(one_post, view))
        assert "other names of the target stand in the topic's file" in said


def test_a_few_posts_of_a_side_are_too_few_for_a_narrative(make: Make, open_page: Open) -> None:
    app = open_page(make(read([stories.post(n) for n in (1, 2, 100)])), "narratives")
    assert "too few for a narrative" in app.info[0].value
    assert not app.code


def test_a_topic_without_targets_says_so_on_each_page_about_them(
    make: Make, open_page: Open
) -> None:
    owner = make(
        read([stories.post(n) for n in range(40)], targets={stories.SLUG: []}),
        topic=NO_TARGET.format(synthetic="true"),
    )
    for view in ("overview", "compare", "narratives", "voices", "label"):
        app = open_page(owner, view)
        assert not app.exception
        assert any("no target" in one.value for one in app.info), view
        assert any("[[targets]]" in one.value for one in app.code), view


@pytest.mark.parametrize("view", PAGES)
def test_old_data_says_that_nothing_newer_was_read(make: Make, open_page: Open, view: str) -> None:
    app = open_page(make(read(stories.story(12)[:40])), view)
    assert re.search(r"\(\d+ days ago\)", app.text[0].value)
    assert app.text[0].value.endswith("nothing newer was read, see Sources")


@pytest.mark.parametrize("view", PAGES)
def test_a_sample_is_not_called_old(story: Owner, open_page: Open, view: str) -> None:
    assert "nothing newer" not in open_page(story, view).text[0].value


@pytest.mark.parametrize("view", PAGES)
def test_the_top_of_each_page_says_how_fresh_of_how_many_and_how_much_was_read(
    story: Owner, open_page: Open, view: str
) -> None:
    app = open_page(story, view)
    assert re.match(
        r"Data through 30 Jan 2025, 08:00 UTC \(\d+ days ago\) · 1 of 2", app.text[0].value
    )
    assert app.caption[0].value == (
        "336 posts by 74 known accounts. Times are UTC. Read completely: Hacker News. "
        "Not read: 6 h of Bluesky; see Sources."
    )


def test_the_top_counts_the_posts_of_the_filters(story: Owner, open_page: Open) -> None:
    app = open_page(story, "export", source="hackernews", from_="2025-01-28T00:00")
    assert app.caption[0].value.startswith("48 posts by ")
    assert app.caption[0].value.endswith("Read completely: Hacker News.")


@pytest.mark.parametrize("view", PAGES)
def test_a_source_that_is_down_is_named_on_top_of_each_page(
    make: Make, open_page: Open, view: str
) -> None:
    down = read([], "hackernews", coverage=[stories.window(-10, 80, "gap")])
    app = open_page(make(read(stories.story(12)[:40]), down), view)
    assert not app.exception
    assert not app.error
    assert "Hacker News failing" in app.text[0].value
    if view == "sources":
        assert any("groundswell doctor" in one.value for one in app.caption)


def test_the_first_posts_appear_by_themselves(
    nothing: Owner, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = iter([0, 0])
    monkeypatch.setattr(nothing, "topic_version", lambda _: next(versions, 1))
    app = open_page(nothing)
    assert "New posts have come in: show them" not in [button.label for button in app.button]
