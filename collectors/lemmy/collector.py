"""Lemmy: posts and comments of any instance by its public search, no key; 0.18, 0.19 and 1.0.

The search takes no time window, so it is read from the newest back to what is known. Servers allow
about 60 searches in 10 minutes and hold what they federate: one large one shows most of the rest.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from collectors._http import Http
from collectors._instances import all_failed, base_of, bases_of, key_of
from collectors._set_aside import alone, item_of
from collectors.lemmy.recheck import groups_of, recheck_page
from collectors.lemmy.run import LOOKBACK, Run
from collectors.lemmy.site import SOURCE, Site, look_at
from collectors.lemmy.views import read_views, sight_again
from collectors.lemmy.walk import Answered, Walk, walk_of
from collectors.lemmy.words import questions
from groundswell.coverage import Coverage, Status
from groundswell.errors import Closed, SourceError
from groundswell.post import Deletion, Item
from groundswell.settings import Settings
from groundswell.source import Ask, Capabilities, Page, SetAside, Stored
from groundswell.topic import Topic

STATUS_OF: dict[str, Status] = {"closed": "closed"}


class Lemmy:
    """The search of a topic's ``instances``, else of those in the settings."""

    name = SOURCE
    route = "search"
    capabilities = Capabilities(
        keyless=True,
        since=True,
        until=True,
        history="all that an instance holds, read backward",
        engagement=("likes", "replies"),
        deletion_signal=True,
        redistribution="text",
        terms="The rules of each instance: link back, and let go of what was deleted there.",
        lookback=LOOKBACK,
        recheck_every=timedelta(days=7),
        options=("instances",),
    )

    def __init__(self, settings: Settings, http: Http | None = None) -> None:
        self._settings, self._http = settings, http

    async def pages(self, ask: Ask) -> AsyncIterator[Page]:
        """Answers instance by instance, newest first. One that fails becomes a finding and stops no
        other; when all fail, their error is raised."""
        bases, run = self._bases(ask.topic), Run(ask=ask)
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
        """Posts, comments, deletions and rejects of an answer; or that a stored one is gone."""
        if page.context.get("gone"):
            uri, reason = page.context["uri"], page.context["gone"]
            yield Deletion(source=SOURCE, uri=uri, seen_at=page.fetched_at, reason=reason)
            return
        yield from read_views(page)

    async def check(self, topic: Topic | None = None) -> str:
        """Which version each instance runs. Raises when none answers a search."""
        bases = self._bases(topic)
        said: list[str] = []
        failures: list[SourceError] = []
        async with self._client() as http:
            for base in bases:
                try:
                    site = await _as_it_answers(http, await look_at(http, base))
                    await walk_of(http, site, "openai", datetime.now(UTC)).turn()
                    said.append(f"{site.key} (Lemmy {site.version}) can be searched")
                except SourceError as error:
                    failures.append(error)
                    said.append(f"{key_of(base)} cannot: {error.reason}")
        if len(failures) == len(bases):
            raise all_failed(SOURCE, failures)
        return "; ".join(said)

    async def recheck(self, stored: Sequence[Stored]) -> AsyncIterator[Page]:
        """Each post and comment as the instance shows it now on which it was seen, one page each
        (route ``item``). An instance that does not answer stops no other; its error comes last."""
        failures: list[SourceError] = []
        async with self._client() as http:
            for key, numbered in groups_of(stored).items():
                try:
                    site = await look_at(http, base_of(key))
                    for one in numbered:
                        yield await recheck_page(http, site, one)
                except SourceError as error:
                    failures.append(error)
        if failures:
            raise all_failed(SOURCE, failures)

    async def page_of(self, kept: SetAside) -> Page:
        """See ``groundswell.source.Requeueable``."""
        return alone(self, kept, {"posts": [item_of(kept)]}, {"sight": sight_again(kept)})

    def _client(self) -> AbstractAsyncContextManager[Http]:
        return nullcontext(self._http) if self._http else Http(self._settings, source=SOURCE)

    def _bases(self, topic: Topic | None) -> tuple[str, ...]:
        own = topic.sources.get(SOURCE) if topic else None
        return bases_of((own.instances if own else ()) or self._settings.lemmy_urls)

    async def _instance(self, http: Http, base: str, run: Run) -> AsyncIterator[Page]:
        """The way back through all questions at once, so that the newest is complete first."""
        if run.is_cut:
            yield _finding(base, run.unread("gap", f"not read: {run.limit_reached}"))
            return
        span = run.span
        if span is None:
            return
        site = await _as_it_answers(http, await look_at(http, base))
        asked = questions(run.ask.topic.query.searches())
        walks = [walk_of(http, site, question, span[0]) for question in asked]
        while (walk := _furthest_behind(walks)) is not None:
            for answered in await walk.turn():
                page = self._page(site, answered, run)
                if run.is_cut:
                    yield replace(page, coverage=run.unread("truncated", run.limit_reached))
                    return
                yield page
            yield _finding(base, run.settle(_frontier(walks)))

    def _page(self, site: Site, answered: Answered, run: Run) -> Page:
        body, sight = run.take(answered.body, site)
        return Page(
            source=SOURCE,
            route=self.route,
            url=answered.url,
            fetched_at=datetime.now(UTC),
            body=body,
            instance=site.key,
            context={"sight": sight},
        )


async def _as_it_answers(http: Http, site: Site) -> Site:
    """The site with the interface that it answers: 1.0 keeps the older one beside the newer, which
    its betas may lack or shape otherwise."""
    if site.api == "v4":
        try:
            await http.get(f"{site.base}/api/v4/search", params={"q": "openai", "limit": 1})
        except Closed as error:
            if error.status in (400, 404):
                return replace(site, api="v3")
            raise
    return site


def _furthest_behind(walks: Sequence[Walk]) -> Walk | None:
    """The walk that is least far back; None when all are done."""
    open_walks = [walk for walk in walks if not walk.is_done]
    latest = datetime.max.replace(tzinfo=UTC)
    return max(open_walks, key=lambda walk: walk.reached or latest, default=None)


def _frontier(walks: Sequence[Walk]) -> datetime | None:
    """Back to when nothing is missing of any question; None when one was not asked yet."""
    earliest = datetime.min.replace(tzinfo=UTC)
    reached = [earliest if walk.is_done else walk.reached for walk in walks]
    return None if None in reached else max(moment for moment in reached if moment)


def _finding(base: str, coverage: tuple[Coverage, ...]) -> Page:
    return Page(
        source=SOURCE,
        route=Lemmy.route,
        url=base,
        fetched_at=datetime.now(UTC),
        body=None,
        instance=key_of(base),
        coverage=coverage,
    )
