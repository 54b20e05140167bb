"""Labels as plain records, and edits of them in plain words: for scripts, routes and pages."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeAlias

from groundswell.errors import WrongUse
from groundswell.labels import LEAST_LABELS, LEAST_OF_EACH
from groundswell.labels.file import Given, labeller_name
from groundswell.store import draws, labels
from groundswell.store.reading import Cursor
from groundswell.store.rows import Record, json_records, json_value

Said: TypeAlias = Mapping[str, Any]
MOST_SHOWN = 100
MOST_TAKEN = 1_000  # labels of a file at a time


def standing(cur: Cursor, topic: str, target: str) -> Record:
    """``target``, ``progress`` (see ``labels.Progress``), ``gold``, ``missing`` (what a band still
    needs), ``needed``, ``labellers``, ``agreement`` and ``draws``. Times are ISO 8601 in UTC."""
    progress = labels.label_progress(cur, topic, target)
    return {
        "target": target,
        "progress": asdict(progress),
        "gold": progress.gold,
        "missing": progress.missing,
        "needed": {"labels": LEAST_LABELS, "of_each": LEAST_OF_EACH},
        "labellers": [_plain(asdict(one)) for one in labels.labellers(cur, topic, target)],
        "agreement": asdict(labels.label_agreement(cur, topic, target)),
        "draws": [_plain(asdict(one)) for one in draws.draws(cur, topic, target)],
    }


def queue(cur: Cursor, said: Said) -> list[Record]:
    """The posts to be labelled next; ``said`` as ``labels.label_queue`` takes it."""
    table = labels.label_queue(
        cur,
        _text(said, "topic"),
        _text(said, "target"),
        labeller_name(_text(said, "labeller")),
        min(_number(said, "limit", 1), MOST_SHOWN),
        differing=bool(said.get("differing")),
        passed=[int(post_no) for post_no in said.get("passed", ())],
    )
    return json_records(table)


def rows(cur: Cursor, topic: str, target: str) -> list[Record]:
    """Every label, with the columns of ``groundswell.labels.file``."""
    return json_records(labels.labels(cur, topic, target))


def edit(con: Cursor, verb: str, said: Said) -> Record:
    """Does one of ``VERBS``; what came of it. ``said`` names ``topic`` and, but to take a file,
    ``target``; to draw also ``query`` and ``size``; to give ``post_no``, ``labeller``, ``label``
    and perhaps ``took_s``; to undo ``labeller``; to take ``labels``, as ``told`` makes them.
    Raises ``WrongUse``."""
    if verb not in VERBS:
        raise WrongUse(f"Labels know the verbs {', '.join(VERBS)}.")
    return VERBS[verb](con, said)


def told(given: Given) -> Record:
    """A label of a file, as it goes over the wire."""
    return _plain(asdict(given))


def _draw(con: Cursor, said: Said) -> Record:
    done = draws.draw(
        con,
        _text(said, "topic"),
        _text(said, "target"),
        query=_text(said, "query"),
        size=_number(said, "size"),
        now=datetime.now(UTC),
    )
    return _plain(asdict(done))


def _give(con: Cursor, said: Said) -> Record:
    took_s = said.get("took_s")
    if took_s is not None and (isinstance(took_s, bool) or not isinstance(took_s, int | float)):
        raise WrongUse("took_s is a number of seconds.")
    post_no, label = _number(said, "post_no"), _text(said, "label")
    labels.give(
        con,
        _text(said, "topic"),
        _text(said, "target"),
        post_no,
        labeller=_text(said, "labeller"),
        label=label,
        at=datetime.now(UTC),
        took_s=took_s,
    )
    return {"post_no": post_no, "label": label}


def _undo(con: Cursor, said: Said) -> Record:
    place = _text(said, "topic"), _text(said, "target"), labeller_name(_text(said, "labeller"))
    return {"post_no": labels.undo(con, *place)}


def _take(con: Cursor, said: Said) -> Record:
    given = said.get("labels")
    if not isinstance(given, list) or len(given) > MOST_TAKEN:
        raise WrongUse(f"labels is a list of at most {MOST_TAKEN:,} labels.")
    try:
        read = [Given(**one | {"labelled_at": _moment(one["labelled_at"])}) for one in given]
    except (TypeError, KeyError, ValueError):
        raise WrongUse("A label has source, uri, target, labeller, label and time.") from None
    return asdict(labels.take(con, _text(said, "topic"), read))


VERBS: dict[str, Callable[[Cursor, Said], Record]] = {
    "draw": _draw,
    "give": _give,
    "undo": _undo,
    "take": _take,
}


def _plain(record: Record) -> Record:
    return {name: json_value(value) for name, value in record.items()}


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _text(said: Said, name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value:
        raise WrongUse(f"{name} is missing.")
    return value


def _number(said: Said, name: str, default: int | None = None) -> int:
    value = said.get(name, default)
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise WrongUse(f"{name} is not a whole number.")
    return value
