"""What a text says in numbers: language and sentiment of posts; text in, score out."""

from collections.abc import Sequence

from groundswell.post import Post
from groundswell.scoring.bare import bare
from groundswell.scoring.language import UNKNOWN, identify
from groundswell.scoring.score import Reading
from groundswell.scoring.vader import WITHHELD, not_scored, sentiment

__all__ = ["read", "read_text"]


def read(posts: Sequence[Post]) -> list[Reading]:
    """Language and sentiment of each post, in the same order, one score a post.

    A post whose text must not be kept is not read: language "und", not scored, "withheld".
    """
    return [_read(post) for post in posts]


def read_text(text: str, tag: str | None = None) -> Reading:
    """Language and sentiment of one text. ``tag`` is the author's word on the language."""
    words = bare(text)
    lang, confidence = identify(words, tag)
    return Reading(
        lang=lang, lang_confidence=confidence, scores=(sentiment(words, lang, confidence),)
    )


def _read(post: Post) -> Reading:
    if post.withheld is not None:
        return Reading(lang=UNKNOWN, lang_confidence=0.0, scores=(not_scored(WITHHELD),))
    return read_text(post.text, post.lang_declared)
