"""What the page of narratives asks of the database, kept as in ``answers``."""

from dataclasses import dataclass

import pandas as pd

from dashboard import narrative_words
from dashboard.answers import kept
from dashboard.charts.grid import Bucket
from dashboard.narrative_choice import Narrative
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
def named(topic: str, version: int) -> tuple[Narrative, ...]:  # noqa: ARG001  # key
    """The narratives of the topic by their names, the largest of each side first."""
    with reading() as cursor:
        table = narratives.named(cursor, topic)
    names = narrative_words.names(table)
    return tuple(
        Narrative(id=id_, target=target, side=side, name=names[id_])
        for id_, target, side in table[["narrative", "target", "side"]].to_numpy()
    )


def of_id(topic: str, narrative: str, version: int) -> Narrative | None:
    """The one of that id; None when it has ended or was never there."""
    return next((one for one in named(topic, version) if one.id == narrative), None)


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
