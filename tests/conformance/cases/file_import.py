"""A small world for imported files in which the contract is tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from collectors.file_import import FileImport
from groundswell.settings import Settings
from tests.collectors.asks import ask, topic
from tests.collectors.file_import.files import write_csv
from tests.conformance.case import HOSTILE, Case, changed


@contextmanager
def case(folder: Path) -> Iterator[Case]:
    rows = [
        {"id": "1", "created_at": "2025-01-28T10:00:00+01:00", "text": "OpenAI", "likes": "3"},
        {"id": "2", "created_at": "2025-01-28T12:00:00Z", "text": HOSTILE, "likes": ""},
        {"id": "3", "created_at": "28 of January", "text": "OpenAI", "likes": "0"},
    ]
    path = write_csv(folder, rows)

    def grow(count: int, since: datetime) -> list[str]:
        first = len(rows) + 1
        rows.extend(
            {
                "id": str(first + n),
                "created_at": (since + timedelta(seconds=n)).isoformat(),
                "text": f"OpenAI, take {first + n}",
                "likes": "1",
            }
            for n in range(count)
        )
        write_csv(folder, rows)
        return [str(first + n) for n in range(count)]

    yield Case(
        make=lambda http: FileImport(Settings(), http, files=[path]),
        wanted=ask(topic("openai")),
        settings=Settings(),
        items=3,
        rejects=1,
        grow=grow,
        mend=lambda raw: changed(raw, "created_at", to="2025-01-28T13:00:00Z"),
    )
