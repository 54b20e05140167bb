"""One place during a day: what is posted there by when, on which wire, and a run that reads it."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx

from collectors._http import Http
from groundswell.run import Outcome, collect
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store import questions
from groundswell.store.reading import Cursor
from groundswell.topic import Topic
from tests.conformance.killing import Killed, KilledAt
from tests.conformance.soak.faults import Faulty, closed
from tests.conformance.soak.places import Place
from tests.conformance.soak.plan import Plan
from tests.conformance.soak.wall import Wall
from tests.conformance.world import ask_after, read

KILL_SHARE, GONE_SHARE = 0.06, 0.04
STREAM_SHARE = 0.6  # of runs: they open one connection where others ask many times


@dataclass
class Stage:
    """``counts`` are of runs, and of what went wrong in them. Nothing does ``in_peace``."""

    plan: Plan
    place: Place
    wire: httpx.AsyncBaseTransport
    home: Path
    in_peace: bool = False
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        of = self.place.source
        self._due = self.plan.moments(of)
        self._chance = self.plan.chance(f"{of}/fate")
        self._chances: dict[str, random.Random] = {}
        wire = self.place.inner or self.wire
        self._faulty = Faulty(wire, self._chances_of, self._before, self.plan.faults)
        self._wall = Wall(self.plan.start, self.plan.asleep)
        self.settings = Settings(
            **{
                "home": self.home,
                "request_rate_per_s": 1e6,
                "allow_private_addresses": True,
                **self.place.settings,
            }
        )

    def catch_up(self, now: datetime) -> None:
        """The site as it is ``now``: some of what was posted is withdrawn again."""
        while self._due and self._due[0] <= now:
            told = self.place.publish(self._due.pop(0))
            self.place.told.append(told)
            if self.place.withdraw is not None and self._chance.random() < GONE_SHARE:
                gone = self._chance.choice(self.place.told)
                if not gone.gone:
                    self.place.withdraw(gone.uri)
                    gone.gone = True
        self.place.tell_time(now)

    async def run(
        self, cursor: Cursor, topic: Topic, now: datetime
    ) -> tuple[Outcome | None, datetime]:
        """A run that begins ``now``, on a clock of its own: its outcome, None when it was killed,
        and when it ended."""
        self._wall = wall = Wall(now, self.plan.asleep)
        self._faulty.wall = None if self.in_peace else wall
        self.catch_up(now)
        self._spoil()
        async with Http(
            self.settings,
            source=self.place.source,
            transport=self._faulty,
            sleep=wall.sleep,
            now=wall.now,
        ) as http:
            collector = self.place.collector(self.settings, http)
            known = questions.route_state(cursor, topic.slug, collector.name, collector.route)
            ask = ask_after(topic, (self.plan.start, now), known)
            try:
                outcome = await collect(collector, ask, self._spool(), read, clock=wall.now)
            except Killed:
                outcome = None
        for web in self.place.webs:
            web.calls.clear()
        self.counts += self._faulty.counts + Counter(runs=1, killed=int(outcome is None))
        self._faulty.counts.clear()
        return outcome, wall.time

    def _spoil(self) -> None:
        spoil = self.place.spoil
        if spoil is not None and not self.in_peace and self._chance.random() < STREAM_SHARE:
            self.counts[spoil(self._chance)] += 1

    def _spool(self) -> Spool:
        if self.in_peace or self._chance.random() >= KILL_SHARE:
            return Spool(self.home)
        return KilledAt(self.home, self._chance.randint(1, 3), after=self._chance.random() < 0.5)

    def _chances_of(self, host: str) -> random.Random:
        """By its place among the site's servers, since ports are never the same."""
        names = [f"127.0.0.1:{web.port}" for web in self.place.webs]
        label = str(names.index(host)) if host in names else host
        if label not in self._chances:
            self._chances[label] = self.plan.chance(f"{self.place.source}/{label}")
        return self._chances[label]

    def _before(self, host: str) -> httpx.Response | None:
        """What happens at the site before it answers; an answer, where the server has closed."""
        now = self._wall.time
        self.catch_up(now)
        webs = self.place.webs
        is_last = len(webs) > 1 and host == f"127.0.0.1:{webs[-1].port}"
        return closed() if is_last and now >= self.plan.closes_at else None
