"""What a narrative is called: the words that set it apart from what else is said of its target."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from itertools import chain
from typing import Protocol

import numpy as np

from groundswell.scoring import keywords
from groundswell.scoring.bare import bare

TOLD = 3  # terms make the name
KEPT = 8
QUOTED_WORDS, QUOTED_CHARS = 9, 60


class Spoken(Protocol):
    """A post with its words and its author."""

    @property
    def text(self) -> str:
        """What it says."""
        ...

    @property
    def author(self) -> int | str | None:
        """Who says it, None if unknown."""
        ...


def name(
    groups: Sequence[Sequence[int]],
    side: Sequence[Spoken],
    others: Sequence[Spoken],
    targets: Sequence[str] = (),
) -> list[tuple[str, ...]]:
    """For each group, places in ``side``, the terms that stand out against the ``others``, those
    of the other side, and are used more in it than in the rest of its own, the strongest first.

    Words, phrases of two words, #tags and emoji; z and guards of ``keywords.log_odds`` (1.96, five
    accounts). What a target is called, alone or in a phrase, tells nothing. Empty where nothing
    passes. Copies must be left out already.
    """
    called = {
        term for one in targets for term in keywords.terms(one) if (" " in term) == (" " in one)
    }
    said = [keywords.terms(one.text) for one in side]
    whole, away = Counter(chain.from_iterable(said)), _counted(others)
    found: list[tuple[str, ...]] = []
    for group in groups:
        here = Counter(chain.from_iterable(said[place] for place in group))
        many = _used_by_many(here, [(said[place], side[place].author) for place in group])
        ranked = _ranked(many, here, [away, whole - here])
        found.append(_distinct([one for one in ranked if not _calls(one, called)])[:KEPT])
    return found


def kept(before: Sequence[str], now: Sequence[str]) -> tuple[str, ...]:
    """``before``, the terms that made a name, as long as all of them still stand out, then what
    else does; else ``now``. A name does not change because two words changed places."""
    named = tuple(before[:TOLD])
    if not named or not set(named) <= set(now):
        return tuple(now)
    return (*named, *(term for term in now if term not in named))


def title(terms: Sequence[str], typical: str) -> str:
    """What to call a narrative in a line: the terms that make its name or, where it has none, the
    beginning of its most ``typical`` post, in quotation marks. A stranger's words: hostile."""
    if terms:
        return " · ".join(terms[:TOLD])
    words = bare(typical).split()
    said = " ".join(words[:QUOTED_WORDS])[:QUOTED_CHARS].rstrip()
    return f"“{said}{'…' if said != ' '.join(words) else ''}”"


def _counted(posts: Sequence[Spoken]) -> "Counter[str]":
    return Counter(term for one in posts for term in keywords.terms(one.text))


def _used_by_many(
    counts: Mapping[str, int], posts: Sequence[tuple[Sequence[str], int | str | None]]
) -> list[str]:
    """Terms that five known authors or more use, in order of the alphabet."""
    often = {term for term, count in counts.items() if count >= keywords.LEAST_AUTHORS}
    authors: dict[str, set[int | str]] = {term: set() for term in often}
    for terms, author in posts:
        if author is not None:
            for term in often.intersection(terms):
                authors[term].add(author)
    return sorted(term for term, by in authors.items() if len(by) >= keywords.LEAST_AUTHORS)


def _ranked(
    terms: Sequence[str], here: "Counter[str]", against: Sequence["Counter[str]"]
) -> list[str]:
    """``terms`` that stand out against the first of ``against`` that holds anything, and are used
    no less than in the others, by the smallest of their ``z``."""
    counts = np.array([here[term] for term in terms])
    zs = [
        keywords.apart(
            counts,
            np.array([other[term] for term in terms]),
            totals=(float(here.total()), float(other.total())),
        )
        for other in against
        if other
    ]
    if not zs or not terms:
        return []
    least = np.min(zs, axis=0)
    stands_out = np.flatnonzero((zs[0] >= keywords.LEAST_Z) & (least >= 0)).tolist()
    return [terms[place] for place in sorted(stands_out, key=lambda n: (-least[n], terms[n]))]


def _calls(term: str, called: Set[str]) -> bool:
    """Whether ``term`` is, or holds, what a target is called."""
    return term in called or any(word.lstrip("#") in called for word in term.split())


def _distinct(ranked: Sequence[str]) -> tuple[str, ...]:
    """``ranked`` without phrases and words that share a word with a stronger one."""
    told: list[str] = []
    said: set[str] = set()
    for term in ranked:
        words = {word.lstrip("#") for word in term.split()}
        if not words & said:
            told.append(term)
            said |= words
    return tuple(told)
