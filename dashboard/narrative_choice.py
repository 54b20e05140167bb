"""The narrative that posts are filtered by: chosen by its name, held in the address by its id.

A bound widget would put the name into the address, which changes and is a stranger's.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

KEY = "narrative"  # in the address; in the session too, since pages drop it from the address
PICKED = "narrative_picked"
NO_LONGER = "Ended, or never there"
_MOST_CHARS = 64
_SIDE = {"against": "Against", "favor": "In favor"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrative:
    """``name`` is made of strangers' words: it may stand where text is literal."""

    id: str
    target: str
    side: str
    name: str


def choose(
    target: str | None, told: Callable[[], Sequence[Narrative]], changed: Callable[[], None]
) -> str | None:
    """The id in the address, drawn as a choice among those that are ``told`` of ``target`` once
    there is one. An id that none of them has is not passed over: it has no posts, and the page
    says so. ``changed`` is called before the page runs anew."""
    asked = _asked()
    if target is not None:
        _draw(asked, [one for one in told() if one.target == target], changed)
    return asked


def put(narrative: str | None) -> None:
    """Filters by that narrative from now on, by none with None; for callbacks."""
    st.session_state[KEY] = narrative
    if narrative:
        st.query_params[KEY] = narrative
    else:
        st.query_params.pop(KEY, None)


def labels(told: Sequence[Narrative]) -> Mapping[str, str]:
    """What each is called among the others, by id; no two the same."""
    met: Counter[str] = Counter()
    names = {}
    for one in told:
        name = f"{_SIDE[one.side]}: {one.name}"
        met[name] += 1
        names[one.id] = name if met[name] == 1 else f"{name} ({met[name]})"
    return names


def _asked() -> str | None:
    """What the address says or, where a page dropped it, the session; then both say so."""
    asked = st.query_params.get(KEY, "").strip()[:_MOST_CHARS] or st.session_state.get(KEY)
    if st.session_state.get(KEY) != asked or st.query_params.get(KEY) != asked:
        put(asked)
    return asked or None


def _draw(asked: str | None, told: Sequence[Narrative], changed: Callable[[], None]) -> None:
    names = dict(labels(told))
    if asked is not None:
        names.setdefault(asked, NO_LONGER)
    if not names:
        return
    st.session_state[PICKED] = asked
    st.selectbox(
        "Narrative",
        list(names),
        index=None,
        key=PICKED,
        format_func=names.__getitem__,
        placeholder="Any",
        on_change=_picked,
        args=(changed,),
    )


def _picked(changed: Callable[[], None]) -> None:
    put(st.session_state[PICKED])
    changed()
