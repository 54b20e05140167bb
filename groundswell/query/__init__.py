"""The query of a topic: read from text, matched against posts, widened for sites, said in words."""

import functools
import hashlib
from dataclasses import dataclass

from groundswell.post import Post
from groundswell.query import explanation, matcher, parsing, pieces, widening
from groundswell.query.matcher import Haystack
from groundswell.query.pieces import lines_with_any
from groundswell.query.tree import Node
from groundswell.query.widening import Search, Term

__all__ = ["Haystack", "Query", "Search", "Term", "lines_with_any", "parse"]


@dataclass(frozen=True)
class Query:
    """A query that has been read. Two are equal when they ask the same in the same words."""

    tree: Node

    def __str__(self) -> str:
        """The canonical text: lower case, needless brackets and quotes gone. ``parse`` reads it
        back to an equal query."""
        return str(self.tree)

    def __reduce__(self) -> tuple[type["Query"], tuple[Node]]:
        """Copies and pickles hold the tree alone; the compiled test cannot travel."""
        return Query, (self.tree,)

    @functools.cached_property
    def id(self) -> str:
        """12 hex digits that stay the same as long as the canonical text does."""
        return hashlib.sha256(str(self).encode()).hexdigest()[:12]

    def matches(self, post: Post) -> bool:
        """Whether ``post`` meets the query: its text, quoted text, card, picture texts, tags and
        mentions; its links for ``domain:`` and its declared language for ``lang:``."""
        return self.found_in(Haystack(post))

    def found_in(self, hay: Haystack) -> bool:
        """``matches``, for a post that is asked by several queries."""
        return pieces.lacks_none(hay.folded, self._required) and self._test(hay)

    @functools.cached_property
    def scent(self) -> frozenset[str]:
        """Pieces of folded text of which every match holds at least one, in its texts or tags;
        none: nothing can be said. A look for them is far cheaper than ``matches``."""
        return pieces.scent(self._required)

    def explain(self) -> str:
        """What the query takes, as one English sentence."""
        return explanation.explain(self.tree)

    def searches(self, limit: int = 24) -> list[Search]:
        """Conjunctions of terms that together find at least what the query matches, for sites with
        a search of their own. At most ``limit`` of them, unless the query's narrowest list of
        alternatives is longer than that. Never empty, and each holds more than a language."""
        return widening.searches(self.tree, limit)

    @functools.cached_property
    def _required(self) -> list[frozenset[str]]:
        return pieces.required(self.tree)

    @functools.cached_property
    def _test(self) -> matcher.Test:
        return matcher.compiled(self.tree)


def parse(text: str) -> Query:
    """Reads ``text`` in the language of ``grammar.lark``. Raises ``QueryError``, whose ``column``
    is 1-based, with a caret line that shows the place."""
    return Query(parsing.read(text))
