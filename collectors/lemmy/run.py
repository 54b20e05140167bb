"""What a run over many Lemmys keeps in mind: posts met, windows settled, what may be taken."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from collectors._fields import at
from collectors._instances import unread
from collectors._sightings import Sightings
from collectors.lemmy.fields import (
    counts_of,
    edited_of,
    is_comment,
    parent_number,
    thing_of,
    uri_of,
    views_of,
)
from collectors.lemmy.site import Site
from collectors.lemmy.views import Sight
from groundswell.coverage import Coverage, Span, Status
from groundswell.source import Ask

LOOKBACK = timedelta(hours=6)  # a post comes from its server with the time it was made there


@dataclass(slots=True, kw_only=True)
class Run:
    """``is_cut``: the limit left something out."""

    ask: Ask
    is_cut: bool = False
    _taken: int = 0
    _found: int = 0
    _key: str = ""
    _sightings: Sightings = field(default_factory=Sightings)
    _uris: dict[int, str] = field(default_factory=dict)
    _settled: list[Coverage] = field(default_factory=list)

    @property
    def limit_reached(self) -> str:
        return f"the run stopped at its limit of {self.ask.limit} posts"

    @property
    def span(self) -> Span | None:
        """From the first to the last moment that is not read yet of the instance: the way back
        passes all between. None when nothing is to be read."""
        holes = self.ask.holes(LOOKBACK, self._key)
        last = min(holes[-1][1], self.ask.now) if holes else None
        return (holes[0][0], last) if last and holes[0][0] < last else None

    def turn_to(self, key: str) -> None:
        """What follows is of the instance ``key``; numbers mean nothing beyond one instance."""
        self._key, self._uris, self._settled, self._found = key, {}, [], 0

    def take(self, body: dict[str, Any], site: Site) -> tuple[dict[str, Any], Sight]:
        """The body with those views that say something new, and what must be known to read them."""
        self._note_numbers(views_of(body))
        most: dict[str, dict[str, int]] = {}
        kept: dict[str, Any] = {
            name: [view for view in body.get(name, []) if self._is_taken(view, most)]
            for name in ("posts", "comments", "search")
            if name in body
        }
        numbers = {parent_number(view) for view in views_of(kept)}
        uris = {number: self._uris[number] for number in numbers if number in self._uris}
        return kept, Sight(languages=site.languages, uris=uris, most=most)

    def settle(self, frontier: datetime | None) -> tuple[Coverage, ...]:
        """What is complete once all is read that is newer than ``frontier``."""
        span = self.span
        if span is None or frontier is None:
            return ()
        done = min((window.start for window in self._settled), default=span[1])
        start = max(span[0], frontier)
        if start >= done:
            return ()
        found, self._found = self._found, 0
        self._settled.append(Coverage(start=start, end=done, status="complete", found=found))
        return (self._settled[-1],)

    def unread(self, status: Status, reason: str) -> tuple[Coverage, ...]:
        """All of the period that is not complete for this instance, with the reason."""
        return unread(self.ask, self._key, self._settled, status, reason)

    def _is_taken(self, view: Any, most: dict[str, dict[str, int]]) -> bool:
        if self.is_cut:
            return False
        uri, before = uri_of(view), self._sightings.counts(uri_of(view))
        if not self._sightings.is_news(uri, counts_of(view), edited_of(view)):
            return False
        if self.ask.limit is not None and self._taken >= self.ask.limit:
            self.is_cut = True
            return False
        self._taken += 1
        self._found += 1
        if uri and before:
            most[uri] = before
        return True

    def _note_numbers(self, views: Sequence[Any]) -> None:
        for view in views:
            number, uri = at(thing_of(view), "id"), uri_of(view)
            if is_comment(view) and isinstance(number, int) and uri:
                self._uris[number] = uri
