"""Turns filters into the part of a question that selects: from the rollup where it can answer."""

from datetime import datetime
from typing import Any

from duckdb import DuckDBPyConnection

from groundswell.store.filters import Filters
from groundswell.store.search import wanted
from groundswell.store.sql import question

ALL_POSTS, HITS = "all_posts", "hits"
TOWARDS, HITS_TOWARDS = "towards", "hits_towards"
ANYBODY, ONE_ACCOUNT = "anybody", "one_account"
ANY_NARRATIVE, ONE_NARRATIVE = "any_narrative", "one_narrative"
REPEATS_TOO, ORIGINALS, REPEATS_ALONE = "repeats_too", "originals", "repeats_alone"
NOBODY = -1  # numbers of accounts begin at 1


class Selection:
    """SQL and parameters of questions about one selection of posts."""

    def __init__(self, cur: DuckDBPyConnection, filters: Filters) -> None:
        self._filters = filters
        self._among, self._parameters = _chosen(cur, filters)
        self._whose = ANYBODY
        if filters.author is not None:
            self._whose = ONE_ACCOUNT
            self._parameters |= {"author_no": account_no(cur, filters.author) or NOBODY}
        self._argued = ANY_NARRATIVE
        if filters.narrative is not None:
            self._argued = ONE_NARRATIVE
            self._parameters |= {"narrative": filters.narrative}
        self._first = ORIGINALS if filters.originals else REPEATS_TOO

    def of_posts(
        self, name: str, terms: str | None = None, **more: Any
    ) -> tuple[str, dict[str, Any]]:
        """``queries/<name>.sql`` over the selected posts; ``terms`` is the part that stands for
        their terms, where the question asks for terms."""
        parts = {} if terms is None else {"terms": terms}
        return question(name, **parts, **self._parts()), self._parameters | more

    def page(self, part: str, **more: Any) -> tuple[str, dict[str, Any]]:
        """``queries/posts.sql`` over those of the selected posts that ``part`` lays on a page."""
        return question("posts", **self._parts(), page=part), self._parameters | more

    def of_spoken(self, name: str, target: str, **more: Any) -> tuple[str, dict[str, Any]]:
        """``queries/<name>.sql`` over what the selected posts say of ``target``."""
        sql = question(name, spoken="spoken", against_others="against_others", **self._whom())
        return sql, self._parameters | {"target": target} | more

    def of_cells(self, name: str, **more: Any) -> tuple[str, dict[str, Any]]:
        """``queries/<name>.sql`` over sums: of the hourly rollup, less what is no original where
        only originals count, or, for a keyword, a target, a narrative, an account or a period that
        cuts an hour, of the posts themselves. All give the same numbers."""
        parameters = self._parameters | more
        if not self._is_in_sums():
            return question(name, cells="cells_of_chosen", **self._parts()), parameters
        if self._first == REPEATS_TOO:
            return question(name, cells="cells", rollup="rollup"), parameters
        repeats = self._parts() | {"first": REPEATS_ALONE}
        return question(name, cells="cells_of_originals", rollup="rollup", **repeats), parameters

    def _is_in_sums(self) -> bool:
        f = self._filters
        whole_hours = _whole_hour(f.since) and _whole_hour(f.until)
        everybody = self._whose == ANYBODY and self._argued == ANY_NARRATIVE
        return self._among == ALL_POSTS and everybody and whole_hours

    def _parts(self) -> dict[str, str]:
        return {"chosen": "chosen"} | self._whom()

    def _whom(self) -> dict[str, str]:
        return {
            "among": self._among,
            "towards": TOWARDS,
            "whose": self._whose,
            "argued": self._argued,
            "first": self._first,
        }


def account_no(cur: DuckDBPyConnection, author: str) -> int | None:
    """Our number of the account of the id ``author``, ``source:id``; None when it is not known, or
    is not to be named: then nobody finds its posts by its name."""
    source, _, own = author.partition(":")
    found = cur.execute(question("account_no"), {"source": source, "id": own}).fetchall()
    return int(found[0][0]) if found else None


def _chosen(cur: DuckDBPyConnection, f: Filters) -> tuple[str, dict[str, Any]]:
    """Among which posts a question selects, as the name of a part, and its parameters."""
    parameters: dict[str, Any] = {
        "topic": f.topic,
        "since": f.since,
        "until": f.until,
        "sources": list(f.sources) or None,
        "langs": list(f.langs) or None,
        "sentiments": list(f.sentiments) or None,
    }
    if f.target is not None:
        parameters |= {"among_target": f.target, "stances": list(f.stances) or None}
    search = wanted(f.keyword)
    if search is None:
        return (ALL_POSTS if f.target is None else TOWARDS), parameters
    cur.execute(question("find_hits"), search.parameters())
    for phrase in search.phrases:
        cur.execute(question("narrow_hits"), {"phrase": phrase})
    return (HITS if f.target is None else HITS_TOWARDS), parameters


def _whole_hour(moment: datetime | None) -> bool:
    return moment is None or (moment.minute, moment.second, moment.microsecond) == (0, 0, 0)
