"""Which posts people looked at and found to be of the topic, or not: the measure for its query."""

from typing import Any

from duckdb import DuckDBPyConnection

from groundswell.store.rows import records
from groundswell.store.sql import question


def labels(cur: DuckDBPyConnection, topic: str, target: str) -> list[dict[str, Any]]:
    """``source, uri, on_topic, weight``: one record per post drawn for ``target`` that labellers
    agree on, and how many posts it stands for. Unclear ones and skips are left out."""
    sql = question("topic_labels", votes="votes", weights="weights")
    return records(cur.execute(sql, {"topic": topic, "target": target}))
