"""Searches find at least what the query matches, and are no more than a site should be asked."""

from itertools import product

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from groundswell.errors import QueryError
from groundswell.post import Post
from groundswell.query import Search, Term, parse
from tests.groundswell.query.invented import posts, query_texts
from tests.groundswell.query.slow_reference import finds, meets


def written(query: str, limit: int = 24) -> list[str]:
    return [
        " ".join(f"{term.kind}:{term.text}" for term in search.terms)
        for search in parse(query).searches(limit)
    ]


def test_the_shipped_query_becomes_nine_searches() -> None:
    text = '("openai" OR "chatgpt" OR "sam altman") AND ("deepseek" OR distill* OR "copyright")'
    subjects = ["word:openai", "word:chatgpt", "phrase:sam altman"]
    matters = ["word:deepseek", "prefix:distill", "word:copyright"]
    assert written(text) == [" ".join(pair) for pair in product(subjects, matters)]


@pytest.mark.parametrize(
    ("query", "searches"),
    [
        ("openai", ["word:openai"]),
        ('gpt-4 "don’t"', ["phrase:gpt-4 phrase:don’t"]),  # meant
        ("深度求索", ["phrase:深度求索"]),
        ("#a @b domain:c.de lang:en", ["tag:a handle:b domain:c.de lang:en"]),
        ("a NOT b", ["word:a"]),
        ("a NOT (b NOT c)", ["word:a"]),
        ("NOT (NOT a OR NOT b)", ["word:a word:b"]),
        ("a NEAR/5 (b OR c*c)".replace("c*c", "cc*"), ["word:a word:b", "word:a prefix:cc"]),
        ("a OR (a b)", ["word:a"]),
        ("(a OR b) (a OR c)", ["word:a", "word:b word:c"]),
        ("a a", ["word:a"]),
        ("(a NOT b) OR c", ["word:a", "word:c"]),
    ],
)
def test_searches(query: str, searches: list[str]) -> None:
    assert written(query) == searches


def test_too_many_are_made_fewer_by_leaving_out_whole_parts() -> None:
    query = "(a OR b OR c) (d OR e) (f OR g)"
    assert len(written(query, 12)) == 12
    assert written(query, 11) == [
        "word:d word:f",
        "word:d word:g",
        "word:e word:f",
        "word:e word:g",
    ]
    assert written(query, 3) == ["word:d", "word:e"]
    assert written(query, 1) == ["word:d", "word:e"]  # fewer would lose posts


def test_alternatives_of_joined_parts_share_the_limit() -> None:
    query = "(a b) OR ((c OR d) (e OR f)) OR ((g OR h) (i OR j))"
    assert len(written(query, 9)) == 9
    assert len(written(query, 8)) == 5


def test_a_language_alone_is_never_searched_for() -> None:
    words = " OR ".join(f"w{n}" for n in range(30))
    assert len(written(f"(lang:en a OR lang:de b) ({words})")) == 2
    assert written(f"lang:en ({words})", 24)[0] == "word:w0 lang:en"


def test_a_term_can_be_compared_and_kept_in_sets() -> None:
    assert {Term("word", "a")} == {Term("word", "a")}
    assert Search((Term("word", "a"),)) in parse("a").searches()


@given(query_texts(), posts(), st.sampled_from([1, 2, 5, 24]))
@settings(max_examples=800)
def test_what_the_query_matches_one_search_finds(text: str, post: Post, limit: int) -> None:
    try:
        query = parse(text)
    except QueryError:
        assume(False)
        raise
    searches = query.searches(limit)
    assert searches
    for search in searches:
        assert any(term.kind != "lang" for term in search.terms)
    matched = meets(post, query.tree)
    event(f"match: {matched}")
    if matched:
        assert any(finds(post, search) for search in searches)


@given(query_texts(), posts())
def test_without_not_and_near_the_searches_find_just_the_same(text: str, post: Post) -> None:
    assume("NOT" not in text and "NEAR" not in text)
    query = parse(text)
    found = any(finds(post, search) for search in query.searches(10**6))
    assert found is meets(post, query.tree)
