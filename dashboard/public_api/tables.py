"""The answers to scripts, each a table: the questions of the pages, asked without Streamlit."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import pandas as pd

from dashboard import comparison, findings, sides
from dashboard.charts import grid as grids
from dashboard.charts.grid import Grid
from dashboard.public_api.asking import Asked, grid_of
from dashboard.public_api.parameters import PER_PAGE
from dashboard.unread import unread
from groundswell.errors import WrongUse
from groundswell.store import narratives as narrating
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.reading import Cursor
from groundswell.text import tokens

MOST_ROWS = 20_000  # of an answer; more are for `groundswell export`
MOST_WORDS = 100
_OF_WITHHELD = ("url", "author", "author_name", "text", "reply_to", "quote_of")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``rows`` as JSON and CSV give them; ``more`` stands beside them in JSON."""

    rows: pd.DataFrame
    more: dict[str, Any] = field(default_factory=dict)


def totals(cursor: Cursor, asked: Asked) -> Table:
    """One row: counts over all posts of the question."""
    return Table(rows=pd.DataFrame([asdict(questions.totals(cursor, asked.filters))]))


def timeline(cursor: Cursor, asked: Asked) -> Table:
    """One row a bucket and source: posts, how they read, and whether the time was read."""
    story = _Story.of(cursor, asked)
    if story is None:
        return Table(rows=pd.DataFrame(), more={"bucket": None, "clipped": False})
    keys = ["bucket_start", "source"]
    counts = story.counts.drop(columns="posts")
    table = story.volume.merge(counts, on=keys, how="left")
    read = ["negative", "neutral", "positive", "scored"]
    table[read] = table[read].fillna(0).astype("Int64")
    table.loc[table["posts"].isna(), read] = pd.NA
    table["not_scored"] = table["posts"] - table[["negative", "neutral", "positive"]].sum(axis=1)
    table.loc[table["posts"].isna(), "not_scored"] = pd.NA
    sums = table["sum_compound"].astype(float) / 1e4
    table["mean_compound"] = sums / table["scored"].where(table["scored"] > 0).astype(float)
    return Table(rows=table.rename(columns={"scored": "measured"}), more=story.told())


def stance(cursor: Cursor, asked: Asked) -> Table:
    """For each target one row a bucket, and one, without ``bucket_start``, for all of the time."""
    story = _Story.of(cursor, replace(asked, filters=replace(asked.filters, target=None)))
    names = [one for one in asked.topic.target_names if asked.filters.target in (None, one)]
    if story is None:
        return Table(rows=pd.DataFrame())
    parts = [part for name in names for part in _stance_towards(cursor, asked, story, name)]
    return Table(rows=pd.concat(parts, ignore_index=True) if parts else pd.DataFrame())


def narratives(cursor: Cursor, asked: Asked) -> Table:
    """One row a narrative with posts in the question, target by target. What one that is asked for
    is a part of, the posts of its side, is counted whatever they argue."""
    names = [one for one in asked.topic.target_names if asked.filters.target in (None, one)]
    wanted, filters = asked.filters.narrative, replace(asked.filters, narrative=None)
    parts = [narrating.narratives(cursor, filters, name).assign(target=name) for name in names]
    if wanted is not None:
        parts = [part[part["narrative"] == wanted] for part in parts]
    kept = [part for part in parts if not part.empty]
    return Table(rows=pd.concat(kept, ignore_index=True) if kept else pd.DataFrame())


def posts(cursor: Cursor, asked: Asked) -> Table:
    """One page of posts, one row each, with the stance towards the target where one is asked for.
    Who did not agree to be found has no name here either; of what is withheld there is no text."""
    per_page, page = asked.values.get("per_page", PER_PAGE), asked.values.get("page", 1)
    order = asked.values.get("order", "newest")
    table = questions.posts(cursor, asked.filters, order, per_page, (page - 1) * per_page)
    table.loc[table["withheld"].notna(), list(_OF_WITHHELD)] = None
    found = questions.stances_of(cursor, asked.topic.slug, table["post_no"].tolist())
    found = found[found["target"] == asked.filters.target].set_index("post_no")
    table["stance"] = table["post_no"].map(found["stance"])
    table["confidence"] = table["post_no"].map(found["confidence"])
    count = questions.count(cursor, asked.filters)
    more = {"posts": count, "page": page, "per_page": per_page, "pages": -(-count // per_page)}
    return Table(rows=table, more=more)


def keywords(cursor: Cursor, asked: Asked) -> Table:
    """The words of the overview: one row each, the most telling first."""
    story = _Story.of(cursor, asked)
    whole = questions.totals(cursor, Filters(topic=asked.topic.slug))
    if story is None or whole.first_at is None:
        return Table(rows=pd.DataFrame(), more={"against": "none"})
    peak = findings.peak(story.volume, story.grid)
    compared = comparison.compare(asked.filters, peak, whole.first_at)
    trivial = frozenset(tokens(str(asked.topic.query)))
    rows = comparison.words_of(cursor, compared, trivial, MOST_WORDS)
    return Table(rows=rows, more={"against": compared.against})


def coverage(cursor: Cursor, asked: Asked) -> Table:
    """One row a window of time that a source was asked for and that touches the period."""
    f = asked.filters
    table = questions.coverage(cursor, f.topic)
    if f.since:
        table = table[table["end"] > f.since]
    if f.until:
        table = table[table["start"] < f.until]
    if f.sources:
        table = table[table["source"].isin(f.sources)]
    if len(table) > MOST_ROWS:
        raise WrongUse(
            f"That would be more than {MOST_ROWS:,} windows. Ask for a shorter period with from "
            "and to, or for one source."
        )
    return Table(rows=table)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """Posts over time as the overview has them: ``counts`` by bucket and source, and ``volume``
    with what was read."""

    grid: Grid
    counts: pd.DataFrame
    volume: pd.DataFrame

    @classmethod
    def of(cls, cursor: Cursor, asked: Asked) -> "_Story | None":
        """None without posts. Raises ``WrongUse`` for more than ``MOST_ROWS``."""
        grid = grid_of(asked, questions.totals(cursor, asked.filters))
        if grid is None:
            return None
        counts = questions.timeline(cursor, asked.filters, grid.bucket)
        sources = tuple(counts.groupby("source")["posts"].sum().sort_values(ascending=False).index)
        if len(sources) * len(grid.starts()) > MOST_ROWS:
            raise WrongUse(
                f"That would be more than {MOST_ROWS:,} rows. Ask for a wider bucket, or for a "
                "shorter period with from and to."
            )
        windows = questions.coverage(cursor, asked.topic.slug)
        gaps = unread(windows, sources, grid.start, grid.end)
        return cls(grid=grid, counts=counts, volume=grids.volume(counts, gaps, grid, sources))

    def told(self) -> dict[str, Any]:
        """``bucket``, and ``clipped``: earlier buckets exist and are left out."""
        return {"bucket": self.grid.bucket, "clipped": self.grid.clipped}


def _stance_towards(
    cursor: Cursor, asked: Asked, story: _Story, target: str
) -> Iterator[pd.DataFrame]:
    query = asked.topic.query.id
    stood = sides.stand(cursor, asked.filters, target, query)
    if not stood.whole.posts:
        return
    answer = sides.read(cursor, asked.filters, stood, story.grid, story.volume, query)
    total = stood.total
    yield pd.DataFrame([stood.counts]).assign(
        target=target,
        bucket="all",
        authors=stood.whole.authors,
        share=total.share,
        low=total.low,
        high=total.high,
        corrected=total.corrected,
        labels=total.labels,
        why_no_band=total.refused,
    )
    yield answer.table.assign(
        target=target, bucket=answer.grid.bucket, corrected=answer.table["low"].notna()
    )
