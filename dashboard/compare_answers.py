"""What the page that compares sources asks of the database, kept as in ``answers``."""

import pandas as pd

from dashboard import answers, compared
from dashboard.answers import kept
from dashboard.charts.grid import Grid
from dashboard.compared import Asked, Compared
from dashboard.reads import reading
from groundswell.store import questions
from groundswell.store.filters import Filters


def sources_against(
    filters: Filters, target: str, grid: Grid, query: str, version: int
) -> Compared:
    """The sources with posts in ``filters`` towards ``target``; see ``dashboard.compared``. Labels
    that came in since are counted, though no post did."""
    of_all = compared.whatever_side(filters)
    asked = Asked(
        filters=of_all,
        target=target,
        grid=grid,
        query=query,
        posts=posts_by_source(of_all, version),
    )
    with reading() as cursor:
        mark = questions.gold_mark(cursor, filters.topic, target)
    return _read(asked, version, mark)


def posts_by_source(filters: Filters, version: int) -> tuple[tuple[str, int], ...]:
    """Each source with posts in ``filters`` and how many, most first."""
    found = answers.facets(filters, version)
    own = found[found["facet"] == "source"]
    return tuple((str(source), int(n)) for source, n in own[["value", "posts"]].to_numpy())


@kept
def _read(asked: Asked, version: int, mark: str) -> Compared:  # noqa: ARG001  # key
    table: pd.DataFrame = answers.volume(asked.filters, asked.grid, version)
    with reading() as cursor:
        return compared.read(cursor, asked, table)
