"""What the reader looks at, held in the address of the page, so that a view can be sent on.

Topic, period, sources, language, target, narrative, words, account, and originals or all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypedDict
from urllib.parse import quote, urlencode

import streamlit as st

from dashboard import narrative_choice
from dashboard.narrative_choice import Narrative
from dashboard.palette import SENTIMENT_NAME
from dashboard.words import listed, moment, source_name
from groundswell.errors import WrongUse
from groundswell.store.filters import ORIGINALS, SENTIMENTS, STANCES, Filters
from groundswell.topic import Topic

PAGE = "page"  # of the posts; every change of a filter begins at the first again
_LOOK = "look"
_OPEN = "open_topic"
# The least of a widget of times, which has no zone; its label says UTC.
OLDEST = datetime(1995, 1, 1, tzinfo=UTC).replace(tzinfo=None)
WORDS_CHARS = 200
_ID_CHARS = 500
_MINUTES = "%Y-%m-%dT%H:%M"
_NOTHING_CHOSEN: Mapping[str, object] = {
    "from": None,
    "to": None,
    "source": [],
    "lang": [],
    "sentiment": [],
    "target": None,
    "stance": [],
    "keyword": "",
    "author": "",
    "originals": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One run's view of the data: all cards of a page agree on ``version``, the newest absorbed
    group of the topic when the run began."""

    topic: Topic
    filters: Filters
    version: int


def remember(look: Look) -> None:
    """Hands ``look`` to the page that runs next."""
    st.session_state[_LOOK] = look


def current() -> Look:
    """The look of this run."""
    look: Look = st.session_state[_LOOK]
    return look


def is_first_run() -> bool:
    """Whether no run of this visit has had a look yet; widgets of one hold parts of the address."""
    return _LOOK not in st.session_state


def whole_address() -> dict[str, list[str]]:
    """Every part of the page's address with its values."""
    return {key: st.query_params.get_all(key) for key in st.query_params}


def choose_topic(slugs: Sequence[str], preferred: str) -> str:
    """The topic named in the address, else ``preferred``; it is always written into the address,
    so that a link made today shows the same topic tomorrow."""
    if (wanted := st.session_state.pop(_OPEN, None)) in slugs:
        st.session_state["topic"] = wanted
    if st.session_state.get("topic") not in slugs and "topic" not in st.query_params:
        if "topic" not in st.session_state:  # a first visit, whose address the session cannot set
            st.query_params["topic"] = preferred
        st.session_state["topic"] = preferred
    chosen: str | None = st.selectbox(
        "Topic",
        slugs,
        index=None,
        key="topic",
        bind="query-params",
        on_change=_first_page,
    )
    return chosen if chosen is not None and chosen in slugs else preferred


def open_topic(slug: str) -> None:
    """Chooses the topic ``slug`` with the next run; for one that was just made."""
    st.session_state[_OPEN] = slug


def choose_filters(
    topic: str,
    sources: Sequence[str],
    langs: Sequence[str],
    targets: Sequence[str],
    narratives: Callable[[], Sequence[Narrative]],
) -> Filters:
    """The filters of the address, drawn as widgets; ``narratives`` tells those of the topic, where
    that is asked for. Raises ``WrongUse`` for an empty period.

    What a browser sends is checked again here: the widgets' own limits live in the browser.
    """
    since = _time("From (UTC)", "from")
    until = _time("To (UTC), not included", "to")
    filters = Filters(
        topic=topic,
        since=since,
        until=until,
        sources=_several("Sources", "source", sources),
        langs=_several("Languages (detected)", "lang", langs),
        sentiments=_several("Sentiment", "sentiment", SENTIMENTS),
        **_side(targets, narratives),
        keyword=_words(),
        author=_account(),
        originals=_originals(),
    )
    if since and until and since >= until:
        raise WrongUse(
            f"The period is empty: it begins {moment(since)} and ends {moment(until)}. "
            "Choose a later end in the filters."
        )
    return filters


def clear_filters() -> None:
    """Shows everything of the topic again; for a button's ``on_click``."""
    for key, nothing in _NOTHING_CHOSEN.items():
        st.session_state[key] = nothing
    clear_narrative()


def clear_narrative() -> None:
    """Shows the posts of all narratives again; for a callback."""
    narrative_choice.put(None)
    _first_page()


def show_period(since: datetime, until: datetime) -> None:
    """Shows only what lies from ``since`` to ``until`` (not included), with the next run; for a
    callback."""
    for key, at in (("from", since), ("to", until)):
        st.session_state[key] = at.astimezone(UTC).replace(tzinfo=None)
    _first_page()


def clear_period() -> None:
    """Shows all of the time again; for a button's ``on_click``."""
    for key in ("from", "to"):
        st.session_state[key] = _NOTHING_CHOSEN[key]
    _first_page()


def clear_account() -> None:
    """Shows the posts of all accounts again; for a button's ``on_click``."""
    st.session_state["author"] = ""
    _first_page()


def chosen(filters: Filters, who: str | None = None, argued: str | None = None) -> list[str]:
    """The filters in force, in words; empty when all of the topic is shown. ``who``: what the
    account filtered for is called, else its id, ``argued`` the same of the narrative, such as
    ``the narrative smoke``; strangers' words."""
    said = []
    if filters.since:
        said.append(f"from {moment(filters.since)}")
    if filters.until:
        said.append(f"before {moment(filters.until)}")
    if filters.sources:
        said.append(f"on {listed([source_name(source) for source in filters.sources])}")
    if filters.langs:
        said.append(f"in {listed(filters.langs)}")
    if filters.sentiments:
        said.append(f"read as {listed([SENTIMENT_NAME[s].lower() for s in filters.sentiments])}")
    if filters.target:
        said.append(_position(filters))
    if filters.narrative:
        said.append(f"of {argued or f'the narrative {filters.narrative}'}")
    if filters.keyword:
        said.append(f"with “{filters.keyword}”")
    if filters.author:
        said.append(f"by {who or filters.author}")
    if filters.originals:
        said.append("that are original")
    return said


def loosened(filters: Filters) -> list[tuple[str, Filters]]:
    """Each filter in force by name, with the filters that are left without it."""
    without = [
        ("period", bool(filters.since or filters.until), replace(filters, since=None, until=None)),
        ("sources", bool(filters.sources), replace(filters, sources=())),
        ("languages", bool(filters.langs), replace(filters, langs=())),
        ("sentiment", bool(filters.sentiments), replace(filters, sentiments=())),
        (
            "target",
            bool(filters.target),
            replace(filters, target=None, stances=(), narrative=None),
        ),
        ("stance", bool(filters.stances), replace(filters, stances=())),
        ("narrative", bool(filters.narrative), replace(filters, narrative=None)),
        ("words", bool(filters.keyword), replace(filters, keyword=None)),
        ("account", bool(filters.author), replace(filters, author=None)),
        ("originals", filters.originals, replace(filters, originals=False)),
    ]
    return [(name, left) for name, in_force, left in without if in_force]


def address(filters: Filters, **more: str) -> str:
    """Link to the posts of exactly ``filters``, relative to this server; ``more`` are further
    parts of the address, such as ``order``."""
    return address_of("posts", filters, **more)


def address_of(view: str, filters: Filters, **more: str) -> str:
    """Link to the page ``view`` with these filters."""
    pairs = [("topic", filters.topic)]
    if filters.since:
        pairs.append(("from", filters.since.astimezone(UTC).strftime(_MINUTES)))
    if filters.until:
        pairs.append(("to", filters.until.astimezone(UTC).strftime(_MINUTES)))
    pairs += [("source", source) for source in filters.sources]
    pairs += [("lang", lang) for lang in filters.langs]
    pairs += [("sentiment", sentiment) for sentiment in filters.sentiments]
    if filters.target:
        pairs.append(("target", filters.target))
    pairs += [("stance", stance) for stance in filters.stances]
    if filters.narrative:
        pairs.append((narrative_choice.KEY, filters.narrative))
    if filters.keyword:
        pairs.append(("keyword", filters.keyword))
    if filters.author:
        pairs.append(("author", filters.author))
    if filters.originals:
        pairs.append(("originals", "true"))
    return f"{view}?{urlencode([*pairs, *more.items()], quote_via=quote, safe='')}"


def within(filters: Filters, start: datetime, end: datetime) -> Filters:
    """``filters``, and of their period only what lies from ``start`` to ``end``."""
    return replace(
        filters,
        since=max(start, filters.since) if filters.since else start,
        until=min(end, filters.until) if filters.until else end,
    )


def file_name(look: Look, what: str, suffix: str = "csv") -> str:
    """Name of a download; a synthetic topic says so in it, and a chosen period."""
    parts = ["groundswell", look.topic.slug, *(["synthetic"] if look.topic.synthetic else []), what]
    ends = (("from", look.filters.since), ("before", look.filters.until))
    parts += [f"{name}-{_in_name(at)}" for name, at in ends if at is not None]
    return f"{'-'.join(parts)}.{suffix}"


def _in_name(at: datetime) -> str:
    """A UTC time without what a file system would not take."""
    at = at.astimezone(UTC)
    return f"{at:%Y%m%d}" if (at.hour, at.minute) == (0, 0) else f"{at:%Y%m%dT%H%M}"


def _time(label: str, key: str) -> datetime | None:
    chosen_time = st.datetime_input(
        label,
        value=None,
        min_value=OLDEST,
        key=key,
        bind="query-params",
        step=timedelta(minutes=15),
        format="YYYY-MM-DD",
        on_change=_first_page,
    )
    return chosen_time.replace(tzinfo=UTC) if isinstance(chosen_time, datetime) else None


def _several(label: str, key: str, options: Sequence[str]) -> tuple[str, ...]:
    picked = st.multiselect(
        label, options, key=key, bind="query-params", on_change=_first_page, placeholder="All"
    )
    return tuple(value for value in options if value in picked)


class _Side(TypedDict):
    target: str | None
    stances: tuple[str, ...]
    narrative: str | None


def _side(targets: Sequence[str], narratives: Callable[[], Sequence[Narrative]]) -> _Side:
    """Of whom posts speak, how they stand and what they argue; a stance counts only towards
    somebody, and another target has narratives of its own."""
    target: str | None = st.selectbox(
        "Speaks of",
        targets,
        index=None,
        key="target",
        bind="query-params",
        placeholder="Anybody",
        on_change=clear_narrative,
    )
    target = target if target in targets else None
    stances = _several("Stance", "stance", STANCES) if target else ()
    narrative = narrative_choice.choose(target, narratives, _first_page)
    return _Side(target=target, stances=stances, narrative=narrative)


def _position(filters: Filters) -> str:
    """The filter on a target in words: ``that speak of OpenAI``, ``read as against OpenAI``."""
    target = filters.target
    if not filters.stances:
        return f"that speak of {target}"
    sides = {
        "against": f"against {target}",
        "none": f"taking no side on {target}",
        "favor": f"in favor of {target}",
        "not_scored": f"not scored towards {target}",
    }
    return f"read as {listed([sides[stance] for stance in filters.stances])}"


def _words() -> str | None:
    typed = st.text_input(
        "Words",
        key="keyword",
        bind="query-params",
        max_chars=WORDS_CHARS,
        type="search",
        placeholder="all of these, prefix*, “a phrase”",
        on_change=_first_page,
    )
    return (typed or "").strip()[:WORDS_CHARS] or None


def _account() -> str | None:
    """An id that is none is not passed over: it has no posts, and the page says so."""
    typed = st.text_input(
        "Account",
        key="author",
        bind="query-params",
        max_chars=_ID_CHARS,
        placeholder="source:id, from a link on Voices",
        on_change=_first_page,
    )
    return (typed or "").strip()[:_ID_CHARS] or None


def _originals() -> bool:
    only: bool = st.toggle(
        "Originals only",
        key="originals",
        bind="query-params",
        help=ORIGINALS,
        on_change=_first_page,
    )
    return only


def _first_page() -> None:
    if PAGE in st.session_state:
        st.session_state[PAGE] = 1


def changed_ns(path: Path) -> int:
    """When a file last changed; part of a cache's key, so that an edit shows at once."""
    return path.stat().st_mtime_ns
