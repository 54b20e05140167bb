"""What the overview and the page of posts show of a story; see also ``test_every_page``."""

import itertools
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import post_card
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner
from tests.dashboard import stories
from tests.dashboard.conftest import Open, opened_once
from tests.dashboard.screen import figures, shown


def links(app: AppTest, label: str) -> list[dict[str, list[str]]]:
    """Addresses of the links whose label begins so, taken apart."""
    urls = [link.url for link in app.link_button if link.label.startswith(label)]
    return [parse_qs(urlsplit(url).query) for url in urls]


@pytest.fixture(scope="module")
def seen(story: Owner) -> AppTest:
    """The overview of the story."""
    return opened_once(story, "overview")


def test_newer_posts_are_offered_not_forced(
    story: Owner, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = itertools.chain([1, 1], itertools.repeat(2))  # rises while the page is drawn
    monkeypatch.setattr(story, "topic_version", lambda _: next(versions))
    app = open_page(story)
    assert "New posts have come in: show them" in [button.label for button in app.button]
    assert app.header[0].value.startswith("336 posts")


def test_the_headline_holds_its_n_and_its_period(story: Owner, seen: AppTest) -> None:
    with story.read() as cursor:
        totals = questions.totals(cursor, Filters(topic=stories.SLUG))
    assert seen.header[0].value == (
        f"{totals.posts} posts by {totals.authors} accounts on Bluesky and Hacker News, "
        "27 Jan 2025 to 29 Jan 2025 (UTC)"
    )
    side, tone = (text.value for text in seen.markdown[:2])
    assert "against OpenAI" in side
    assert f"of {totals.scored} scored posts" in tone
    assert f"{totals.not_scored} posts could not be scored" in tone


def test_tiles_come_before_charts(seen: AppTest) -> None:
    order = [element.type for element in seen.main]
    assert order.index("metric") < order.index("plotly_chart")


def test_at_most_four_charts_with_an_alternative_text(seen: AppTest) -> None:
    elements = seen.get("plotly_chart")
    assert 3 <= len(elements) <= 4
    for element in elements:
        assert len(element.proto.alt) > 20


def test_the_bars_of_the_first_chart_are_all_posts(story: Owner, seen: AppTest) -> None:
    volume = figures(seen)[0]
    drawn = sum(posts for trace in volume["data"] for posts in trace["y"] if posts is not None)
    with story.read() as cursor:
        assert drawn == questions.count(cursor, Filters(topic=stories.SLUG))


def test_the_silent_night_that_was_not_read_is_a_hole(seen: AppTest) -> None:
    volume = figures(seen)[0]
    bluesky = next(trace for trace in volume["data"] if trace["name"] == "Bluesky")
    assert bluesky["y"][24:30] == [None] * 6
    assert any(shape["type"] == "rect" for shape in volume["layout"]["shapes"])


def test_events_are_listed_under_the_chart(seen: AppTest) -> None:
    said = [text.value for text in seen.text]
    assert "1  27 Jan 2025, 12:00 UTC  R1 is released" in said
    assert "2  29 Jan 2025, 06:00 UTC  The accusation" in said


def test_filters_reach_the_page_from_the_address(story: Owner, open_page: Open) -> None:
    app = open_page(story, "posts", source="hackernews", from_="2025-01-28T00:00")
    assert app.header[0].value == "48 posts"
    assert "Only posts from 28 Jan 2025, 00:00 UTC, on Hacker News." in [t.value for t in app.text]


@pytest.mark.parametrize(
    "address",
    [
        {
            "source": "<script>alert(1)</script>",
            "lang": "' OR 1=1 --",
            "sentiment": "furious",
            "from_": "yesterday",
            "order": "DROP TABLE",
            "towards": "' OR 1=1 --",
            "page": "-4",
        },
        {"topic": "../../etc/passwd", "page": "99999"},
    ],
)
def test_a_hostile_address_shows_the_default(
    story: Owner, address: dict[str, str], open_page: Open
) -> None:
    app = open_page(story, "posts", **address)
    assert not app.exception
    assert not app.error
    assert app.header[0].value == "336 posts"


def test_an_empty_period_says_so(story: Owner, open_page: Open) -> None:
    app = open_page(story, "posts", from_="2025-01-29T00:00", to="2025-01-28T00:00")
    assert "The period is empty" in shown(app.error[0].value)


def test_filters_without_posts_name_the_one_to_drop(story: Owner, open_page: Open) -> None:
    app = open_page(story, source="hackernews", keyword="nosuchword")
    assert "No post matches these filters" in app.info[0].value
    assert links(app, "Show the 72 posts without the filter on words")


def test_the_posts_page_shows_one_page_of_them(story: Owner, open_page: Open) -> None:
    first, second = open_page(story, "posts"), open_page(story, "posts", page="2")
    cards = [{t.value for t in app.text if "sample-user" in t.value} for app in (first, second)]
    assert [len(found) for found in cards] == [25, 25]
    assert not cards[0] & cards[1]


def test_every_field_opens_on_demand(story: Owner, open_page: Open) -> None:
    app = open_page(story, "posts")
    assert not app.code
    with story.read() as cursor:
        newest = questions.posts(cursor, Filters(topic=stories.SLUG), "newest", 1)
    app.session_state[f"fields_{newest['post_no'].iloc[0]}"] = True
    body = app.run().code[0].value
    for field in ("uri: bluesky:", "compound: ", "matched: sample-story", "lang: "):
        assert field in body


def test_a_post_shows_whose_side_it_takes() -> None:
    def card() -> None:
        from dashboard import post_card
        from tests.dashboard import stories

        known = {"stances": [("Open[AI]", "against"), ("DeepSeek", "none")], "post_no": 1}
        empty = dict.fromkeys(("likes", "reposts", "replies", "quotes", "withheld", "compound"))
        said = stories.post(1)
        fields = ("url", "text", "author", "author_name", "source", "labels")
        post_card.draw(
            {**empty, **known, **{name: getattr(said, name) for name in fields}}
            | {"sentiment": "negative", "posted_at": stories.START, "skewed": False}
        )

    badges = [badge.value for badge in AppTest.from_function(card).run().markdown]
    assert any("Against Open" in badge for badge in badges)
    assert not any("DeepSeek" in badge for badge in badges)
    assert not any("Open[AI]" in badge for badge in badges)


def test_no_field_can_pass_for_another() -> None:
    body = post_card.every_field({"text": "hello\nlikes: 9999", "likes": None})
    assert body.splitlines() == ["text: hello", "    likes: 9999", "likes: –"]


def test_sources_show_health_coverage_and_quarantine(story: Owner, open_page: Open) -> None:
    app = open_page(story, "sources")
    health, _, quarantine = (table.value for table in app.dataframe)
    assert set(health["state"]) == {"read in part", "healthy"}
    assert quarantine["reason"].tolist() == ["no text"]
    assert [cell.partition("#")[2] for cell in health["posts"]] == ["264", "72"]
    assert "1 window not read completely" in [heading.value for heading in app.subheader]


def test_a_topic_file_that_cannot_be_read_is_named(nothing: Owner, open_page: Open) -> None:
    path = nothing.home / "topics" / "broken-topic.toml"
    path.write_text("title = 3\n", encoding="utf-8")
    try:
        app = open_page(nothing, topic="broken-topic")
        said = shown(app.error[0].value)
    finally:
        path.unlink()
    assert not app.exception
    assert "broken-topic.toml" in said
    assert "Traceback" not in said


def test_a_card_says_whose_word_and_whose_number_it_shows(story: Owner, open_page: Open) -> None:
    badges = [text.value for text in open_page(story, "posts").markdown]
    assert any(re.search(r"(Negative|Neutral|Positive) · VADER [+−]?\d", said) for said in badges)


def test_each_stance_stands_beside_its_target() -> None:
    post = {"stances": [("OpenAI", "against"), ("DeepSeek", "none")]}
    assert post_card.every_field(post) == "stances: OpenAI against, DeepSeek none"
