"""CSV files on their way out of a home: where they are written, and what killed processes left."""

import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STALE_S = 3600.0  # no export takes that long: its question is stopped after five minutes
_DRAFT = re.compile(r"\.[0-9a-f]{32}\.csv(\.part)?")


@contextmanager
def draft(home: Path) -> Iterator[Path]:
    """A hidden file in the home's ``exports``, where alone the database may write; it is gone
    afterwards, and so is the part that an export writes beside it."""
    path = home / "exports" / f".{uuid.uuid4().hex}.csv"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
        part_of(path).unlink(missing_ok=True)


def part_of(path: Path) -> Path:
    """Where the next piece of the CSV at ``path`` is written before it is added to it."""
    return path.with_name(f"{path.name}.part")


def sweep(home: Path, *, older_than_s: float = STALE_S) -> int:
    """Removes drafts that killed processes left more than an hour ago; how many."""
    stale = [path for path in (home / "exports").glob(".*") if _is_stale(path, older_than_s)]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)


def _is_stale(path: Path, older_than_s: float) -> bool:
    if not _DRAFT.fullmatch(path.name):
        return False
    try:
        return time.time() - path.stat().st_mtime > older_than_s
    except FileNotFoundError:  # its process was faster
        return False
