"""Where people post in a simulated day: each source's fake site, behind one way to publish."""

import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from collectors import SOURCES
from collectors._http import Http
from collectors.hackernews.items import uri_of
from collectors.jetstream import run as jetstream_run
from collectors.jetstream import wire as jetstream_wire
from collectors.jetstream.collector import Jetstream
from collectors.rss.collector import Rss
from collectors.rss.state import key_of
from groundswell.settings import Settings
from groundswell.source import Collector
from tests.collectors.bluesky_server import ENTRY, HANDLE, PASSWORD, FakeBluesky
from tests.collectors.bluesky_views import at_time, make_view
from tests.collectors.fake_hackernews import FakeSearch, story
from tests.collectors.feed_press import HereAndNow, entry
from tests.collectors.sites.discourse import DiscourseSite
from tests.collectors.sites.jetstream import FakeJetstream, Fault, in_us, parts
from tests.collectors.sites.lemmy import LemmySite
from tests.collectors.sites.mastodon import TAG, MastodonSite, status
from tests.collectors.sites.reddit import RedditSite
from tests.collectors.sites.stackexchange import StackExchangeSite
from tests.collectors.sites.x import XSite
from tests.collectors.sites.youtube import YouTubeSite
from tests.collectors.test_feed_reading import rss
from tests.collectors.web import Call, Reply, Web
from tests.conformance.cases.jetstream import no_rest

SECOND = timedelta(seconds=1)
FEED_SHOWS = 30
STREAM_KINDS = {
    "stream broken off": [Fault(close_after=2, code=1011), Fault(close_after=5)],
    "stream refused": [Fault(refused=Reply(status=503)), Fault(refused=Reply(status=502))],
    "stream busy": [Fault(refused=Reply(status=429, headers={"Retry-After": "1800"}))],
    "stream garbage": [Fault(first=[b"{cut", b"[7]"])],
}
TRUE_IDLE_S = 0.2  # of this machine's own time, which only the stream's waits take


@dataclass(slots=True, kw_only=True)
class Told:
    """A published post. ``servers`` are those that show it, by host and port; empty: there is but
    one. ``gone``: nobody shows it any more."""

    uri: str
    at: datetime
    servers: tuple[str, ...] = ()
    gone: bool = False


@dataclass(kw_only=True)
class Place:
    """A source and its site. ``publish`` makes one post at a moment; ``tell_time`` sets the site's
    clock once all was published until then; ``withdraw`` takes a post away without a word, None
    where nothing leaves; ``webs`` are its servers, the last of which may close for good where there
    are several; ``spoil`` makes a stream's next connection go wrong, as the word says that it
    gives."""

    source: str
    settings: dict[str, Any]
    options: dict[str, Any]
    publish: Callable[[datetime], Told]
    withdraw: Callable[[str], None] | None = None
    tell_time: Callable[[datetime], None] = lambda _: None
    webs: tuple[Web | FakeJetstream, ...] = ()
    inner: httpx.AsyncBaseTransport | None = None  # None: the real wire
    make: Callable[[Settings, Http], Collector] | None = None
    spoil: Callable[[random.Random], str] | None = None
    told: list[Told] = field(default_factory=list)

    @property
    def stored_as(self) -> tuple[str, str]:
        """The source and route of what is collected here: a site may be reached in two ways."""
        return SOURCES[self.source].name, SOURCES[self.source].route

    def collector(self, settings: Settings, http: Http) -> Collector:
        """The source, asking through ``http``."""
        if self.make is not None:
            return self.make(settings, http)
        made: Collector = SOURCES[self.source](settings, http)
        return made


@contextmanager
def hackernews() -> Iterator[Place]:
    site = FakeSearch()

    def publish(at: datetime) -> Told:
        hit = story(int(at.timestamp()), "OpenAI")
        site.hits.append(hit)
        return Told(uri=uri_of(hit["objectID"]), at=at)

    def withdraw(uri: str) -> None:
        site.hits = [hit for hit in site.hits if uri_of(hit["objectID"]) != uri]

    with site.serving() as url:
        yield Place(
            source="hackernews",
            settings={"hackernews_url": url},
            options={},
            publish=publish,
            withdraw=withdraw,
            webs=(site.web,),
        )


@contextmanager
def bluesky() -> Iterator[Place]:
    site = FakeBluesky()
    numbers = itertools.count()

    def publish(at: datetime) -> Told:
        moment = at_time(at)
        record = {"createdAt": moment, "text": "OpenAI, invented"}
        view = make_view(next(numbers), record=record, indexedAt=moment)
        site.views.append(view)
        return Told(uri=view["uri"], at=at)

    def withdraw(uri: str) -> None:
        site.views = [view for view in site.views if view["uri"] != uri]

    yield Place(
        source="bluesky",
        settings={
            "bluesky_url": f"https://{ENTRY}",
            "bluesky_handle": HANDLE,
            "bluesky_app_password": SecretStr(PASSWORD),
        },
        options={},
        publish=publish,
        withdraw=withdraw,
        inner=httpx.MockTransport(site),
    )


@contextmanager
def jetstream() -> Iterator[Place]:
    """The stream, caught up with by runs that come and go; an account that changes its name again
    and again stands for a network that is never silent."""
    numbers = itertools.count()

    def publish(at: datetime) -> Told:
        record = {"$type": "app.bsky.feed.post", "text": "OpenAI", "createdAt": at.isoformat()}
        return Told(uri=site.create(f"p{next(numbers)}", record, us=in_us(at)), at=at)

    def withdraw(uri: str) -> None:
        did, rkey = parts(uri)
        site.delete(rkey, did=did, us=int(site.log[-1]["us"]) + 1)

    def tell_time(now: datetime) -> None:
        site.identity("sample.example", did="did:plc:sample99", us=in_us(now))

    def spoil(chance: random.Random) -> str:
        kind = chance.choice(sorted(STREAM_KINDS))
        site.script = list(STREAM_KINDS[kind])
        return kind

    with FakeJetstream() as site, pytest.MonkeyPatch.context() as patch:
        patch.setattr(jetstream_run, "IDLE_S", TRUE_IDLE_S)
        patch.setattr(jetstream_wire, "TICK_S", TRUE_IDLE_S / 10)
        yield Place(
            source="jetstream",
            settings=site.settings_changes(),
            options={},
            publish=publish,
            withdraw=withdraw,
            tell_time=tell_time,
            webs=(site,),
            make=lambda settings, http: Jetstream(settings, http, rest=no_rest),
            spoil=spoil,
        )


@contextmanager
def mastodon() -> Iterator[Place]:
    """Two instances: every second post is on one of them alone, the others on both."""
    sites = [MastodonSite(), MastodonSite()]
    numbers = itertools.count()

    def publish(at: datetime) -> Told:
        number = next(numbers)
        on = [sites, sites[:1], sites, sites[1:]][number % 4]
        made = status(at, f"OpenAI {number}")
        for site in on:
            site.statuses.append(made)
        return Told(uri=made["uri"], at=at, servers=tuple(_host(site.web) for site in on))

    def withdraw(uri: str) -> None:
        for site in sites:
            site.remove(uri)

    with sites[0].serving() as first, sites[1].serving() as second:
        yield Place(
            source="mastodon",
            settings={},
            options={"instances": [first, second], "tags": [TAG]},
            publish=publish,
            withdraw=withdraw,
            webs=tuple(site.web for site in sites),
        )


@contextmanager
def lemmy() -> Iterator[Place]:
    site = LemmySite()
    with site.serving():
        yield _place("lemmy", site, lambda at: site.publish(1, start=at, step=SECOND)[0])


@contextmanager
def stackexchange() -> Iterator[Place]:
    site = StackExchangeSite()

    def tell_time(_: datetime) -> None:
        site.quota_remaining = 10_000  # it has a key

    with site.serving():
        place = _place("stackexchange", site, lambda at: site.publish(1, start=at)[0])
        place.tell_time = tell_time
        yield place


@contextmanager
def discourse() -> Iterator[Place]:
    site = DiscourseSite()
    with site.serving():
        yield _place("discourse", site, lambda at: site.publish(1, start=at)[0])


@contextmanager
def reddit() -> Iterator[Place]:
    site = RedditSite()
    with site.serving():
        yield _place("reddit", site, lambda at: site.publish(1, start=at)[0])


@contextmanager
def youtube() -> Iterator[Place]:
    site = YouTubeSite()
    with site.serving():
        yield _place("youtube", site, lambda at: site.publish(1, start=at)[0])


@contextmanager
def x() -> Iterator[Place]:
    site = XSite(datetime.now().astimezone())

    def tell_time(now: datetime) -> None:
        site.now = now

    with site.serving():
        place = _place("x", site, lambda at: site.publish(1, start=at)[0])
        place.tell_time = tell_time
        yield place


@contextmanager
def feed() -> Iterator[Place]:
    """One feed that shows its newest entries only: a night is more than it holds."""
    shown: list[str] = []
    numbers = itertools.count()

    def answer(_: Call) -> Reply:
        return Reply(body=rss(*shown))

    with Web(answer) as web:
        url = f"{web.url}/feed"

        def publish(at: datetime) -> Told:
            number = next(numbers)
            shown[:] = [entry(number, at), *shown][:FEED_SHOWS]
            return Told(uri=f"{key_of(url)}#n{number}", at=at)

        yield Place(
            source="rss",
            settings={},
            options={"feeds": [url]},
            publish=publish,
            webs=(web,),
            make=lambda settings, http: Rss(settings, http, HereAndNow()),
        )


PLACES: dict[str, Callable[[], Any]] = {
    "bluesky": bluesky,
    "discourse": discourse,
    "hackernews": hackernews,
    "jetstream": jetstream,
    "lemmy": lemmy,
    "mastodon": mastodon,
    "reddit": reddit,
    "rss": feed,
    "stackexchange": stackexchange,
    "x": x,
    "youtube": youtube,
}


def _place(source: str, site: Any, uri_of_new: Callable[[datetime], str]) -> Place:
    """A place over a site of ``tests.collectors.sites``, which all have the same handles."""
    return Place(
        source=source,
        settings=site.settings_changes(),
        options=site.topic_options(),
        publish=lambda at: Told(uri=uri_of_new(at), at=at),
        withdraw=getattr(site, "forget", site.remove),
        webs=(site.web,),
    )


def _host(web: Web) -> str:
    return f"127.0.0.1:{web.port}"
