"""How the live stream fares, in one line: what it last said of itself, and how long ago."""

from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st

from dashboard.words import many, safe_text
from groundswell.store.owner import owner
from groundswell.stream_beat import last_beat

SILENT = timedelta(minutes=3)  # it says something at least every few seconds


def draw(topic: str) -> None:
    """The line, where the stream was ever followed for ``topic``."""
    told = said(last_beat(owner().home), topic, datetime.now(UTC))
    if told is None:
        return
    line, is_well = told
    if is_well:
        st.caption(safe_text(line))
    else:
        st.warning(safe_text(line), icon=":material/warning:")


def said(beat: dict[str, Any] | None, topic: str, now: datetime) -> tuple[str, bool] | None:
    """The line and whether all is well; None where the stream never ran for ``topic``. ``beat`` as
    ``groundswell.stream_beat.last_beat`` gives it, in parts or wholly unknown."""
    if beat is None or topic not in (beat.get("topics") or ()):
        return None
    silence, state = now - beat["written_at"], beat.get("state")
    if state == "stopped":
        return f"Live stream: stopped {_ago(silence)}; what is said meanwhile is read later.", True
    if state == "paused":
        return f"Live stream: paused {_ago(silence)}, since the disk is nearly full.", False
    if silence > SILENT:
        return f"Live stream: it gave its last sign of life {_ago(silence)}.", False
    if beat.get("trouble"):
        return f"Live stream: {beat['trouble']}", False
    behind = timedelta(seconds=float(beat.get("lag_s") or 0))
    events, posts = (int(beat.get(name) or 0) for name in ("events", "posts"))
    return (
        f"Live stream: {beat.get('host') or 'no host'} is heard, {_long(behind)} behind; "
        f"{many(events, 'event')} and {many(posts, 'post')} of all its topics since it was started."
    ), True


def _ago(time: timedelta) -> str:
    return f"{_long(time)} ago"


def _long(time: timedelta) -> str:
    seconds = max(0, round(time.total_seconds()))
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * size:
            return many(seconds // size, unit)
    return many(seconds, "second")
