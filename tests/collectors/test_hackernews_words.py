"""Searches in Algolia's words are never narrower than the query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.hackernews.words import render, renderings
from groundswell.post import Post
from groundswell.query import Search, Term, parse
from tests.collectors.asks import NOW
from tests.collectors.fake_hackernews import has_words


@pytest.mark.parametrize(
    ("query", "rendered"),
    [
        ("openai", ("openai", "prefixNone")),
        ('"sam altman"', ('"sam altman"', "prefixNone")),
        ("openai AND distill*", ("openai distill", "prefixAll")),
        ("distill* AND openai", ("openai distill", "prefixAll")),
        ("#openai", ("openai", "prefixNone")),
        ("@openai", ("openai", "prefixNone")),
        ("domain:blog.openai.com", ("blog openai com", "prefixNone")),
        ("openai AND lang:en", ("openai", "prefixNone")),
        ("\N{SPOUTING WHALE}", ("", "prefixNone")),
        ('"what\'s new"', ("what s new", "prefixNone")),
        ('"gpt-4o"', ("gpt 4o", "prefixNone")),
    ],
)
def test_terms_in_algolias_words(query: str, rendered: tuple[str, str]) -> None:
    (found,) = renderings(parse(query).searches())
    assert found == rendered


def test_no_sign_of_algolias_syntax_gets_through() -> None:
    terms = (Term("word", '-openai"x'), Term("prefix", "-dist"), Term("domain", "a-b.com"))
    text, _ = render(Search(terms))
    assert text == "openai x a b com dist"


def test_same_searches_are_asked_once_and_everything_asks_for_the_rest() -> None:
    assert len(renderings(parse("#openai OR @openai OR openai").searches())) == 1
    assert renderings(parse("openai OR \N{SPOUTING WHALE}").searches()) == [("", "prefixNone")]


WORDS = st.sampled_from(["openai", "deepseek", "copyright", "distillation", "model", "ban"])
QUERIES = st.recursive(
    WORDS | WORDS.map(lambda w: f"{w[:5]}*") | st.just('"openai model"'),
    lambda part: st.tuples(part, st.sampled_from(["AND", "OR"]), part).map(
        lambda p: f"({p[0]} {p[1]} {p[2]})"
    ),
    max_leaves=6,
)


@given(QUERIES, st.lists(WORDS, min_size=1, max_size=6))
def test_what_the_query_matches_the_searches_find(query: str, words: list[str]) -> None:
    text = " ".join(words)
    parsed = parse(query)
    post = Post(source="hackernews", uri="u", first_seen_at=NOW, text=text)
    found = any(
        has_words({"title": text}, said, how) for said, how in renderings(parsed.searches())
    )
    assert found or not parsed.matches(post)
