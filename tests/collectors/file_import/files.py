"""Writes small files of invented posts and imports them, for the tests of file import."""

import asyncio
import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import orjson

from collectors.file_import import FileImport
from groundswell.post import Deletion, Item, Post, Rejected
from groundswell.settings import Settings
from groundswell.source import Ask, Page
from groundswell.topic import Topic

NOW = datetime(2025, 3, 3, 9, tzinfo=UTC)
SPAN = (datetime(2025, 1, 20, tzinfo=UTC), NOW)
TOPIC = cast(Topic, SimpleNamespace(slug="story"))  # a file import never looks at the topic

ROWS = [
    {"id": "a1", "created_at": "2025-01-29T10:00:00Z", "author": "sample-user-1", "text": "One"},
    {"id": "a2", "created_at": "2025-01-29T11:00:00Z", "author": "sample-user-2", "text": "Two"},
    {"id": "a3", "created_at": "2025-01-30T11:00:00Z", "author": "sample-user-1", "text": "Three"},
]


def csv_text(rows: Sequence[Mapping[str, Any]], *, delimiter: str = ",") -> str:
    """``rows`` as CSV with every field quoted and CR LF line ends, as our own export writes."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(
        out, list(rows[0]), delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n"
    )
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_csv(folder: Path, rows: Sequence[Mapping[str, Any]], name: str = "posts.csv") -> Path:
    """A UTF-8 CSV file of ``rows``."""
    return write(folder, name, csv_text(rows).encode())


def write_json_lines(folder: Path, rows: Iterable[Any], name: str = "posts.jsonl") -> Path:
    """A JSON Lines file of ``rows``."""
    return write(folder, name, b"".join(orjson.dumps(row) + b"\n" for row in rows))


def write(folder: Path, name: str, content: bytes) -> Path:
    """A file of exactly ``content``."""
    path = folder / name
    path.write_bytes(content)
    return path


def ask(**changes: Any) -> Ask:
    """A request at a fixed time for six weeks of 2025."""
    values: dict[str, Any] = {"topic": TOPIC, "span": SPAN, "now": NOW}
    return Ask(**(values | changes))


def importer(*files: Path, **options: Any) -> FileImport:
    """A file import with default settings."""
    return FileImport(Settings(), files=files, **options)


def pages_of(collector: FileImport, asked: Ask | None = None) -> list[Page]:
    """All pages, read to the end."""

    async def read() -> list[Page]:
        return [page async for page in collector.pages(asked or ask())]

    return asyncio.run(read())


def items_of(*files: Path, **options: Any) -> list[Item]:
    """Everything that importing ``files`` makes."""
    collector = importer(*files, **options)
    return [item for page in pages_of(collector) for item in collector.posts(page)]


def posts_of(*files: Path, **options: Any) -> list[Post]:
    """The posts alone; fails when anything was rejected."""
    items = items_of(*files, **options)
    assert not [item.reason for item in items if isinstance(item, Rejected)]
    return [item for item in items if isinstance(item, Post)]


def rejected_of(*files: Path, **options: Any) -> list[Rejected]:
    """The rejects alone."""
    return [item for item in items_of(*files, **options) if isinstance(item, Rejected)]


def deletions_of(*files: Path, **options: Any) -> list[Deletion]:
    """The deletions alone."""
    return [item for item in items_of(*files, **options) if isinstance(item, Deletion)]
