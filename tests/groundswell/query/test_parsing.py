"""A query is read as written, printed back to the same, or refused with the place and the mend."""

import pytest
from hypothesis import assume, event, example, given, settings
from hypothesis import strategies as st

from groundswell.errors import QueryError, TopicError
from groundswell.query import parse
from groundswell.query.parsing import DEPTH_CAP, LENGTH_CAP_CHARS
from tests.groundswell.query.invented import query_texts


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ('"OpenAI"', "openai"),
        ("a b c", "a AND b AND c"),
        ("a b OR c d", "a AND b OR c AND d"),
        ("a AND (b OR c)", "a AND (b OR c)"),
        ("a AND (b AND c)", "a AND b AND c"),
        ("(a OR (b OR c))", "a OR b OR c"),
        ("a NOT b", "a AND NOT b"),
        ("NOT b a", "NOT b AND a"),
        ("a NOT (b c)", "a AND NOT (b AND c)"),
        ("a NOT NOT b", "a AND b"),
        ("a NOT (b NEAR/3 c)", "a AND NOT (b NEAR/3 c)"),
        ("a NEAR/3 b c", "a NEAR/3 b AND c"),
        ("a NEAR/03 (b OR c)", "a NEAR/3 (b OR c)"),
        ("and or not near", "and AND or AND not AND near"),
        ("ANDROID NOTE ORACLE NEARBY", "android AND note AND oracle AND nearby"),
        ("“Sam  Altman”", '"sam altman"'),
        ("«Sam Altman»", '"sam altman"'),
        ("（a ＯＲ b）", "a AND ｏｒ AND b"),
        ("＂a b＂ ＃c ＠d", '"a b" AND #c AND @d'),
        ("distill*", "distill*"),
        ('"open mod"*', '"open mod"*'),
        ("gpt-4* don’t", "gpt-4* AND don’t"),  # meant
        ("c++ $NVDA", "c AND nvda"),
        ("#DeepSeek @Sam.Example", "#deepseek AND @sam.example"),
        ("@user@mastodon.example", "@user@mastodon.example"),
        ("domain:WWW.ft.com a", "domain:ft.com AND a"),
        ("LANG:EN a", "lang:en AND a"),
        ('"#a @b.c x"', '"a b x"'),
        ('"https://ft.com/?q=x y"', '"https ft com y"'),
        ('a"b"(c)', "a AND b AND c"),
        ("深度求索", "深度求索"),
        ("🚀 👍🏽", "🚀 AND 👍🏽"),
        ('"AND"', "and"),
        ('"a (b) c"', '"a (b) c"'),
        ("a\n\tb\u3000c", "a AND b AND c"),
    ],
)
def test_canonical_text(text: str, canonical: str) -> None:
    assert str(parse(text)) == canonical


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("", 1, "the query is empty"),
        ("   ", 1, "the query is empty"),
        ("(a", 1, "never closed"),
        ("(a (b)", 1, "never closed"),
        ("a)", 2, "closes nothing"),
        ("a ()", 4, "nothing between these brackets"),
        ('a "b', 3, "no partner"),
        ('"a" b"', 6, "no partner"),
        ("a “b", 3, "no partner"),
        ('""', 1, "no word"),
        ('"..."', 1, "no word"),
        ("$ a", 1, "no word"),
        ("a AND", 3, "ends after AND"),
        ("a NEAR/2", 3, "ends after NEAR/2"),
        ("NOT", 1, "ends after NOT"),
        ("AND a", 1, "nothing on its left"),
        ("(OR a)", 2, "nothing on its left"),
        ("a OR AND b", 6, "between OR and AND"),
        ("a NOT OR b", 7, "between NOT and OR"),
        ("(a OR)", 6, "between OR and )"),
        ("autor:x", 1, "no field autor:. The fields are domain: and lang:"),
        ("a domian:ft.com", 3, "Did you mean domain:?"),
        ("16:9", 1, "put it in quotes"),
        ("https://ft.com", 1, "domain:ft.com"),
        ("domain:x", 1, "name of a site"),
        ("lang:english a", 1, "two or three letters"),
        ("a*b", 2, "at the end of a word"),
        ("*a", 1, "at the end of a word"),
        ("a*", 1, "at least 2 letters"),
        ("深*", 1, "at least 2 letters"),
        ('"open mod*"', 10, 'Put it behind them: "open mod"*'),
        ("a -b", 3, "write NOT"),
        ("a, b", 2, "comma"),
        ("a|b", 2, "joined by OR"),
        ("a !b", 3, "the sign ! has no meaning"),
        ("'sam altman'", 1, "double quotes"),
        ("a@b", 2, "the sign @"),
        ("#", 1, "a hashtag is"),
        ("#a-b", 1, "a hashtag is"),
        ("@ a", 1, "a mention is"),
        ("a NEAR b", 3, "NEAR/5"),
        ("a NEAR/x b", 3, "NEAR/5"),
        ("a NEAR/0 b", 3, "from 1 to 100"),
        ("a NEAR/101 b", 3, "from 1 to 100"),
        ("a NEAR/1 b NEAR/2 c", 12, "two words, not three"),
        ("a NEAR/1 #b", 10, "NEAR joins words"),
        ("a NEAR/1 (b c)", 11, "NEAR joins words"),
        ("a NEAR/1 NOT b", 10, "NOT (a NEAR/5 b)"),
        ("NOT a", 5, "such as deepseek NOT a"),
        ("NOT (a b)", 6, "take nearly every post"),
        ("a OR NOT b", 10, "take nearly every post"),
        ("a OR (b OR NOT c) OR d", 16, "take nearly every post"),
        ("NOT (a NOT b)", 6, "take nearly every post"),
        ("lang:en", 1, "every post in that language"),
        ("lang:en NOT a", 1, "every post in that language"),
    ],
)
def test_refused(text: str, column: int, said: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert said in str(caught.value)
    assert caught.value.column == column


def test_the_caret_stands_below_the_place() -> None:
    with pytest.raises(TopicError) as caught:
        parse('openai AND "深度求索\nb')
    first, shown, caret = str(caught.value).split("\n")
    assert first.startswith("column 12: this quote has no partner.")
    assert shown == '  openai AND "深度求索 b'
    assert caret == "  " + " " * len("openai AND ") + "^"


def test_the_caret_counts_wide_signs_twice_and_long_queries_are_cut() -> None:
    with pytest.raises(QueryError) as caught:
        parse("深度 |")
    assert str(caught.value).endswith("\n       ^")
    with pytest.raises(QueryError) as caught:
        parse("word " * 100 + "|" + " word" * 100)
    _, shown, caret = str(caught.value).split("\n")
    assert len(shown) < 130
    assert shown[len(caret) - 1] == "|"


@pytest.mark.parametrize(
    "text",
    [
        "a NOT b",
        "(a OR b) NOT c",
        "NOT (NOT a)",
        "a OR (b NOT c)",
        "NOT (a OR NOT b) c",
        "domain:ft.com",
        "#a",
    ],
)
def test_what_asks_for_a_word_in_every_alternative_is_taken(text: str) -> None:
    parse(text)


def test_length_and_depth_have_limits() -> None:
    parse(" ".join(["a"] * (LENGTH_CAP_CHARS // 2)))
    parse("(" * DEPTH_CAP + "a" + ")" * DEPTH_CAP)
    for text, said in [
        ("a" * (LENGTH_CAP_CHARS + 1), "4,001 characters"),
        ("(" * (DEPTH_CAP + 1) + "a" + ")" * (DEPTH_CAP + 1), "50 deep"),
    ]:
        with pytest.raises(QueryError, match=said):
            parse(text)


@pytest.mark.parametrize("inner", ["a", "a NOT {}", "(b OR {}) c", "NOT (a OR {})"])
def test_the_deepest_query_allowed_can_be_used(inner: str) -> None:
    text = "x"
    for _ in range((DEPTH_CAP - 1) // (1 + inner.count("("))):
        text = f"({inner.format(text)})"
    query = parse(f"z {text}")
    assert parse(str(query)) == query
    assert query.explain()
    assert query.searches()
    assert "NOT " * 2 not in str(parse("z " + "NOT " * 900 + "a"))


def test_equal_queries_have_one_id_and_others_another() -> None:
    query = parse('"OpenAI"  deepseek')
    assert query == parse("(openai) AND DeepSeek")
    assert query.id == parse("openai DEEPSEEK").id
    assert len(query.id) == 12
    assert int(query.id, 16) >= 0
    assert query.id != parse("deepseek openai").id
    assert query.id == "445a1fdf33de"  # kept in every database: must never change


def refusal(text: str) -> QueryError | None:
    """Why ``text`` is refused; None if it is read, prints, and is read again as the same."""
    try:
        query = parse(text)
    except QueryError as error:
        return error
    again = parse(str(query))
    assert again == query
    assert str(again) == str(query)
    return None


@given(query_texts())
@settings(max_examples=500)
def test_printing_and_reading_again_changes_nothing(text: str) -> None:
    assume(refusal(text) is None)


@given(st.text(st.characters(codec=None, exclude_categories=[]), max_size=30))
@example("ŉ*")
@example("#ŉ")
@example("\u037e")  # the Greek question mark, which becomes a semicolon
@example("İ")
@example("@a\u0301")
@example("domain:İ.com")
def test_any_text_is_read_or_refused_in_one_way(text: str) -> None:
    error = refusal(text)
    if error is not None:
        assert 1 <= error.column <= len(text) + 1
        assert str(error).split("\n")[0].endswith((".", "?"))


PIECES = ["a", "OR", "AND", "NOT", "NEAR/2", "(", ")", '"', "b*", "#c", "*", "lang:en"]


@given(st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join))
@settings(max_examples=500)
def test_any_jumble_of_signs_is_read_or_refused(text: str) -> None:
    error = refusal(text)
    event("read" if error is None else "refused")
    assert error is None or 1 <= error.column <= len(text) + 1
