"""Searches in the words of Discourse, never narrower than what they stand for."""

import re
from collections.abc import Iterator

from groundswell.errors import TopicError
from groundswell.query import Search, Term
from groundswell.topic import Topic

_NOT_WORD = re.compile(r"[^\w]+")


def renderings(topic: Topic) -> list[str]:
    """The words of each search, without repeats.

    A forum finds posts that hold all words, each also as the beginning of a longer one. It takes
    quoted phrases as they stand in the Markdown, which is narrower than what is meant, so phrases
    are asked as words. Scripts without spaces are found as far as the forum itself cuts them into
    words. Raises ``TopicError`` when a part of the query holds no word.
    """
    found = dict.fromkeys(render(search) for search in topic.query.searches())
    if "" in found:
        raise TopicError(
            f"The query of {topic.slug} holds a part without any word of two letters, and "
            "Discourse searches for words only. Add one, or take [sources.discourse] out."
        )
    return list(found)


def render(search: Search) -> str:
    """The words of one search; "" when there is none. An address is looked for by its words, and
    only where nothing else is; a language cannot be asked for."""
    told = [term for term in search.terms if term.kind not in ("lang", "domain")]
    return " ".join(_words(told)) or " ".join(_words(search.terms))


def _words(terms: list[Term] | tuple[Term, ...]) -> Iterator[str]:
    """Words of two letters or more: single ones ("l", "t") are orders to the search, and ASCII
    signs are none of a word's."""
    for term in terms:
        if term.kind != "lang":
            for word in _NOT_WORD.sub(" ", term.text).split():
                if len(word) > 1 or not word.isascii():
                    yield word
