"""What a run over many instances keeps in mind: posts seen, windows settled, what may be taken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from collectors._fields import at, text
from collectors._instances import unread
from collectors._sightings import Sightings
from collectors.mastodon.cursor import Cursor
from collectors.mastodon.instance import Instance
from collectors.mastodon.sight import Options, Sight
from collectors.mastodon.status import counts_of, identity
from collectors.mastodon.walk import LAG
from groundswell.coverage import Coverage, Span, Status
from groundswell.source import Ask

CHUNK = timedelta(days=14)  # newest first, so that a run that is stopped has the present


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A window to be read for some tags. ``settles``: with it the window is read for all tags;
    ``stands``: from then on the coverage of the instance stands for all tags of the topic."""

    tags: tuple[str, ...]
    span: Span
    settles: bool = True
    stands: bool = True


@dataclass(slots=True, kw_only=True)
class Run:
    """``tags`` are those of the topic. ``is_cut``: the limit left something out."""

    ask: Ask
    tags: tuple[str, ...]
    cursor: Cursor
    options: Options
    is_cut: bool = False
    _taken: int = 0
    _key: str = ""
    _sightings: Sightings = field(default_factory=Sightings)
    _uris: dict[str, str] = field(default_factory=dict)
    _settled: list[Coverage] = field(default_factory=list)

    @property
    def limit_reached(self) -> str:
        return f"the run stopped at its limit of {self.ask.limit} posts"

    def turn_to(self, key: str) -> None:
        """What follows is of the instance ``key``; ids mean nothing beyond one instance."""
        self._key, self._uris, self._settled = key, {}, []

    def plan(self, instance: Instance) -> Iterator[Part]:
        """Windows to be read of the instance. Tags that its coverage does not stand for are read
        over the whole period, and before the others: what these settle is then true of all."""
        known = self.ask.known_by.get(self._key, ())
        is_known = any(window.status == "complete" for window in known)
        read = self.cursor.read.get(self._key, ()) if is_known else self.tags
        old = tuple(tag for tag in self.tags if tag in read)
        new = tuple(tag for tag in self.tags if tag not in read)
        start, end = self.ask.span[0], min(self.ask.span[1], self.ask.now)
        for span in _chunks([(start, end)] if new else [], instance):
            yield Part(tags=new, span=span, settles=not old, stands=False)
        for span in _chunks(self.ask.holes(LAG, self._key) if old else [], instance):
            yield Part(tags=old, span=(span[0], min(span[1], end)))

    def take(self, statuses: Sequence[Any], instance: Instance) -> tuple[list[Any], Sight]:
        """Those that say something new, and what must be known to read them. At the limit the
        oldest are kept of a walk forward, the newest of a walk backward."""
        order = [*reversed(statuses)] if instance.ids_tell_time else [*statuses]
        self._note_ids(statuses)
        taken: list[Any] = []
        most: dict[str, dict[str, int]] = {}
        for status in order:
            uri = identity(status)
            before = self._sightings.counts(uri)
            edited_at = text(at(status, "edited_at"))
            if not self._sightings.is_news(uri, counts_of(status), edited_at):
                continue
            if self.ask.limit is not None and self._taken >= self.ask.limit:
                self.is_cut = True
                break
            self._taken += 1
            taken.append(status)
            if uri is not None and before:
                most[uri] = before
        body = [*reversed(taken)] if instance.ids_tell_time else taken
        return body, self._sight(body, most, instance)

    def settle(self, part: Part, reached: datetime | None, found: int) -> tuple[Coverage, ...]:
        """What is complete once ``part`` is read up to ``reached``, beyond what was before."""
        done = max((c.end for c in self._settled if c.start == part.span[0]), default=part.span[0])
        if not part.settles or reached is None or reached <= done:
            return ()
        self._settled.append(
            Coverage(start=part.span[0], end=reached, status="complete", found=found)
        )
        return (Coverage(start=done, end=reached, status="complete", found=found),)

    def unread(self, status: Status, reason: str) -> tuple[Coverage, ...]:
        """All of the period that is not complete for this instance, with the reason."""
        return unread(self.ask, self._key, self._settled, status, reason)

    def remember(self) -> str:
        """The cursor that says: this instance is read for all tags of the topic."""
        self.cursor = self.cursor.having_read(self._key, self.tags)
        return self.cursor.model_dump_json()

    def cursor_for(self, part: Part) -> str | None:
        """The cursor to be stored with what ``part`` settles, None if it is not to change."""
        return self.remember() if part.stands else None

    def _note_ids(self, statuses: Sequence[Any]) -> None:
        for status in statuses:
            for one in (status, at(status, "quote", "quoted_status")):
                number, uri = text(at(one, "id")), identity(one)
                if number and uri:
                    self._uris[number] = uri

    def _sight(
        self, body: Sequence[Any], most: dict[str, dict[str, int]], instance: Instance
    ) -> Sight:
        asked = {
            text(place)
            for status in body
            for place in (
                at(status, "in_reply_to_id"),
                at(status, "quote_id"),
                at(status, "quote", "quoted_status_id"),
            )
        }
        uris = {number: self._uris[number] for number in asked if number in self._uris}
        query = self.ask.topic.query
        return Sight(
            domain=instance.domain, uris=uris, most=most, query=query, options=self.options
        )


def _chunks(holes: Sequence[Span], instance: Instance) -> Iterator[Span]:
    """Windows of at most ``CHUNK``, newest first; where only the way back is open, one for all."""
    if holes and not instance.ids_tell_time:
        yield holes[0][0], holes[-1][1]
        return
    for start, end in reversed(holes):
        while start < end:
            begin = max(start, end - CHUNK)
            yield begin, end
            end = begin
