"""Queries and posts that Hypothesis makes of one small stock of words, so that they meet often."""

from hypothesis import strategies as st

from groundswell.post import Post
from tests.builders import make_post

WORDS = ["openai", "DeepSeek", "distill", "distillation", "sam", "altman", "gpt-4", "don't", "Zoë"]
WORDS += ["深度", "求索", "深度求索", "딥시크", "🚀", "👍🏽", "हिन्दी", "and", "r1"]
SIGNED = ["#deepseek", "#DeepSeek", "#深度", "@openai.com", "@sam", "@sam@example.org"]
SITES = ["ft.com", "www.ft.com", "news.ft.com", "notft.com", "müller.example"]
LANGS = ["en", "de", "en-US"]

_word = st.sampled_from(WORDS)
_phrase = st.lists(_word, min_size=1, max_size=3).map(lambda words: f'"{" ".join(words)}"')
_prefix = st.sampled_from(["dist*", "deep*", "gpt-4*", "深度*", '"sam alt"*', "op*"])
_textual = st.one_of(_word, _phrase, _prefix)
_leaf = st.one_of(
    _textual,
    _textual,
    st.sampled_from([*SIGNED, "domain:ft.com", "domain:müller.example"]),
    st.builds("({} lang:{})".format, _textual, st.sampled_from(["en", "DE"])),
)
_side = st.one_of(
    _textual, st.lists(_textual, min_size=2, max_size=3).map(lambda a: f"({' OR '.join(a)})")
)
_near = st.builds("{} NEAR/{} {}".format, _side, st.integers(1, 4), _side)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    bracketed = inner.map(lambda text: f"( {text} )")
    several = st.lists(bracketed, min_size=2, max_size=3)
    return st.one_of(
        bracketed,
        st.builds("{} NOT {}".format, bracketed, bracketed),
        st.builds("NOT (NOT {} OR {})".format, bracketed, bracketed),
        st.builds(lambda sign, parts: sign.join(parts), st.sampled_from([" ", " AND\n"]), several),
        several.map(" OR ".join),
    )


def query_texts() -> st.SearchStrategy[str]:
    """Texts of the query language; some of them ask for too much and are refused."""
    return st.recursive(st.one_of(_leaf, _near), _larger, max_leaves=8)


_gap = st.sampled_from([" ", ", ", "\n", " x ", "-", "。", " a b "])
_text = st.lists(st.tuples(st.sampled_from(WORDS + SIGNED), _gap), max_size=8).map(
    lambda parts: "".join(word + gap for word, gap in parts)
)
_link = st.sampled_from(SITES).map(lambda site: f"https://{site}/a?q=openai")


def posts() -> st.SearchStrategy[Post]:
    """Posts that use all the fields a query looks at."""
    maybe = st.none() | _text
    return st.builds(
        lambda **fields: make_post(**fields),
        text=_text,
        quoted_text=maybe,
        card_text=maybe,
        alt_text=maybe,
        tags=st.lists(st.sampled_from(["DeepSeek", "深度", "two words"]), max_size=2).map(tuple),
        mentions=st.lists(st.sampled_from(["openai.com", "Sam"]), max_size=2).map(tuple),
        links=st.lists(_link, max_size=2).map(tuple),
        card_url=st.none() | _link,
        lang_declared=st.none() | st.sampled_from(LANGS),
    )
