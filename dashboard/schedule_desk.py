"""Where pages and routes of this process read and edit the schedule, beside the database."""

from typing import Any

from groundswell.errors import StoreError, WrongUse
from groundswell.schedule import paces
from groundswell.schedule.keeper import keeper
from groundswell.store import schedule_records
from groundswell.store.owner import Owner
from groundswell.store.schedule_records import Board, Record, Said

READ_LIMIT_S = 5.0


def board(owner: Owner) -> Board:
    """How each job stands; ``runs`` says whether this process runs them, ``troubles`` why not."""
    with owner.read(READ_LIMIT_S) as cursor:
        said = schedule_records.board(cursor)
    running = keeper()
    return said | {
        "runs": running is not None,
        "troubles": running.troubles if running is not None else [],
    }


def missing(board: Board, topic: str) -> list[Record]:
    """Second looks that the terms of sources ask for and nobody has scheduled for ``topic``:
    ``source, every_s, recheck_every_s, paid``. Empty while this process does not know, or runs
    none."""
    running = keeper()
    known = running.paces.known() if running is not None else {}
    return paces.missing(known, board["jobs"], topic)


def edit(owner: Owner, verb: str, said: Said) -> Record:
    """Adds, removes, pauses or resumes a job, and lets the schedule look at once. Raises
    ``WrongUse``."""
    done = owner.write(lambda con: schedule_records.edit(con, verb, said))
    running = keeper()
    if running is not None:
        running.wake()
    return done


def run_now(name: Any) -> Record:
    """Starts a job at once; ``{pid}``. Raises ``WrongUse``, ``HomeIsOwned`` when it runs already,
    and ``StoreError`` when this process runs no schedule."""
    if not isinstance(name, str):
        raise WrongUse("name is missing.")
    running = keeper()
    if running is None:
        raise StoreError("This server runs no schedule. Start it without --no-schedule.")
    return {"pid": running.run_now(name).pid}
