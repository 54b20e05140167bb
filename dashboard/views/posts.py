"""Posts: which rows stand behind a number. Every number elsewhere leads here with its filters."""

import math
from typing import get_args

import streamlit as st

from dashboard import answers, masthead, post_card, state
from dashboard.exports import posts_download
from dashboard.state import Look
from dashboard.words import many
from groundswell.store.questions import Order

PER_PAGE = 25


def page(look: Look) -> None:
    """How many posts, their order, one page of them, and all of them as CSV."""
    totals = answers.totals(look.filters, look.version)
    if totals.posts == 0:
        masthead.nothing(look)
        return
    st.header(many(totals.posts, "post"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        order = st.selectbox("Order", get_args(Order), key="order", bind="query-params", width=220)
        posts_download(look, totals.posts - totals.withheld, totals.withheld)
    pages = math.ceil(totals.posts / PER_PAGE)
    shown = st.pagination(pages, key=state.PAGE, bind="query-params")
    with masthead.told():
        _cards(look, order, min(max(shown, 1), pages))


@st.fragment
def _cards(look: Look, order: Order, number: int) -> None:
    """A fragment: opening the fields of one post must not ask for the page again."""
    with masthead.told():
        table = answers.posts(look.filters, order, PER_PAGE, (number - 1) * PER_PAGE, look.version)
        for post in post_card.rows(table):
            post_card.draw(post)


page(state.current())
