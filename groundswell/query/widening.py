"""Widens a query to plain searches for sites; the matcher drops what they find too much."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, product
from typing import Literal, TypeAlias

from groundswell.query.tree import And, Domain, Handle, Lang, Leaf, Near, Node, Not, Or, Tag, Words

Kind: TypeAlias = Literal["word", "phrase", "prefix", "tag", "handle", "domain", "lang"]
_KINDS: dict[type[Tag | Handle | Domain | Lang], Kind] = {
    Tag: "tag",
    Handle: "handle",
    Domain: "domain",
    Lang: "lang",
}


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for. ``text`` is without ``#``, ``@``, ``*``, quotes; lower case. A prefix
    may consist of several words, the last of them begun."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Search:
    """Posts that hold all of ``terms``; never empty. Sites that cannot search for one kind of term
    may leave it out, but must keep another."""

    terms: tuple[Term, ...]


def searches(node: Node, limit: int) -> list[Search]:
    """Searches whose union holds every post that ``node`` matches; at most ``limit``, or as few as
    the alternatives of the query allow."""
    cap = max(limit, 1)
    while len(found := _alternatives(node, cap, wanted=True)) > limit and cap > 1:
        cap //= 2  # several joined parts within alternatives: each may have its share only
    return [Search(terms) for terms in found]


_Terms: TypeAlias = tuple[Term, ...]
_EVERYTHING: list[_Terms] = [()]  # no term: every post


def _alternatives(node: Node, limit: int, *, wanted: bool) -> list[_Terms]:
    """Disjunctive normal form of ``node``, or of its opposite if not ``wanted``, widened."""
    if isinstance(node, Not):
        return _alternatives(node.part, limit, wanted=not wanted)
    if isinstance(node, And | Or):
        parts = [_alternatives(part, limit, wanted=wanted) for part in node.parts]
        if isinstance(node, And) == wanted:
            return _all_of(parts, limit)
        return _without_narrower(chain.from_iterable(parts))
    if not wanted:
        return _EVERYTHING
    if isinstance(node, Near):
        sides = [_alternatives(side, limit, wanted=True) for side in (node.left, node.right)]
        return _all_of(sides, limit)
    return [(_term(node),)]


def _all_of(parts: list[list[_Terms]], limit: int) -> list[_Terms]:
    """What all of ``parts`` have in common; a part that would make it more than ``limit`` is left
    out, which only widens. Those that name a word come first, so that one always stays."""
    found, *others = sorted(parts, key=lambda part: (not _names_words(part), len(part)))
    for part in others:
        if len(part) == 1 or len(found) * len(part) <= limit:
            pairs = product(found, part)
            found = _without_narrower(tuple(dict.fromkeys(a + b)) for a, b in pairs)
    return found


def _names_words(part: list[_Terms]) -> bool:
    return all(any(term.kind != "lang" for term in terms) for terms in part)


def _without_narrower(found: Iterable[_Terms]) -> list[_Terms]:
    """``found`` without those that a shorter one finds anyway."""
    unique = {frozenset(terms): terms for terms in found}
    kept: list[frozenset[Term]] = []
    for terms in sorted(unique, key=len):
        if not any(wider <= terms for wider in kept):
            kept.append(terms)
    widest = set(kept)
    return [written for terms, written in unique.items() if terms in widest]


def _term(leaf: Leaf) -> Term:
    if not isinstance(leaf, Words):
        return Term(_KINDS[type(leaf)], leaf.text)
    if leaf.beginning:
        return Term("prefix", leaf.text)
    return Term("word" if len(leaf.tokens) == 1 else "phrase", leaf.text)
