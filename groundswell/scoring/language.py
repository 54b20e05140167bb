"""Says which language a post is in, from its words and its author's tag, or that nobody can say."""

import threading
from functools import cache
from typing import Any

from groundswell.scoring.bare import has_letters
from groundswell.scoring.romanised import is_romanised_hindi

UNKNOWN = "und"
SURE = 1.0  # text and tag agree
SHORT_CHARS = 50  # below it a tag that disagrees makes the language unknown
LEAST_SCORE = 0.5  # below it 1 guess of 126 was right (8 languages, 2,592 posts, 2026-11-24)
ROMANISED = 0.95

# Tags of languages the identifier does not know, and the one it hears in their place.
_HEARD_AS = {
    "af": "nl",
    "bs": "hr",
    "fil": "tl",
    "gl": "pt",
    "id": "ms",
    "iw": "he",
    "mk": "sr",
    "nb": "no",
    "ne": "hi",
    "nn": "no",
}
_LOADING = threading.Lock()


def identify(text: str, tag: str | None = None) -> tuple[str, float]:
    """The language of ``text`` (two letters) and the confidence, 0…1; ("und", 0.0) when unsure.

    ``text`` is bare of URLs and handles. ``tag`` is the author's, a hint: right in about 72 % of
    cases. 1.0 means that both agree; otherwise it is the identifier's own score. A tag that
    disagrees makes the language unknown when the text is short or the identifier unsure.
    """
    if not has_letters(text):
        return UNKNOWN, 0.0
    heard, score, reliable = _heard(text)
    tag = _primary(tag)
    if tag and heard in (tag, _HEARD_AS.get(tag)):
        return tag, SURE
    disputed = tag is not None and (len(text) < SHORT_CHARS or not reliable)
    if heard == UNKNOWN or score < LEAST_SCORE or disputed:
        return UNKNOWN, 0.0
    return heard, score


def _heard(text: str) -> tuple[str, float, bool]:
    """Language, score 0…1, and whether the identifier stands by it. It reads the first 1,000
    bytes."""
    result = _identifier().detect_details(text)
    if not result.reliable and is_romanised_hindi(text):
        return "hi", ROMANISED, True
    return result.language, result.scores.get(result.language, 0.0), result.reliable


def _primary(tag: str | None) -> str | None:
    """``"pt"`` of ``"pt-BR"``; None for what says nothing."""
    primary = (tag or "").replace("_", "-").split("-")[0].strip().lower()
    return primary if primary not in ("", "und", "mul", "zxx") else None


def _identifier() -> Any:
    with _LOADING:  # loading twice frees the table another thread may be reading
        return _load()


@cache
def _load() -> Any:
    import eldc  # 71 MB: read when the first post is, not when the module is

    eldc.init()
    return eldc.instance()
