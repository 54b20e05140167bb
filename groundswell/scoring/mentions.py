"""Says which targets a post speaks of, and where: its own words, what it shows, what it answers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from groundswell.post import Post
from groundswell.topic import Target

Place: TypeAlias = Literal["text", "quote", "card", "parent"]

LEAST_BEGUN_CHARS = 4  # "#OpenAIgate" names OpenAI, "#r1ver" no R1

_ADDRESS = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
# Letters of scripts written without spaces, and Hangul, whose particles stick to the word: a name
# in Latin letters ends where they begin ("OpenAIは").
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3130-\u318f" + (
    r"\u3400-\u9fff\uac00-\ud7af\uff66-\uff9f"
)
_LETTER = rf"[^\W{_UNSPACED}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """``target`` is spoken of at ``place``: in the post's own words (``text``), in what it quotes,
    in its link card or pictures, or only in the post it answers. ``alone``: no own words of the
    post name any target. ``said`` are the words to judge."""

    target: Target
    place: Place
    alone: bool
    said: str


def mentions(post: Post, targets: Sequence[Target], parent: str | None = None) -> list[Mention]:
    """Of ``targets`` those that ``post`` speaks of, each once, at the nearest place.

    ``parent`` is the text of the post it answers, None when unknown: it tells what a post is about
    that names no target itself, in whatever it shows.
    """
    if not targets:
        return []
    own = own_words(post)
    shown: list[tuple[Place, str]] = [
        ("text", own),
        ("quote", post.quoted_text or ""),
        ("card", "\n".join(part for part in (post.card_text, post.alt_text) if part)),
    ]
    found = [(target, place) for target in targets if (place := _first(target, shown)) is not None]
    if not found and parent:
        found = [(target, "parent") for target in targets if names(parent, target)]
    alone = all(place != "text" for _, place in found)
    return [
        Mention(target=target, place=place, alone=alone, said=_said(own, target, place, alone))
        for target, place in found
    ]


def names(text: str, target: Target) -> bool:
    """Whether ``text`` names ``target`` by name or alias: as words, in any case, as possessive,
    tag or handle; never inside another word or an address."""
    pattern = _pattern((target.name, *target.aliases))
    return pattern.search(_ADDRESS.sub(" ", text)) is not None


def own_words(post: Post) -> str:
    """The text of ``post`` with the tags and handles that its site keeps apart from the text."""
    text = post.text.casefold()
    apart = [f"#{tag}" for tag in post.tags] + [f"@{handle}" for handle in post.mentions]
    return " ".join([post.text, *(sign for sign in apart if sign.casefold() not in text)]).strip()


def _first(target: Target, shown: Sequence[tuple[Place, str]]) -> Place | None:
    return next((place for place, text in shown if text and names(text, target)), None)


def _said(own: str, target: Target, place: Place, alone: bool) -> str:
    """The words that are judged: a post that names no target speaks to the one it shows.

    Written as a call to it, most replies such as "they are thieves" are read right, as they stand
    few (``tests/groundswell/scoring/test_replies.py``). Where the own words name another target,
    the one only shown is seldom meant, so it is not called.
    """
    is_addressed = place != "text" and alone
    return f"@{target.name} {own}" if is_addressed and own else own


@lru_cache(maxsize=1024)
def _pattern(known: tuple[str, ...]) -> re.Pattern[str]:
    forms = sorted({form for name in known for form in _forms(name)}, key=_longest)
    begun = [form for form in forms if len(form) >= LEAST_BEGUN_CHARS] or ["(?!)"]
    return re.compile(
        rf"(?<!{_LETTER})(?:[@#]?(?:{'|'.join(forms)})(?!{_LETTER})|#(?:{'|'.join(begun)}))",
        re.IGNORECASE,
    )


def _forms(name: str) -> set[str]:
    """A pattern for the words of ``name``, and one for them as one word, the way tags are."""
    words = [re.escape(word) for word in name.lstrip("@#").split()]
    return {r"\s+".join(words), "".join(words)} if words else {r"(?!)"}


def _longest(form: str) -> tuple[int, str]:
    return -len(form), form
