"""Writes what leaves the house as CSV: streamed by DuckDB, disarmed, withheld posts left out."""

from collections.abc import Callable
from pathlib import Path

from duckdb import DuckDBPyConnection

from groundswell.store.filters import Filters
from groundswell.store.questions import Bucket
from groundswell.store.selection import Selection

POSTS_COLUMNS = (
    *("source", "uri", "url", "author", "author_name", "created_at", "first_seen_at", "text"),
    *("lang", "reply_to", "quote_of", "likes", "reposts", "replies", "quotes", "compound"),
    *("sentiment", "irony", "matched"),
)
SERIES_COLUMNS = (
    *("bucket_start", "source", "target", "posts", "authors", "against", "favor", "none"),
    *("not_scored", "against_share", "against_low", "against_high", "mean_compound", "coverage"),
)
KEYWORDS_COLUMNS = ("term", "posts", "authors")


def posts_csv(cur: DuckDBPyConnection, f: Filters, path: Path) -> None:
    """One row a post, ``POSTS_COLUMNS``, in order of time. Like all files here: UTF-8, CRLF, every
    value quoted, unknown empty; ``path`` lies in the home's ``exports``, where alone the database
    may write. Raises ``HomeError`` elsewhere, ``HomeFull``."""
    cur.execute(*Selection(cur, f).of_posts("export_posts", path=str(path)))


def series_csv(cur: DuckDBPyConnection, f: Filters, path: Path, bucket: Bucket = "hour") -> None:
    """One row a bucket and source with posts or coverage, ``SERIES_COLUMNS``. No posts are 0 only
    where the bucket was read completely (``coverage`` 1), else empty. Stance is not measured yet:
    its columns are empty."""
    cur.execute(*Selection(cur, f).of_posts("export_series", path=str(path), bucket=bucket))


def keywords_csv(cur: DuckDBPyConnection, f: Filters, path: Path) -> None:
    """One row a term, ``KEYWORDS_COLUMNS``, the most frequent first."""
    cur.execute(*Selection(cur, f).of_posts("export_keywords", path=str(path)))


WRITERS: dict[str, Callable[[DuckDBPyConnection, Filters, Path], None]] = {
    "posts": posts_csv,
    "series": series_csv,
    "keywords": keywords_csv,
}
