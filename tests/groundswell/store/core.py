"""The store's whole way as a script, so that it can run under another DuckDB: prints what it found.

``python -m tests.groundswell.store.core HOME FIRST`` absorbs batches numbered from FIRST, edits,
deletes, asks every question, writes every export, and prints one JSON object.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import duckdb

from groundswell.post import Post
from groundswell.settings import Settings
from groundswell.spool import Compared, Copy, Spool
from groundswell.store import export, questions, quotes, voices
from groundswell.store.filters import SENTIMENTS, STANCES, Filters
from groundswell.store.owner import Visit, open_briefly
from groundswell.store.purge import Wish
from tests.groundswell.store.making import HOUR, T0, batch, deletion, post, read, scored, window
from tests.groundswell.store.recount import check

FILTERS = (
    Filters(topic="story"),
    Filters(topic="story", since=T0 - 2.5 * HOUR, sources=("bluesky",), langs=("en",)),
    Filters(topic="story", keyword="edited"),
    Filters(topic="story", keyword='samp* "sample text"', sentiments=("positive", "negative")),
    Filters(topic="story", keyword="sample", target="Acme", stances=("against", "none")),
    Filters(topic="story", author="bluesky:did:plc:sample-user-2"),
    Filters(topic="story", originals=True),
)


def fill(home: Path, first: int) -> None:
    """Thirty posts from number ``first`` on, some once more, edited, deleted, withheld."""
    spool = Spool(home)
    seen = T0 + first * HOUR
    posts = [
        read(
            scored(
                post(first + n, first_seen_at=seen, version="v1"),
                _value(n),
                lang="en" if n % 3 else "de",
            ),
            {"Acme": STANCES[n % 4]} if n % 5 else {},
            sentiment=SENTIMENTS[n % 4],
        )
        for n in range(30)
    ]
    hidden = post(first + 30, withheld="noindex", text="", author=None, author_id=None, raw=b"")
    asked = {"story": ["Acme", "Zenith"]}
    told = [*posts, scored(hidden, None)]
    spool.write(batch(first, told, coverage=[window(-3, 0)], targets=asked))
    later = {"first_seen_at": seen + HOUR, "version": "v2", "text": "=edited text", "likes": 99}
    again = [scored(post(first + n, **later), -0.5) for n in range(3)]
    rescored = scored(post(first + 9, first_seen_at=seen, version="v1"), 0.1, version="2")
    gone = [deletion(first + 5), deletion(author=4)]
    spool.write(
        batch(first + 1, [*again, rescored], deletions=gone, coverage=[window(0, 1, "gap")])
    )
    alike = [_copy(posts[n].post, posts[10].post) for n in (10, 11, 12, 15, 7)]
    compared = Compared(posts=30, fingerprint="f")
    spool.write(batch(first + 2, source="copies", route="copies", copies=alike, compared=compared))


def digest(visit: Visit, home: Path) -> dict[str, Any]:
    """What every question and export says, small enough to compare."""
    with visit.read(60) as cur:
        check(cur)
        said = {str(number): _answers(cur, f) for number, f in enumerate(FILTERS)}
        return said | {"files": _files(cur, home), "sources": _hash(_text(questions.sources(cur)))}


def _copy(one: Post, group: Post) -> Copy:
    return Copy(
        source=one.source,
        uri=one.uri,
        seen_at=one.first_seen_at,
        group_source=group.source,
        group_uri=group.uri,
    )


def _answers(cur: duckdb.DuckDBPyConnection, f: Filters) -> dict[str, Any]:
    tables = (
        questions.timeline(cur, f, "hour"),
        questions.facets(cur, f),
        questions.posts(cur, f, "newest", 1000),
        questions.loudest_once(cur, f, 1000),
        questions.term_counts(cur, f).sort_values("term"),
        questions.gaps(cur, f),
        questions.coverage(cur, f.topic),
        questions.stance_series(cur, f, "day", "Acme"),
        questions.stance_totals(cur, f, "Acme"),
        questions.crowds(cur, f, "Acme"),
        voices.voices(cur, f, "Acme", 20).table,
        voices.repeaters(cur, f, 20).table,
        quotes.quotes(cur, f, "Acme", quotes.quotable(cur, f, "Acme", "against", 20)),
        questions.targets(cur, f.topic),
        questions.scored_by(cur, f.topic),
    )
    spread = voices.voices(cur, f, "Acme", 20).concentration
    sums = f"{questions.totals(cur, f)} {questions.copies_share(cur, f)} {spread}"
    return {"totals": sums, "tables": [_hash(_text(t)) for t in tables]}


def _files(cur: duckdb.DuckDBPyConnection, home: Path) -> dict[str, str]:
    hashes = {}
    for name, write in export.WRITERS.items():
        path = home / "exports" / f"{name}.csv"
        write(cur, FILTERS[0], path)
        hashes[name] = _hash(path.read_text(encoding="utf-8"))
    return hashes


def _text(table: Any) -> str:
    return str(table.drop(columns=["post_no"], errors="ignore").to_csv(index=False))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _value(number: int) -> float | None:
    return None if number % 7 == 0 else round(number / 15 - 1, 4)


def main() -> None:
    """Runs it once in the home and from the number given."""
    home, first = Path(sys.argv[1]), int(sys.argv[2])
    fill(home, first)
    with open_briefly(home, Settings(home=home)) as visit:
        visit.purge(Wish(uri=post(first + 7).uri))
    with open_briefly(home, Settings(home=home)) as visit:
        said = digest(visit, home)
    sys.stdout.write(json.dumps({"duckdb": duckdb.__version__, "said": said}) + "\n")


if __name__ == "__main__":
    main()
