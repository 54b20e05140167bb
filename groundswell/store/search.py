"""Reads the keyword box: words, prefixes* and "phrases", in the terms the posts are stored by."""

import re
from dataclasses import dataclass
from itertools import pairwise

from groundswell.text import tokens

_PIECE = re.compile(r'"([^"]*)"?|([^\s"]+)')
_BESIDE = r"[^\p{L}\p{N}]+"  # what may stand between the words of a phrase
_MAYBE_BESIDE = r"[^\p{L}\p{N}]*"
_START, _END = r"(?:^|[^\p{L}\p{N}])", r"(?:$|[^\p{L}\p{N}])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a post must hold: every word of ``words``, for every one of ``prefixes`` a term that
    begins so, and every phrase of ``phrases`` (regular expressions over plain lower-case text)."""

    words: tuple[str, ...]
    prefixes: tuple[str, ...]
    phrases: tuple[str, ...]

    def parameters(self) -> dict[str, object]:
        """For the question ``find_hits``."""
        count = len(self.words)
        return {
            "words": list(self.words),
            "word_nos": list(range(count)),
            "prefixes": list(self.prefixes),
            "prefix_nos": list(range(count, count + len(self.prefixes))),
            "word_count": count + len(self.prefixes),
        }


def wanted(keyword: str | None) -> Wanted | None:
    """What ``keyword`` asks for; None when it holds no word at all. Never raises."""
    words: list[str] = []
    prefixes: list[str] = []
    phrases: list[str] = []
    for quoted, bare in _PIECE.findall(keyword or ""):
        found = _spoken(tokens(quoted or bare))
        if len(found) > 1:  # a piece such as open-ai is two words side by side as well
            phrases.append(_phrase(found, open_end=bare.endswith("*")))
        if bare.endswith("*") and found:
            prefixes.append(found.pop())
        words.extend(found)
    if not words and not prefixes:
        return None
    return Wanted(
        words=tuple(dict.fromkeys(words)),
        prefixes=tuple(dict.fromkeys(prefixes)),
        phrases=tuple(dict.fromkeys(phrases)),
    )


def _spoken(found: list[str]) -> list[str]:
    """Without the bare words that the tokenizer gives after ``#tag`` and ``@handle``."""
    spoken: list[str] = []
    twins = 0
    for word in found:
        if twins:
            twins -= 1
            continue
        spoken.append(word)
        if word[0] in "#@":
            twins = len(tokens(word)) - 1
    return spoken


def _phrase(words: list[str], *, open_end: bool) -> str:
    joined = re.escape(words[0])
    for before, word in pairwise(words):
        joined += (_MAYBE_BESIDE if _letter(before) or _letter(word) else _BESIDE) + re.escape(word)
    start = "" if _letter(words[0]) else _START
    end = "" if open_end or _letter(words[-1]) else _END
    return start + joined + end


def _letter(word: str) -> bool:
    """Whether ``word`` may stand inside a run of letters: scripts without spaces come apart."""
    return len(word) == 1 and not word.isascii()
