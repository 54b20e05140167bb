"""How a command gets at the home's data: the database when it is free, else the owner's routes."""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import httpx

from groundswell.coverage import Coverage
from groundswell.errors import HomeError, HomeIsOwned, StoreError, WrongUse
from groundswell.settings import Settings
from groundswell.source import Stored
from groundswell.spool import Covered, Spool
from groundswell.store import (
    copies,
    drafts,
    export,
    quarantine,
    questions,
    rechecks,
    schedule_records,
    status,
    stored,
)
from groundswell.store.copies import GroupingState
from groundswell.store.filters import Filters
from groundswell.store.owner import OwnerCard, open_briefly, served_by
from groundswell.store.purge import Wish
from groundswell.store.purge import count as purge_count
from groundswell.store.quarantine import Kept, Wanted
from groundswell.store.questions import RouteState
from groundswell.store.reading import Cursor
from groundswell.store.rechecks import Asked
from groundswell.store.schedule_records import Record
from groundswell.store.stored import StoredPost

__all__ = [
    "Asked",
    "GroupingState",
    "Kept",
    "RouteState",
    "StoredPost",
    "Wanted",
    "Wish",
    "absorb",
    "due_rechecks",
    "grouping_state",
    "purge",
    "route_states",
    "save_csv",
    "set_aside",
    "sources_status",
    "stored_posts",
    "texts_of",
    "to_purge",
    "writable",
]

ASK_LIMIT_S = 5.0
PAGE_LIMIT_S = 30.0
ASK_URIS = 100  # in one address: servers take 64 kB of it
POLL_S = 0.1
EXPORT_LIMIT_S = 300.0
PURGE_LIMIT_S = 900.0  # writing ten million posts anew takes minutes
Answer = TypeVar("Answer")
Asking: TypeAlias = Callable[[str, Mapping[str, Any]], httpx.Response]


def absorb(settings: Settings, *, patience_s: float = 0.0) -> bool:
    """Takes what waits in the spool into the database. When another process owns that, it will:
    False if it has not within ``patience_s``."""
    spool = Spool(settings.home, limit_bytes=settings.spool_limit_bytes)
    due = set(spool.waiting())
    try:
        with open_briefly(settings.home, settings):
            return True
    except HomeIsOwned:
        return _gone(due, spool, patience_s)


def route_states(settings: Settings, routes: Sequence[tuple[str, str, str]]) -> list[RouteState]:
    """What is covered for each (topic, source, route), and where each goes on."""

    def from_owner(ask: Asking) -> list[RouteState]:
        names = ("topic", "source", "route")
        asked = [ask("/api/state", dict(zip(names, route, strict=True))) for route in routes]
        return [_route_state(answer.json()) for answer in asked]

    return _either(
        settings, lambda cur: [questions.route_state(cur, *route) for route in routes], from_owner
    )


def sources_status(settings: Settings, topic: str | None = None) -> list[status.Record]:
    """One record per topic and source; see ``groundswell.store.status``."""

    def from_owner(ask: Asking) -> list[status.Record]:
        rows: list[status.Record] = ask("/api/status", {"topic": topic} if topic else {}).json()
        return rows

    return _either(settings, lambda cur: status.records(cur, topic), from_owner)


def stored_posts(settings: Settings, topic: str) -> Iterator[list[StoredPost]]:
    """All posts of ``topic`` whose text is kept, newest first, some thousand at a time. Between
    two pages the home is free for others."""
    place: str | None = None
    while True:
        page = _stored_page(settings, topic, place)
        yield [stored.stored_post(record) for record in page["posts"]]
        place = page["next"]
        if place is None:
            return


def texts_of(settings: Settings, source: str, uris: Sequence[str]) -> dict[str, str]:
    """The texts of stored posts of ``source`` by uri; see ``groundswell.store.stored``."""

    def from_owner(ask: Asking) -> dict[str, str]:
        texts: dict[str, str] = {}
        for start in range(0, len(uris), ASK_URIS):
            some = list(uris[start : start + ASK_URIS])
            texts |= ask("/api/texts", {"source": source, "uri": some}).json()
        return texts

    return _either(
        settings, lambda cur: stored.texts_of(cur, source, uris), from_owner, PAGE_LIMIT_S
    )


def grouping_state(settings: Settings, topic: str) -> GroupingState:
    """Whether the copies of ``topic`` are grouped; see ``groundswell.store.copies``."""

    def from_owner(ask: Asking) -> GroupingState:
        said = ask("/api/copies", {"topic": topic}).json()
        at = said["grouped_at"]
        return GroupingState(**said | {"grouped_at": at and datetime.fromisoformat(at)})

    return _either(settings, lambda cur: copies.state(cur, topic), from_owner, PAGE_LIMIT_S)


def schedule(settings: Settings) -> schedule_records.Board:
    """How each job stands, and whether somebody runs them; see ``schedule_records``."""

    def from_owner(ask: Asking) -> schedule_records.Board:
        said: schedule_records.Board = ask("/api/schedule", {}).json()
        return said

    return _either(settings, schedule_records.board, from_owner)


def edit_schedule(settings: Settings, verb: str, said: schedule_records.Said) -> Record:
    """Adds, removes, pauses or resumes a job; the job as it is then. ``said`` as the edits of
    ``schedule_records`` take it. Raises ``WrongUse``."""
    card = served_by(settings.home)
    if card is not None:
        return order(card, f"/api/schedule/{verb}", said)
    with open_briefly(settings.home, settings) as visit:
        return visit.write(lambda con: schedule_records.edit(con, verb, said))


def order(
    card: OwnerCard,
    path: str,
    said: Mapping[str, Any],
    *,
    look: str = "groundswell schedule list",
    limit_s: float = ASK_LIMIT_S,
) -> Record:
    """Tells the owner to do something; what it answers within ``limit_s`` seconds. Never told
    twice: who does not answer may have done it, which the command ``look`` shows. Raises
    ``WrongUse`` and ``StoreError``."""
    try:
        answer: Record = _sent(card, "POST", path, limit_s, json=dict(said)).json()
    except httpx.TransportError as error:
        raise StoreError(
            f"The dashboard at {card.url} does not answer ({error}). See with `{look}` whether it "
            "was done."
        ) from error
    return answer


def to_purge(settings: Settings, wish: Wish) -> int:
    """How many stored posts ``wish`` would take away."""

    def from_owner(ask: Asking) -> int:
        return int(ask("/api/purge", _told_wish(wish)).json()["posts"])

    return _either(settings, lambda cur: purge_count(cur, wish), from_owner, PAGE_LIMIT_S)


def purge(settings: Settings, wish: Wish) -> int:
    """Deletes for good what ``wish`` names and writes the database file anew; how many posts went.
    Raises ``HomeFull`` when there is no room for that, and what asking an owner raises."""
    card = served_by(settings.home)
    if card is not None:
        try:
            said = _sent(card, "POST", "/api/purge", PURGE_LIMIT_S, json=_told_wish(wish))
        except httpx.TransportError as error:
            raise StoreError(
                f"The dashboard at {card.url} does not answer ({error}). Run the same command "
                "again: what is deleted already counts as 0 posts."
            ) from error
        return int(said.json()["posts"])
    with open_briefly(settings.home, settings) as visit:
        return visit.purge(wish).posts


def due_rechecks(settings: Settings, asked: Asked) -> Iterator[list[Stored]]:
    """Stored posts to be asked for again, page by page; see ``groundswell.store.rechecks``. Between
    two pages the home is free for others."""
    while True:
        page = _recheck_page(settings, asked)
        yield [rechecks.stored_of(record) for record in page["posts"]]
        if page["next"] is None:
            return
        asked = replace(asked, after=page["next"])


def set_aside(settings: Settings, wanted: Wanted) -> Iterator[list[Kept]]:
    """Items that wait in quarantine, page by page. Between two pages the home is free for
    others."""
    while True:
        page = _quarantine_page(settings, wanted)
        yield [quarantine.kept_of(record) for record in page["items"]]
        if page["next"] is None:
            return
        wanted = replace(wanted, after=page["next"])


def save_csv(settings: Settings, name: str, filters: Filters, path: Path) -> None:
    """Writes one of ``export.WRITERS`` for ``filters`` as CSV to ``path``, whole or not at all."""
    write = export.WRITERS[name]

    def from_owner(ask: Asking) -> None:
        answer = ask(f"/api/{filters.topic}/{name}.csv", query_of(filters))
        draft.parent.mkdir(exist_ok=True)
        draft.write_bytes(answer.content)

    with writable(path.parent), drafts.draft(settings.home) as draft:
        path.parent.mkdir(parents=True, exist_ok=True)
        _either(settings, lambda cur: write(cur, filters, draft), from_owner, EXPORT_LIMIT_S)
        shutil.move(draft, path)


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Turns a refusal of the file system to write in ``folder`` into a line for people."""
    try:
        yield
    except OSError as error:
        raise HomeError(
            f"{folder} cannot be written ({error.strerror}). Check its owner, rights and space, "
            "or give another folder."
        ) from error


def _told_wish(wish: Wish) -> dict[str, str]:
    said = {name: value for name, value in asdict(wish).items() if value is not None}
    return {name: v.isoformat() if isinstance(v, datetime) else v for name, v in said.items()}


def _recheck_page(settings: Settings, asked: Asked) -> dict[str, Any]:
    def from_owner(ask: Asking) -> dict[str, Any]:
        said = {name: value for name, value in asdict(asked).items() if value is not None}
        page: dict[str, Any] = ask(
            "/api/rechecks", said | {"before": asked.before.isoformat()}
        ).json()
        return page

    return _either(
        settings,
        lambda cur: rechecks.page(cur, settings.home, asked),
        from_owner,
        PAGE_LIMIT_S,
    )


def _quarantine_page(settings: Settings, wanted: Wanted) -> dict[str, Any]:
    def from_owner(ask: Asking) -> dict[str, Any]:
        said = {"topic": wanted.topic, "source": wanted.source, "after": wanted.after}
        asked = {name: value for name, value in said.items() if value is not None}
        page: dict[str, Any] = ask("/api/quarantine", asked | {"id": list(wanted.ids or ())}).json()
        return page

    return _either(settings, lambda cur: quarantine.page(cur, wanted), from_owner, PAGE_LIMIT_S)


def _gone(due: set[Path], spool: Spool, patience_s: float) -> bool:
    """Whether none of the files ``due`` waits any more: a batch goes once it is stored."""
    end_s = time.monotonic() + patience_s
    while not due.isdisjoint(spool.waiting()):
        if time.monotonic() >= end_s:
            return False
        time.sleep(POLL_S)
    return True


def _stored_page(settings: Settings, topic: str, before: str | None) -> dict[str, Any]:
    def from_owner(ask: Asking) -> dict[str, Any]:
        asked = {"topic": topic} | ({"before": before} if before else {})
        page: dict[str, Any] = ask("/api/stored", asked).json()
        return page

    return _either(settings, lambda cur: stored.page(cur, topic, before), from_owner, PAGE_LIMIT_S)


def _either(
    settings: Settings,
    from_database: Callable[[Cursor], Answer],
    from_owner: Callable[[Asking], Answer],
    limit_s: float = ASK_LIMIT_S,
) -> Answer:
    """The answer of the database if nobody owns it, else of its owner. Asked twice: the owner may
    start, stop or start anew between the look at its card and the question."""
    try:
        return _once(settings, from_database, from_owner, limit_s)
    except (HomeIsOwned, StoreError, httpx.TransportError):
        pass
    try:
        return _once(settings, from_database, from_owner, limit_s)
    except httpx.TransportError as error:
        raise StoreError(
            f"The dashboard that owns {settings.home} does not answer ({error}). "
            "Look at its terminal, or stop it and run the command again."
        ) from error


either = _either  # for rooms that ask more than this one has names for


def _once(
    settings: Settings,
    from_database: Callable[[Cursor], Answer],
    from_owner: Callable[[Asking], Answer],
    limit_s: float,
) -> Answer:
    card = served_by(settings.home)
    if card is not None:
        return from_owner(_asking(card, limit_s))
    with open_briefly(settings.home, settings) as visit, visit.read(limit_s) as cursor:
        return from_database(cursor)


def _asking(card: OwnerCard, limit_s: float) -> Asking:
    return lambda path, params: _sent(card, "GET", path, limit_s, params=params)


def _sent(
    card: OwnerCard, method: str, path: str, limit_s: float, **what: Mapping[str, Any]
) -> httpx.Response:
    with httpx.Client(timeout=limit_s, trust_env=False) as client:
        token = {"Authorization": f"Bearer {card.token}"}
        answer = client.request(method, card.url + path, headers=token, **what)  # type: ignore[arg-type]  # params or json
    if answer.status_code == httpx.codes.OK:
        return answer
    said = answer.json().get("error", "") if "json" in _kind(answer) else answer.text[:200]
    wrong = answer.status_code == httpx.codes.BAD_REQUEST
    raise WrongUse(said) if wrong else StoreError(f"{card.url} refused: {said}")


def _kind(answer: httpx.Response) -> str:
    return str(answer.headers.get("content-type", ""))


def query_of(filters: Filters) -> dict[str, Any]:
    """Filters as the owner's routes take them."""
    query = {
        "since": filters.since and filters.since.isoformat(),
        "until": filters.until and filters.until.isoformat(),
        "source": list(filters.sources),
        "lang": list(filters.langs),
        "sentiment": list(filters.sentiments),
        "target": filters.target,
        "stance": list(filters.stances),
        "keyword": filters.keyword,
        "narrative": filters.narrative,
        "author": filters.author,
        "originals": "true" if filters.originals else None,
    }
    return {name: value for name, value in query.items() if value}


def _route_state(said: dict[str, Any]) -> RouteState:
    covered = tuple(
        Covered(window=_window(entry["window"]), instance=entry["instance"])
        for entry in said["covered"]
    )
    return RouteState(cursor=said["cursor"], covered=covered)


def _window(said: dict[str, Any]) -> Coverage:
    times = {name: datetime.fromisoformat(said[name]) for name in ("start", "end")}
    return Coverage(**(said | times))
