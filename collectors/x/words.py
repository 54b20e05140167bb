"""A topic's searches in the words of X's search: as few questions as fit, since each page costs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from groundswell.errors import TopicError
from groundswell.query import Search, Term

LONGEST = 512  # characters of one question, docs.x.com, recent search
NO_REPOSTS = "-is:retweet"  # they repeat a text and would cost as much as the first

_PLAIN = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """``questions`` are values of ``query``. ``caveat`` says what their answers may lack, None when
    they hold all of it."""

    questions: tuple[str, ...]
    caveat: str | None


def wording(searches: Sequence[Search]) -> Wording:
    """The fewest questions whose answers together hold all posts that ``searches`` mean. Raises
    ``TopicError`` when one search is longer than X takes."""
    caveats: dict[str, None] = {}
    parts = dict.fromkeys(_part(search, caveats) for search in searches)
    questions: list[str] = []
    for part in parts:
        if len(_whole(part)) > LONGEST:
            raise TopicError(
                f"One part of the topic's query is longer than the {LONGEST} characters X takes "
                f"({part[:60]}…). Shorten it, or take [sources.x] out of the topic."
            )
        joined = f"{questions[-1]} OR {part}" if questions else part
        if questions and len(_whole(joined)) <= LONGEST:
            questions[-1] = joined
        else:
            questions.append(part)
    return Wording(
        questions=tuple(_whole(question) for question in questions),
        caveat=" ".join(caveats) or None,
    )


def _whole(question: str) -> str:
    return f"({question}) {NO_REPOSTS}"


def _part(search: Search, caveats: dict[str, None]) -> str:
    """All of the terms that can be asked for; beginnings of words are left away beside others."""
    words = dict.fromkeys(word for term in search.terms if (word := _rendered(term)))
    if not any(not word.startswith("lang:") for word in words):
        begun = next(term.text for term in search.terms if term.kind == "prefix")
        words[_phrase(begun)] = None
        caveats[
            f"X's search has no beginnings of words: “{begun}*” was asked as “{begun}”. List the "
            "words meant in the topic's query."
        ] = None
    return f"({' '.join(words)})" if len(words) > 1 else " ".join(words)


def _rendered(term: Term) -> str:
    if term.kind == "prefix":
        return _phrase(term.text.rpartition(" ")[0])
    sign = {"tag": "#", "handle": "@", "lang": "lang:"}.get(term.kind)
    if sign is not None:
        return f"{sign}{term.text}"
    return f'url:"{term.text}"' if term.kind == "domain" else _phrase(term.text)


def _phrase(words: str) -> str:
    """In quotes unless it is one plain word, so that no sign or "or" is taken for an operator."""
    unquoted = words.replace('"', " ").strip()
    is_plain = _PLAIN.fullmatch(unquoted) and unquoted.lower() not in ("or", "and")
    return unquoted if not unquoted or is_plain else f'"{unquoted}"'
