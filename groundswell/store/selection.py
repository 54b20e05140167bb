"""Turns filters into the part of a question that selects: from the rollup where it can answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from groundswell.store.filters import Filters
from groundswell.store.search import wanted
from groundswell.store.sql import question

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Selection:
    """SQL and parameters of questions about one selection of posts."""

    filters: Filters

    def of_posts(self, name: str, **more: Any) -> tuple[str, dict[str, Any]]:
        """``queries/<name>.sql`` over the selected posts."""
        part, parameters = self._chosen()
        return question(name, chosen=part), parameters | more

    def of_cells(self, name: str, **more: Any) -> tuple[str, dict[str, Any]]:
        """``queries/<name>.sql`` over sums: of the hourly rollup, or, for a keyword or a period
        that cuts an hour, of the posts themselves. Both give the same numbers."""
        f = self.filters
        part, parameters = self._chosen()
        if part == "chosen" and _whole_hour(f.since) and _whole_hour(f.until):
            return question(name, cells="cells"), parameters | more
        return question(name, cells="cells_of_chosen", chosen=part), parameters | more

    def _chosen(self) -> tuple[str, dict[str, Any]]:
        f = self.filters
        parameters: dict[str, Any] = {
            "topic": f.topic,
            "since": f.since,
            "until": f.until,
            "sources": list(f.sources) or None,
            "langs": list(f.langs) or None,
            "sentiments": list(f.sentiments) or None,
        }
        search = wanted(f.keyword)
        if search is None:
            return "chosen", parameters
        part = "chosen_by_phrase" if search.phrases else "chosen_by_word"
        return part, parameters | search.parameters()


def _whole_hour(moment: datetime | None) -> bool:
    return moment is None or (
        moment - datetime.min.replace(tzinfo=moment.tzinfo)
    ) % _HOUR == timedelta(0)
