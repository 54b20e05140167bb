"""What a query finds is what its words say, in every script, field and nesting."""

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from groundswell.errors import QueryError
from groundswell.post import Post
from groundswell.query import Haystack, Query, parse, pieces
from groundswell.query.pieces import lines_with_any
from groundswell.query.tree import Words
from tests.builders import make_post
from tests.groundswell.query.invented import posts, query_texts
from tests.groundswell.query.slow_reference import meets

REAL = Path(__file__).resolve().parents[3] / ".." / "shared/eval/xlmt_sentiment/dev.tsv"


def found(query: str, text: str = "", **fields: Any) -> bool:
    return parse(query).matches(make_post(text=text, **fields))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("deepseek", "DEEPSEEK!"),
        ("deepseek", "DeepSeek's new model"),
        ("deepseek", "loud #DeepSeek tag"),
        ("deepseek", "thanks @deepseek.com"),
        ("zoe", "ZOË"),
        ("Zoë", "zoe"),
        ("strasse", "Straße"),
        ("łódź", "LODZ"),
        ("openai", "ＯｐｅｎＡＩ"),
        ('"sam altman"', "sam  Altman"),
        ('"sam altman"', "#Sam Altman"),
        ("gpt-4", "GPT 4 is out"),
        ("don’t", "I don't"),  # meant
        ("distill*", "distillation"),
        ("distill*", "distill"),
        ('"open mod"*', "some open models"),
        ("🚀", "to the moon🚀🚀"),
        ("👍", "👍🏽"),
        ("深度求索", "中国的深度求索公司"),
        ("深度*", "深度学习"),
        ("딥시크", "딥시크가 왔다"),
        ("#deepseek", "#DeepSeek"),
        ("@openai.com", "hi @OpenAI.com!"),
        ("deepseek openai", "openai and deepseek"),
        ("a OR b c", "a"),
        ("(a OR b) c", "b c"),
        ("a NOT b", "a c"),
        ("a NEAR/2 c", "c b a"),
        ("a NEAR/1 b", "a b"),
        ('(x OR "a b") NEAR/2 d', "a b c d"),
        ("and", "this and that"),
        ("AT&T", "at&t"),
    ],
)
def test_found(query: str, text: str) -> None:
    assert found(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("deepseek", "deepseeker"),
        ("deepseek", "#deepseekmoment"),
        ("seek", "deepseek"),
        ("social", "hi @someone.bsky.social"),
        ("chatgpt", "https://ft.com/a?utm_source=chatgpt.com"),
        ('"sam altman"', "altman sam"),
        ('"sam altman"', "sam x altman"),
        ("distill*", "redistill"),
        ('"open mod"*', "open a model"),
        ("求度", "深度求索"),
        ("#deepseek", "deepseek"),
        ("#deepseek", "#deepseekmoment"),
        ("@openai", "openai"),
        ("@openai", "mail@openai"),
        ("deepseek openai", "openai"),
        ("(a OR b) c", "a"),
        ("a OR b c", "c"),
        ("a NOT b", "a b"),
        ("a NOT (b OR c)", "a c"),
        ("a NEAR/1 c", "a b c"),
        ("a NEAR/5 a", "a"),
        ("ab NEAR/3 ab*", "ab"),
        ("a", ""),
    ],
)
def test_not_found(query: str, text: str) -> None:
    assert not found(query, text)


@pytest.mark.parametrize("field", ["quoted_text", "card_text", "alt_text"])
def test_every_text_of_a_post_counts(field: str) -> None:
    assert found('"sam altman"', "hello", **{field: "Sam Altman"})


def test_no_phrase_and_no_nearness_goes_from_one_text_to_the_next() -> None:
    assert not found('"sam altman"', "sam", quoted_text="altman")
    assert not found("sam NEAR/9 altman", "sam", quoted_text="altman", tags=("altman",))


def test_tags_and_mentions_count_as_signs_and_as_words() -> None:
    tagged = make_post(text="x", tags=("DeepSeek", "two words"), mentions=("OpenAI.com",))
    for query in ("#deepseek", "deepseek", "@openai.com", "openai", '"two words"'):
        assert parse(query).matches(tagged), query
    for query in ("#two", "com", "@openai"):
        assert not parse(query).matches(tagged), query


def test_the_author_is_not_what_a_post_mentions() -> None:
    assert not found("@sample-user-1.example OR sample", "x", author="sample-user-1.example")


@pytest.mark.parametrize(
    ("link", "on_it"),
    [
        ("https://ft.com/x", True),
        ("https://www.FT.com:443/x", True),
        ("http://markets.ft.com", True),
        ("https://ft.com./x", True),
        ("https://notft.com", False),
        ("https://ft.com.evil.example", False),
        ("https://ft.com@evil.example/", False),
        ("https://evil.example/ft.com", False),
        ("http://[", False),
    ],
)
def test_domain(link: str, on_it: bool) -> None:
    assert found("domain:ft.com", "x", links=(link,)) is on_it
    assert found("domain:ft.com", "x", card_url=link) is on_it


def test_domain_in_other_scripts() -> None:
    assert found("domain:müller.example", links=("https://xn--mller-kva.example/",))
    assert found("domain:xn--mller-kva.example", links=("https://www.Müller.example/",))
    long = "ü" * 70  # longer than DNS allows; compared as it stands
    assert found(f"domain:{long}.example", links=(f"https://{long}.example",))


@pytest.mark.parametrize(
    ("declared", "matches"),
    [("en", True), ("en-US", True), ("EN", True), ("de", False), (None, False)],
)
def test_lang_is_what_the_author_declared(declared: str | None, matches: bool) -> None:
    assert found("a lang:en", "a", lang_declared=declared) is matches
    assert found("a NOT lang:en", "a", lang_declared=declared) is not matches


def test_one_haystack_serves_many_queries() -> None:
    hay = Haystack(make_post(text="OpenAI and #DeepSeek 🚀"))
    assert [parse(q).found_in(hay) for q in ("openai", "mistral", "🚀")] == [True, False, True]


def test_a_used_query_can_be_copied_and_sent_to_another_process() -> None:
    query, post = parse('openai NEAR/3 "sam a"*'), make_post(text="OpenAI and Sam Altman")
    assert query.matches(post)
    for twin in (pickle.loads(pickle.dumps(query)), copy.deepcopy(query)):
        assert twin == query
        assert twin.matches(post)


def parsed(text: str) -> Query:
    try:
        return parse(text)
    except QueryError:
        assume(False)
        raise


@given(query_texts(), posts())
@settings(max_examples=600)
def test_the_matcher_agrees_with_the_slow_reference(text: str, post: Post) -> None:
    query = parsed(text)
    expected = meets(post, query.tree)
    event(f"match: {expected}")
    assert query.matches(post) is expected


@given(query_texts(), posts())
@settings(max_examples=300)
def test_the_quick_look_never_turns_a_match_away(text: str, post: Post) -> None:
    query = parsed(text)
    if meets(post, query.tree):
        folded = Haystack(post).folded
        assert pieces.lacks_none(folded, pieces.required(query.tree))
        assert not query.scent or any(piece in folded for piece in query.scent)


@given(
    st.lists(st.text("ab\n"), min_size=1, max_size=9),
    st.sets(st.text("ab", min_size=1, max_size=3)),
    st.sampled_from([1, 2, 5, 20_000]),
)
def test_one_search_through_many_lines_is_one_through_each(
    lines: list[str], wanted: set[str], part: int
) -> None:
    expected = {n for n, line in enumerate(lines) if any(piece in line for piece in wanted)}
    in_bytes = [piece.encode() for piece in wanted]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "_PART", part)
        assert set(lines_with_any("\0".join(lines), wanted, "\0")) == expected
        assert set(lines_with_any("\0".join(lines).encode(), in_bytes, b"\0")) == expected


def test_lines_may_be_counted_by_how_they_stood_before() -> None:
    before = b"one word\0two\0WORD"
    assert list(lines_with_any(b"one word two word", [b"word"], b"\0", before)) == [0, 2]


def test_the_scent_is_what_the_fewest_posts_should_hold() -> None:
    assert parse("(a OR b OR cc) longword short").scent == {"longword"}
    assert parse("domain:x.example").scent == frozenset()


@pytest.mark.skipif(not REAL.is_file(), reason="the labelled tweets are not beside the repository")
def test_on_real_posts_in_eight_languages_too() -> None:
    lines = REAL.read_text(encoding="utf-8").split("\n")
    common = '(an* OR "de la" OR "in the" OR ال* OR है OR 😂 OR @user)'
    queries = [parse(f"{common} NOT (la NEAR/4 que OR 😂 NEAR/1 😂)"), parse("user NOT im*")]
    for line in lines[1::4]:
        post = make_post(text=line)
        for query in queries:
            assert query.matches(post) is meets(post, query.tree), line


@given(st.text(st.characters(codec=None, exclude_categories=[])))
def test_no_post_is_too_odd_to_be_matched(text: str) -> None:
    query = parse("(a OR #b OR @c OR domain:d.e) NOT (a NEAR/3 b) OR 深")
    post = make_post(text=text, quoted_text=text, card_url=text)
    assert query.matches(post) is meets(post, query.tree)
    odd = make_post(text=text, tags=(text,), mentions=(text,), links=(text,), lang_declared=text)
    assert query.matches(odd) in (True, False)


def test_a_hostile_post_takes_no_time() -> None:
    assert not found('"a b" NEAR/100 (c OR "a a")', "a " * 32_000)


def test_the_quick_look_knows_what_it_needs() -> None:
    clauses = pieces.required(parse('(openai OR "sam altman") (distill* OR distillation)').tree)
    assert clauses == [{"openai", "altman"}, {"distill"}]
    assert pieces.required(parse("domain:ft.com OR openai").tree) == []
    assert pieces.required(Words("gpt-4 turbo")) == [{"turbo"}]
