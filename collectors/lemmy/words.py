"""What to ask a Lemmy for: the fewest words that every post fitting the query must hold.

Lemmy looks for the letters as they stand, and for two words only in that order, so an "and" cannot
be asked: of each search one term is sent, and terms are chosen that serve many searches at once.
Accents are looked for as they are written, so "Elan" does not find "Élan" there.
"""

import re
from collections.abc import Iterable

from groundswell.query import Search, Term

SHORTEST = 2

_NOT_WORD = re.compile(r"[^\w]+")


def questions(searches: Iterable[Search]) -> list[str]:
    """Texts to ask for whose answers together hold every post of ``searches``; few, long ones
    first. [""] when a search names nothing that Lemmy can look for: then everything is read."""
    left = [frozenset(_texts(search)) for search in searches]
    if not left or not all(left):
        return [""]
    chosen: list[str] = []
    while left:
        served = {text: sum(text in one for one in left) for one in left for text in one}
        best = max(served, key=lambda text: (served[text], len(text), text))
        chosen.append(best)
        left = [one for one in left if best not in one]
    return chosen


def _texts(search: Search) -> list[str]:
    """What of a search can be asked: not languages, nor domains (a link is not searched). A phrase
    is asked as its longest word, since punctuation may stand between two."""
    words = [_longest_word(term) for term in search.terms if term.kind not in ("lang", "domain")]
    return [word for word in words if len(word) >= SHORTEST]


def _longest_word(term: Term) -> str:
    return max(_NOT_WORD.sub(" ", term.text).split(), key=len, default="")
