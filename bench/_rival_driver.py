"""Runs the rival in its own environment: ``collect DB URL QUERY…`` or ``store DB ROWS``."""

import json
import os
import sys
import time
from datetime import UTC, datetime

from obsei.core.context import Context
from obsei.core.record import Record, SourceRef
from obsei.pipeline import Pipeline, SourceSpec, run
from obsei.sources.bluesky import BlueskyConfig, BlueskySource
from obsei.store import Store


def collect(path: str, url: str, *queries: str) -> dict[str, object]:
    """One run of its own pipeline over its own source with its default settings."""
    os.environ |= {"RIVAL_HANDLE": "bench.example", "RIVAL_PASSWORD": "bench"}
    context = Context(salt=b"bench" * 4)
    config = {"service": url, "handle_env": "RIVAL_HANDLE", "app_password_env": "RIVAL_PASSWORD"}
    sources = [
        SourceSpec(query, BlueskySource(BlueskyConfig(query=query, **config), context))
        for query in queries
    ]
    with Store(path, allow_unencrypted=True, install_extensions=False) as store:
        report = run(Pipeline("bench", sources, allow_unredacted=True), store)
        records = list(store.iter_records())
    return {
        "rows": len(records),
        "posts": len({record.source.native_id for record in records}),
        "errors": report.errors,
    }


def store(path: str, rows: str) -> dict[str, object]:
    """Rows a second of one call of its own store, the way it is fastest."""
    now = datetime.now(UTC)
    records = [
        Record(
            source=SourceRef(type="bluesky", instance="bench", native_id=f"at://bench/{n}"),
            text=f"OpenAI and DeepSeek, invented post number {n}",
            created_at=now,
        )
        for n in range(int(rows))
    ]
    with Store(path, allow_unencrypted=True, install_extensions=False) as opened:
        began_s = time.perf_counter()
        opened.upsert(records)
        return {"rows_per_s": len(records) / (time.perf_counter() - began_s)}


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    print(json.dumps(collect(*arguments) if what == "collect" else store(*arguments)))
