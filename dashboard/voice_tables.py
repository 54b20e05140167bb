"""The accounts behind a selection: who posts most, and who posts one text many times."""

from dataclasses import replace

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import answers, counted_links, download, state, voice_answers, voice_words
from dashboard.state import Look
from dashboard.words import NOTHING, many, safe_text, source_name
from groundswell.store.filters import STANCES, Filters

MOST = 50  # accounts a table
NARROWEST = 170  # px
_STANCES = [*STANCES, "silent"]


def loudest(look: Look, target: str | None) -> None:
    """How unevenly posts are spread, then the accounts that post most."""
    told = voice_answers.voices(look.filters, target, MOST, look.version)
    st.subheader(voice_words.finding(told.concentration), anchor=False)
    tiles = voice_words.tiles(told.concentration)
    grid = st.grid(len(tiles), min_column_width=NARROWEST, border=True)
    for tile in tiles:
        with grid.cell():
            st.metric(tile.label, tile.value)
            st.markdown(f":small[{tile.note}]")
    st.caption(f"{voice_words.METHOD} {voice_words.left_out(told)}".strip())
    posts = answers.count(look.filters, look.version)
    st.link_button(f"All {many(posts, 'post')}", state.address(look.filters))
    if told.table.empty:
        st.text("No account here is known by a name that may be shown.")
        return
    if target is not None:
        st.caption(safe_text(f"Stance towards {target}, in posts of each account."))
    table = told.table.drop(columns=_not_told(look.filters, target))
    _draw(look, table, "voices", "The accounts with most posts, and how they stand", target)


def repeaters(look: Look) -> None:
    """Accounts that posted one text several times."""
    told = voice_answers.repeaters(look.filters, MOST, look.version)
    if not told.compared:
        st.subheader("Accounts that post one text many times", anchor=False)
        st.text(voice_words.NOT_COMPARED)
        st.code(f"groundswell collect {look.topic.slug}", language=None)
        return
    st.subheader(voice_words.finding_of_repeaters(told), anchor=False)
    st.caption(f"{voice_words.METHOD_OF_REPEATERS} {voice_words.repeaters_left_out(told)}".strip())
    if not told.table.empty:
        _draw(look, told.table, "repeaters", "Accounts that posted one text several times")


def _draw(look: Look, table: pd.DataFrame, name: str, alt: str, target: str | None = None) -> None:
    """``table`` with a way to the posts of each account and, where it tells them, to those that
    stand so towards ``target``; and the same as CSV."""
    shown = table.assign(
        called=table["author_name"].fillna(table["author"]),
        source=table["source"].map(source_name),
        open=_links(look, table),
        **(_by_stance(look, table, target) if target is not None else {}),
    )
    st.dataframe(
        shown.drop(columns="account"),
        hide_index=True,
        placeholder=NOTHING,
        alt=alt,
        column_order=[column for column in _ORDER if column in shown],
        column_config=_COLUMNS,
    )
    download.as_csv(
        "Download this table as CSV",
        lambda: table,
        name=state.file_name(look, name),
        key=f"{name}_csv",
    )


def _links(look: Look, table: pd.DataFrame) -> list[str]:
    return [state.address(replace(look.filters, author=one)) for one in table["account"]]


def _not_told(filters: Filters, target: str | None) -> list[str]:
    """Columns of stances that can hold nothing: without a target, or left out by the filters."""
    if target is None:
        return _STANCES
    if filters.target is None:
        return []
    return [name for name in _STANCES if name not in (filters.stances or STANCES)]


def _by_stance(look: Look, table: pd.DataFrame, target: str) -> dict[str, list[str]]:
    """The numbers of each stance that ``table`` has, as links."""
    asked = replace(look.filters, target=target)
    return {
        stance: [
            counted_links.cell(replace(asked, author=one, stances=(stance,)), int(posts))
            for one, posts in zip(table["account"], table[stance], strict=True)
        ]
        for stance in STANCES
        if stance in table
    }


def _whole(label: str) -> ColumnConfig:
    return st.column_config.NumberColumn(label, format="localized")


def _time(label: str) -> ColumnConfig:
    return st.column_config.DatetimeColumn(label, format="YYYY-MM-DD HH:mm", timezone="UTC")


_ORDER = [
    *("place", "called", "posts", "open", "times", "texts", *_STANCES, "engagement"),
    *("first_at", "last_at", "source", "author", "text"),
]
_COLUMNS: dict[str, ColumnConfig | str | None] = {
    "place": "Place",
    "called": "Account",
    "author": "Handle",
    "source": "Source",
    "posts": _whole("Posts"),
    "open": st.column_config.LinkColumn("These posts", display_text="Open"),
    "times": _whole("Times"),
    "texts": _whole("Texts"),
    "against": counted_links.column("Against"),
    "none": counted_links.column("Takes no side"),
    "favor": counted_links.column("In favor"),
    "not_scored": counted_links.column("Not scored"),
    "silent": _whole("Does not speak of it"),
    "engagement": _whole("Engagement"),
    "first_at": _time("First post (UTC)"),
    "last_at": _time("Last post (UTC)"),
    "text": "Text",
}
