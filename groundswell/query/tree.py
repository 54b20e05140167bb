"""The tree of a query: what it asks for, and its canonical writing."""

import re
from dataclasses import dataclass, field
from typing import TypeAlias

from groundswell.text import tokens

# What makes a text need quotes in print: what WORD in grammar.lark does not take.
_NEEDS_QUOTES = re.compile(r"^[-'‘`]|[\s()#@*:|!^~\[\]{}<>=\\;,]")


@dataclass(frozen=True, slots=True)
class Words:
    """A word or phrase, in lower case as typed. ``beginning``: the last word may go on.

    ``tokens`` are its words as ``groundswell.text`` sees them, signs left out; never empty.
    """

    text: str
    beginning: bool = False
    column: int = field(default=0, compare=False, repr=False)
    tokens: tuple[str, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tokens", bare_words(self.text))

    def __str__(self) -> str:
        written = f'"{self.text}"' if _NEEDS_QUOTES.search(self.text) else self.text
        return f"{written}*" if self.beginning else written


@dataclass(frozen=True, slots=True)
class Tag:
    """A hashtag, folded, without ``#``."""

    text: str
    column: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        return f"#{self.text}"


@dataclass(frozen=True, slots=True)
class Handle:
    """A mention of an account, folded, without ``@``."""

    text: str
    column: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        return f"@{self.text}"


@dataclass(frozen=True, slots=True)
class Domain:
    """A link to this host or one below it; lower case, without ``www.``."""

    text: str
    column: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        return f"domain:{self.text}"


@dataclass(frozen=True, slots=True)
class Lang:
    """The language the author declared: primary subtag, lower case."""

    text: str
    column: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        return f"lang:{self.text}"


@dataclass(frozen=True, slots=True)
class Near:
    """Two of ``Words`` (or alternatives of them) at most ``distance`` words apart."""

    left: "Words | Or"
    right: "Words | Or"
    distance: int

    @property
    def column(self) -> int:
        """Where the left side begins, 1-based."""
        return self.left.column

    def __str__(self) -> str:
        return f"{_inside(self.left, Or)} NEAR/{self.distance} {_inside(self.right, Or)}"


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but ``part``, which is never a ``Not`` itself."""

    part: "Node"
    column: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        return f"NOT {_inside(self.part, Near, And, Or)}"


@dataclass(frozen=True, slots=True)
class And:
    """All of ``parts``: two or more, none of them an ``And``."""

    parts: tuple["Node", ...]

    @property
    def column(self) -> int:
        """Where the first part begins, 1-based."""
        return self.parts[0].column

    def __str__(self) -> str:
        return " AND ".join(_inside(part, Or) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """Any of ``parts``: two or more, none of them an ``Or``."""

    parts: tuple["Node", ...]

    @property
    def column(self) -> int:
        """Where the first part begins, 1-based."""
        return self.parts[0].column

    def __str__(self) -> str:
        return " OR ".join(str(part) for part in self.parts)


Leaf: TypeAlias = Words | Tag | Handle | Domain | Lang
Node: TypeAlias = Leaf | Near | Not | And | Or


def bare_words(text: str) -> tuple[str, ...]:
    """The words of ``text`` without those of their signs, as phrases compare them."""
    return tuple(token for token in tokens(text) if token[0] not in "#@")


def _inside(part: Node, *looser: type) -> str:
    return f"({part})" if isinstance(part, looser) else str(part)
