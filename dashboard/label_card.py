"""A post as a labeller sees it: its literal text and what it answers or shows, nobody's name."""

import streamlit as st

from dashboard.label_desk import Place, give, undo
from dashboard.post_card import Row
from dashboard.words import moment, source_name

LONG = 6_000
_BUTTONS = (
    ("against", "Against", "A", ":material/thumb_down:"),
    ("none", "None", "N", ":material/horizontal_rule:"),
    ("favor", "Favor", "F", ":material/thumb_up:"),
    ("unclear", "Unclear", "U", ":material/question_mark:"),
    ("off_topic", "Off topic", "O", ":material/explore_off:"),
    ("skip", "Skip", "S", ":material/skip_next:"),
)
_CONTEXT = (
    ("parent_text", "In reply to"),
    ("quoted_text", "Quotes"),
    ("card_text", "Links to"),
    ("alt_text", "Its pictures show"),
)


def buttons(place: Place, post_no: int) -> None:
    """A button and a key for each label, and one to take the last back. Their names hold the
    number of the post, so that a second press of one key can never label the next post unread."""
    with st.container(horizontal=True):
        for label, said, key, icon in _BUTTONS:
            st.button(
                said,
                key=f"label_{post_no}_{label}",
                on_click=give,
                args=(place, post_no, label),
                shortcut=key,
                icon=icon,
            )
        undo_button(place)


def undo_button(place: Place) -> None:
    """Takes the last label back."""
    st.button(
        "Undo",
        key="label_undo",
        on_click=undo,
        args=(place,),
        shortcut="Z",
        icon=":material/undo:",
        type="tertiary",
    )


def draw(shown: Row) -> None:
    """Where and when, the text, and what goes with it."""
    with st.container(border=True):
        st.caption(f"{source_name(shown['source'])} · {moment(shown['posted_at'])}")
        st.text(_cut(shown["text"]))
        for name, said in _CONTEXT:
            if shown[name]:
                st.caption(said)
                with st.container(border=True):
                    st.text(_cut(shown[name]))


def _cut(said: str) -> str:
    return said if len(said) <= LONG else f"{said[:LONG].rstrip()}…"
