"""A post's own words: its text without the addresses and handles that are not speech."""

import re

# Possessive groups (++) keep the time linear on hostile text. The third form is a link without
# its scheme, as Bluesky shows it ("example.org/story…"); a bare "example.org" is left as a name.
_ADDRESS = re.compile(
    r"https?://\S+ | www\.\S+ | (?<![\w.-])(?:[\w-]++\.)++[a-z]{2,}+/\S*"
    r" | (?<![\w@/])@\w[\w.-]*+(?:@[\w.-]++)?",
    re.IGNORECASE | re.VERBOSE,
)
_LETTER = re.compile(r"[^\W\d_]")


def bare(text: str) -> str:
    """``text`` without URLs and handles, on one line, with single spaces. May be empty."""
    if "/" in text or "@" in text or "www." in text.lower():
        text = _ADDRESS.sub(" ", text)
    return " ".join(text.split())


def has_letters(text: str) -> bool:
    """Whether ``text`` holds a letter of any script; digits, signs and emoji are none."""
    return _LETTER.search(text) is not None
