"""How a command labels posts of a home: in the database when it is free, else through its owner."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from groundswell.home import PAGE_LIMIT_S, Asking, either, order, writable
from groundswell.labels.file import Given, labels_csv
from groundswell.settings import Settings
from groundswell.store import label_records
from groundswell.store.label_records import MOST_TAKEN
from groundswell.store.owner import open_briefly, served_by
from groundswell.store.rows import Record

EDIT_LIMIT_S = 60.0  # a draw reads every post that speaks of the target


def standing(settings: Settings, topic: str, target: str) -> Record:
    """How far posts are labelled towards ``target``; see ``label_records.standing``."""

    def from_owner(ask: Asking) -> Record:
        said: Record = ask("/api/labels/standing", {"topic": topic, "target": target}).json()
        return said

    return either(
        settings, lambda cur: label_records.standing(cur, topic, target), from_owner, PAGE_LIMIT_S
    )


def queue(settings: Settings, said: Mapping[str, Any]) -> list[Record]:
    """The posts to be labelled next; ``said`` as ``label_records.queue`` takes it."""

    def from_owner(ask: Asking) -> list[Record]:
        posts: list[Record] = ask("/api/labels/queue", said).json()
        return posts

    return either(settings, lambda cur: label_records.queue(cur, said), from_owner, PAGE_LIMIT_S)


def rows(settings: Settings, topic: str, target: str) -> list[Record]:
    """Every label towards ``target``, with the columns of ``groundswell.labels.file``."""

    def from_owner(ask: Asking) -> list[Record]:
        labels: list[Record] = ask("/api/labels/rows", {"topic": topic, "target": target}).json()
        return labels

    return either(
        settings, lambda cur: label_records.rows(cur, topic, target), from_owner, PAGE_LIMIT_S
    )


def save_csv(settings: Settings, topic: str, targets: Sequence[str], path: Path) -> int:
    """Writes every label towards ``targets`` to ``path``, and says how many there are. Raises
    ``HomeError`` where it cannot be written."""
    found = [row for target in targets for row in rows(settings, topic, target)]
    with writable(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(labels_csv(found))
    return len(found)


def edit(settings: Settings, verb: str, said: Mapping[str, Any]) -> Record:
    """Draws, gives, undoes or takes labels; ``said`` as ``label_records.edit`` takes it. Raises
    ``WrongUse``."""
    card = served_by(settings.home)
    if card is not None:
        look = f"groundswell label {said.get('topic')}"
        return order(card, f"/api/labels/{verb}", said, look=look, limit_s=EDIT_LIMIT_S)
    with open_briefly(settings.home, settings) as visit:
        return visit.write(lambda con: label_records.edit(con, verb, said))


def take(settings: Settings, topic: str, given: Sequence[Given]) -> Iterator[Record]:
    """Stores labels of a file, ``MOST_TAKEN`` at a time; what came of each part."""
    for start in range(0, len(given), MOST_TAKEN):
        part = [label_records.told(one) for one in given[start : start + MOST_TAKEN]]
        yield edit(settings, "take", {"topic": topic, "labels": part})
