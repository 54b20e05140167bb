"""Mastodon and servers that speak its interface: public tag timelines of any instance, no key.

Each instance shows what it has received and kept, allows 300 requests in 5 minutes and may close
its timelines to strangers. Full-text search needs an account, so a topic lists tags; the local
matcher decides what fits its query.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from collectors._fields import text
from collectors._http import Http
from collectors._instances import all_failed, base_of, key_of
from collectors._set_aside import alone, context_of, item_of
from collectors.mastodon.cursor import read_cursor
from collectors.mastodon.instance import SOURCE, Instance, look_at
from collectors.mastodon.recheck import groups_of, recheck_page
from collectors.mastodon.run import Part, Run
from collectors.mastodon.sight import Sight
from collectors.mastodon.status import read_recheck, read_timeline
from collectors.mastodon.topic import options_of, wanted
from collectors.mastodon.walk import LAG, Timeline
from groundswell.coverage import Coverage, Status
from groundswell.errors import SourceError
from groundswell.post import Item
from groundswell.settings import Settings
from groundswell.source import Ask, Capabilities, Page, SetAside, Stored
from groundswell.topic import Topic

DEFAULT_INSTANCE = "https://mastodon.social"
STATUS_OF: dict[str, Status] = {"closed": "closed"}


class Mastodon:
    """The tag timelines of a topic's ``instances``: ``tags``, without or with their ``#``."""

    name = SOURCE
    route = "tag"
    capabilities = Capabilities(
        keyless=True,
        since=True,
        until=True,
        history="what each instance received and kept, often years",
        engagement=("likes", "reposts", "replies", "quotes"),
        deletion_signal=True,
        redistribution="text",
        collect_every=timedelta(minutes=30),
        terms="No licence: authors who opt out (noindex, #nobot) are counted without their words, "
        "those who are not indexable are not named.",
        lookback=LAG,
        recheck_every=timedelta(days=1),
        options=("instances", "tags"),
        required=("instances", "tags"),
    )

    def __init__(self, settings: Settings, http: Http | None = None) -> None:
        self._settings, self._http = settings, http

    async def pages(self, ask: Ask) -> AsyncIterator[Page]:
        """Answers instance by instance. One that fails becomes a finding and stops no other; when
        all fail, their error is raised."""
        bases, tags = wanted(ask.topic)
        cursor, options = read_cursor(ask.cursor, ask.topic.slug), options_of(ask.topic)
        run = Run(ask=ask, tags=tags, cursor=cursor, options=options)
        failures: list[SourceError] = []
        async with self._client() as http:
            for base in bases:
                run.turn_to(key_of(base))
                try:
                    async for page in self._instance(http, base, run):
                        yield page
                except SourceError as error:
                    failures.append(error)
                    status = STATUS_OF.get(error.reason, "gap")
                    yield _finding(base, run.unread(status, str(error)))
        if len(failures) == len(bases):
            raise all_failed(SOURCE, failures)

    def posts(self, page: Page) -> Iterator[Item]:
        """Posts and rejects of a timeline (route ``tag``), or what became of one stored post."""
        return read_recheck(page) if page.route == "status" else read_timeline(page)

    async def check(self, topic: Topic | None = None) -> str:
        """What each instance of ``topic`` runs (without one: mastodon.social). Raises when none
        lets its tag timelines be read."""
        bases, tags = wanted(topic) if topic else ((DEFAULT_INSTANCE,), ("openai",))
        said: list[str] = []
        failures: list[SourceError] = []
        async with self._client() as http:
            for base in bases:
                try:
                    instance = await _tried(http, await look_at(http, base), tags)
                    said.append(f"{instance.key} ({instance.software}) can be read")
                except SourceError as error:
                    failures.append(error)
                    said.append(f"{key_of(base)} cannot: {error.reason}")
        if len(failures) == len(bases):
            raise all_failed(SOURCE, failures)
        return "; ".join(said)

    async def recheck(self, stored: Sequence[Stored]) -> AsyncIterator[Page]:
        """Each post as the instance shows it now on which it was seen, one page each (route
        ``status``). An instance that does not answer stops no other; its error is raised last."""
        failures: list[SourceError] = []
        async with self._client() as http:
            for key, numbered in groups_of(stored).items():
                try:
                    instance = await look_at(http, base_of(key))
                    for uri, number in numbered:
                        yield await recheck_page(http, instance, uri, number)
                except SourceError as error:
                    failures.append(error)
        if failures:
            raise all_failed(SOURCE, failures)

    async def page_of(self, kept: SetAside) -> Page:
        """See ``groundswell.source.Requeueable``."""
        known = context_of(kept)
        sight = Sight(
            domain=text(known.get("domain")),
            uris=known.get("uris", {}),
            query=kept.topic.query,
            options=options_of(kept.topic),
        )
        return alone(self, kept, [item_of(kept)], {"sight": sight})

    def _client(self) -> AbstractAsyncContextManager[Http]:
        return nullcontext(self._http) if self._http else Http(self._settings, source=SOURCE)

    async def _instance(self, http: Http, base: str, run: Run) -> AsyncIterator[Page]:
        """All that is wanted of one instance, and in the end for which tags its coverage stands."""
        if run.is_cut:
            yield _finding(base, run.unread("gap", f"not read: {run.limit_reached}"))
            return
        instance = await _tried(http, await look_at(http, base), run.tags)
        for part in run.plan(instance):
            for tag in part.tags:
                timeline = Timeline(http=http, instance=instance, tag=tag)
                settles = part.settles and tag == part.tags[-1]
                async for page in self._walk(timeline, replace(part, settles=settles), run):
                    yield page
                if run.is_cut:
                    return
        yield replace(_finding(base, ()), cursor=run.remember())

    async def _walk(self, timeline: Timeline, part: Part, run: Run) -> AsyncIterator[Page]:
        """Pages of one window of one timeline; they settle it bit by bit where ``part`` says so."""
        instance = timeline.instance
        async for step in timeline.walk(part.span):
            body, sight = run.take(step.statuses, instance)
            page = Page(
                source=SOURCE,
                route=self.route,
                url=step.url,
                fetched_at=datetime.now(UTC),
                body=body,
                instance=instance.key,
                context={"sight": sight},
            )
            if run.is_cut:
                yield replace(page, coverage=run.unread("truncated", run.limit_reached))
                return
            coverage = run.settle(part, step.reached, len(body))
            yield replace(
                page, coverage=coverage, cursor=run.cursor_for(part) if coverage else None
            )


async def _tried(http: Http, instance: Instance, tags: Sequence[str]) -> Instance:
    """The instance as its newest statuses show it, which may be other than what it says."""
    newest = Timeline(http=http, instance=instance, tag=tags[0])
    return replace(instance, ids_tell_time=await newest.ids_tell_time())


def _finding(base: str, coverage: tuple[Coverage, ...]) -> Page:
    return Page(
        source=SOURCE,
        route=Mastodon.route,
        url=base,
        fetched_at=datetime.now(UTC),
        body=None,
        instance=key_of(base),
        coverage=coverage,
    )
