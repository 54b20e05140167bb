"""A query is said in words that a desk editor would read the same way as the matcher."""

import pytest
from hypothesis import assume, given

from groundswell.errors import QueryError
from groundswell.query import parse
from tests.groundswell.query.invented import query_texts


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            '("openai" OR "chatgpt" OR "sam altman") AND ("deepseek" OR distill* OR "copyright")',
            "mention any of “openai”, “chatgpt”, or the phrase “sam altman”, and also any of "
            "“deepseek”, words beginning with “distill”, or “copyright”.",
        ),
        ("a", "mention “a”."),
        ("a b", "mention “a” and “b”."),
        ("a b #c", "mention “a”, “b”, and the hashtag #c."),
        ("a OR @b", "mention “a” or the account @b."),
        ("dist* deepseek", "mention words beginning with “dist”, and “deepseek”."),
        ('"open mod"* OR a', "mention phrases beginning with “open mod”, or “a”."),
        ("a NOT b", "mention “a”, but do not mention “b”."),
        ("NOT b a NOT c", "mention “a”, but do not mention “b”, and do not mention “c”."),
        ("a NOT (b OR c)", "mention “a”, but mention none of “b” or “c”."),
        ("a NOT (b c)", "mention “a”, but do not mention “b” and “c” together."),
        (
            "a NOT (b OR lang:en)",
            "mention “a”, but are not posts that "
            "[either mention “b”, or declare their language as “en”].",
        ),
        (
            "a NOT domain:b.de NOT lang:en",
            "mention “a”, but do not link to b.de, and do not declare their language as “en”.",
        ),
        ("domain:b.de a", "mention “a”, and also link to b.de."),
        ("domain:b.de OR a", "either link to b.de, or mention “a”."),
        (
            "a NEAR/5 (b OR c OR dd*)",
            "mention “a” within 5 words of any of “b”, “c”, or words beginning with “dd”.",
        ),
        ("a NOT (b NEAR/1 c)", "mention “a”, but do not mention “b” within 1 word of “c”."),
        ("a OR b c", "either mention “a”, or [mention “b” and “c”]."),
        ("a (b OR c d)", "mention “a”, and also [either mention “b”, or [mention “c” and “d”]]."),
    ],
)
def test_explained(query: str, said: str) -> None:
    assert parse(query).explain() == f"Posts that {said}"


def test_small_operators_are_pointed_out() -> None:
    said = parse("a or b c NEAR/2 and").explain()
    assert said == (
        "Posts that mention “a”, “or”, and “b”, and also “c” within 2 words of “and”. "
        "Operators are written in capitals: “and” and “or” are words here."
    )


@given(query_texts())
def test_everything_can_be_said(text: str) -> None:
    try:
        said = parse(text).explain()
    except QueryError:
        assume(False)
        raise
    assert said.startswith("Posts that ")
    assert said.count("[") == said.count("]")
    assert said.endswith(".")
