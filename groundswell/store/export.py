"""Writes what leaves the house as CSV: streamed by DuckDB, disarmed, withheld posts left out."""

import csv
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from duckdb import DuckDBPyConnection

from groundswell.store.drafts import part_of
from groundswell.store.filters import Filters
from groundswell.store.questions import Bucket
from groundswell.store.recall import SourceRecall, recalls
from groundswell.store.selection import Selection
from groundswell.store.sql import question
from groundswell.store.terms import over_terms
from groundswell.store.transaction import transaction
from groundswell.store.trouble import home_errors

POSTS_COLUMNS = (
    *("source", "uri", "url", "author", "author_name", "created_at", "first_seen_at", "text"),
    *("lang", "reply_to", "quote_of", "likes", "reposts", "replies", "quotes", "compound"),
    *("sentiment", "irony", "matched"),
)
SERIES_COLUMNS = (
    *("bucket_start", "source", "target", "posts", "authors", "against", "favor", "none"),
    *("not_scored", "against_share", "against_low", "against_high", "mean_compound", "coverage"),
)
STANCE_COLUMNS = ("source", "uri", "target", "stance", "confidence", "model")
KEYWORDS_COLUMNS = ("term", "posts", "authors")
COVERAGE_COLUMNS = (
    *("source", "instance", "route", "start", "end", "status", "reason", "found", "dropped"),
    *("pages", "rejected", "requests"),
)
RECALL_COLUMNS = (
    *("source", "first_route", "second_route", "shared_hours", "until", "found_by_first"),
    *("found_by_second", "found_by_both", "share", "share_low", "share_high"),
)
SLICE_POSTS = 50_000


def posts_csv(cur: DuckDBPyConnection, f: Filters, path: Path) -> None:
    """One row a post, ``POSTS_COLUMNS``, in order of time. Like all files here: UTF-8, CRLF, every
    value quoted, unknown empty; ``path`` lies in the home's ``exports``, where alone the database
    may write. Raises ``HomeError`` elsewhere, ``HomeFull``."""
    _in_slices(cur, f, path, "export_posts")


def stance_csv(cur: DuckDBPyConnection, f: Filters, path: Path) -> None:
    """One row a post and target that it speaks of, ``STANCE_COLUMNS``, in order of time; with a
    target in ``f`` of that alone. ``model`` is the model and version that says so."""
    _in_slices(cur, f, path, "export_stance", target=f.target)


def series_csv(cur: DuckDBPyConnection, f: Filters, path: Path, bucket: Bucket = "hour") -> None:
    """``SERIES_COLUMNS``: one row a bucket and source with posts or coverage for all posts, where
    ``target`` is empty, and one for those that speak of each target of the topic. No posts are 0
    only where the bucket was read completely (``coverage`` 1), else empty. Shares of stances and
    their intervals are not estimated here: those columns are empty."""
    cur.execute(*Selection(cur, f).of_posts("export_series", path=str(path), bucket=bucket))


def keywords_csv(cur: DuckDBPyConnection, f: Filters, path: Path) -> None:
    """One row a term, ``KEYWORDS_COLUMNS``, the most frequent first."""
    with transaction(cur):
        cur.execute(*over_terms(cur, f, "export_keywords", path=str(path)))


def coverage_csv(cur: DuckDBPyConnection, f: Filters, path: Path) -> None:
    """One row a window of time that a source was asked for, ``COVERAGE_COLUMNS``: read completely,
    in part or not (``status``), why, and what reading it took. Of ``f`` only topic, period and
    sources count."""
    place = {"topic": f.topic, "since": f.since, "until": f.until}
    asked = place | {"sources": list(f.sources) or None, "path": str(path)}
    cur.execute(question("export_coverage"), asked)


def recall_csv(cur: DuckDBPyConnection, f: Filters, path: Path) -> None:
    """One row a source and two routes that read the same time, ``RECALL_COLUMNS``: what share of
    the posts they found together, with its 95 % interval; empty where too few were found by both.
    Of the whole topic, whatever else is in ``f``."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(RECALL_COLUMNS)
        writer.writerows(_recall_row(one) for one in recalls(cur, f.topic))


def _recall_row(of: SourceRecall) -> list[str | int | None]:
    until = of.until.strftime("%Y-%m-%dT%H:%M:%SZ")
    place = [of.source, *of.routes, f"{of.time / timedelta(hours=1):.2f}", until]
    if of.recall is None:
        return [*place, *[None] * 6]
    told = of.recall
    shares = [f"{share:.4f}" for share in (told.share, told.share_low, told.share_high)]
    return [*place, told.first, told.second, told.both, *shares]


def _in_slices(
    cur: DuckDBPyConnection, f: Filters, path: Path, name: str, **more: str | None
) -> None:
    with transaction(cur):  # all slices of one state of the database
        selection = Selection(cur, f)
        hours = cur.execute(*selection.of_cells("hours")).fetchall()
        for number, (since, until) in enumerate(_slices(hours, f)):
            part = path if number == 0 else part_of(path)
            sql, parameters = selection.of_posts(name, None, path=str(part), **more)
            cur.execute(sql, parameters | {"since": since, "until": until})
            if part != path:
                _append(part, path)


def _slices(
    hours: Sequence[tuple[datetime, int]], f: Filters
) -> Iterator[tuple[datetime | None, datetime | None]]:
    """The period of ``f`` in pieces of about ``SLICE_POSTS`` posts: sorting a million wide rows at
    once took 1 GB and three times as long. At least one piece."""
    since, posts = f.since, 0
    for hour, count in hours:
        if posts and posts + count > SLICE_POSTS:
            yield since, hour
            since, posts = hour, 0
        posts += count
    yield since, f.until


def _append(part: Path, path: Path) -> None:
    """Moves the lines of ``part`` but its header to the end of ``path``."""
    with home_errors(path.parent):
        try:
            with part.open("rb") as source, path.open("ab") as target:
                source.readline()
                shutil.copyfileobj(source, target, 1 << 20)
        finally:
            part.unlink()


WRITERS: dict[str, Callable[[DuckDBPyConnection, Filters, Path], None]] = {
    "posts": posts_csv,
    "stance": stance_csv,
    "series": series_csv,
    "keywords": keywords_csv,
    "coverage": coverage_csv,
    "recall": recall_csv,
}
