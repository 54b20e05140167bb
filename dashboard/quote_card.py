"""A post to quote: literal text, whose, when, what it answers, how it stands, and its citation."""

import streamlit as st

from dashboard import citation, post_card, quote_words
from dashboard.post_card import Row
from dashboard.words import safe_text
from groundswell.text import http_links

CONTEXT_CHARS = 280
LIKELY_IRONIC = 0.5


def draw(post: Row, target: str, side: str, *, synthetic: bool) -> None:
    """The card of one post of ``store.quotes.quotes``; ``synthetic`` is said in every citation."""
    with st.container(border=True):
        _badges(post, target, side)
        st.text(post_card.body(post, post_card.LONG))
        st.text(f"— {post_card.byline(post)}")
        _context(post)
        st.text(quote_words.provenance(post))
        counts = [post_card.engagement(post), quote_words.copies(post["copies"])]
        st.text(" · ".join(filter(None, counts)))
        with st.container(horizontal=True, vertical_alignment="center"):
            _cite(post, synthetic=synthetic)
            for link in http_links([post["url"]] if post["url"] else []):
                st.link_button("Open the original", link, type="tertiary", icon=post_card.OPEN)


def _badges(post: Row, target: str, side: str) -> None:
    color, icon, said = post_card.SIDE_BADGE[side]
    with st.container(horizontal=True, vertical_alignment="center"):
        sure = quote_words.sure(post["confidence"])
        st.badge(f"{said} {safe_text(target)} · {sure}", color=color, icon=icon)
        irony = post["irony"] or 0.0
        if irony > LIKELY_IRONIC:
            st.badge(f"May be ironic: {irony:.2f}", color="gray", icon=":material/mood:")


def _context(post: Row) -> None:
    """What it answers and what it shows, as far as that is kept and may be shown."""
    if post["reply_to"]:
        st.text(quote_words.answered(post))
        _boxed(post["parent_text"])
        for link in http_links([post["parent_url"]] if post["parent_url"] else []):
            st.link_button("Open what it answers", link, type="tertiary", icon=post_card.OPEN)
    if post["quote_of"] or post["quoted_text"]:
        st.text("Quotes:" if post["quoted_text"] else "Quotes a post that is not kept here.")
        _boxed(post["quoted_text"])
    if post["card_text"]:
        st.text("Links to:")
        _boxed(post["card_text"])


def _boxed(said: str | None) -> None:
    if said:
        with st.container(border=True):
            cut = len(said) > CONTEXT_CHARS
            st.text(f"{said[:CONTEXT_CHARS].rstrip()}…" if cut else said)


def _cite(post: Row, *, synthetic: bool) -> None:
    """Made when it is opened; each form has a button that copies it."""
    cite = st.popover(
        "Cite", key=f"cite_{post['post_no']}", icon=":material/format_quote:", on_change="rerun"
    )
    if cite.open:
        with cite:
            for name, form in citation.FORMS.items():
                st.caption(f"{name}: point at it, and the button that appears copies it")
                st.code(form(post, synthetic=synthetic), language=None, wrap_lines=True)
