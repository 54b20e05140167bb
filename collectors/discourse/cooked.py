"""What is in the HTML of a Discourse post: its own words, quotes, links, people, pictures."""

from dataclasses import dataclass

import emoji
from selectolax.lexbor import LexborHTMLParser, LexborNode

from collectors._fields import distinct
from collectors._links import links_of
from groundswell.text import TAG_CAP, html_to_text, http_links

_NOISE = ".lightbox-wrapper .meta, .cooked-selection-barrier, a.anchor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooked:
    """The parts of one post. ``text`` is without quotes and link cards; None is nothing there.

    ``quoted_post`` is topic and number of the first post quoted, as far as the quote tells them.
    """

    text: str
    quoted_text: str | None = None
    quoted_post: tuple[int, int] | None = None
    card_url: str | None = None
    card_text: str | None = None
    alt_text: str | None = None
    links: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()


def read_cooked(cooked: str) -> Cooked:
    """The parts of ``cooked``. Never raises; HTML of absurdly many tags is taken as text alone."""
    if cooked.count("<") > TAG_CAP:
        return Cooked(text=html_to_text(cooked))
    tree = LexborHTMLParser(cooked)
    _emoji_as_text(tree)
    quotes = _take(tree, "aside.quote")
    cards = _take(tree, "aside.onebox")
    _take(tree, _NOISE)
    body = tree.body.html if tree.body else None
    return Cooked(
        text=html_to_text(body or ""),
        quoted_text=_joined([_inner(html, "blockquote") for html in quotes]),
        quoted_post=next((found for html in quotes if (found := _quoted(html))), None),
        card_url=next(
            iter(http_links(_attribute(html, "data-onebox-src") for html in cards)), None
        ),
        card_text=_joined([_inner(html, "article") for html in cards]),
        alt_text=_joined(_pictures(tree)),
        links=tuple(dict.fromkeys([*links_of(body), *(u for c in cards for u in links_of(c))])),
        mentions=distinct(
            node.text().strip().removeprefix("@") for node in tree.css("a.mention, span.mention")
        ),
    )


def _take(tree: LexborHTMLParser, selector: str) -> list[str]:
    """Takes what fits out of the tree, outermost first, and gives its HTML."""
    taken = []
    while (node := tree.css_first(selector)) is not None:
        taken.append(node.html or "")
        node.decompose()
    return taken


def _emoji_as_text(tree: LexborHTMLParser) -> None:
    """Emoji come as pictures named ``:smile:``; where the name is a common one it is a sign."""
    for node in tree.css("img.emoji"):
        name = node.attributes.get("alt") or node.attributes.get("title") or ""
        node.replace_with(emoji.emojize(name, language="alias"))


def _inner(html: str, selector: str) -> str:
    node = LexborHTMLParser(html).css_first(selector)
    return html_to_text((node.html if node else None) or "")


def _quoted(html: str) -> tuple[int, int] | None:
    topic, number = _attribute(html, "data-topic"), _attribute(html, "data-post")
    if topic and number and topic.isdecimal() and number.isdecimal():
        return int(topic[:18]), int(number[:18])
    return None


def _attribute(html: str, name: str) -> str | None:
    node = LexborHTMLParser(html).css_first("aside")
    return node.attributes.get(name) if node else None


def _pictures(tree: LexborHTMLParser) -> list[str]:
    nodes: list[LexborNode] = tree.css("img:not(.emoji):not(.avatar)")
    return [(node.attributes.get("alt") or "").strip() for node in nodes]


def _joined(parts: list[str]) -> str | None:
    return "\n\n".join(part for part in parts if part) or None
