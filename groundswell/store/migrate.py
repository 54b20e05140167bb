"""Brings a database to the newest shape: numbered SQL, each run once, with a ledger."""

from duckdb import DuckDBPyConnection

from groundswell.errors import DatabaseTooNew
from groundswell.store.sql import migrations, question, step
from groundswell.store.transaction import transaction


def migrate(con: DuckDBPyConnection) -> list[int]:
    """Runs what is missing, each in its own transaction; the numbers run now.

    Raises ``DatabaseTooNew`` when the ledger holds a number this version does not know: then
    nothing was changed.
    """
    con.execute(step("create_ledger"))
    done = {number for (number,) in con.execute(question("migrations_done")).fetchall()}
    known = migrations()
    _refuse_newer(max(done, default=0), max(number for number, _, _ in known))
    missing = [(number, name, text) for number, name, text in known if number not in done]
    for number, name, text in missing:
        with transaction(con):
            con.execute(text)
            con.execute(step("enter_migration"), {"number": number, "name": name})
    return [number for number, _, _ in missing]


def _refuse_newer(found: int, known: int) -> None:
    if found > known:
        raise DatabaseTooNew(
            f"The database has shape {found}; this Groundswell knows {known}. "
            "Install the version that made it, or use another --home. Nothing was changed."
        )
