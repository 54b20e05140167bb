"""The sources of a topic that is being made: which are ready, what each needs, how much it has."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import masthead, topic_desk, words
from dashboard.draft import OPTIONS, Draft
from dashboard.topic_desk import Estimating
from groundswell.authoring import Checked
from groundswell.schedule.asking import Asking

Known = dict[str, Mapping[str, Any]]

PREFERRED = "hackernews"  # needs no key, and still has the past
PATIENCE_S = 0.5
LINES_CAP_CHARS = 8_000  # of a field of lines: all of them stand in the address of the page
_ASKED, _KNOWN, _ESTIMATE = "new_asked", "new_known", "new_estimate"
_OPTION = "new_option"
_NUMBER = partial(st.column_config.NumberColumn, format="localized")


def choose() -> Known | None:
    """What each source needs, and the choice; None while that is not known yet."""
    st.header("Where", anchor=False)
    known = _known()
    if known is None:
        return None
    st.dataframe(
        table(known),
        hide_index=True,
        height="content",
        alt="Sources: whether each is ready, what it needs, how far back it goes, its terms",
        column_config={
            "source": "Source",
            "ready": st.column_config.TextColumn("Ready", width="large"),
            "history": st.column_config.TextColumn("How far back", width="medium"),
            "terms": st.column_config.TextColumn("Terms", width="large"),
        },
    )
    picked = st.multiselect(
        "Sources",
        list(known),
        default=[PREFERRED] if PREFERRED in known else None,
        format_func=words.source_name,
        key="new_sources",
        bind="query-params",
    )
    for source in picked:
        _options(source, known[source])
    return known


def chosen() -> list[str]:
    """The sources picked."""
    return list(st.session_state.get("new_sources") or ())


def options() -> dict[tuple[str, str], str]:
    """What was typed for each source and key."""
    fields = [(source, key) for source in chosen() for key in OPTIONS]
    kept = st.session_state
    return {(s, k): kept.get(f"{_OPTION}_{s}_{k}") or "" for s, k in fields}


def estimate(draft: Draft, checked: Checked) -> None:
    """How many posts to expect, where a site says so; asked only when somebody wants to know."""
    st.header("How much there may be", anchor=False)
    running: Estimating | None = st.session_state.get(_ESTIMATE)
    if checked.story is None:
        st.caption("Once nothing is missing above, the sites can be asked.")
        return
    if running is not None and running.draft != draft:
        st.caption("The estimate was made for something else; ask again.")
        running = None
    if st.button("Ask the sources", key="new_estimate_ask", icon=":material/query_stats:"):
        with masthead.told():
            running = st.session_state[_ESTIMATE] = Estimating(draft)
    if running is None:
        return
    if not running.is_over():
        _wait_for(running)
        return
    with masthead.told():
        _expected(running.answer())


def forget() -> None:
    """A next visit of the page asks the sources anew."""
    for key in (_ASKED, _KNOWN, _ESTIMATE):
        st.session_state.pop(key, None)


def table(known: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """``source, ready, history, terms``: one row a source."""
    rows = [
        [words.source_name(name), readiness(one), one["history"], one["terms"]]
        for name, one in known.items()
    ]
    return pd.DataFrame(rows, columns=["source", "ready", "history", "terms"])


def readiness(source: Mapping[str, Any]) -> str:
    """What keeps a source from being asked: ``no: set GROUNDSWELL_YOUTUBE_API_KEY``."""
    if source["lacking"]:
        return f"no: set {words.listed(source['lacking'])}"
    wanted = [OPTIONS.get(key, (key, ""))[0] for key in source["required"]]
    needs = f", given {words.listed([one.lower() for one in wanted])}" if wanted else ""
    live = ", from now on" if source["live"] else ""
    return f"yes{needs}{live}{', costs money' if source['paid'] else ''}"


def expectation(found: Mapping[str, Any]) -> str:
    """What one source said of how much it has."""
    if found["hits"] is None:
        return f"no estimate: {found['message']}"
    return str(found["message"])


def _known() -> Known | None:
    kept: Known | None = st.session_state.get(_KNOWN)
    if kept is not None:
        return kept
    asking: Asking = st.session_state.setdefault(_ASKED, None) or topic_desk.ask_sources()
    st.session_state[_ASKED] = asking
    if not asking.wait(PATIENCE_S):
        _wait_for(asking)
        return None
    with masthead.told():
        kept = {row["source"]: row for row in asking.answer()}
        st.session_state[_KNOWN] = kept
        return kept
    return None


@st.fragment(run_every="1s")
def _wait_for(asking: Asking | Estimating) -> None:
    """Draws the page anew once the answer is there."""
    if asking.is_over():
        st.rerun()
    st.caption("Asking…")


def _options(source: str, known: Mapping[str, Any]) -> None:
    if known["lacking"]:
        st.warning(
            f"{words.source_name(source)} is not ready: set {words.listed(known['lacking'])} in "
            "the file .env of the home, or in the environment of the server. It is written into "
            "the topic, and not collected yet.",
            icon=":material/key:",
        )
    if known["paid"]:
        st.warning(
            f"Each post of {words.source_name(source)} costs money, up to the budget that is set.",
            icon=":material/payments:",
        )
    for key in known["options"]:
        label, example = OPTIONS.get(key, (key, ""))
        needed = "" if key in known["required"] else ", may be left out"
        st.text_area(
            f"{words.source_name(source)}: {label}, one a line{needed}",
            key=f"{_OPTION}_{source}_{key}",
            bind="query-params",
            max_chars=LINES_CAP_CHARS,
            height=80,
            placeholder=example,
        )


def _expected(found: list[dict[str, Any]]) -> None:
    told = [one["hits"] for one in found if one["hits"] is not None]
    if told:
        st.markdown(
            f"About **{words.number(sum(told))}** hits, of "
            f"{words.many(len(told), 'source')} that said so."
        )
    else:
        st.markdown("None of these sources says how much it has.")
    st.dataframe(
        pd.DataFrame(
            [[words.source_name(one["source"]), one["hits"], expectation(one)] for one in found],
            columns=["source", "hits", "said"],
        ),
        hide_index=True,
        alt="What to expect: source, hits, what its site said",
        placeholder=words.NOTHING,
        column_config={
            "source": "Source",
            "hits": _NUMBER("Hits"),
            "said": st.column_config.TextColumn("Said", width="large"),
        },
    )
    st.caption(
        "What several searches find counts several times, and what does not fit the query counts "
        "too: fewer posts will be kept."
    )
