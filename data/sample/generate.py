"""Writes the synthetic sample, the same bytes every time: ``python generate.py [FOLDER]``."""

import csv
import gzip
import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus import Corpus
from finish import OUTAGE, deletions, finish
from places import Entry

WEEKS = (datetime(2025, 1, 20, tzinfo=UTC), datetime(2025, 3, 3, tzinfo=UTC))
TARGETS = ("OpenAI", "DeepSeek")


def main(folder: Path) -> None:
    """Writes ``posts.jsonl.gz``, ``truth.csv.gz`` and ``coverage.json`` into ``folder``."""
    corpus = Corpus()
    entries = finish(corpus.make(), corpus.places)
    rows = [*(entry.row for entry in entries), *deletions(entries)]
    _write(folder / "posts.jsonl.gz", "".join(_line(row) for row in rows))
    _write(folder / "truth.csv.gz", _truth(entries))
    coverage = json.dumps(_coverage(), indent=1, default=_plain)
    (folder / "coverage.json").write_text(coverage + "\n", encoding="utf-8")


def _coverage() -> list[dict[str, Any]]:
    """What collectors would have said of the six weeks: all was read but one outage."""
    windows = [
        ("bluesky", "search", WEEKS[0], OUTAGE[0], "complete", None),
        ("bluesky", "search", *OUTAGE, "gap", "synthetic: as if the collector had been off"),
        ("bluesky", "search", OUTAGE[1], WEEKS[1], "complete", None),
        ("hackernews", "search", *WEEKS, "complete", None),
        ("rss", "feed", *WEEKS, "complete", None),
    ]
    names = ("source", "route", "start", "end", "status", "reason")
    return [dict(zip(names, window, strict=True)) for window in windows]


def _line(row: dict[str, Any]) -> str:
    """One row as JSON. What is unknown is left out; ASCII, since one text is no valid Unicode."""
    known = {name: _plain(value) for name, value in row.items() if value is not None}
    return json.dumps(known, ensure_ascii=True, separators=(",", ":")) + "\n"


def _plain(value: Any) -> Any:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value


def _truth(entries: list[Entry]) -> str:
    """One line a post and target. Posts that may only be counted have no text to judge."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["source", "uri", "target", "stance", "irony", "kind", "lang"])
    for entry in entries:
        if len(entry.row["labels"]) > 1:
            continue
        for target, stance in zip(TARGETS, entry.stances, strict=True):
            place = (entry.row["source"], entry.row["uri"])
            writer.writerow([*place, target, stance, int(entry.ironic), entry.kind, entry.lang])
    return out.getvalue()


def _write(path: Path, text: str) -> None:
    with path.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(text.encode("utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
