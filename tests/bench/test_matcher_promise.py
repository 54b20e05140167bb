"""The posts that the matcher is timed on are what they are said to be."""

import statistics

import pytest

from bench.matcher import CHARS, MATCHING, invented_posts, meets
from groundswell.query import parse
from groundswell.resources import bundled
from groundswell.text import tokens
from groundswell.topic import load


def test_the_timed_posts_are_of_the_size_and_mix_that_is_said() -> None:
    posts = invented_posts(2_000)
    query = load(bundled("topics") / "openai-deepseek.toml").query
    matching = sum(map(query.matches, posts)) / len(posts)
    assert CHARS <= statistics.mean(len(post.text) for post in posts) < CHARS + 15
    assert MATCHING / 2 < matching < MATCHING * 2
    assert 0.4 < sum(post.text.isascii() for post in posts) / len(posts) < 0.7
    assert posts == invented_posts(2_000)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Sam Altman on DeepSeek", True),
        ("distilled copyright", True),
        ("Sam on DeepSeek", False),
        ("copyright", False),
        ("", False),
    ],
)
def test_the_baseline_does_the_same_work(text: str, meant: bool) -> None:
    query = parse('("sam altman" OR dist*) AND (deepseek OR copyright)')
    assert meets(tokens(text), query.tree) is meant
