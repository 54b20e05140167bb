"""The small print of a picture: what, how many, when, how fresh, which filters, and no markup."""

from dataclasses import replace

from dashboard.charts.grid import grid_for
from dashboard.panels import Story
from dashboard.source_line import SYNTHETIC, source_lines
from dashboard.state import Look
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner, hold
from groundswell.topic import find
from tests.dashboard import stories


def look_at(owner: Owner, **filters: object) -> Look:
    hold(owner)
    topic = find(owner.home, stories.SLUG)
    chosen = Filters(topic=stories.SLUG, **filters)  # type: ignore[arg-type]  # the fields' types are mixed
    return Look(topic=topic, filters=chosen, version=owner.topic_version(stories.SLUG))


def story_of(owner: Owner, look: Look) -> Story:
    with owner.read() as cursor:
        totals = questions.totals(cursor, look.filters)
    assert totals.first_at is not None
    assert totals.last_at is not None
    return Story.of(look, totals, grid_for(totals.first_at, totals.last_at))


def test_all_that_a_picture_needs_to_leave_the_page(story: Owner) -> None:
    look = look_at(story, sources=("bluesky",))
    assert story_of(story, look).source("n = 5 posts") == [
        "A sample story · n = 5 posts · 27 Jan 2025 to 29 Jan 2025 (UTC)",
        "Events: 1 R1 is released, 27 Jan 2025; 2 The accusation, 29 Jan 2025",
        "Grey: a source was not read completely",
        "Only posts on Bluesky",
        "Data through 30 Jan 2025, 08:00 UTC · times in UTC · Groundswell",
        SYNTHETIC,
    ]


def test_an_account_is_called_by_its_name(story: Owner) -> None:
    look = look_at(story, author="bluesky:bluesky-1")
    (line,) = [line for line in source_lines(look, "n", None, None) if line.startswith("Only")]
    assert line == "Only posts by Sample 1 (sample-user-1) on Bluesky"


def test_without_time_filters_and_invention_less_is_said(story: Owner) -> None:
    look = look_at(story)
    printed = replace(look, topic=look.topic.model_copy(update={"synthetic": False}))
    assert source_lines(printed, "n = 5 posts", None, None) == [
        "A sample story · n = 5 posts",
        "All posts of the topic",
        "Data through 30 Jan 2025, 08:00 UTC · times in UTC · Groundswell",
    ]


def test_a_stranger_cannot_write_markup_into_it(hostile: Owner) -> None:
    look = look_at(hostile, keyword=stories.HOSTILE, author=stories.HOSTILE)
    lines = story_of(hostile, look_at(hostile)).source(stories.HOSTILE)
    lines += source_lines(look, stories.HOSTILE, None, None)
    assert not set("<>&") & set("".join(lines))
    assert len(max(lines, key=len)) <= 1_000
