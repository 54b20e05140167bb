"""Decides whether a post matches a query; fast enough to run on everything the network says."""

import functools
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from typing import TypeAlias
from urllib.parse import urlsplit

import regex

from groundswell.post import Post
from groundswell.query.pieces import BREAK
from groundswell.query.tree import And, Domain, Lang, Leaf, Near, Node, Not, Or, Words
from groundswell.text import fold, split

_PLAIN_TAG = regex.compile(r"\w+")


class Haystack:
    """A post made ready to be asked by many queries; each part is worked out when first needed."""

    def __init__(self, post: Post) -> None:
        self._post = post
        texts = [post.text, post.quoted_text, post.card_text, post.alt_text]
        if post.tags:
            texts += [f"#{tag}" if _PLAIN_TAG.fullmatch(tag) else tag for tag in post.tags]
        if post.mentions:
            texts += [f"@{name}" for name in post.mentions]
        self.folded = fold(BREAK.join(filter(None, texts)))

    @functools.cached_property
    def _tokens(self) -> list[list[str]]:
        return [split(text) for text in self.folded.split(BREAK)]

    @functools.cached_property
    def words(self) -> list[list[str]]:
        """The words of each text of the post, without those of signs; positions are indices."""
        return [[token for token in text if token[0] not in "#@"] for text in self._tokens]

    @functools.cached_property
    def line(self) -> str:
        """All words, each with a space before and behind, texts kept apart."""
        return BREAK.join(f" {' '.join(words)} " for words in self.words)

    @functools.cached_property
    def signs(self) -> frozenset[str]:
        """Its ``#tags`` and ``@handles``, folded."""
        return frozenset(token for text in self._tokens for token in text if token[0] in "#@")

    @functools.cached_property
    def hosts(self) -> frozenset[str]:
        """Hosts of its links and of its card."""
        links = (*self._post.links, self._post.card_url or "")
        return frozenset(filter(None, map(_host, links)))

    @property
    def lang(self) -> str | None:
        """The declared language: primary subtag, lower case; None if undeclared."""
        declared = self._post.lang_declared
        return declared.lower().partition("-")[0] if declared else None


Test: TypeAlias = Callable[[Haystack], bool]


def compiled(node: Node) -> Test:
    """``node`` as a function that tells whether a post matches it."""
    if isinstance(node, And):
        return _all([compiled(part) for part in node.parts])
    if isinstance(node, Or):
        return _any([compiled(part) for part in node.parts])
    if isinstance(node, Not):
        part = compiled(node.part)
        return lambda hay: not part(hay)
    if isinstance(node, Near):
        return _near(node)
    return _leaf(node)


def _all(tests: list[Test]) -> Test:
    def test(hay: Haystack) -> bool:
        return all(part(hay) for part in tests)

    return test


def _any(tests: list[Test]) -> Test:
    def test(hay: Haystack) -> bool:
        return any(part(hay) for part in tests)

    return test


def _leaf(leaf: Leaf) -> Test:
    if isinstance(leaf, Words):
        wanted = f" {' '.join(leaf.tokens)}{'' if leaf.beginning else ' '}"
        return lambda hay: wanted in hay.line
    if isinstance(leaf, Domain):
        site = _ascii_host(leaf.text)
        below = f".{site}"
        return lambda hay: any(host == site or host.endswith(below) for host in hay.hosts)
    if isinstance(leaf, Lang):
        return lambda hay: hay.lang == leaf.text
    sign = str(leaf)
    return lambda hay: sign in hay.signs


def _near(node: Near) -> Test:
    left, right, distance = _alternatives(node.left), _alternatives(node.right), node.distance

    def test(hay: Haystack) -> bool:
        return any(_meet(text, left, right, distance) for text in hay.words)

    return test


def _alternatives(side: Words | Or) -> list[Words]:
    parts = side.parts if isinstance(side, Or) else (side,)
    return [part for part in parts if isinstance(part, Words)]


def _meet(text: list[str], left: list[Words], right: list[Words], distance: int) -> bool:
    """Whether a place of ``left`` and one of ``right`` lie side by side in ``text``, the last word
    of the first at most ``distance`` before the first word of the other."""
    places = [place for words in right for place in _places(text, words)]
    starts = sorted(start for start, _ in places)
    ends = sorted(end for _, end in places)
    for words in left:
        for start, end in _places(text, words):
            behind = bisect_right(starts, end)
            before = bisect_left(ends, start - distance)
            if behind < len(starts) and starts[behind] <= end + distance:
                return True
            if before < len(ends) and ends[before] < start:
                return True
    return False


def _places(text: list[str], words: Words) -> Iterator[tuple[int, int]]:
    """First and last index of each place where ``words`` stand in ``text``."""
    *head, last = words.tokens
    for end in range(len(head), len(text)):
        same = text[end].startswith(last) if words.beginning else text[end] == last
        if same and text[end - len(head) : end] == head:
            yield end - len(head), end


def _host(link: str) -> str | None:
    try:
        return _ascii_host(urlsplit(link).hostname or "")
    except ValueError:  # "http://[": no address at all, so on no site
        return None


def _ascii_host(host: str) -> str:
    """``host`` as DNS writes it, so that müller.example equals its xn-- form."""
    host = host.rstrip(".").lower()
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:  # no name that DNS could hold; compared as it stands
        return host
