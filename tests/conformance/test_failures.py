"""What goes wrong costs no more than itself: bad items, bad state, dead servers, empty purses."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from collectors import SOURCES, _hosts, _http
from collectors._hosts import on_this_machine
from collectors._http import Http
from groundswell.coverage import Coverage
from groundswell.errors import BudgetSpent, StateError
from groundswell.post import Deletion, Hiding, Item, Missing, Post
from groundswell.requeue import Held, Requeuing, requeue
from groundswell.source import Collector, Page, SetAside, Stored
from groundswell.spool import Spool
from groundswell.store import quarantine
from groundswell.store.owner import open_briefly
from groundswell.store.quarantine import Wanted
from groundswell.tally import counting
from tests.collectors.asks import items_of, posts_of
from tests.collectors.bluesky_server import OWN
from tests.collectors.clock import Clock
from tests.collectors.web import Reply
from tests.conformance.bypassed import BYPASSED
from tests.conformance.case import Case
from tests.conformance.cases import CASES
from tests.conformance.world import World, read

pytestmark = pytest.mark.slow

NOBODY = "http://127.0.0.1:1"  # answers no connection
FUTURE = timedelta(days=5 * 365)


@pytest.fixture(params=sorted(SOURCES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def case(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Case]:
    row = request.node.function.__name__.removeprefix("test_")
    if reason := BYPASSED.get((row, name)):
        pytest.skip(f"{name}: {reason}")
    site = tmp_path / "site"
    site.mkdir()
    with CASES[name](site) as made:
        yield made


@pytest.fixture
def world(case: Case, tmp_path: Path) -> World:
    return World(case, tmp_path / "home")


class Mended:
    """A collector whose reader understands by now what it could not read."""

    def __init__(self, collector: Any, case: Case) -> None:
        self._own, self._case = collector, case
        self.name, self.route = collector.name, collector.route
        self.capabilities = collector.capabilities

    def posts(self, page: Page) -> Any:
        return self._own.posts(page)

    async def page_of(self, kept: SetAside) -> Page:
        assert self._case.mend is not None
        page: Page = await self._own.page_of(replace(kept, raw=self._case.mend(kept.raw)))
        return page


async def read_again(world: World, *, mended: bool) -> Requeuing:
    """All that waits in quarantine read again, by a reader as it was or by one that was mended."""
    with open_briefly(world.home, world._settings) as visit, visit.read() as cursor:
        rows = [quarantine.kept_of(r) for r in quarantine.page(cursor, Wanted())["items"]]
    topic, clock = world.case.wanted.topic, Clock(world.now)
    items = [
        Held(
            id=row.id,
            route=row.route,
            kept=SetAside(
                topic=topic,
                raw=row.raw,
                seen_at=row.seen_at,
                url=row.url,
                instance=row.instance,
                context=row.context,
            ),
        )
        for row in rows
    ]
    async with client(world.case, clock) as http:
        own = world.case.make(http)
        collector: Any = Mended(own, world.case) if mended else own
        done = await requeue(collector, "sample", items, [topic], Spool(world.home), read)
    world.absorb()
    return done


def client(case: Case, clock: Clock) -> Http:
    return Http(
        case.settings, source="sample", transport=case.transport, sleep=clock.sleep, now=clock.now
    )


def lasting(world: World) -> None:
    """What is set aside is not let go: the clock of these worlds stands in 2025."""
    make = world.case.make

    def made(http: Http) -> Collector:
        collector = make(http)
        collector.capabilities = replace(collector.capabilities, retention=None)
        return collector

    world.case = replace(world.case, make=made)


async def test_one_bad_record_is_quarantined_and_requeued(world: World) -> None:
    lasting(world)
    await world.run()
    before, bad = world.table(), world.quarantined()
    assert bad == world.case.rejects > 0
    hopeless = await read_again(world, mended=False)
    assert (hopeless.passed, hopeless.stayed, world.table()) == (0, bad, before)
    assert hopeless.reasons
    done = await read_again(world, mended=True)
    assert (done.passed, done.posts, done.stayed) == (bad, bad, 0), done.reasons
    after = world.table()
    assert len(after) == len(before) + bad
    assert after.items() >= before.items()
    assert world.quarantined() == 0
    assert (await read_again(world, mended=True)).passed == 0
    assert world.table() == after


async def test_breaker_isolates(case: Case, tmp_path: Path) -> None:
    assert case.spoil is not None
    case.spoil(Reply(status=500))
    (tmp_path / "other").mkdir()
    with CASES["import"](tmp_path / "other") as healthy:
        ill, well = World(case, tmp_path / "home"), World(healthy, tmp_path / "home")
        failed, done = await asyncio.gather(ill.run(), well.run())
    assert failed.state != "ok"
    assert failed.message
    assert (done.state, len(well.table())) == ("ok", healthy.items - healthy.rejects)


async def test_a_dead_server_stops_no_other(case: Case, name: str) -> None:
    topic = case.wanted.topic
    options = topic.sources[name]
    alive = {kind: getattr(options, kind) for kind in ("instances", "feeds")}
    if not any(alive.values()):
        alive = {"instances": getattr(case.settings, f"{name}_urls")}
    both = {kind: (f"{NOBODY}/", *values) for kind, values in alive.items() if values}
    assert both
    sources = topic.sources | {name: options.model_copy(update=both)}
    wanted = replace(case.wanted, topic=topic.model_copy(update={"sources": sources}))
    collector, whole = await case.read(case.wanted)
    _, pages = await case.read(wanted)
    uris = [{post.uri for post in posts_of(collector, read)} for read in (whole, pages)]
    assert uris[0] == uris[1]
    dead = [page for page in pages if page.instance and "127.0.0.1:1" in page.instance.split("/")]
    dead += [page for page in pages if page.instance and page.instance.startswith(NOBODY)]
    assert [c.status for page in dead for c in page.coverage]
    assert all(c.status != "complete" for page in dead for c in page.coverage)


async def test_budget_stops_before_spending(case: Case) -> None:
    assert case.penniless is not None
    pages, clock = [], Clock()
    with counting() as tally:
        async with client(case, clock) as http:
            collector = case.penniless(http)
            stopped = False
            try:
                async for page in collector.pages(case.wanted):
                    pages.append(page)
            except BudgetSpent:
                stopped = True
    assert stopped
    assert tally.requests == 0
    assert all(c.status == "budget" for page in pages for c in page.coverage)


async def test_engagement_carries_capture_time(world: World) -> None:
    """Counts are dated with the moment they were seen at, which no later run moves."""
    lasting(world)
    await world.run()
    counted = dated_counts(world)
    assert counted
    assert all(counted_at == seen_at for counted_at, seen_at, _ in counted)
    assert all(counts != (None,) * 4 for _, _, counts in counted)
    world.now += timedelta(hours=2)
    await world.run()
    assert set(counted) <= set(dated_counts(world))


def dated_counts(world: World) -> list[tuple[Any, Any, tuple[Any, ...]]]:
    """When counts were seen, when their post was first seen, and the counts."""
    with open_briefly(world.home, world._settings) as visit, visit.read() as cursor:
        rows = cursor.execute(
            "SELECT e.seen_at, p.first_seen_at, e.likes, e.reposts, e.replies, e.quotes"
            " FROM engagement AS e INNER JOIN posts AS p USING (post_no)"
        ).fetchall()
    return [(seen_at, first_at, tuple(counts)) for seen_at, first_at, *counts in rows]


async def test_only_allowed_hosts(case: Case, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    known = _hosts.shared_host

    def noting(host: str, rate_per_s: float) -> Any:
        asked.add(host)
        return known(host, rate_per_s)

    monkeypatch.setattr(_http, "shared_host", noting)
    await case.read(case.wanted)
    options = case.wanted.topic.sources.get(name)
    listed = [*options.instances, *options.feeds] if options else []
    urls = [
        url
        for field in type(case.settings).model_fields
        if field.endswith(("_url", "_urls")) and not field.startswith("login_")  # no source's
        for url in _each(getattr(case.settings, field))
    ]
    allowed = {urlsplit(url if "://" in url else f"https://{url}").hostname for url in urls}
    allowed |= {urlsplit(url if "://" in url else f"https://{url}").hostname for url in listed}
    assert asked
    assert asked - allowed <= {host for host in asked if _is_of_the_site(host, case)}


def _each(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _is_of_the_site(host: str, case: Case) -> bool:
    """Servers of this machine stand for the site; an account's own server is named by its site."""
    return on_this_machine(host) or (case.transport is not None and host == OWN)


async def test_no_request_follows_the_limit(case: Case) -> None:
    """Once it is said that the limit ended the reading, nothing more is asked."""
    with counting() as whole:
        await case.read(case.wanted)
    said_at: int | None = None
    with counting() as tally:
        async with client(case, Clock()) as http:
            async for page in case.make(http).pages(replace(case.wanted, limit=1)):
                reasons = [str(c.reason) for c in page.coverage]
                if said_at is None and any("limit" in r or "stopped" in r for r in reasons):
                    said_at = tally.requests
    assert said_at is not None
    assert tally.requests == said_at <= whole.requests


async def looked_at_again(case: Case, pages: list[Page], post: Post) -> list[Item]:
    """What the site says of ``post`` when it is asked for again; a stream says so by itself."""
    async with client(case, Clock()) as http:
        collector: Any = case.make(http)
        if not hasattr(collector, "recheck"):
            cursors = [page.cursor for page in pages if page.cursor is not None]
            wanted = replace(case.wanted, cursor=cursors[-1])
            again = [page async for page in collector.pages(wanted)]
        else:
            stored = Stored(uri=post.uri, instance=post.instance, url=post.url, raw=post.raw)
            again = [page async for page in collector.recheck([stored])]
        items = items_of(collector, again)
    return [item for item in items if getattr(item, "uri", None) == post.uri]


async def test_what_is_removed_is_told(case: Case) -> None:
    assert case.remove is not None
    collector, pages = await case.read(case.wanted)
    post = posts_of(collector, pages)[0]
    case.remove(post.uri)
    told = await looked_at_again(case, pages, post)
    assert told
    assert all(isinstance(item, Deletion | Hiding | Missing) for item in told)


async def test_an_edit_is_told_as_another_version(case: Case) -> None:
    assert case.edit is not None
    collector, pages = await case.read(case.wanted)
    post = posts_of(collector, pages)[0]
    case.edit(post.uri, "OpenAI, edited")
    told = await looked_at_again(case, pages, post)
    edited = [item for item in told if isinstance(item, Post)]
    assert ["OpenAI, edited" in item.text for item in edited] == [True]
    assert edited[0].version != post.version or post.source == "hackernews"  # it keeps none


# What each source that keeps a cursor may leave, so that none takes another's for its own.
CURSORS = {
    "jetstream": '{"v":1,"us":1738400000000000}',
    "mastodon": '{"version":1,"source":"mastodon","read":{"m.example":["openai"]}}',
    "reddit": '{"version":1,"source":"reddit","due":{},"opened":{"r/all":{}}}',
    "rss": '{"feeds":{"https://f.example/rss":{"polled_at":"2025-01-01T00:00:00Z"}}}',
    "x": '{"version":1,"source":"x","read":{"openai":[]}}',
    "youtube": '{"version":1,"source":"youtube","found":["a"]}',
}
CORRUPT = {
    "cut": '{"version": 1, "re',
    "not ours": '"hello"',
    "a list": "[]",
    "later": '{"version": 99, "v": 99}',
    **{f"of {name}": cursor for name, cursor in CURSORS.items()},
}


@pytest.mark.parametrize("kind", sorted(CORRUPT))
async def test_corrupt_state_is_loud(case: Case, name: str, kind: str) -> None:
    if kind == f"of {name}":
        pytest.skip("its own")
    with counting() as tally, pytest.raises(StateError, match="Restore the home") as caught:
        await case.read(replace(case.wanted, cursor=CORRUPT[kind]))
    assert tally.requests == 0
    assert name in str(caught.value).lower() or "Bluesky's stream" in str(caught.value)


async def test_future_state_yields_nothing_then_recovers(case: Case) -> None:
    collector, whole = await case.read(case.wanted)
    cursors = [page.cursor for page in whole if page.cursor is not None]
    start, end = case.wanted.span
    known = [Coverage(start=start, end=end + FUTURE, status="complete")]
    ahead = replace(case.wanted, known=known, cursor=_shifted(cursors[-1]) if cursors else None)
    try:
        _, pages = await case.read(ahead)
    except StateError:
        pages = []  # loud, and nothing was asked
    assert _uris(collector, pages) <= _uris(collector, whole)
    assert all(c.end <= case.wanted.now for page in pages for c in page.coverage)
    _, again = await case.read(case.wanted)
    assert _uris(collector, again) == _uris(collector, whole)


def _uris(collector: Collector, pages: list[Page]) -> set[str]:
    return {post.uri for post in posts_of(collector, pages)}


def _shifted(cursor: str) -> str:
    """The cursor with every time in it five years later."""
    later = re.sub(r"\b20(\d\d)(?=-\d\d-\d\dT)", lambda m: f"20{int(m[1]) + 5:02}", cursor)
    us = FUTURE // timedelta(microseconds=1)
    return re.sub(r"\b1[67]\d{14}\b", lambda m: str(int(m[0]) + us), later)
