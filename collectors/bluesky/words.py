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
    """``questions`` are values of ``q``, never none. ``caveat`` says what of the topic their
    answers may lack, None when they hold all of it."""

    questions: tuple[str, ...]
    caveat: str | None


def wording(searches: Sequence[Search]) -> Wording:
    """The fewest questions whose answers together hold all posts that ``searches`` mean."""
    asked: set[frozenset[str]] = set()
    caveats: list[str] = []
    for search in searches:
        words = {word for term in search.terms if (word := _rendered(term))}
        if not words:
            words, caveat = _narrowed(search.terms)
            caveats.append(caveat)
        asked.add(frozenset(words))
    widest = [words for words in asked if not any(other < words for other in asked)]
    questions = sorted((" ".join(sorted(words)) for words in widest), key=lambda q: (len(q), q))
    return Wording(questions=tuple(questions), caveat=" ".join(dict.fromkeys(caveats)) or None)


def _rendered(term: Term) -> str:
    """Empty for what the site cannot ask for; of a prefix only the words before the last."""
    if term.kind == "tag":
        return f"#{term.text}"
    if term.kind == "prefix":
        return _phrase(term.text.rpartition(" ")[0])
    if term.kind in ("word", "phrase", "handle"):
        return _phrase(term.text)
    return ""


def _phrase(words: str) -> str:
    unquoted = words.replace('"', " ").strip()
    return unquoted if not unquoted or _PLAIN.fullmatch(unquoted) else f'"{unquoted}"'


def _narrowed(terms: Iterable[Term]) -> tuple[set[str], str]:
    """For a search of nothing but a beginning or a domain: what comes nearest, and what it lacks.
    (A query that asks for a language alone does not parse.)"""
    term = next(term for term in terms if term.kind in ("prefix", "domain"))
    if term.kind == "domain":
        return {f"domain:{term.text}"}, (
            f"Bluesky's search finds links to {term.text} itself, not to its subdomains."
        )
    return {_phrase(term.text)}, (
        f"Bluesky's search has no prefixes: “{term.text}*” was asked as the word “{term.text}”. "
        "List the words meant in the topic's query."
    )
