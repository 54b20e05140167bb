"""Where the page of labels reads and writes: through the owner, without keeping anything."""

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import access, post_card, words
from dashboard.reads import reading
from groundswell.errors import GroundswellError, WrongUse
from groundswell.labels.agreement import Agreement
from groundswell.labels.file import Reject, labeller_name, labels_csv, read_labels
from groundswell.store import draws, label_records, labels
from groundswell.store.draws import Draw
from groundswell.store.labels import Labeller, Progress, Taken
from groundswell.store.owner import owner
from groundswell.store.rows import Record
from groundswell.topic import Topic

_TROUBLE, _SHOWN, _PASSED = "label_trouble", "label_shown", "label_passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is labelled on the page, and by whom; ``differing``: only where labellers differ."""

    topic: str
    target: str
    labeller: str
    differing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far one target is labelled. ``agreement`` None with fewer than two labellers."""

    progress: Progress
    labellers: list[Labeller]
    draws: list[Draw]
    agreement: Agreement | None


def standing(topic: str, target: str) -> Standing:
    """Progress, labellers, draws and agreement, as they are now."""
    with reading() as cursor:
        people = labels.labellers(cursor, topic, target)
        return Standing(
            progress=labels.label_progress(cursor, topic, target),
            labellers=people,
            draws=draws.draws(cursor, topic, target),
            agreement=labels.label_agreement(cursor, topic, target) if len(people) > 1 else None,
        )


def waiting(place: Place) -> post_card.Row | None:
    """The post to be labelled next; None when none waits."""
    with reading() as cursor:
        table = labels.label_queue(
            cursor,
            place.topic,
            place.target,
            place.labeller,
            1,
            differing=place.differing,
            passed=_passed(place) if place.differing else (),
        )
    found = post_card.rows(table)
    if found:
        _note_shown(found[0]["post_no"])
    return found[0] if found else None


def give(place: Place, post_no: int, label: str) -> None:
    """Keeps a label; for a button's ``on_click``. What goes wrong is told by ``trouble``."""
    post, since_s = st.session_state.get(_SHOWN, (None, 0.0))
    took_s = round(time.monotonic() - since_s, 2) if post == post_no else None
    said = {"post_no": post_no, "label": label, "took_s": took_s}
    if _edit(place, "give", said) is not None and place.differing:
        _passed(place).append(post_no)


def undo(place: Place) -> None:
    """Takes the last label back; for a button's ``on_click``."""
    done = _edit(place, "undo", {})
    if done is not None and done["post_no"] is None:
        st.session_state[_TROUBLE] = "There is nothing to take back."
    elif done is not None and done["post_no"] in (passed := _passed(place)):
        passed.remove(done["post_no"])


def draw(topic: Topic, target: str, size: int) -> Draw:
    """Draws ``size`` more posts. Raises ``WrongUse``."""
    _refuse_visitors()
    at = datetime.now(UTC)
    return owner().write(
        lambda con: draws.draw(con, topic.slug, target, query=topic.query.id, size=size, now=at)
    )


def take(topic: Topic, labeller: str, body: bytes) -> tuple[list[Taken], list[Reject]]:
    """Stores the labels of a CSV; what came of each part of it, and every reject by line. Raises
    ``WrongUse`` when it is none."""
    _refuse_visitors()
    targets = [target.name for target in topic.targets]
    given, rejects = read_labels(body, targets, labeller, datetime.now(UTC))
    if access.has_login() and not access.may_operate():  # nobody labels in another's name
        given = [replace(one, labeller=labeller) for one in given]
    parts = []
    for start in range(0, len(given), label_records.MOST_TAKEN):
        some = given[start : start + label_records.MOST_TAKEN]
        parts.append(owner().write(partial(labels.take, topic=topic.slug, given=some)))
    rejects += [reject for part in parts for reject in part.rejects]
    return parts, sorted(rejects, key=lambda one: one.line)


def csv_of(topic: Topic) -> bytes:
    """All labels of the topic as CSV."""
    with reading() as cursor:
        rows = [
            row
            for target in topic.targets
            for row in label_records.rows(cursor, topic.slug, target.name)
        ]
    return labels_csv(rows)


def trouble() -> str | None:
    """What went wrong with the last button, in words, once."""
    said: str | None = st.session_state.pop(_TROUBLE, None)
    return said


def named(name: str) -> str | None:
    """The name as it is kept; None for one that is none."""
    try:
        return labeller_name(name)
    except WrongUse:
        return None


def people_table(people: list[Labeller]) -> pd.DataFrame:
    """``labeller, labels, skips, took_s, last_at``, one row a labeller."""
    columns = ("labeller", "labels", "skips", "took_s", "last_at")
    return pd.DataFrame([{name: getattr(one, name) for name in columns} for one in people])


def _edit(place: Place, verb: str, said: label_records.Said) -> Record | None:
    named_place = {"topic": place.topic, "target": place.target, "labeller": place.labeller}
    try:
        _refuse_visitors()
        return owner().write(lambda con: label_records.edit(con, verb, named_place | dict(said)))
    except GroundswellError as error:
        st.session_state[_TROUBLE] = words.trouble(error)
        return None


def _refuse_visitors() -> None:
    if not access.may_label():
        raise WrongUse("You may not label posts of this server from its pages.")


def _note_shown(post_no: int) -> None:
    """Since when the post is looked at: drawing the page again does not begin anew."""
    if st.session_state.get(_SHOWN, (None, 0.0))[0] != post_no:
        st.session_state[_SHOWN] = post_no, time.monotonic()


def _passed(place: Place) -> list[int]:
    """Posts this visit has decided on where labellers differ: they may differ still."""
    passed: dict[tuple[str, str, str], list[int]] = st.session_state.setdefault(_PASSED, {})
    return passed.setdefault((place.topic, place.target, place.labeller), [])
