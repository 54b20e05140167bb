"""Looks for a text in every file of a home: plain bytes, and the rows of compressed files."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def traces(home: Path, needle: str) -> list[str]:
    """Files under ``home`` that hold ``needle``, by name."""
    files = [path for path in home.rglob("*") if path.is_file()]
    return sorted(str(path.relative_to(home)) for path in files if _holds(path, needle))


def _holds(path: Path, needle: str) -> bool:
    try:
        if needle.encode() in path.read_bytes():
            return True
        table = pq.read_table(path)
    except (pa.ArrowException, OSError):  # no Parquet, or gone meanwhile
        return False
    said = str(table.to_pylist()) + str(table.schema.metadata)
    return needle in said
