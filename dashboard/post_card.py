"""One post as readers see it: its literal text, who, where and when, how loud, and every field.

Posts are written by strangers. Nothing of them reaches an element that reads Markdown.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import pandas as pd
import streamlit as st

from dashboard import palette
from dashboard.words import (
    NOTHING,
    moment,
    number,
    safe_text,
    signed,
    source_name,
    withheld_words,
)
from groundswell.text import http_links

SHORT = 280
LONG = 1_200
Color = Literal["orange", "gray", "blue"]  # as near to the palette as Streamlit's badges come
_BADGE: dict[str, Color] = {
    "negative": "orange",
    "neutral": "gray",
    "positive": "blue",
    "not_scored": "gray",
}
_ICON = {
    "negative": ":material/thumb_down:",
    "neutral": ":material/horizontal_rule:",
    "positive": ":material/thumb_up:",
    "not_scored": ":material/question_mark:",
}
SIDE_BADGE: dict[str, tuple[Color, str, str]] = {
    "against": ("orange", ":material/arrow_downward:", "Against"),
    "favor": ("blue", ":material/arrow_upward:", "In favor of"),
}
_COUNTS = {
    "likes": ("like", "likes"),
    "reposts": ("repost", "reposts"),
    "replies": ("reply", "replies"),
    "quotes": ("quote", "quotes"),
}

Row = Mapping[str, Any]


def rows(table: pd.DataFrame) -> list[Row]:
    """The posts of ``questions.posts`` one by one, with None for what is unknown."""
    return [
        {str(name): _known(value) for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def draw(post: Row, *, longest: int = LONG) -> None:
    """A card with at most ``longest`` characters of the text; the rest is under "Every field"."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            _sentiment(post)
            _stances(post)
            st.text(byline(post))
        st.text(body(post, longest))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(engagement(post))
            if (post.get("copies") or 1) > 1:
                st.text(f"said nearly so by {number(post['copies'])} posts")
            for link in http_links([post["url"]] if post["url"] else []):
                st.link_button("Open the original", link, type="tertiary", icon=OPEN)
        _every_field(post)


def brief(post: Row, *, longest: int = SHORT) -> None:
    """A post inside a card about something else: its literal text, who, when, and a way to it."""
    st.text(body(post, longest))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(f"— {byline(post)}")
        for link in http_links([post["url"]] if post["url"] else []):
            st.link_button("Open the original", link, type="tertiary", icon=OPEN)


NAMELESS = "not-indexable"  # the label of who did not agree to be found
OPEN = ":material/open_in_new:"


def every_field(post: Row) -> str:
    """All fields, one a line; lines inside a value are indented, so that no text can pass itself
    off as another field."""
    return "\n".join(f"{name}: {_value(value)}" for name, value in post.items())


def _every_field(post: Row) -> None:
    details = st.expander(
        "Every field", key=f"fields_{post['post_no']}", type="compact", on_change="rerun"
    )
    if details.open:
        with details:
            st.code(every_field(post), language=None, wrap_lines=True)


def _sentiment(post: Row) -> None:
    name = post["sentiment"] if post["sentiment"] in palette.SENTIMENT_NAME else "not_scored"
    said = palette.SENTIMENT_NAME[name]
    # The word may be another model's than the number: each says whose it is.
    score = f" · VADER {signed(post['compound'])}" if post["compound"] is not None else ""
    st.badge(f"{said}{score}", color=_BADGE[name], icon=_ICON[name])


def _stances(post: Row) -> None:
    """A badge for each target that the post takes a side on; the names are the topic's."""
    for target, stance in post.get("stances") or ():
        if stance in SIDE_BADGE:
            color, icon, said = SIDE_BADGE[stance]
            st.badge(f"{said} {safe_text(target)}", color=color, icon=icon)


def byline(post: Row) -> str:
    """Who, where and when; a stranger's words."""
    handle, name = post["author"], post["author_name"]
    who = f"{name} ({handle})" if name and handle and name != handle else name or handle
    when = f"{moment(post['posted_at'])}{' (time not trusted)' if post['skewed'] else ''}"
    unnamed = "author not to be named" if NAMELESS in post["labels"] else "author not known"
    return f"{who or unnamed} · {source_name(post['source'])} · {when}"


def body(post: Row, longest: int) -> str:
    """The text, cut at ``longest`` characters, or why there is none."""
    if post["withheld"]:
        return withheld_words(post["withheld"])
    text = post["text"] or NOTHING
    return text if len(text) <= longest else f"{text[:longest].rstrip()}…"


def engagement(post: Row) -> str:
    """``12 likes · 1 reply``: the counts that are known."""
    known = [
        f"{number(int(post[name]))} {one if post[name] == 1 else several}"
        for name, (one, several) in _COUNTS.items()
        if post[name] is not None
    ]
    return " · ".join(known) if known else "likes and replies not known"


def _known(value: Any) -> Any:
    """None for pandas' several ways to say "nothing here"."""
    return None if pd.api.types.is_scalar(value) and pd.isna(value) else value


def _part(value: Any) -> str:
    """One of several; what has parts itself, such as a target and its stance, is told apart."""
    return " ".join(map(_value, value)) if isinstance(value, tuple | list) else _value(value)


def _value(value: Any) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, (list, tuple)) or hasattr(value, "tolist"):
        return ", ".join(_part(part) for part in value) or NOTHING
    return str(value).replace("\n", "\n    ")
