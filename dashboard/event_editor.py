"""The dialog that adds, changes and removes dated events of a topic, where visitors may operate."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import streamlit as st

from dashboard import access, masthead, words
from groundswell import authoring
from groundswell.authoring import Fault
from groundswell.errors import WrongUse
from groundswell.store.owner import owner
from groundswell.topic import LINE_CAP_CHARS, Event, Topic

NEW = -1
# Bounds of a widget, which have no zone; its label says UTC.
_EARLIEST, _LATEST = (datetime(y, 1, 1, tzinfo=UTC).replace(tzinfo=None) for y in (1900, 2200))
_FIELDS = {"at": "The time", "title": "The title", "url": "The link"}
_ADDRESS_CAP_CHARS = 2_000


def button(topic: Topic) -> None:
    """Opens the dialog; nothing where visitors may not operate."""
    if access.may_operate() and st.button(
        "Edit events", key="events_edit", icon=":material/edit_calendar:", type="tertiary"
    ):
        _dialog(topic)


@st.dialog("Events of this topic")
def _dialog(topic: Topic) -> None:
    draw(topic)


def draw(topic: Topic) -> None:
    """The fields of one event, empty for a new one, and what can be done with them."""
    places = [NEW, *range(len(topic.events))]
    place = st.selectbox(
        "Event", places, format_func=lambda one: _named(topic.events, one), key="event_place"
    )
    old = topic.events[place] if place in places and place != NEW else None
    key = f"event_{place}" if old is not None else "event_new"
    typed = st.datetime_input(
        "Time (UTC)",
        value=_minute(old.at) if old else None,
        min_value=_EARLIEST,
        max_value=_LATEST,
        step=timedelta(minutes=1),
        format="YYYY-MM-DD",
        key=f"{key}_at",
    )
    said = st.text_input(
        "What happened", old.title if old else "", max_chars=LINE_CAP_CHARS, key=f"{key}_title"
    )
    link = st.text_input(
        "Link to a source (may be left out)",
        (old.url or "") if old else "",
        max_chars=_ADDRESS_CAP_CHARS,
        placeholder="https://",
        key=f"{key}_url",
    )
    with st.container(horizontal=True):
        is_saved = st.button("Save" if old else "Add", type="primary", key=f"{key}_save")
        is_removed = old is not None and st.button("Remove", key=f"{key}_remove")
    if is_saved:
        at = typed if isinstance(typed, datetime) else None
        _save(topic, old, _moment(at, old), said or "", link or "")
    elif is_removed and old is not None:
        _do(lambda: authoring.remove_event(owner().home, topic.slug, old))
    st.caption("Kept in the topic's file, beside its query; everybody who opens it sees them.")


def complaint(faults: Sequence[Fault]) -> str:
    """What must be mended, in one line."""
    return " ".join(f"{_FIELDS[str(fault.where[0])]} {fault.sentence}" for fault in faults)


def _save(topic: Topic, old: Event | None, at: datetime | None, said: str, link: str) -> None:
    if at is None:
        st.error("The time is missing. Choose a day, and a time of it in UTC.")
        return
    event, faults = authoring.check_event({"at": at, "title": said, "url": link.strip() or None})
    if event is None:
        st.error(words.safe_text(complaint(faults)), icon=":material/error:")
    elif old is None:
        _do(lambda: authoring.add_event(owner().home, topic.slug, event))
    elif event != old:
        _do(lambda: authoring.change_event(owner().home, topic.slug, old, event))
    else:
        st.info("Nothing was changed.")


def _do(edit: Callable[[], Topic]) -> None:
    """Does it and draws the page anew, or says why it was not done."""
    with masthead.told():
        if not access.may_operate():
            raise WrongUse(
                access.otherwise("Topics of this server are not changed from its pages.")
            )
        edit()
        st.rerun()


def _named(events: Sequence[Event], place: int) -> str:
    """An option of a list, which shows text as it is."""
    if place == NEW:
        return "A new event"
    return f"{place + 1}  {words.moment(events[place].at)}  {events[place].title}"


def _minute(at: datetime) -> datetime:
    """As a widget shows it: without a zone, and to the minute."""
    return at.astimezone(UTC).replace(tzinfo=None, second=0, microsecond=0)


def _moment(typed: datetime | None, old: Event | None) -> datetime | None:
    """A time that was not touched keeps its seconds, which the widget does not show."""
    if typed is None:
        return None
    if old is not None and _minute(old.at) == typed:
        return old.at
    return typed.replace(tzinfo=UTC)
