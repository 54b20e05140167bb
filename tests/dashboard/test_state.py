"""Addresses: what a link says is what the page behind it shows."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import state
from groundswell.store.filters import SENTIMENTS, STANCES, Filters
from groundswell.store.owner import Owner
from groundswell.topic import load
from tests.dashboard import stories
from tests.dashboard.conftest import Open

FIRST = datetime(2025, 1, 1, tzinfo=UTC)
MINUTES = st.integers(0, 60 * 24 * 90).map(lambda minutes: FIRST + timedelta(minutes=minutes))
WORDS = st.text(min_size=1, max_size=60)


def filters(**changes: object) -> Filters:
    """Filters of the sample's topic."""
    return Filters(topic=stories.SLUG, **changes)  # type: ignore[arg-type]  # the fields' types are mixed


@given(
    st.builds(
        filters,
        since=st.none() | MINUTES,
        until=st.none() | MINUTES,
        sources=st.sets(st.sampled_from(["bluesky", "hackernews", "rss"])).map(tuple),
        langs=st.sets(st.sampled_from(["en", "de", "und"])).map(tuple),
        sentiments=st.sets(st.sampled_from(SENTIMENTS)).map(tuple),
        target=st.just("OpenAI"),
        stances=st.sets(st.sampled_from(STANCES)).map(tuple),
        keyword=st.none() | WORDS,
        author=st.none() | WORDS,
        narrative=st.sampled_from([None, "a1b2c3d4e5f6"]),
        originals=st.booleans(),
    )
)
def test_an_address_holds_every_filter(chosen: Filters) -> None:
    link = state.address(chosen)
    parts = urlsplit(link)
    assert parts.path == "posts"
    assert not parts.fragment
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    said = {name: [v for n, v in pairs if n == name] for name, _ in pairs}
    assert said.pop("topic") == [stories.SLUG]
    expected = {
        "from": [chosen.since.strftime("%Y-%m-%dT%H:%M")] if chosen.since else [],
        "to": [chosen.until.strftime("%Y-%m-%dT%H:%M")] if chosen.until else [],
        "source": list(chosen.sources),
        "lang": list(chosen.langs),
        "sentiment": list(chosen.sentiments),
        "target": ["OpenAI"],
        "stance": list(chosen.stances),
        "keyword": [chosen.keyword] if chosen.keyword else [],
        "author": [chosen.author] if chosen.author else [],
        "narrative": [chosen.narrative] if chosen.narrative else [],
        "originals": ["true"] if chosen.originals else [],
    }
    assert said == {name: values for name, values in expected.items() if values}


def test_whose_side_posts_take_is_said_in_words() -> None:
    assert state.chosen(filters(target="OpenAI")) == ["that speak of OpenAI"]
    both = filters(target="OpenAI", stances=("against", "none"))
    assert state.chosen(both) == ["read as against OpenAI and taking no side on OpenAI"]


@given(WORDS)
def test_an_address_cannot_leave_its_markdown(words: str) -> None:
    link = state.address(filters(keyword=words))
    assert not set("()[]<> \n\"'") & set(link)


@pytest.mark.parametrize(
    "chosen",
    [
        filters(),
        filters(since=FIRST + timedelta(days=27), until=FIRST + timedelta(days=28, minutes=1)),
        filters(sources=("hackernews",), langs=("de", "en")),
        filters(sentiments=("not_scored", "negative"), keyword='"terrible, shameful" openai*'),
        filters(keyword="a&b=c#d%20é +x"),
        filters(author="bluesky:did:plc:x&y=z", keyword="openai"),
        filters(originals=True, sources=("hackernews",)),
        filters(target="OpenAI", narrative="' OR 1=1 --", originals=True),
    ],
)
def test_the_page_behind_an_address_has_its_filters(
    story: Owner, open_page: Open, chosen: Filters
) -> None:
    pairs = parse_qsl(urlsplit(state.address(chosen)).query)
    address = {f"{name}_": [v for n, v in pairs if n == name] for name, _ in pairs}
    app = open_page(
        story, "posts", **{name: v[0] if len(v) == 1 else v for name, v in address.items()}
    )
    look: state.Look = app.session_state["look"]
    shown = look.filters
    assert (shown.since, shown.until) == (chosen.since, chosen.until)
    assert (shown.keyword, shown.author) == (chosen.keyword, chosen.author)
    assert (shown.narrative, shown.originals) == (chosen.narrative, chosen.originals)
    assert set(shown.sources) == set(chosen.sources)
    assert set(shown.langs) == set(chosen.langs)
    assert set(shown.sentiments) == set(chosen.sentiments)


def test_a_changed_filter_begins_at_the_first_page(story: Owner, open_page: Open) -> None:
    app = open_page(story, "posts", page="3")
    app.text_input(key="keyword").set_value("distillation").run()
    assert app.session_state["page"] == 1


def test_show_everything_clears_all_filters(story: Owner, open_page: Open) -> None:
    app = open_page(
        story, "posts", source="hackernews", keyword="openai", lang="en", narrative="x",
        originals="true", target="OpenAI",
    )  # fmt: skip
    next(one for one in app.button if one.label == "Show everything").click().run()
    assert app.header[0].value == "336 posts"
    assert list(app.query_params) == ["topic"]


def test_filters_are_said_in_words() -> None:
    chosen = filters(
        since=FIRST, sources=("bluesky", "rss"), sentiments=("not_scored",), keyword="x"
    )
    assert state.chosen(chosen) == [
        "from 1 Jan 2025, 00:00 UTC",
        "on Bluesky and news feeds",
        "read as not scored",
        "with “x”",
    ]
    assert state.chosen(filters()) == []
    assert state.chosen(filters(author="rss:a")) == ["by rss:a"]
    assert state.chosen(filters(author="rss:a"), "Sample 1") == ["by Sample 1"]
    assert state.chosen(filters(originals=True)) == ["that are original"]
    argued = filters(target="OpenAI", narrative="a1")
    assert state.chosen(argued) == ["that speak of OpenAI", "of the narrative a1"]
    assert state.chosen(argued, argued="a narrative")[1] == "of a narrative"


def test_each_filter_can_be_dropped_alone() -> None:
    chosen = filters(since=FIRST, langs=("de",), keyword="x", author="rss:a")
    assert dict(state.loosened(chosen)) == {
        "period": filters(langs=("de",), keyword="x", author="rss:a"),
        "languages": filters(since=FIRST, keyword="x", author="rss:a"),
        "words": filters(since=FIRST, langs=("de",), author="rss:a"),
        "account": filters(since=FIRST, langs=("de",), keyword="x"),
    }


def test_a_target_is_dropped_with_what_hangs_on_it() -> None:
    chosen = filters(target="OpenAI", stances=("favor",), narrative="a1", originals=True)
    assert dict(state.loosened(chosen)) == {
        "target": filters(originals=True),
        "stance": filters(target="OpenAI", narrative="a1", originals=True),
        "narrative": filters(target="OpenAI", stances=("favor",), originals=True),
        "originals": filters(target="OpenAI", stances=("favor",), narrative="a1"),
    }


@pytest.mark.parametrize(
    ("synthetic", "name"),
    [
        (True, "groundswell-sample-story-synthetic-volume.csv"),
        (False, "groundswell-sample-story-volume.csv"),
    ],
)
def test_a_synthetic_file_says_so_in_its_name(
    tmp_path_factory: pytest.TempPathFactory, synthetic: bool, name: str
) -> None:
    path = stories.write_topic(tmp_path_factory.mktemp("topics"), synthetic=synthetic)
    look = state.Look(topic=load(path), filters=filters(), version=1)
    assert state.file_name(look, "volume") == name


def test_a_file_of_a_period_says_so_in_its_name(tmp_path: Path) -> None:
    week = filters(
        since=datetime(2025, 1, 27, tzinfo=UTC), until=datetime(2025, 2, 3, 14, 30, tzinfo=UTC)
    )
    look = state.Look(topic=load(stories.write_topic(tmp_path)), filters=week, version=1)
    said = "groundswell-sample-story-synthetic-posts-from-20250127-before-20250203T1430.csv"
    assert state.file_name(look, "posts") == said
