"""Export: what can be handed on, and how it was made."""

import streamlit as st

from dashboard import answers, exports, findings, masthead, state
from dashboard.state import Look
from dashboard.words import many
from groundswell.store.filters import ORIGINALS

_WHAT = {
    "stance": "One row a post and target that it speaks of: its stance, how sure, by which model.",
    "series": "One row an hour and source: posts, accounts, mean score, share of the hour read.",
    "keywords": "One row a word: posts and accounts that use it.",
    "coverage": "One row a window of time that was asked for: read or not, why, with what effort.",
    "recall": "One row a source and two ways to it: how much they found, with its 95% interval.",
}


def page(look: Look) -> None:
    """The files, then the definitions a reader of them needs."""
    totals = answers.totals(look.filters, look.version)
    if totals.posts == 0:
        masthead.nothing(look)
        return
    st.header(f"{many(totals.posts, 'post')} as files", anchor=False)
    with st.container(border=True):
        st.markdown("**posts.csv**: one row a post, with author, text, time, counts and score.")
        exports.posts_download(look, totals.posts - totals.withheld, totals.withheld)
        st.link_button(f"Look at the {many(totals.posts, 'post')}", state.address(look.filters))
    for name, what in _WHAT.items():
        with st.container(border=True):
            st.markdown(f"**{name}.csv**: {what[0].lower()}{what[1:]}")
            exports.download(look, name, f"Download {name} as CSV")
    st.header("How to read them", anchor=False)
    st.markdown(
        findings.method_of_sentiment(totals, answers.readers(look.filters.topic, look.version))
    )
    st.markdown(findings.METHOD_OF_FILES)
    if look.filters.originals:
        st.markdown(f"The filter on originals: {ORIGINALS[0].lower()}{ORIGINALS[1:]}")


page(state.current())
