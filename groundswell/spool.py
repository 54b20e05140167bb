"""Batches on their way to the database: immutable Parquet files, written once, renamed into place.

One file holds posts with their scores, matches and tokens as rows, and coverage, deletions,
rejects and the next cursor as JSON in the Parquet key-value metadata: one rename is atomic.
"""

import base64
import errno
import hashlib
import json
import os
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from groundswell.coverage import Coverage
from groundswell.errors import BatchUnreadable, HomeError, HomeFull
from groundswell.post import Deletion, Post, Rejected, is_skewed, posted_at
from groundswell.scoring.score import Reading

FORMAT = 1
META = b"groundswell"
STALE_TMP_S = 3600.0

_UTC = pa.timestamp("us", tz="UTC")
_TEXTS = pa.list_(pa.string())
_MATCH = pa.struct([("topic", pa.string()), ("query", pa.string()), ("route", pa.string())])
_SCORE = pa.struct(
    [
        ("model", pa.string()),
        ("version", pa.string()),
        ("target", pa.string()),
        ("label", pa.string()),
        ("value", pa.float64()),
        ("confidence", pa.float64()),
        ("reason", pa.string()),
    ]
)
_KINDS: dict[str, pa.DataType] = {
    "first_seen_at": _UTC,
    "created_at": _UTC,
    "indexed_at": _UTC,
    "edited_at": _UTC,
    "text_truncated": pa.bool_(),
    "links": _TEXTS,
    "tags": _TEXTS,
    "mentions": _TEXTS,
    "labels": _TEXTS,
    "likes": pa.int64(),
    "reposts": pa.int64(),
    "replies": pa.int64(),
    "quotes": pa.int64(),
    "raw": pa.binary(),
}
SCHEMA = pa.schema(
    [
        *((f.name, _KINDS.get(f.name, pa.string())) for f in fields(Post)),
        ("posted_at", _UTC),
        ("skewed", pa.bool_()),
        ("lang", pa.string()),
        ("lang_confidence", pa.float64()),
        ("tokens", _TEXTS),
        ("matches", pa.list_(_MATCH)),
        ("scores", pa.list_(_SCORE)),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which topic and which version of its query a post fits, and the route that found it."""

    topic: str
    query: str
    route: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredPost:
    """A post with all that is known of it before it is stored."""

    post: Post
    reading: Reading
    tokens: tuple[str, ...]
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A coverage window and the server it speaks of (None where a source has only one)."""

    window: Coverage
    instance: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """All that must enter the database together. ``posts`` may be empty: "nothing there" is a
    finding. ``cursor_from`` is the cursor the run started this batch at, ``cursor_to`` the next."""

    source: str
    topic: str
    route: str
    run_id: str
    seq: int  # 0, 1, 2 … within the run
    written_at: datetime
    cursor_from: str | None = None
    cursor_to: str | None = None
    posts: Sequence[ScoredPost] = ()
    deletions: Sequence[Deletion] = ()
    rejected: Sequence[Rejected] = ()
    coverage: Sequence[Covered] = ()
    pages: int = 0
    dropped: int = 0  # items the local matcher left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A batch without its posts: what the file's metadata says. ``batch_id`` names its content."""

    batch_id: str
    source: str
    topic: str
    route: str
    run_id: str
    seq: int
    written_at: datetime
    cursor_from: str | None
    cursor_to: str | None
    pages: int
    dropped: int
    deletions: tuple[Deletion, ...]
    rejected: tuple[Rejected, ...]
    coverage: tuple[Covered, ...]


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
                _write_durably(_table(batch), temporary)
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


def read_envelope(path: Path) -> Envelope:
    """What a batch file says of itself. Raises ``BatchUnreadable`` with the reason."""
    try:
        metadata = pq.read_metadata(path).metadata or {}
        said = json.loads(metadata[META])
    except (OSError, pa.ArrowException, KeyError, ValueError) as error:
        raise BatchUnreadable(f"{path.name} is not a batch: {error}") from error
    if said.get("format") != FORMAT:
        raise BatchUnreadable(f"{path.name} has format {said.get('format')}, not {FORMAT}.")
    try:
        return _envelope(said, path.stem)
    except (KeyError, TypeError, ValueError) as error:
        raise BatchUnreadable(f"{path.name} has damaged metadata: {error!r}") from error


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


def _table(batch: Batch) -> pa.Table:
    rows = [_row(scored) for scored in batch.posts]
    meta = {META: json.dumps(_metadata(batch), ensure_ascii=True).encode()}
    return pa.Table.from_pylist(rows, schema=SCHEMA).replace_schema_metadata(meta)


def _row(scored: ScoredPost) -> dict[str, Any]:
    post, reading = scored.post, scored.reading
    row: dict[str, Any] = {f.name: getattr(post, f.name) for f in fields(Post)}
    row |= {"posted_at": posted_at(post), "skewed": is_skewed(post)}
    row |= {"lang": reading.lang, "lang_confidence": reading.lang_confidence}
    row |= {"tokens": scored.tokens, "matches": [asdict(m) for m in scored.matches]}
    row["scores"] = [asdict(score) for score in reading.scores]
    return row


def _metadata(batch: Batch) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "source": batch.source,
        "topic": batch.topic,
        "route": batch.route,
        "run_id": batch.run_id,
        "seq": batch.seq,
        "written_at": batch.written_at.isoformat(),
        "cursor_from": batch.cursor_from,
        "cursor_to": batch.cursor_to,
        "pages": batch.pages,
        "dropped": batch.dropped,
        "deletions": [_jsonable(asdict(d)) for d in batch.deletions],
        "rejected": [_jsonable(asdict(r)) for r in batch.rejected],
        "coverage": [
            {"instance": c.instance, **_jsonable(asdict(c.window))} for c in batch.coverage
        ],
    }


def _jsonable(values: dict[str, Any]) -> dict[str, Any]:
    return {key: _plain(value) for key, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value


def _envelope(said: dict[str, Any], batch_id: str) -> Envelope:
    same = ("source", "topic", "route", "run_id", "seq", "cursor_from", "cursor_to")
    counts = ("pages", "dropped")
    deletions = tuple(Deletion(**_timed(d, "seen_at")) for d in said["deletions"])
    rejected = tuple(
        Rejected(**{**_timed(r, "seen_at"), "raw": base64.b64decode(r["raw"])})
        for r in said["rejected"]
    )
    coverage = tuple(_covered(c) for c in said["coverage"])
    return Envelope(
        batch_id=batch_id,
        written_at=datetime.fromisoformat(said["written_at"]),
        deletions=deletions,
        rejected=rejected,
        coverage=coverage,
        **{key: said[key] for key in (*same, *counts)},
    )


def _covered(said: dict[str, Any]) -> Covered:
    window = {key: value for key, value in said.items() if key != "instance"}
    return Covered(window=Coverage(**_timed(window, "start", "end")), instance=said["instance"])


def _timed(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return values | {name: datetime.fromisoformat(values[name]) for name in names}


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
