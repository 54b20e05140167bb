"""Searches in the words of Stack Exchange, never narrower than what they stand for."""

import re

from groundswell.errors import TopicError
from groundswell.query import Search, Term
from groundswell.topic import Topic

_NOT_WORD = re.compile(r"[^\w]+")
_PLAIN_PHRASE = re.compile(r"[0-9A-Za-z\u00c0-\u024f]+(?: [0-9A-Za-z\u00c0-\u024f]+)+")


def renderings(topic: Topic) -> list[tuple[tuple[str, str], ...]]:
    """The parameters of each search, without repeats.

    How the site reads words is not documented, so they are sent bare of its own signs (``-``,
    ``[tag]``, ``user:``) and the local matcher decides. Raises ``TopicError`` when a part of the
    query names nothing that can be searched for.
    """
    found = dict.fromkeys(render(search) for search in topic.query.searches())
    if () in found:
        raise TopicError(
            f"The query of {topic.slug} holds a part without any word, and Stack Exchange searches "
            "for words only. Add a word to it, or take [sources.stackexchange] out of the topic."
        )
    return list(found)


def render(search: Search) -> tuple[tuple[str, str], ...]:
    """``q``, or ``url`` where an address is all that is looked for; nothing where neither is.

    A language cannot be asked for and is left out. The beginning of a word is asked for with ``*``,
    and only where no whole word would find its posts too.
    """
    plain = [_words(term) for term in search.terms if term.kind not in ("prefix", "lang", "domain")]
    begun = [f"{_words(term)}*" for term in search.terms if term.kind == "prefix"]
    words = " ".join(part for part in plain if part) or " ".join(part for part in begun if part[1:])
    if words:
        return (("q", words),)
    domains = [term.text for term in search.terms if term.kind == "domain"]
    return (("url", f"*{domains[0]}*"),) if domains else ()


def _words(term: Term) -> str:
    if term.kind == "phrase" and _PLAIN_PHRASE.fullmatch(term.text):
        return f'"{term.text}"'
    return _NOT_WORD.sub(" ", term.text).strip()
