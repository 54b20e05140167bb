"""The keyword box means what it says, and never breaks on what strangers type."""

from collections.abc import Callable

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import given
from hypothesis import strategies as st

from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.search import wanted
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import batch, post, scored

TEXTS = [
    "OpenAI says DeepSeek distilled its models",
    "DeepSeek answers OpenAI",
    "open source, AI for all: #OpenAI",
    "Le café de l'IA",
    "人工知能の競争",
    "deep, seek",
    "distillation of whisky 🥃",
]

Find = Callable[[str], list[int]]


@pytest.fixture
def find(con: DuckDBPyConnection, take: Take) -> Find:
    take(batch(0, [scored(post(n, text=text)) for n, text in enumerate(TEXTS)]))

    def finding(keyword: str) -> list[int]:
        found = questions.posts(con, Filters(topic="story", keyword=keyword), "newest", 100)
        return [TEXTS.index(text) for text in found["text"]]

    return finding


@pytest.mark.parametrize(
    ("keyword", "expected"),
    [
        ("openai", [0, 1, 2]),
        ("OPENAI deepseek", [0, 1]),
        ("#openai", [2]),
        ("distil*", [0, 6]),
        ("distil* openai", [0]),
        ('"deepseek answers"', [1]),
        ('"answers deepseek"', []),
        ('"deep seek"', [5]),
        ("deep-seek", [5]),
        ("cafe", [3]),
        ("CAFÉ", [3]),
        ("人工知能", [4]),
        ("知能", [4]),
        ("知人", []),
        ("🥃", [6]),
        ("nowhere", []),
        ("openai nowhere", []),
        ('"open', [2]),
        ('"deepseek distilled" "openai says" "its models" says-deepseek', [0]),
        ('"deepseek distilled" "openai says" "its models" says-deepseek "models its"', []),
        ('"deepseek distilled" "models its"', []),
        ("", list(range(7))),
        (' "" ... ', list(range(7))),
    ],
)
def test_a_keyword_finds(find: Find, keyword: str, expected: list[int]) -> None:
    assert find(keyword) == expected


def test_count_and_totals_agree_with_the_list(find: Find, con: DuckDBPyConnection) -> None:
    for keyword in ("openai", "distil*", '"deepseek answers"', "nowhere"):
        f = Filters(topic="story", keyword=keyword)
        assert questions.count(con, f) == len(find(keyword)) == questions.totals(con, f).posts


def test_hostile_keywords_are_only_words(find: Find) -> None:
    for keyword in (
        "'; DROP TABLE posts; --",
        "%",
        "_",
        "a" * 10_000,
        '"' * 99,
        "(?:(a+)+)+$",
        "\\",
    ):
        assert isinstance(find(keyword), list)
    assert find("openai") == [0, 1, 2]


@given(st.text(max_size=60))
def test_any_text_is_a_keyword_or_none(text: str) -> None:
    search = wanted(text)
    if search is not None:
        assert search.words or search.prefixes
        values = search.parameters()
        assert values["word_count"] == len(search.words) + len(search.prefixes)
