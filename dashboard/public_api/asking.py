"""One question of a script: of which topic, with which filters, over which time."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from dashboard.charts import grid as grids
from dashboard.charts.grid import Bucket, Grid, grid_for
from groundswell.errors import NoSuchTopic, WrongUse
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.questions import Totals
from groundswell.store.reading import Cursor
from groundswell.topic import Topic, is_slug, load, topics

MOST_BUCKETS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """``values`` are the parameters as they were read, ``filters`` what of them selects posts."""

    topic: Topic
    filters: Filters
    values: dict[str, Any]


def topic_named(home: Path, slug: str) -> Topic:
    """The topic ``slug``. Raises ``NoSuchTopic``, and ``TopicError`` for a file that is none."""
    path = topics(home).get(slug) if is_slug(slug) else None
    if path is None:
        raise NoSuchTopic("There is no topic of that name. /api/v1/topics lists those there are.")
    return _loaded(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _loaded(path: Path, _changed_ns: int) -> Topic:
    return load(path)


def asked(cursor: Cursor, topic: Topic, values: dict[str, Any]) -> Asked:
    """The question in ``values``. Raises ``WrongUse`` for an empty period, for a narrative
    without a target and for a source or a target that the topic does not have."""
    since, until = values.get("from"), values.get("to")
    if since and until and since >= until:
        raise WrongUse("The period is empty: from must be before to.")
    target = values.get("target")
    if target is not None and target not in topic.target_names:
        raise WrongUse(f"target: the topic has {_listed(topic.target_names)}.")
    sources = values.get("source", ())
    known = _sources(cursor, topic) if sources else ()
    if set(sources) - set(known):
        raise WrongUse(f"source: the topic has {_listed(known)}.")
    narrative = values.get("narrative")
    if narrative is not None and target is None:
        raise WrongUse("A narrative is about somebody: give the target too.")
    filters = Filters(
        topic=topic.slug,
        since=since,
        until=until,
        sources=sources,
        langs=values.get("lang", ()),
        sentiments=values.get("sentiment", ()),
        target=target,
        stances=values.get("stance", ()),
        narrative=narrative,
        keyword=values.get("keyword"),
        author=values.get("author"),
        originals=values.get("originals", False),
    )
    return Asked(topic=topic, filters=filters, values=values)


def grid_of(question: Asked, totals: Totals) -> Grid | None:
    """The buckets over the posts of the question, in the width it asks for or the pages would
    take; None without posts. Raises ``WrongUse`` for more than ``MOST_BUCKETS``."""
    if totals.first_at is None or totals.last_at is None:
        return None
    bucket: Bucket | None = question.values.get("bucket")
    if bucket is None:
        return grid_for(totals.first_at, totals.last_at)
    span = Grid(bucket="hour", start=totals.first_at, end=totals.last_at + timedelta.resolution)
    grid = grids.widened(span, bucket)
    if (grid.end - grid.start) / grid.step > MOST_BUCKETS:
        raise WrongUse(
            f"That would be more than {MOST_BUCKETS:,} buckets. Ask for a wider bucket, or for a "
            "shorter period with from and to."
        )
    return grid


def _sources(cursor: Cursor, topic: Topic) -> tuple[str, ...]:
    """Those that the topic's file names and those with posts."""
    found = questions.facets(cursor, Filters(topic=topic.slug))
    with_posts = found.loc[found["facet"] == "source", "value"]
    return tuple(dict.fromkeys([*topic.sources, *with_posts]))


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "none"
