"""Which stored posts are to be asked for again, and when that was done last."""

from duckdb import DuckDBPyConnection

from groundswell.spool import Envelope
from groundswell.store.sql import step


def check_off(con: DuckDBPyConnection, envelope: Envelope) -> None:
    """Notes that the posts of ``envelope.checked`` were asked for, whatever came of it."""
    if envelope.checked:
        asked = {"uris": list(envelope.checked), "at": envelope.written_at}
        con.execute(step("add_checks"), {"source": envelope.source} | asked)
