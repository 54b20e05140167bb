"""Keeps the books of a simulated day: what was posted against what is stored, and every gap."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from groundswell.coverage import Coverage, uncovered
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.reading import Cursor
from tests.conformance.soak.places import Place, Told
from tests.conformance.soak.plan import Plan

TOPIC = "sample"
NOT_YET = timedelta(minutes=1)  # before now: some sites show late, some know whole seconds only


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a day ended. ``published`` counts posts, ``shown`` those that a site still shows,
    ``stored`` by source those in the table.

    ``lost`` are posts still shown that are neither stored nor in a recorded gap; ``in_gaps`` counts
    those in one; ``doubled`` are posts with more rows than one, and rows that nobody wrote;
    ``unexplained`` stretches of time with no window, or one without a reason; ``ahead`` posts that
    were not stored although their time was said to be read, at any look during the day. ``counts``
    say what happened; ``trace`` is a hash of all of it."""

    published: int
    shown: int
    stored: Counter[str]
    lost: tuple[str, ...]
    in_gaps: Counter[str]
    doubled: tuple[str, ...]
    unexplained: tuple[str, ...]
    ahead: tuple[str, ...]
    counts: Counter[str]
    trace: str

    def faults(self) -> list[str]:
        """All that should not be, each beginning with its source."""
        return [*self.lost, *self.doubled, *self.unexplained, *self.ahead]


@dataclass(frozen=True, slots=True)
class _Window:
    source: str  # that of its place
    instance: str | None
    window: Coverage


@dataclass
class Books:
    """``note`` keeps what happens, ``look`` compares what is claimed with what is there."""

    plan: Plan
    places: Sequence[Place]
    cursor: Cursor
    ahead: dict[str, None] = field(default_factory=dict)
    _trace: Any = field(default_factory=hashlib.sha256)

    def note(self, line: str) -> None:
        """One more line of the trace."""
        self._trace.update(f"{line}\n".encode())

    def look(self) -> None:
        """Notes posts whose time was said to be read, and which are not there."""
        stored, windows = self._stored(), self._windows()
        for place in self.places:
            for told in place.told:
                is_there = (place.source, told.uri) in stored or told.gone
                if not is_there and _covering(windows, place, told, complete=True):
                    self.ahead[f"{place.source} {told.uri} was ahead"] = None

    def verdict(self, now: datetime, counts: Counter[str]) -> Verdict:
        """At the end, after a run of each source over a quiet wire at ``now``."""
        stored, windows = self._stored(), self._windows()
        lost: list[str] = []
        in_gaps: Counter[str] = Counter()
        for place in self.places:
            for told in self._shown(place):
                if (place.source, told.uri) in stored:
                    continue
                if _covering(windows, place, told, complete=False):
                    in_gaps[place.source] += 1
                else:
                    lost.append(f"{place.source} {told.uri} is lost")
        self._note_table(stored, windows)
        return Verdict(
            published=sum(len(place.told) for place in self.places),
            shown=sum(len(list(self._shown(place))) for place in self.places),
            stored=Counter(source for source, _ in stored),
            lost=tuple(lost),
            in_gaps=in_gaps,
            doubled=tuple(self._doubled(stored)),
            unexplained=tuple(self._unexplained(windows, now)),
            ahead=tuple(self.ahead),
            counts=counts,
            trace=self._trace.hexdigest(),
        )

    def _shown(self, place: Place) -> Iterator[Told]:
        """Posts that some server of the place still shows."""
        webs = place.webs
        dead = f"127.0.0.1:{webs[-1].port}" if len(webs) > 1 else None
        return (t for t in place.told if not t.gone and (not t.servers or set(t.servers) != {dead}))

    def _stored(self) -> Counter[tuple[str, str]]:
        """Rows by the place where the post was published; of posts that nobody published, by the
        source they are stored under."""
        own = {(p.stored_as[0], told.uri): p.source for p in self.places for told in p.told}
        rows = self.cursor.execute("SELECT source, uri FROM posts").fetchall()
        return Counter((own.get((source, uri), source), uri) for source, uri in rows)

    def _windows(self) -> list[_Window]:
        table = questions.coverage(self.cursor, TOPIC)
        places = {place.stored_as: place.source for place in self.places}
        columns = ["source", "route", "instance", "start", "end", "status", "reason"]
        rows = table[columns].astype(object).where(table[columns].notna(), None)
        return [
            _Window(
                places[source, route],
                instance,
                Coverage(start=a, end=b, status=status, reason=reason),
            )
            for source, route, instance, a, b, status, reason in rows.itertuples(index=False)
        ]

    def _doubled(self, stored: Counter[tuple[str, str]]) -> Iterator[str]:
        """Posts with two rows, posts that nobody published, and a page that counts otherwise."""
        written = {(place.source, told.uri) for place in self.places for told in place.told}
        for (source, uri), rows in stored.items():
            if rows > 1 or (source, uri) not in written:
                yield f"{source} {uri} is stored {rows} times"
        for name in {place.stored_as[0] for place in self.places}:
            own = {place.source for place in self.places if place.stored_as[0] == name}
            counted = questions.totals(self.cursor, Filters(topic=TOPIC, sources=(name,))).posts
            if counted != (rows := sum(source in own for source, _ in stored)):
                yield f"{name} has {rows} posts, and a page counts {counted}"

    def _unexplained(self, windows: Sequence[_Window], now: datetime) -> Iterator[str]:
        for place in self.places:
            own = [w for w in windows if w.source == place.source]
            for instance in {w.instance for w in own} or {None}:
                known = [w.window for w in own if w.instance == instance]
                for window in known:
                    if window.status != "complete" and not window.reason:
                        yield f"{place.source} {instance} {window}"
                told = [Coverage(start=w.start, end=w.end, status="complete") for w in known]
                for start, end in uncovered((self.plan.start, now - NOT_YET), told):
                    yield f"{place.source} {instance}: nothing is said of {start} to {end}"

    def _note_table(self, stored: Counter[tuple[str, str]], windows: Sequence[_Window]) -> None:
        """Posts by the order they came in and servers by their place: numbers and ports are never
        the same."""
        for place in self.places:
            there = [n for n, t in enumerate(place.told) if (place.source, t.uri) in stored]
            self.note(f"{place.source} {there}")
            own = [w for w in windows if w.source == place.source]
            for line in sorted(_line(w, place) for w in own):
                self.note(line)


def _covering(
    windows: Sequence[_Window], place: Place, told: Told, *, complete: bool
) -> list[_Window]:
    """Windows over the moment of a post, of a server that shows it: complete ones, or gaps with a
    reason where none is complete."""
    over = [
        w
        for w in windows
        if w.source == place.source
        and w.window.start <= told.at < w.window.end
        and (not told.servers or any(server in (w.instance or "") for server in told.servers))
    ]
    read = [w for w in over if w.window.status == "complete"]
    return read if complete else [w for w in over if w.window.reason and not read]


def _line(window: _Window, place: Place) -> str:
    hosts = [f"127.0.0.1:{web.port}" for web in place.webs]
    server = next((n for n, host in enumerate(hosts) if host in (window.instance or "")), None)
    said = window.window
    return f"{server} {said.start.isoformat()} {said.end.isoformat()} {said.status}"
