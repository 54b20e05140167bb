"""Markdown, as Lemmy keeps it, as plain text, with its links, names and picture texts apart."""

import re
from dataclasses import dataclass

from groundswell.post import TEXT_CAP_BYTES
from groundswell.text import http_links

_PICTURE = re.compile(r"!\[([^\[\]]{0,1000})\]\([^()\s]{1,2000}[^()]{0,300}\)")
_LINK = re.compile(r"\[([^\[\]]{1,1000})\]\((https?://[^()\s]{1,2000})[^()]{0,300}\)")
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"'`|\\]{1,2000}")
_NAME = re.compile(r"(?<![\w/@.])@([\w.-]{1,60}@[\w-]{1,60}(?:\.[\w-]{1,60}){1,5})")
_TRAILING = ".,;:!?*_~"


@dataclass(frozen=True, slots=True)
class Reading:
    """``alts`` are the texts of pictures, ``names`` the mentioned accounts as ``name@domain``."""

    text: str
    links: tuple[str, ...]
    alts: tuple[str, ...]
    names: tuple[str, ...]


def read_markdown(markdown: str) -> Reading:
    """The words of ``markdown``: a link is its text, a picture is left out; what only sets type
    (stars, marks of quotes) stays. Cut at the length that is kept; time is linear."""
    markdown = markdown[:TEXT_CAP_BYTES]
    alts = tuple(alt for alt in _PICTURE.findall(markdown) if alt.strip())
    text = _PICTURE.sub("", markdown)
    found = [address.rstrip(_TRAILING) for address in _ADDRESS.findall(text)]
    return Reading(
        text=_LINK.sub(r"\1", text).strip(),
        links=http_links(found),
        alts=alts,
        names=tuple(dict.fromkeys(_NAME.findall(text))),
    )
