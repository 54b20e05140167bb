"""The page that makes a topic: title, query, targets, period, sources; then it is collected.

What is typed stands in the address as well, as the filters of other pages do: it outlives a reload
and a restart of the server without anything kept there for whoever may come back, and can be sent
to a colleague. Whoever follows such a link still sees all of it before anything is made.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st

from dashboard import access, first_posts, first_sources, state, topic_desk, words
from dashboard import draft as drafts
from dashboard.draft import Typed
from dashboard.reads import reading
from groundswell.authoring import slug_for
from groundswell.errors import GroundswellError
from groundswell.store import questions
from groundswell.store.owner import owner
from groundswell.topic import LINE_CAP_CHARS, topics

QUERY_CAP_CHARS = 2_000
SEARCHES_SHOWN = 8
_MADE, _TRIED, _TROUBLE = "new_made", "new_tried", "new_trouble"
_HOW = (
    "Words side by side must all be there. `OR` and `NOT` are in capitals, brackets group: "
    '`openai (deepseek OR "r1 model") NOT stock`. `"in quotes"` is a phrase, `distill*` a '
    "beginning, `#tag`, `@account`, `domain:ft.com` a link to a site, `openai NEAR/5 theft` two "
    "words close together."
)


def draw(*, is_first: bool = False) -> None:
    """The form, or how the collecting of what was made with it goes. ``is_first``: there is no
    topic yet. Raises ``StoreError`` while the database does not answer: what somebody types then
    would be for nothing."""
    with reading() as cursor:
        questions.is_open(cursor)
    # Two places, of which the one not used is emptied first: what stood there goes at once, else
    # it would stand below the other until the run is over.
    if made := st.session_state.get(_MADE):
        st.empty()
        with st.container():
            first_posts.draw(made, again=_begin_anew)
        return
    place = st.container()
    st.empty()
    with place:
        _form(is_first=is_first)


def _form(*, is_first: bool) -> None:
    st.title("Your first topic" if is_first else "New topic", anchor=False)
    if not access.may_operate():
        st.info(access.otherwise("Topics of this server are made on the machine itself."))
        st.caption("A topic is a file; `groundswell topics` says where it goes.")
        return
    st.markdown("A topic is a story: what to look for, about whom, since when, and where.")
    _words()
    _whom_and_when()
    known = first_sources.choose()
    if known is None:
        return
    typed = _typed()
    first_sources.estimate(drafts.draft(typed), drafts.looked_through(typed, known))
    _finish(typed, known)


def leave() -> None:
    """Another page is shown: a next visit begins with an empty form, and asks the sources anew."""
    _forget()
    first_sources.forget()


def _words() -> None:
    st.header("What to look for", anchor=False)
    st.text_input(
        "Title",
        key="new_title",
        bind="query-params",
        max_chars=LINE_CAP_CHARS,
        placeholder="OpenAI accuses DeepSeek of distillation",
    )
    _query()


def _query() -> None:
    """It is read while it is typed; so is what it needs further down the page."""
    text = st.text_input(
        "Query",
        key="new_query",
        bind="query-params",
        max_chars=QUERY_CAP_CHARS,
        live="400ms",
        placeholder='openai (deepseek OR "sam altman")',
    )
    with st.expander("How to write a query", type="compact"):
        st.markdown(_HOW)
    query, complaint = drafts.read_query(text or "")
    if complaint is not None:
        st.error("This cannot be read yet.", icon=":material/error:")
        st.code(complaint, language=None, wrap_lines=False)
    if query is None:
        return
    st.success(words.safe_text(query.explain()), icon=":material/check:")
    asked = [drafts.search_words(search) for search in query.searches()]
    st.caption(
        f"Each source is asked for {words.number(len(asked))} "
        f"{'search' if len(asked) == 1 else 'searches'}, or for something wider where its own "
        "search cannot do that; only posts that fit the query are kept."
    )
    st.code("\n".join(asked[:SEARCHES_SHOWN]), language=None)
    if len(asked) > SEARCHES_SHOWN:
        st.caption(f"and {words.number(len(asked) - SEARCHES_SHOWN)} more")


def _whom_and_when() -> None:
    st.header("About whom, and since when", anchor=False)
    st.text_area(
        "Targets, one a line (may be left out)",
        key="new_targets",
        bind="query-params",
        max_chars=first_sources.LINES_CAP_CHARS,
        height=96,
        placeholder="OpenAI: open ai, chatgpt, @openai\nDeepSeek: deep seek",
    )
    st.caption(
        "Stance is read towards each of them. After a colon stand other names, as posts write them."
    )
    with st.container(horizontal=True):
        for label, key in (("From (UTC)", "new_since"), ("To (UTC), not included", "new_until")):
            st.datetime_input(
                label,
                value=None,
                min_value=state.OLDEST,
                step=timedelta(minutes=15),
                format="YYYY-MM-DD",
                key=key,
                bind="query-params",
                width=260,
            )
    st.caption("Without a beginning, the last seven days; without an end, it is followed on.")


def _typed() -> Typed:
    kept = st.session_state
    return Typed(
        title=kept.get("new_title") or "",
        query=kept.get("new_query") or "",
        targets=kept.get("new_targets") or "",
        since=_utc(kept.get("new_since")),
        until=_utc(kept.get("new_until")),
        sources=first_sources.chosen(),
        options=first_sources.options(),
    )


def _finish(typed: Typed, known: Mapping[str, Mapping[str, Any]]) -> None:
    st.header("Collect it", anchor=False)
    if typed.title.strip():
        st.text(f"In files and addresses it is called {_slug(typed.title)}.")
    if not topic_desk.runs_schedule():
        st.caption("This server runs no schedule: the topic is written, and collected by hand.")
    tried = st.session_state.pop(_TRIED, None)
    for sentence in tried or ():
        st.error(words.safe_text(sentence), icon=":material/error:")
    if trouble := st.session_state.pop(_TROUBLE, None):
        st.error(words.safe_text(trouble), icon=":material/error:")
    st.button(
        "Create and collect" if topic_desk.runs_schedule() else "Create",
        key="new_create",
        type="primary",
        icon=":material/rocket_launch:",
        on_click=_create,
        args=(known,),
    )


def _create(known: Mapping[str, Mapping[str, Any]]) -> None:
    """For the button: what was typed last is in the state by now."""
    typed = _typed()
    checked = drafts.looked_through(typed, known)
    if checked.story is None:
        st.session_state[_TRIED] = [drafts.said(fault) for fault in checked.faults]
        return
    slug = _slug(typed.title)
    try:
        topic_desk.create(slug, drafts.draft(typed), known)
    except GroundswellError as error:
        st.session_state[_TROUBLE] = words.trouble(error)
        return
    st.session_state[_MADE] = slug
    state.open_topic(slug)


def _slug(title: str) -> str:
    return slug_for(title, topics(owner().home))


def _forget() -> None:
    st.session_state.pop(_MADE, None)


def _begin_anew() -> None:
    """An empty form, whatever the address still says."""
    _forget()
    for key in ("new_title", "new_query", "new_targets"):
        st.session_state[key] = ""
    for key in ("new_since", "new_until"):
        st.session_state[key] = None


def _utc(at: object) -> datetime | None:
    return at.replace(tzinfo=UTC) if isinstance(at, datetime) else None
