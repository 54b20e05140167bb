"""What a narrative is called: the words that set it apart from what else is said of its target."""

from collections.abc import Sequence, Set
from typing import Protocol

import pandas as pd

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
    groups: Sequence[Sequence[Spoken]],
    side: Sequence[Spoken],
    others: Sequence[Spoken],
    targets: Sequence[str] = (),
) -> list[tuple[str, ...]]:
    """For each group of posts of ``side`` the terms that stand out against the ``others``, those
    of the other side, and are used more in it than in the rest of its own, the strongest first.

    Words, phrases of two words, #tags and emoji; ``keywords.log_odds`` and its guards (z of 1.96,
    five accounts). What a target is called, alone or in a phrase, tells nothing. Empty where
    nothing passes. Copies must be left out already.
    """
    called = {
        term for one in targets for term in keywords.terms(one) if (" " in term) == (" " in one)
    }
    whole, away = _Counted(side), _Counted(others).table
    found: list[tuple[str, ...]] = []
    for group in groups:
        here = _Counted(group)
        ranked = _ranked(here.table, away, whole.without(here))
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


class _Counted:
    def __init__(self, posts: Sequence[Spoken]) -> None:
        self.table = keywords.count((keywords.terms(one.text), one.author) for one in posts)

    def without(self, part: "_Counted") -> pd.DataFrame:
        """The counts of these posts without those of ``part``; authors as they are, not asked."""
        taken = self.table["term"].map(part.table.set_index("term")["posts"]).fillna(0)
        left = self.table.assign(posts=self.table["posts"] - taken.astype("int64"))
        return left[left["posts"] > 0]


def _ranked(here: pd.DataFrame, away: pd.DataFrame, rest: pd.DataFrame) -> list[str]:
    """Terms by the smaller of their two ``z``: against the other side and against its own."""
    against = [table for table in (away, rest) if len(table)]
    if not against:
        return []
    first = keywords.log_odds(here, against[0]).set_index("term")["z"]
    if len(against) == 1:
        return list(first.index)
    own = keywords.log_odds(here, rest, least_z=0.0).set_index("term")["z"]
    both = pd.concat([first, own], axis=1, join="inner").min(axis=1)
    order = sorted((-float(z), str(term)) for term, z in both.items())
    return [term for _, term in order]


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
