"""Writes a post the way the model has learnt to read it; training and scoring both call this."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import emoji

# Stands in the text wherever the target is named, and says so by position alone: what the target
# is called is told beside the text. It is one token of its own in the encoder's vocabulary.
MARK = "§"

# The encoder sees 56 tokens. Of a longer post the part around the first mention is read.
CAP_CHARS = 400
BEFORE_MENTION_CHARS = 160
SCAN_CHARS = 20_000  # a mention beyond it counts as none; keeps hostile texts cheap
NAMES_AT_MOST = 64

_ADDRESS = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@/])@\w[\w.-]*+")
_SKIN = re.compile(r"(?:light|medium|dark|medium-light|medium-dark)_skin_tone")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """``text`` as the model reads it, perhaps empty; ``named``: whether it names the target;
    ``has_words``: whether letters are left without addresses, handles and emoji."""

    text: str
    named: bool
    has_words: bool


def prepare(text: str, names: Sequence[str] = ()) -> Wording:
    """``text`` on one line: addresses as "http", handles as "@user", emoji as their names, each
    of ``names`` (also as tag, handle or possessive, in any case) as ``MARK``, at most 400
    characters of it."""
    said = _ADDRESS.sub(" http ", text[:SCAN_CHARS].replace(MARK, " "))
    said, mentions = _pattern(tuple(names)).subn(MARK, said) if any(names) else (said, 0)
    said = _HANDLE.sub("@user", said)
    has_words = _LETTER.search(said.replace(" http ", " ").replace("@user", " ")) is not None
    if not said.isascii():
        said = emoji.replace_emoji(said, replace=_in_words)
    said = _cut(" ".join(said.split()))
    return Wording(text=said, named=mentions > 0, has_words=has_words or mentions > 0)


def _in_words(_chars: str, data: dict[str, Any]) -> str:
    name = _SKIN.sub("", str(data["en"]))
    return f" {name.strip(':').replace('_', ' ')} "


@lru_cache(maxsize=1024)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Any of ``names`` as a word, with or without its sign; a tag may go on behind it."""
    forms = {form for name in names[:NAMES_AT_MOST] for form in _forms(name)}
    either = "|".join(
        re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form))
    )
    return re.compile(rf"(?<!\w)(?:[@#]?(?:{either})(?!\w)|#(?:{either})(?=\w))", re.IGNORECASE)


def _forms(name: str) -> set[str]:
    """``name`` without its sign, and written as one word the way tags are."""
    plain = " ".join(name.split()).lstrip("@#")
    return {plain, plain.replace(" ", "")} - {""} or {MARK}


def _cut(said: str) -> str:
    if len(said) <= CAP_CHARS:
        return said
    start = max(0, said.find(MARK) - BEFORE_MENTION_CHARS)
    return said[start : start + CAP_CHARS]
