"""The posts to quote about one target: two columns, against it and in its favor, five at a time."""

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from dashboard import answers, download, masthead, post_card, quote_card, state, voice_answers
from dashboard.state import Look
from dashboard.words import many, number, safe_text
from groundswell.store.filters import Filters
from groundswell.store.quotes import Side

SIDES: tuple[Side, Side] = ("against", "favor")
SHOWN = 5  # at a time
MOST = 50  # ranked of each side; all of them are a link away
SKELETON_PX = 640
COLUMNS = [
    *("source", "uri", "url", "author", "author_name", "posted_at", "skewed", "text", "lang"),
    *("stance", "confidence", "irony", "likes", "reposts", "replies", "quotes", "copies"),
    *("first_seen_at", "wording_at", "last_seen_at", "edits", "edited_at", "reply_to"),
    *("parent_author", "parent_url", "parent_text", "quote_of", "quoted_text"),
]
_SIDE = {"against": "Against", "favor": "In favor of"}
_STARTS = "quotes_from"  # by side: of which filters and target, and at which place to begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One side: ``filters`` select all its posts, ``numbers`` are those worth quoting in order."""

    look: Look
    target: str
    side: Side
    filters: Filters
    numbers: tuple[int, ...]

    @property
    def shown(self) -> tuple[int, ...]:
        """Numbers of the posts on the page now."""
        return self.numbers[self.start : self.start + SHOWN]

    @property
    def start(self) -> int:
        """Place of the first of them, from 0; at the first again for other filters or targets."""
        of, start = _starts().get(self.side, (None, 0))
        return int(start) if of == self.filters and start < len(self.numbers) else 0


def draw(look: Look, target: str) -> None:
    """Both sides, each a fragment: to go on with one asks nothing anew of the other."""
    for column, side in zip(st.columns(2), SIDES, strict=True):
        with column:
            _side(look, target, side)


@st.fragment(parallel=True)
def _side(look: Look, target: str, side: Side) -> None:
    with masthead.told(), st.skeleton(height=SKELETON_PX):
        stances = look.filters.stances if look.filters.target else ()
        if stances and side not in stances:
            st.subheader(safe_text(f"{_SIDE[side]} {target}"), anchor=False)
            st.text("Left out by the filter on stance.")
            return
        filters = replace(look.filters, target=target, stances=(side,))
        found = replace(look.filters, target=None, stances=())
        numbers = voice_answers.quotable(found, target, side, MOST, look.version)
        _posts(Column(look=look, target=target, side=side, filters=filters, numbers=tuple(numbers)))


def _posts(column: Column) -> None:
    posts = answers.count(column.filters, column.look.version)
    title = f"{_SIDE[column.side]} {column.target}: {many(posts, 'post')}"
    st.subheader(safe_text(title), anchor=False)
    if not column.numbers:
        st.text(
            "None of them is worth quoting: too short, withheld, or not to be named."
            if posts
            else "No post here, as far as posts could be scored. Wider filters may find some."
        )
    else:
        last = column.start + len(column.shown)
        of = f"{number(column.start + 1)} to {number(last)} of the {number(len(column.numbers))}"
        one = len(column.numbers) == 1
        st.caption("The one that is worth quoting" if one else f"{of} most worth quoting")
        for post in post_card.rows(_table(column, column.shown)):
            quote_card.draw(post, column.target, column.side, synthetic=column.look.topic.synthetic)
        _onward(column)
    if posts:
        st.link_button(f"All {many(posts, 'post')}", state.address(column.filters, order="loudest"))


def _onward(column: Column) -> None:
    """The next five, the five before, and all of them as CSV."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if column.start + SHOWN < len(column.numbers):
            _step(column, SHOWN, "Another five", ":material/arrow_forward:")
        if column.start:
            _step(column, -SHOWN, "The five before", ":material/arrow_back:")
        download.as_csv(
            f"Download {many(len(column.numbers), 'quote')} as CSV",
            lambda: _table(column, column.numbers)[COLUMNS],
            name=state.file_name(column.look, f"quotes-{column.side}"),
            key=f"quotes_csv_{column.side}",
        )


def _step(column: Column, by: int, label: str, icon: str) -> None:
    st.button(
        label,
        key=f"quotes_{'next' if by > 0 else 'before'}_{column.side}",
        on_click=_go,
        args=(column.side, column.filters, max(0, column.start + by)),
        icon=icon,
    )


def _go(side: Side, filters: Filters, start: int) -> None:
    _starts()[side] = (filters, start)


def _starts() -> dict[str, tuple[Filters, int]]:
    starts: dict[str, tuple[Filters, int]] = st.session_state.setdefault(_STARTS, {})
    return starts


def _table(column: Column, numbers: tuple[int, ...]) -> pd.DataFrame:
    filters = replace(column.look.filters, target=None, stances=())
    return voice_answers.quotes(filters, column.target, numbers, column.look.version)
