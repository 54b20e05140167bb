"""Batches on their way to the database: immutable files, written once, renamed into place."""

import errno
import hashlib
import json
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from groundswell.batch_file import (
    SCHEMA,
    Batch,
    Compared,
    Copy,
    Covered,
    Envelope,
    Match,
    Requeued,
    ScoredPost,
    read_envelope,
    table_of,
)
from groundswell.errors import BatchUnreadable, HomeError, HomeFull

# What is handed to the spool and taken out of it is named here too: nobody else needs the file.
__all__ = [
    "SCHEMA",
    "Batch",
    "Compared",
    "Copy",
    "Covered",
    "Envelope",
    "Match",
    "Requeued",
    "ScoredPost",
    "Spool",
    "read_envelope",
    "sync_folder",
]

STALE_TMP_S = 3600.0


class Spool:
    """The folder ``spool/`` of a home. Writers need nothing but this; readers take files in order.

    Raises ``HomeFull`` when the disk or the spool's limit is full, ``HomeError`` when read-only.
    """

    def __init__(self, home: Path, *, limit_bytes: int = 2 * 1024**3) -> None:
        self.folder = home / "spool"
        self.rejected = self.folder / "rejected"
        self._limit_bytes = limit_bytes

    def write(self, batch: Batch) -> Path:
        """Stores ``batch`` durably and returns its file. The same batch gives the same name."""
        with _told_apart(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._check_room()
            final = self.folder / f"{_file_stem(batch)}.parquet"
            temporary = self.folder / f".tmp.{os.getpid()}.{uuid.uuid4().hex}"
            try:
                _write_durably(table_of(batch), temporary)
                temporary.replace(final)
            finally:
                temporary.unlink(missing_ok=True)
            sync_folder(self.folder)
        return final

    def waiting(self) -> list[Path]:
        """Batch files not yet absorbed, in the order of writing (time, run, number)."""
        return sorted(self.folder.glob("*.parquet")) if self.folder.is_dir() else []

    def size_bytes(self) -> int:
        """Bytes in waiting batches."""
        return sum(_size(path) for path in self.waiting())

    def set_aside(self, path: Path, reason: str) -> Path:
        """Moves an unreadable file to ``rejected/`` with its reason beside it."""
        with _told_apart(self.rejected):
            self.rejected.mkdir(parents=True, exist_ok=True)
            target = self.rejected / path.name
            target.with_suffix(".reason.txt").write_text(reason + "\n", encoding="utf-8")
            path.replace(target)
        return target

    def aside(self) -> list[tuple[Path, str]]:
        """Files that were set aside, and why; a person should look at them."""
        files = sorted(self.rejected.glob("*.parquet")) if self.rejected.is_dir() else []
        return [(path, _reason_beside(path)) for path in files]

    def forget_aside(self, cutoff_of: Callable[[Envelope | None], datetime | None]) -> int:
        """Removes files that were set aside and were written before the time that ``cutoff_of``
        gives for their envelope (None where not even that can be read); how many."""
        gone = 0
        for path, _ in self.aside():
            cutoff = cutoff_of(_envelope_or_none(path))
            if cutoff is not None and _age_s(path) > time.time() - cutoff.timestamp():
                path.unlink(missing_ok=True)
                path.with_suffix(".reason.txt").unlink(missing_ok=True)
                gone += 1
        return gone

    def sweep(self, *, older_than_s: float = STALE_TMP_S) -> int:
        """Removes temporary files that crashed writers left more than an hour ago; how many."""
        stale = [p for p in self.folder.glob(".tmp.*") if _age_s(p) > older_than_s]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def _check_room(self) -> None:
        if self.size_bytes() >= self._limit_bytes:
            raise HomeFull(
                f"The spool {self.folder} holds {self._limit_bytes / 1e6:.0f} MB of batches that "
                "nobody absorbed. Start `groundswell serve` or `groundswell status`, then go on."
            )


def _envelope_or_none(path: Path) -> Envelope | None:
    try:
        return read_envelope(path)
    except BatchUnreadable:
        return None


def _reason_beside(path: Path) -> str:
    try:
        return path.with_suffix(".reason.txt").read_text(encoding="utf-8").strip()
    except FileNotFoundError:  # somebody tidied up
        return "no reason was kept"


def sync_folder(folder: Path) -> None:
    """Makes a rename in ``folder`` durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_durably(table: pa.Table, path: Path) -> None:
    with path.open("wb") as file:
        pq.write_table(table, file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())


def _file_stem(batch: Batch) -> str:
    """Sorts by time of writing, then number; ends in a hash so that a replay overwrites itself."""
    stamp = batch.written_at.strftime("%Y%m%dT%H%M%S%f")
    identity = json.dumps([batch.source, batch.topic, batch.route, batch.run_id, batch.seq])
    digest = hashlib.sha256(identity.encode()).hexdigest()[:16]
    return f"{stamp}-{batch.seq:06d}-{digest}"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # absorbed between listing and looking
        return 0


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


@contextmanager
def _told_apart(folder: Path) -> Iterator[None]:
    """Turns what the file system says into a line for people."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise HomeFull(
                f"No space left for {folder}. Free some, then run the command again: "
                "what was stored before is kept."
            ) from error
        raise HomeError(
            f"{folder} cannot be written ({error.strerror}). Check its owner and rights, or give "
            "another folder with --home."
        ) from error
