"""Keeps raw items, compressed, in files apart from the database: cold, and cut when posts go."""

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from duckdb import DuckDBPyConnection

from groundswell.spool import sync_folder
from groundswell.store.ledger import next_group_no
from groundswell.store.sql import question, step
from groundswell.store.transaction import transaction
from groundswell.store.trouble import home_errors

_COLUMNS = ["source", "uri", "first_seen_at", "raw", "withheld"]
_NAMES = ["source", "uri", "fetched_at", "raw"]
_PER_FOLDER = 1000
SMALL_BYTES = 1_000_000
MERGED_FILES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class RawItem:
    """An item as it was received at ``fetched_at`` (UTC). ``raw`` is hostile."""

    fetched_at: datetime
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    """A file of raw items that was written and is not registered yet."""

    file_no: int
    items: int
    bytes: int


def write(
    home: Path,
    file_no: int,
    batches: Iterable[Path],
    left_out: Collection[tuple[str, str, datetime]],
    cutoffs: Mapping[str, datetime],
) -> RawFile | None:
    """Copies the raw items of ``batches`` into file ``file_no``, durably; None when there are
    none. Withheld posts, the sightings of ``left_out`` (source, uri, when) and those before the
    cutoff of their source are not copied. The same number again overwrites. Raises ``HomeFull``
    and ``HomeError``.
    """
    kept = [_kept(pq.read_table(path, columns=_COLUMNS), left_out, cutoffs) for path in batches]
    table = pa.concat_tables(kept) if kept else None
    if table is None or table.num_rows == 0:
        return None
    path = _path(home, file_no)
    _write(home, table, path)
    return RawFile(file_no=file_no, items=table.num_rows, bytes=path.stat().st_size)


def register(con: DuckDBPyConnection, file: RawFile) -> None:
    """Makes the file known, in the caller's transaction."""
    numbers = {"file_no": file.file_no, "items": file.items, "bytes": file.bytes}
    con.execute(step("add_raw_file"), numbers)
    con.execute(step("add_raw_items"), {"file_no": file.file_no})


def cut(con: DuckDBPyConnection, home: Path) -> int:
    """Cuts out of the files what was deleted from the database; how many files were written anew.

    Safe to repeat: what a kill left undone is done by the next call.
    """
    due: dict[int, list[tuple[str, str]]] = {}
    for file_no, source, uri in con.execute(question("raw_erasures")).fetchall():
        due.setdefault(file_no, []).append((source, uri))
    for file_no, gone in due.items():
        _cut_one(con, home, file_no, gone)
    return len(due)


def merge(con: DuckDBPyConnection, home: Path) -> int:
    """Makes one file of the oldest ``MERGED_FILES`` small ones, once there are so many (a live
    stream leaves one every few seconds); how many it took. A kill on the way leaves both or either,
    and ``sweep`` removes what is not registered."""
    asked = {"bytes": SMALL_BYTES, "files": MERGED_FILES}
    small = con.execute(question("small_raw_files"), asked).fetchall()
    if len(small) < MERGED_FILES:
        return 0
    old = [file_no for file_no, _ in small]
    with transaction(con):
        new = next_group_no(con)
        path = _path(home, new)
        _write(home, pa.concat_tables(pq.read_table(_path(home, number)) for number in old), path)
        con.execute(step("move_raw_items"), {"old": old, "new": new})
        con.execute(step("drop_raw_files"), {"old": old})
        numbers = {"items": sum(items for _, items in small), "bytes": path.stat().st_size}
        con.execute(step("add_raw_file"), numbers | {"file_no": new})
    for number in old:
        _path(home, number).unlink(missing_ok=True)
    return len(old)


def sweep(con: DuckDBPyConnection, home: Path) -> int:
    """Removes files that no transaction ever registered (the owner was killed before its commit);
    how many."""
    known = {_path(home, number) for (number,) in con.execute(question("raw_files")).fetchall()}
    orphans = [path for path in (home / "raw").glob("*/*") if path not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def read(cur: DuckDBPyConnection, home: Path, source: str, uri: str) -> list[RawItem]:
    """Everything received of one post, in order of time; empty when it is gone or came without."""
    numbers = cur.execute(question("raw_files_of_post"), {"source": source, "uri": uri}).fetchall()
    wanted = (pc.field("source") == source) & (pc.field("uri") == uri)
    items = [
        RawItem(fetched_at=row["fetched_at"], raw=row["raw"])
        for (number,) in numbers
        for row in pq.read_table(_path(home, number), filters=wanted).to_pylist()
    ]
    return sorted(items, key=lambda item: item.fetched_at)


def latest(home: Path, source: str, files: Mapping[str, int]) -> dict[str, bytes]:
    """The raw item received last of each uri of ``files`` (uri to the number of the file it lies
    in); none for those whose file went meanwhile."""
    newest: dict[str, RawItem] = {}
    for number in set(files.values()):
        path = _path(home, number)
        uris = [uri for uri, own in files.items() if own == number]
        wanted = (pc.field("source") == source) & pc.field("uri").isin(uris)
        for row in pq.read_table(path, filters=wanted).to_pylist() if path.exists() else []:
            item = RawItem(fetched_at=row["fetched_at"], raw=row["raw"])
            known = newest.get(row["uri"])
            if known is None or known.fetched_at <= item.fetched_at:
                newest[row["uri"]] = item
    return {uri: item.raw for uri, item in newest.items()}


def _kept(
    table: pa.Table,
    left_out: Collection[tuple[str, str, datetime]],
    cutoffs: Mapping[str, datetime],
) -> pa.Table:
    shown = pc.is_null(pc.field("withheld")) & (pc.field("raw") != pa.scalar(b""))
    for source, cutoff in cutoffs.items():
        late = pc.field("first_seen_at") >= pa.scalar(cutoff, pa.timestamp("us", tz="UTC"))
        shown = shown & ((pc.field("source") != source) | late)
    table = table.filter(shown).drop_columns(["withheld"]).rename_columns(_NAMES)
    return _without(table, left_out, _NAMES[:3]) if left_out else table


def _without(
    table: pa.Table, gone: Collection[tuple[Any, ...]], names: Sequence[str] = _NAMES[:2]
) -> pa.Table:
    named = set(gone)
    keys = zip(*(table[name].to_pylist() for name in names), strict=True)
    return table.filter(pa.array([key not in named for key in keys], pa.bool_()))


def _cut_one(
    con: DuckDBPyConnection, home: Path, file_no: int, gone: Sequence[tuple[str, str]]
) -> None:
    path = _path(home, file_no)
    if path.exists():
        table = _without(pq.read_table(path), gone)
        if table.num_rows:
            _write(home, table, path)
        else:
            path.unlink()
            con.execute(step("drop_raw_file"), {"file_no": file_no})
    con.execute(step("drop_raw_erasures"), {"file_no": file_no})


def _write(home: Path, table: pa.Table, path: Path) -> None:
    with home_errors(home):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".tmp.{path.name}")
        try:
            with temporary.open("wb") as file:
                pq.write_table(table, file, compression="zstd")
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(path.parent)


def _path(home: Path, file_no: int) -> Path:
    return home / "raw" / f"{file_no // _PER_FOLDER:06d}" / f"{file_no:09d}.parquet"
