"""Searches in the words of Algolia, never narrower than what they stand for."""

import re
from collections.abc import Iterable

from groundswell.query import Search, Term

_NOT_WORD = re.compile(r"[^\w]+")
# Inside quotes Algolia wants the words side by side in its own raw HTML, where an apostrophe is
# "&#x27;" and a script without spaces is cut by a dictionary: such phrases are asked as words.
_PLAIN_PHRASE = re.compile(r"[0-9A-Za-z\u00c0-\u024f]+(?: [0-9A-Za-z\u00c0-\u024f]+)+")


def render(search: Search) -> tuple[str, str]:
    """Query text and ``queryType`` for one search.

    A language cannot be asked for and is left out; tags, handles and domains are asked as their
    words. Prefixes stand last, where Algolia takes a word for a beginning even by default.
    """
    plain = [_words(term) for term in search.terms if term.kind not in ("prefix", "lang")]
    prefixes = [_words(term) for term in search.terms if term.kind == "prefix"]
    text = " ".join(part for part in [*plain, *prefixes] if part)
    return text, "prefixAll" if any(prefixes) else "prefixNone"


def renderings(searches: Iterable[Search]) -> list[tuple[str, str]]:
    """The distinct renderings, in order; when one of them asks for everything, only that."""
    distinct = list(dict.fromkeys(render(search) for search in searches))
    widest = [rendering for rendering in distinct if not rendering[0]]
    return widest[:1] or distinct


def _words(term: Term) -> str:
    if term.kind == "phrase" and _PLAIN_PHRASE.fullmatch(term.text):
        return f'"{term.text}"'
    return _NOT_WORD.sub(" ", term.text).strip()
