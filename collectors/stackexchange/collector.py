"""Stack Exchange through its public API: questions, answers, and comments below what is found.

No key is needed: 300 requests a day without one, 10,000 with. Stack Overflow is one of its sites.
Comments cannot be searched for: those below a post without the words are not found. Texts are
CC BY-SA: author and link stay with them.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import timedelta

from collectors._http import Http
from collectors._seconds import Window, cut
from collectors._set_aside import alone, context_of, item_of
from collectors.stackexchange.api import Api
from collectors.stackexchange.items import Kind, Place, place_of, read_page
from collectors.stackexchange.sites import SOURCE, sites_of
from collectors.stackexchange.walk import SiteWalk, again
from collectors.stackexchange.words import renderings
from groundswell.errors import SourceError
from groundswell.post import Item
from groundswell.settings import Settings
from groundswell.source import Ask, Capabilities, Page, SetAside, Stored
from groundswell.topic import Topic

CHUNK_S = 28 * 24 * 3600  # what was read is settled after each window of this length


class StackExchange:
    """The ``sites`` of a topic, one after the other, newest windows first."""

    name = SOURCE
    route = "search"
    capabilities = Capabilities(
        keyless=True,
        since=True,
        until=True,
        history="everything; comments only as they stand below a post when it is found",
        engagement=("likes", "replies"),
        deletion_signal=True,
        redistribution="text",
        collect_every=timedelta(hours=6),
        terms="CC BY-SA: author and link stay with the text wherever it goes.",
        lookback=timedelta(hours=1),
        options=("sites",),
    )

    def __init__(self, settings: Settings, http: Http | None = None) -> None:
        self._settings, self._http = settings, http

    async def pages(self, ask: Ask) -> AsyncIterator[Page]:
        """Answers window by window; a finding that covers it ends each window of each site.

        A site that fails becomes a gap and does not stop the others; when all fail the error of the
        first is raised after the last. A window is complete when every search of the query was read
        in it to the end, and the posts found with their comments. Raises ``TopicError`` for a site
        or a query that cannot be asked.
        """
        sites = sites_of(ask.topic)
        searches = renderings(ask.topic)
        failures: list[SourceError] = []
        left = ask.limit
        async with self._client() as http:
            api = Api(http, self._settings)
            for site in sites:
                walk = SiteWalk(api, site, searches, ask, left)
                windows = list(self._windows(ask, site))
                try:
                    async for page in walk.run(windows):
                        yield page
                except SourceError as error:
                    failures.append(error)
                    yield walk.failed(windows, error)
                left = walk.left
        if len(failures) == len(sites):
            raise failures[0]

    def posts(self, page: Page) -> Iterator[Item]:
        """Questions, answers and comments of one page, and which of those asked for are missing."""
        return read_page(page)

    async def check(self, topic: Topic | None = None) -> str:
        """Asks each site for its name. Raises the error of the first if none answers."""
        failures, said = [], []
        async with self._client() as http:
            api = Api(http, self._settings)
            sites = sites_of(topic)
            for site in sites:
                try:
                    await api.ask("info", site)
                    said.append(site)
                except SourceError as error:
                    failures.append(error)
            if len(failures) == len(sites):
                raise failures[0]
            silent = f"; {len(failures)} of {len(sites)} did not" if failures else ""
            return f"{', '.join(said)} answered{silent}; {api.quota()} left today"

    async def recheck(self, stored: Sequence[Stored]) -> AsyncIterator[Page]:
        """These posts as the sites show them now, up to 100 in a page; what a site does not show is
        ``Missing``. Raises ``SourceError``; ``BudgetSpent`` when the day's requests are used up."""
        groups: dict[tuple[str, Kind], list[Place]] = {}
        for one in stored:
            place = place_of(one.uri, one.raw)
            groups.setdefault((place.site, place.kind), []).append(place)
        async with self._client() as http:
            api = Api(http, self._settings)
            for (site, kind), places in groups.items():
                async for page in again(api, site, kind, places):
                    yield page

    def _windows(self, ask: Ask, site: str) -> Iterator[Window]:
        for hole in reversed(ask.holes(self.capabilities.lookback, site)):
            yield from cut(hole, ask.now, CHUNK_S)

    async def page_of(self, kept: SetAside) -> Page:
        """See ``groundswell.source.Requeueable``."""
        context = {"posts": context_of(kept).get("posts", {})}
        return alone(self, kept, {"items": [item_of(kept)]}, context)

    def _client(self) -> AbstractAsyncContextManager[Http]:
        return nullcontext(self._http) if self._http else Http(self._settings, source=SOURCE)
