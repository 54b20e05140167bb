"""What a status says besides its author and counts: text, links, card, pictures, poll, quote.

``content`` is HTML whatever the software; a content warning is part of the message; a quote comes
in four shapes (Mastodon 4.5 in full and in short, Pleroma and Akkoma, Firefish and its kin).
"""

import re
from collections.abc import Mapping
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from collectors._fields import at, distinct, items, lines, text
from collectors._links import links_of
from collectors.mastodon.rights import withheld_for
from groundswell.text import TAG_CAP, html_to_text, http_links

# Links that the software made of a name, a tag or a quote are no links of the author's.
_MADE = re.compile(r"\b(?:mention|hashtag)\b")
_QUOTE_LINE = "quote-inline"


def message(status: Mapping[str, Any]) -> str:
    """Content warning, body and poll, set off by an empty line each; plain text."""
    choices = [text(at(choice, "title")) for choice in items(at(status, "poll", "options"))]
    poll = "\n".join(f"- {choice}" for choice in choices if choice)
    parts = (text(status.get("spoiler_text")), html_to_text(_body(status)), poll)
    return "\n\n".join(part.strip() for part in parts if part and part.strip())


def around(status: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a ``Post`` for links, tags, card and pictures."""
    card = status.get("card")
    address = http_links([at(card, "url")])
    alts = [at(media, "description") for media in items(status.get("media_attachments"))]
    return {
        "links": distinct([*_links(_body(status)), *address]),
        "tags": distinct(text(at(tag, "name")) or "" for tag in items(status.get("tags"))),
        "card_url": address[0] if address else None,
        "card_text": lines([at(card, "title"), at(card, "description")]) if address else None,
        "alt_text": lines(alts),
    }


def quoted(status: Mapping[str, Any], uris: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a ``Post`` for what it quotes; the words of an author who opted out are left
    out. ``uris`` are the addresses of the statuses whose id is known."""
    quote = status.get("quote")
    inner = quote.get("quoted_status", quote) if isinstance(quote, dict) else None
    if isinstance(inner, dict) and text(inner.get("uri")):
        shown = inner.get("visibility") in (None, "public", "unlisted")
        words = message(inner) if shown and not withheld_for(inner) else ""
        return {"quote_of": inner["uri"], "quoted_text": words or None}
    number = at(quote, "quoted_status_id") or status.get("quote_id")
    known = uris.get(number) if isinstance(number, str) else None
    told = known or status.get("quote_url") or at(status, "pleroma", "quote_url")
    return {"quote_of": text(told)}


def _body(status: Mapping[str, Any]) -> str:
    """The HTML, without the line "RE: …" that servers add for readers that cannot show quotes."""
    html = text(status.get("content")) or ""
    if _QUOTE_LINE not in html or not _knows_quote(status) or html.count("<") > TAG_CAP:
        return html
    tree = LexborHTMLParser(html)
    for made in tree.css(f".{_QUOTE_LINE}"):
        made.decompose()
    return (tree.body.inner_html if tree.body else "") or ""


def _knows_quote(status: Mapping[str, Any]) -> bool:
    """Whether the line in the text only repeats what the server says apart from it."""
    return bool(status.get("quote") or status.get("quote_id"))


def _links(html: str) -> tuple[str, ...]:
    if html.count("<") > TAG_CAP:
        return links_of(html)
    found = []
    for anchor in LexborHTMLParser(html).css("a[href]") if "<a" in html.lower() else []:
        kinds = anchor.attributes.get("class") or ""
        if not _MADE.search(kinds):
            found.append(anchor.attributes.get("href"))
    return http_links(found)
