"""A topic's searches in Bluesky's words: never narrower than the topic without saying so."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.bluesky.words import wording
from groundswell.query import Search, Term, parse
from tests.builders import make_post


def search(*terms: tuple[str, str]) -> Search:
    return Search(terms=tuple(Term(kind=kind, text=text) for kind, text in terms))  # type: ignore[arg-type]  # kinds as plain texts


@pytest.mark.parametrize(
    ("terms", "question"),
    [
        ([("word", "deepseek")], "deepseek"),
        ([("word", "deepseek"), ("word", "openai")], "deepseek openai"),
        ([("phrase", "sam altman"), ("word", "openai")], '"sam altman" openai'),
        ([("tag", "openai")], "#openai"),
        ([("handle", "openai.com")], '"openai.com"'),
        ([("word", "c++")], '"c++"'),
        ([("word", "lang:fr")], '"lang:fr"'),
        ([("phrase", 'say "no" twice')], '"say  no  twice"'),
        ([("word", "日本語")], "日本語"),
        ([("prefix", "sam altm")], "sam"),
    ],
)
def test_terms_are_written_as_the_site_reads_them(
    terms: list[tuple[str, str]], question: str
) -> None:
    asked = wording([search(*terms)])
    assert (asked.questions, asked.caveat) == ((question,), None)


def test_terms_the_site_cannot_ask_for_are_left_away_beside_others() -> None:
    asked = wording([search(("word", "openai"), ("prefix", "distill"), ("lang", "en"))])
    assert (asked.questions, asked.caveat) == (("openai",), None)
    asked = wording([search(("word", "openai"), ("domain", "example.com"))])
    assert (asked.questions, asked.caveat) == (("openai",), None)


def test_a_wider_question_makes_the_narrower_ones_needless() -> None:
    asked = wording(
        [
            search(("word", "openai"), ("word", "deepseek")),
            search(("word", "openai"), ("prefix", "distill")),
            search(("word", "chatgpt"), ("word", "deepseek")),
        ]
    )
    assert asked.questions == ("openai", "chatgpt deepseek")


def test_a_lone_prefix_is_asked_as_a_word_and_said_so() -> None:
    asked = wording([search(("prefix", "distill"))])
    assert asked.questions == ("distill",)
    assert "“distill*”" in (asked.caveat or "")


def test_a_lone_domain_is_asked_without_its_subdomains_and_said_so() -> None:
    asked = wording([search(("domain", "example.com"))])
    assert asked.questions == ("domain:example.com",)
    assert "subdomains" in (asked.caveat or "")


def test_the_story_that_ships_is_asked_in_few_questions() -> None:
    query = parse(
        '("openai" OR "chatgpt" OR "sam altman") AND ("deepseek" OR distill* OR "copyright")'
    )
    asked = wording(query.searches())
    assert asked.questions == ("openai", "chatgpt", '"sam altman"')
    assert asked.caveat is None


LEAF = st.sampled_from(
    ["openai", '"sam altman"', "distill*", '"sam alt"*', "#ai", "@openai.com", "domain:x.example"]
)
QUERIES = st.recursive(
    LEAF,
    lambda inner: st.tuples(inner, st.sampled_from(["AND", "OR", "AND NOT"]), inner).map(
        lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
    ),
    max_leaves=6,
)


@given(QUERIES)
def test_every_search_is_held_by_a_question_or_a_caveat(text: str) -> None:
    searches = parse(text).searches()
    asked = wording(searches)
    assert asked.questions
    for each in searches:
        alone = wording([each])
        if alone.caveat is None:
            words = set(alone.questions[0].split(" "))
            assert any(set(question.split(" ")) <= words for question in asked.questions)
        else:
            assert alone.caveat in (asked.caveat or "")


@given(
    QUERIES, st.lists(st.sampled_from(["openai", "sam altman", "#ai", "@openai.com", "distilled"]))
)
def test_a_post_whose_words_match_is_in_the_answer_to_some_question(
    text: str, words: list[str]
) -> None:
    query, said = parse(text), " and ".join(words)
    asked = wording(query.searches())
    if asked.caveat is None and query.matches(make_post(text=said)):
        assert any(_holds(said, question) for question in asked.questions)


def _holds(said: str, question: str) -> bool:
    """As the site searches: every word and every phrase occurs."""
    parts = re.findall(r'"([^"]+)"|(\S+)', question)
    return all((phrase or word) in said for phrase, word in parts)
