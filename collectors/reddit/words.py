"""A topic's searches in the words of Reddit's search, and narrower ones where it shows too few."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from groundswell.query import Search, Term

_NOT_WORD = re.compile(r"[^\w]+")
_PARTED = "self:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """``questions`` are values of ``q``. ``caveat`` says what their answers may lack, None when
    they hold all of it."""

    questions: tuple[str, ...]
    caveat: str | None


def wording(searches: Sequence[Search]) -> Wording:
    """The distinct questions whose answers together hold all submissions that ``searches`` mean.

    Terms the site cannot ask for are left away where others stand beside them; the topic's own
    matcher decides.
    """
    asked: dict[str, None] = {}
    caveats: dict[str, None] = {}
    for search in searches:
        words = dict.fromkeys(word for term in search.terms if (word := _rendered(term)))
        if not words:
            begun = next(term for term in search.terms if term.kind == "prefix")
            words = dict.fromkeys([_bare(begun.text)])
            caveats[
                f"Reddit's search has no beginnings of words: “{begun.text}*” was asked as the "
                f"word “{begun.text}”. List the words meant in the topic's query."
            ] = None
        asked[" ".join(words)] = None
    return Wording(questions=tuple(asked), caveat=" ".join(caveats) or None)


def halves(question: str, subreddit: str | None) -> tuple[str, ...]:
    """Two questions that share out the answers of ``question`` between them: those of one
    subreddit and all others, or, None, those with a text of their own and those that are links.
    Empty when nothing is left to part it by."""
    if subreddit is not None:
        return f"({question}) subreddit:{subreddit}", f"({question}) NOT subreddit:{subreddit}"
    if _PARTED in question:
        return ()
    return f"({question}) {_PARTED}yes", f"({question}) {_PARTED}no"


def _rendered(term: Term) -> str:
    """Empty for what the site cannot ask for; of a prefix only the words before the last."""
    if term.kind == "lang":
        return ""
    if term.kind == "domain":
        return f"site:{term.text}"
    if term.kind == "prefix":
        return _bare(term.text.rpartition(" ")[0])
    return _bare(term.text)


def _bare(text: str) -> str:
    words = _NOT_WORD.sub(" ", text).strip()
    return f'"{words}"' if " " in words else words
