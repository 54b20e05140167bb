"""A topic's searches in the words of Bluesky's search, which knows no OR, NOT or prefix.

Terms that the site cannot ask for are left away where others stand beside them: the answer grows,
nothing is lost, and the topic's own matcher decides. A topic with ``distill*`` is therefore asked
more narrowly, and faster, when it lists the words meant.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from groundswell.query import Search, Term

_PLAIN = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """``questions`` are values of ``q``, narrowest last. ``caveat`` says what of the topic they
    cannot find, None when their answers hold all of it."""

    questions: tuple[str, ...]
    caveat: str | None


def wording(searches: Sequence[Search]) -> Wording:
    """The fewest questions whose answers together hold all posts that ``searches`` mean."""
    asked: set[frozenset[str]] = set()
    caveats: list[str] = []
    for search in searches:
        words = {_rendered(term) for term in search.terms if term.kind in _ASKABLE}
        if not words:
            words, caveat = _next_best(search.terms)
            caveats.append(caveat)
        asked.add(frozenset(words))
    asked.discard(frozenset())
    widest = [words for words in asked if not any(other < words for other in asked)]
    questions = sorted((" ".join(sorted(words)) for words in widest), key=lambda q: (len(q), q))
    return Wording(questions=tuple(questions), caveat=" ".join(dict.fromkeys(caveats)) or None)


_ASKABLE = ("word", "phrase", "tag", "handle")


def _rendered(term: Term) -> str:
    if term.kind == "tag":
        return f"#{term.text}"
    if term.kind != "phrase" and _PLAIN.fullmatch(term.text):
        return term.text
    return '"' + term.text.replace('"', " ").strip() + '"'


def _next_best(terms: Iterable[Term]) -> tuple[set[str], str]:
    for term in terms:
        if term.kind == "prefix":
            return {_rendered(term)}, (
                f"Bluesky's search has no prefixes: “{term.text}*” was asked as the word "
                f"“{term.text}”. List the words meant in the topic's query."
            )
        if term.kind == "domain":
            return {f"domain:{term.text}"}, (
                f"Bluesky's search finds links to {term.text} itself, not to its subdomains."
            )
    return set(), (
        "Bluesky's search needs a word, phrase, #tag or @handle, and a part of the topic's query "
        "has none: that part was not asked."
    )
