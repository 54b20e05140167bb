"""What is typed becomes the topic that was meant, or a sentence that says what to mend."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import draft as drafts
from dashboard.draft import Typed
from groundswell.authoring import Fault
from groundswell.query import parse

KNOWN: dict[str, dict[str, Any]] = {
    "hackernews": {"required": []},
    "mastodon": {"required": ["instances", "tags"]},
}
GOOD = Typed(title="A story", query="openai deepseek", sources=["hackernews"])


def test_a_line_is_a_target_with_its_other_names() -> None:
    assert drafts.targets(" OpenAI : open ai,, @openai \n\n DeepSeek\n") == [
        {"name": "OpenAI", "aliases": ["open ai", "@openai"]},
        {"name": "DeepSeek", "aliases": []},
    ]


def test_the_fields_become_a_topic() -> None:
    typed = Typed(
        title="A story",
        query="openai deepseek",
        targets="OpenAI: open ai",
        since=datetime(2025, 1, 20, tzinfo=UTC),
        sources=["hackernews", "mastodon"],
        options={
            ("mastodon", "instances"): "one.example\ntwo.example\n",
            ("mastodon", "tags"): "openai",
            ("rss", "feeds"): "https://not-chosen.example",
        },
    )
    story = drafts.looked_through(typed, KNOWN).story
    assert story is not None
    assert story.since == datetime(2025, 1, 20, tzinfo=UTC)
    assert story.until is None
    assert list(story.sources) == ["hackernews", "mastodon"]
    assert story.sources["mastodon"].instances == ("one.example", "two.example")
    assert story.targets[0].aliases == ("open ai",)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (Typed(query="a", sources=["hackernews"]), "The title has 0 characters. Write 1 to 300."),
        (
            Typed(title="t", query="openai AND", sources=["hackernews"]),
            "The query cannot be read, column 8: the query ends after AND. Write a word behind it, "
            "or take it out.",
        ),
        (Typed(title="t", query="a"), "The sources are missing. Choose one."),
        (
            Typed(title="t", query="a", sources=["hackernews"], targets="A\na"),
            "The targets hold “a” twice. Join the two into one.",
        ),
        (
            Typed(title="t", query="a", sources=["hackernews"], targets="A\n: b"),
            "Target 2 has 0 characters. Write 1 to 300.",
        ),
    ],
)
def test_what_is_wrong_is_a_sentence(typed: Typed, sentence: str) -> None:
    checked = drafts.looked_through(typed, KNOWN)
    assert checked.story is None
    assert [drafts.said(fault) for fault in checked.faults] == [sentence]


def test_what_a_source_cannot_be_without_is_asked_for() -> None:
    checked = drafts.looked_through(
        Typed(title="t", query="a", sources=["mastodon"], options={("mastodon", "tags"): " \n"}),
        KNOWN,
    )
    assert [drafts.said(fault) for fault in checked.faults] == [
        "Servers of Mastodon: is missing.",
        "Hashtags of Mastodon: is missing.",
    ]


def test_an_option_that_is_none_names_its_source() -> None:
    fault = Fault(where=("sources", "rss", "feeds", 0), sentence="is not a web address: “x”.")
    assert drafts.said(fault) == "Addresses of feeds of news feeds: is not a web address: “x”."


def test_a_query_is_read_or_its_place_shown() -> None:
    assert drafts.read_query("  ") == (None, None)
    assert drafts.read_query("openai") == (parse("openai"), None)
    query, complaint = drafts.read_query("openai AND")
    assert query is None
    assert complaint is not None
    assert complaint.splitlines()[-1].endswith("^")


@pytest.mark.parametrize(
    ("query", "searches"),
    [
        ('"sam altman" (deepseek OR distill*)', ['"sam altman" deepseek', '"sam altman" distill*']),
        ("#ai OR @openai OR domain:ft.com", ["#ai", "@openai", "ft.com"]),
    ],
)
def test_searches_are_written_as_one_types_them(query: str, searches: list[str]) -> None:
    assert [drafts.search_words(search) for search in parse(query).searches()] == searches


@given(title=st.text(max_size=50), query=st.text(max_size=50), targets=st.text(max_size=80))
def test_whatever_is_typed_is_a_topic_or_a_sentence(title: str, query: str, targets: str) -> None:
    checked = drafts.looked_through(
        Typed(title=title, query=query, targets=targets, sources=["hackernews"]), KNOWN
    )
    assert (checked.story is None) == bool(checked.faults)
    assert all(drafts.said(fault) for fault in checked.faults)
