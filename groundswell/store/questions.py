"""What can be asked of the database: one function a question, each a named SQL file."""

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from groundswell.coverage import Coverage
from groundswell.spool import Covered
from groundswell.store.sql import question


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteState:
    """What the last absorbed batch of a route left: ``cursor`` (None: start anew) and all windows
    known, in order of time."""

    cursor: str | None
    covered: tuple[Covered, ...]


def route_state(cur: DuckDBPyConnection, topic: str, source: str, route: str) -> RouteState:
    """Where the next run of ``source`` for ``topic`` on ``route`` goes on."""
    place = {"source": source, "topic": topic, "route": route}
    stored = cur.execute(question("cursor"), place).fetchall()
    covered = [
        Covered(
            instance=instance,
            window=Coverage(
                start=start, end=end, status=status, reason=reason, found=found, dropped=dropped
            ),
        )
        for instance, start, end, status, reason, found, dropped in cur.execute(
            question("route_coverage"), place
        ).fetchall()
    ]
    return RouteState(cursor=stored[0][0] if stored else None, covered=tuple(covered))
