"""The database's answers, kept until new posts of the topic are absorbed; no clock in between.

Every function takes what it asks and, last, the version of the data: the same question of the
same data is answered from memory, for every visitor. ``ENTRIES`` bounds what old versions leave.
"""

from datetime import datetime
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import health, read_share
from dashboard.charts import grid as grids
from dashboard.charts.grid import Bucket, Grid
from dashboard.comparison import Comparison, words_of
from dashboard.reads import reading
from dashboard.sides import Sides, Stand
from dashboard.sides import read as read_sides
from dashboard.sides import stand as find_stand
from dashboard.unread import unread as find_unread
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.reading import Cursor
from groundswell.store.recall import SourceRecall
from groundswell.store.recall import recalls as find_recalls
from groundswell.topic import Topic, load

ENTRIES = 64
MOST_WORDS = 20

# An answer is kept until its arguments change: the version of the data is one of them. What a
# question is about is told apart by its repr, which holds all its fields: Streamlit takes other
# objects apart field by field, for every question of every run.
kept = st.cache_data(
    max_entries=ENTRIES,
    show_spinner=False,
    hash_funcs=dict.fromkeys((Filters, Grid, Comparison), repr),
)


@st.cache_resource(max_entries=ENTRIES, show_spinner=False)
def topic(path: Path, changed_ns: int) -> Topic:  # noqa: ARG001  # the time is part of the key
    """The topic of a file as it was at ``changed_ns``. Raises ``TopicError``."""
    return load(path)


@kept
def totals(filters: Filters, version: int) -> questions.Totals:  # noqa: ARG001  # key
    """Counts and means over all posts of ``filters``."""
    with reading() as cursor:
        return questions.totals(cursor, filters)


@kept
def facets(filters: Filters, version: int) -> pd.DataFrame:  # noqa: ARG001  # key
    """``facet`` (source, lang, sentiment), ``value``, ``posts``; the most frequent first."""
    with reading() as cursor:
        return questions.facets(cursor, filters)


@kept
def volume(filters: Filters, grid: Grid, version: int) -> pd.DataFrame:
    """Posts by bucket and source, and what was read of each; see ``charts.grid.volume``."""
    known = _timeline(filters, grid.bucket, version), unread(filters, grid, version)
    return grids.volume(*known, grid, sources_of(filters, version))


@kept
def sentiment(filters: Filters, grid: Grid, version: int) -> pd.DataFrame:
    """Posts by bucket and sentiment, and the mean score; see ``charts.grid.sentiment``."""
    known = _timeline(filters, grid.bucket, version), unread(filters, grid, version)
    return grids.sentiment(*known, grid, sources_of(filters, version))


@kept
def unread(filters: Filters, grid: Grid, version: int) -> pd.DataFrame:
    """What was not read of the sources with posts in ``filters``; see ``dashboard.unread``."""
    windows = coverage(filters.topic, version)
    return find_unread(windows, sources_of(filters, version), grid.start, grid.end)


@kept
def read_until(topic_slug: str, version: int) -> datetime | None:
    """Up to when every source that still answers was read; see ``dashboard.health``."""
    return health.read_until(sources(topic_slug, version), coverage(topic_slug, version))


@kept
def recalls(topic_slug: str, version: int) -> list[SourceRecall]:  # noqa: ARG001  # key
    """How complete each source is, where two routes lead to it; see ``store.recall``."""
    with reading() as cursor:
        return find_recalls(cursor, topic_slug)


@kept
def read_sentence(filters: Filters, grid: Grid, version: int) -> str:
    """How much of the time of ``grid`` was read, and found; see ``dashboard.read_share``."""
    return read_share.sentence(
        coverage(filters.topic, version),
        unread(filters, grid, version),
        sources_of(filters, version),
        grid.start,
        grid.end,
        recalls(filters.topic, version),
    )


def sources_of(filters: Filters, version: int) -> tuple[str, ...]:
    """Sources with posts in ``filters``, the most frequent first."""
    found = facets(filters, version)
    return tuple(found.loc[found["facet"] == "source", "value"])


@kept
def _timeline(filters: Filters, bucket: Bucket, version: int) -> pd.DataFrame:  # noqa: ARG001  # key
    with reading() as cursor:
        return questions.timeline(cursor, filters, bucket)


@kept
def count(filters: Filters, version: int) -> int:  # noqa: ARG001  # key
    """Posts in ``filters``."""
    with reading() as cursor:
        return questions.count(cursor, filters)


@kept
def loudest_once(filters: Filters, limit: int, version: int) -> pd.DataFrame:  # noqa: ARG001  # key
    """The ``limit`` loudest posts, one of each group that says nearly the same."""
    with reading() as cursor:
        return _with_stances(cursor, filters, questions.loudest_once(cursor, filters, limit))


@kept
def copies_share(filters: Filters, version: int) -> questions.CopiesShare:  # noqa: ARG001  # key
    """How many posts of ``filters`` nearly repeat an earlier one; see ``questions``."""
    with reading() as cursor:
        return questions.copies_share(cursor, filters)


@kept
def posts(
    filters: Filters,
    order: questions.Order,
    limit: int,
    offset: int,
    version: int,  # noqa: ARG001  # key
) -> pd.DataFrame:
    """``limit`` posts after the first ``offset`` in ``order``, one row a post, every field, and
    ``stances``: pairs of a target that it speaks of and its stance."""
    with reading() as cursor:
        return _with_stances(
            cursor, filters, questions.posts(cursor, filters, order, limit, offset)
        )


def _with_stances(cursor: Cursor, filters: Filters, posts: pd.DataFrame) -> pd.DataFrame:
    found = questions.stances_of(cursor, filters.topic, posts["post_no"].tolist())
    pairs = [tuple(pair) for pair in found[["target", "stance"]].to_numpy().tolist()]
    lists = pd.Series(pairs, index=found["post_no"], dtype=object).groupby(level=0).agg(list)
    return posts.assign(stances=posts["post_no"].map(lists))


def sides(filters: Filters, target: str, grid: Grid, query: str, version: int) -> Sides:
    """How the posts of ``filters`` stand towards ``target``; see ``dashboard.sides``. Labels that
    came in since are counted, though no post did."""
    return _sides(filters, target, grid, query, version, _gold_mark(filters, target))


@kept
def _sides(filters: Filters, target: str, grid: Grid, query: str, version: int, mark: str) -> Sides:
    stood, table = _stand(filters, target, query, version, mark), volume(filters, grid, version)
    with reading() as cursor:
        return read_sides(cursor, filters, stood, grid, table, query)


def stand(filters: Filters, target: str, query: str, version: int) -> Stand:
    """As ``sides``, without time: see ``dashboard.sides.Stand``."""
    return _stand(filters, target, query, version, _gold_mark(filters, target))


@kept
def _stand(
    filters: Filters,
    target: str,
    query: str,
    version: int,  # noqa: ARG001  # key
    mark: str,  # noqa: ARG001  # key
) -> Stand:
    with reading() as cursor:
        return find_stand(cursor, filters, target, query)


def _gold_mark(filters: Filters, target: str) -> str:
    with reading() as cursor:
        return questions.gold_mark(cursor, filters.topic, target)


@kept
def crowds(filters: Filters, target: str, version: int) -> pd.DataFrame:  # noqa: ARG001  # key
    """The posts that speak of ``target``, counted in several ways; see ``questions.crowds``."""
    with reading() as cursor:
        return questions.crowds(cursor, filters, target)


@kept
def readers(topic_slug: str, version: int) -> pd.DataFrame:  # noqa: ARG001  # key
    """Which model gave how many posts their sentiment; see ``questions.scored_by``."""
    with reading() as cursor:
        return questions.scored_by(cursor, topic_slug)


@kept
def standing_out(
    comparison: Comparison,
    trivial: frozenset[str],
    version: int,  # noqa: ARG001  # key
) -> pd.DataFrame:
    """The ``MOST_WORDS`` words and phrases that set one side of ``comparison`` apart, with ``z``;
    without a baseline the most frequent words, without. ``term, posts, authors`` always.

    Words used by fewer than five accounts are left out: one account repeating itself is not many;
    of the most frequent also ``trivial`` ones, those of the topic's own query.
    """
    with reading() as cursor:
        return words_of(cursor, comparison, trivial, MOST_WORDS)


@kept
def sources(topic_slug: str, version: int) -> pd.DataFrame:  # noqa: ARG001  # key
    """Health of each source and route of a topic; see ``questions.sources``."""
    with reading() as cursor:
        return questions.sources(cursor, topic_slug)


@kept
def coverage(topic_slug: str, version: int) -> pd.DataFrame:  # noqa: ARG001  # key
    """Windows of a topic with their status; see ``questions.coverage``."""
    with reading() as cursor:
        return questions.coverage(cursor, topic_slug)


@kept
def still_there(topic_slug: str, version: int) -> pd.DataFrame:  # noqa: ARG001  # key
    """What became of the posts of each source; see ``questions.still_there``."""
    with reading() as cursor:
        return questions.still_there(cursor, topic_slug)


@kept
def quarantine(topic_slug: str, limit: int, offset: int, version: int) -> pd.DataFrame:  # noqa: ARG001  # key
    """Items that could not become posts, the newest first; see ``questions.quarantine``."""
    with reading() as cursor:
        return questions.quarantine(cursor, topic_slug, limit, offset)
