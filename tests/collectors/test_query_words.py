"""Searches in the words of Reddit, X and YouTube: never narrower than meant, or it is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.reddit import words as reddit_words
from collectors.x import words as x_words
from collectors.youtube import search as youtube_search
from groundswell.errors import TopicError
from groundswell.query import Search, Term, parse

Words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
Terms = st.builds(Term, st.sampled_from(["word", "phrase", "tag", "handle"]), Words)
Searches = st.lists(
    st.builds(Search, st.lists(Terms, min_size=1, max_size=4).map(tuple)), min_size=1, max_size=12
)


def searches(query: str) -> list[Search]:
    return parse(query).searches()


@pytest.mark.parametrize(
    ("query", "questions"),
    [
        ("openai", ("openai",)),
        ('"sam altman" deepseek', ('"sam altman" deepseek',)),
        ("#ai", ("ai",)),
        ("@openai OR domain:news.example", ("openai", "site:news.example")),
        ("openai AND distill*", ("openai",)),
        ("lang:de openai", ("openai",)),
        ('"openai distill"*', ("openai",)),
    ],
)
def test_reddit_is_asked_in_its_own_words(query: str, questions: tuple[str, ...]) -> None:
    asked = reddit_words.wording(searches(query))
    assert set(asked.questions) == set(questions)
    assert asked.caveat is None


def test_reddit_has_no_beginnings_of_words_and_that_is_said() -> None:
    asked = reddit_words.wording(searches("distill*"))
    assert asked.questions == ("distill",)
    assert "“distill*” was asked as the word “distill”" in (asked.caveat or "")


def test_a_question_is_parted_by_subreddit_then_by_kind_and_then_no_more() -> None:
    assert reddit_words.halves("a", "x") == ("(a) subreddit:x", "(a) NOT subreddit:x")
    halves = reddit_words.halves("a", None)
    assert halves == ("(a) self:yes", "(a) self:no")
    assert reddit_words.halves(halves[0], None) == ()


@given(Searches)
def test_each_word_of_a_search_is_asked_of_reddit(given_searches: list[Search]) -> None:
    asked = reddit_words.wording(given_searches).questions
    for search in given_searches:
        words = {word for term in search.terms for word in term.text.split()}
        assert any(set(q.replace('"', "").split()) == words for q in asked)


@pytest.mark.parametrize(
    ("query", "question"),
    [
        ("openai OR deepseek", "(openai OR deepseek) -is:retweet"),
        ("openai deepseek", "((openai deepseek)) -is:retweet"),
        ('"sam altman" #ai @openai', '(("sam altman" #ai @openai)) -is:retweet'),
        ("domain:news.example", '(url:"news.example") -is:retweet'),
        ("openai lang:de", "((openai lang:de)) -is:retweet"),
        ('"or"', '("or") -is:retweet'),
    ],
)
def test_x_is_asked_in_its_own_words(query: str, question: str) -> None:
    asked = x_words.wording(searches(query))
    assert asked.questions == (question,)
    assert asked.caveat is None


def test_x_has_no_beginnings_of_words_and_that_is_said() -> None:
    asked = x_words.wording(searches("distill*"))
    assert asked.questions == ("(distill) -is:retweet",)
    assert "“distill*”" in (asked.caveat or "")


@given(Searches)
def test_x_is_asked_few_questions_none_too_long_and_none_left_out(
    given_searches: list[Search],
) -> None:
    asked = x_words.wording(given_searches).questions
    assert all(len(question) <= x_words.LONGEST for question in asked)
    for search in given_searches:
        own = x_words.wording([search]).questions[0]
        part = own.removesuffix(f" {x_words.NO_REPOSTS}")[1:-1]
        assert any(part in question for question in asked)
    total = sum(len(question) for question in asked)
    assert len(asked) <= 1 + total // (x_words.LONGEST // 2)


def test_a_search_longer_than_x_takes_is_refused() -> None:
    with pytest.raises(TopicError, match="512 characters"):
        x_words.wording(searches(f'"{"word " * 120}"'))


def test_youtube_is_asked_by_words_alone() -> None:
    asked = youtube_search.renderings(searches('"sam altman" #ai OR openai lang:de OR distill*'))
    assert set(asked) == {'"sam altman" ai', "openai", "distill"}


@given(Searches)
def test_youtube_gets_no_sign_of_its_own(given_searches: list[Search]) -> None:
    for words in youtube_search.renderings(given_searches):
        assert not set(words) & set("|-()")
