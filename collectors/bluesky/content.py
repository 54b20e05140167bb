"""What stands beside the text of a Bluesky post: quoted post, link card, picture texts, marks.

Facets count UTF-8 bytes, not characters; embeds are read as the AppView shows them, else as the
author wrote them. A quoted record may be gone, blocked or detached: then only its address is left.
"""

from collections.abc import Iterator
from typing import Any

from collectors._fields import at, count, distinct, items, lines, text, texts
from groundswell.text import http_links


def quote(view: Any) -> tuple[str | None, Any]:
    """Address of the record that the post quotes (None: none) and the view of it, which may be
    of any kind; the address may be one of a list, a feed or a starter pack."""
    shown = at(view, "embed", "record")
    if at(view, "embed", "media") is not None:  # recordWithMedia wraps it once more
        shown = at(shown, "record")
    written = at(view, "record", "embed", "record")
    uris = (at(shown, "uri"), at(written, "uri"), at(written, "record", "uri"))
    return next((uri for uri in uris if isinstance(uri, str)), None), shown


def around(view: Any, words: str) -> dict[str, Any]:
    """Fields of a Post: card_url, card_text, alt_text, links, tags, mentions."""
    record = at(view, "record")
    card = _embedded(view, "external")
    cards = http_links([uri] if (uri := text(at(card, "uri"))) else [])
    marks = list(_marks(record, words))
    tags = [*(mark for kind, mark in marks if kind == "tag"), *texts(at(record, "tags"))]
    return {
        "card_url": next(iter(cards), None),
        "card_text": lines((at(card, "title"), at(card, "description"))),
        "alt_text": lines(_alt_texts(view)),
        "links": distinct(http_links([*(m for kind, m in marks if kind == "link"), *cards])),
        "tags": distinct(tag.removeprefix("#") for tag in tags),
        "mentions": distinct(mark for kind, mark in marks if kind == "mention"),
    }


def _embedded(view: Any, name: str) -> Any:
    """``name`` of the embed as shown, else as written; with or without a quoted post beside it."""
    for embed in (at(view, "embed"), at(view, "record", "embed")):
        for part in (embed, at(embed, "media")):
            if (found := at(part, name)) is not None:
                return found
    return None


def _alt_texts(view: Any) -> Iterator[Any]:
    for image in items(_embedded(view, "images")):
        yield at(image, "alt")
    yield _embedded(view, "alt")  # a video's


def _marks(record: Any, words: str) -> Iterator[tuple[str, str]]:
    """Tags, links and mentions from the facets, each with its kind; malformed ones are skipped."""
    encoded = words.encode("utf-8", "surrogatepass")
    for facet in items(at(record, "facets")):
        covered = _slice(encoded, at(facet, "index"))
        for feature in items(at(facet, "features")):
            kind = str(at(feature, "$type")).rpartition("#")[2]
            if kind == "mention" and covered.startswith("@"):
                yield kind, covered[1:]
            elif kind in ("tag", "link"):
                yield kind, text(at(feature, "tag" if kind == "tag" else "uri")) or covered


def _slice(encoded: bytes, index: Any) -> str:
    """The text under a facet, by bytes; empty when the bounds lie outside or cut a character."""
    start, end = count(at(index, "byteStart")), count(at(index, "byteEnd"))
    if start is None or end is None or not start < end <= len(encoded):
        return ""
    try:
        return encoded[start:end].decode("utf-8")
    except UnicodeDecodeError:
        return ""
