"""What the page of narratives asks of the database, kept as in ``answers``."""

from dataclasses import dataclass

import pandas as pd

from dashboard.answers import kept
from dashboard.charts.grid import Bucket
from dashboard.reads import reading
from groundswell.store import narratives
from groundswell.store.filters import Filters
from groundswell.store.narratives import Narrating


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``read``: the last reading for narratives about a target, None if there was none; ``stated``:
    posts of the topic that take a side towards it now."""

    read: Narrating | None
    stated: int


@kept
def standing(topic: str, target: str, version: int) -> Standing:  # noqa: ARG001  # key
    """Whether narratives about ``target`` were read, and how many posts there are to read."""
    with reading() as cursor:
        stated = narratives.state(cursor, topic, target, "").stated
        return Standing(read=narratives.narrating(cursor, topic, target), stated=stated)


@kept
def told(filters: Filters, target: str, version: int) -> pd.DataFrame:  # noqa: ARG001  # key
    """One row a narrative with posts in ``filters``; see ``narratives.narratives``."""
    with reading() as cursor:
        return narratives.narratives(cursor, filters, target)


@kept
def series(filters: Filters, target: str, bucket: Bucket, version: int) -> pd.DataFrame:  # noqa: ARG001  # key
    """Posts of each narrative over time; see ``narratives.narrative_series``."""
    with reading() as cursor:
        return narratives.narrative_series(cursor, filters, target, bucket)


@kept
def typical(
    filters: Filters,
    target: str,
    ids: tuple[str, ...],
    each: int,
    version: int,  # noqa: ARG001  # key
) -> pd.DataFrame:
    """The most typical posts of the narratives ``ids``; see ``narratives.typical_posts``."""
    with reading() as cursor:
        return narratives.typical_posts(cursor, filters, target, ids, each)
