"""X through its recent search, for money: nothing is asked beyond a budget that the user has set.

It reaches back seven days. Posts may be handed on as ids only; texts stay in the private store.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import timedelta

from collectors._http import Http
from collectors._set_aside import alone, item_of
from collectors.x.api import PAGE_SIZE, SOURCE, Api
from collectors.x.items import id_of, read_page
from collectors.x.walk import ROUTE, Reading
from groundswell.post import Item
from groundswell.settings import Settings
from groundswell.source import Ask, Capabilities, Page, SetAside, Stored
from groundswell.topic import Topic


class X:
    """Recent search, newest first."""

    name = SOURCE
    route = ROUTE
    capabilities = Capabilities(
        keyless=False,
        since=True,
        until=True,
        history="the last 7 days",
        engagement=("likes", "reposts", "replies", "quotes"),
        deletion_signal=False,
        paid=True,
        redistribution="ids",
        collect_every=timedelta(days=1),
        terms="Only ids may be handed on; what is deleted there goes within 24 hours of a request.",
        needs=("x_bearer_token", "x_budget_usd"),
    )

    def __init__(self, settings: Settings, http: Http | None = None) -> None:
        self._settings, self._http = settings, http

    async def pages(self, ask: Ask) -> AsyncIterator[Page]:
        """Answers from the newest hole of ``ask`` to the oldest, each paid for before it is asked
        and each with the cursor that spares paying for it again; a finding settles each hole.

        Raises ``NeedsCredentials`` without a budget, ``BudgetSpent`` at its end, ``LoginRefused``,
        ``StateError``, ``TopicError``, and what ``Http`` raises.
        """
        reading = Reading(ask)
        async with self._client() as http:
            async for page in reading.run(Api(http, self._settings)):
                yield page

    def posts(self, page: Page) -> Iterator[Item]:
        """Posts of one answer, and which of those asked for are hidden or missing."""
        return read_page(page)

    async def check(self, topic: Topic | None = None) -> str:  # noqa: ARG002  # one server for all
        """Asks for the account's usage, which costs nothing. Raises what collecting would."""
        async with self._client() as http:
            api = Api(http, self._settings)
            await api.usage()
            return f"the token works; {api.money()}"

    async def recheck(self, stored: Sequence[Stored]) -> AsyncIterator[Page]:
        """These posts as they are now, 100 in a page, for what reading them costs. Raises
        ``SourceError``, ``BudgetSpent`` before asking for what cannot be paid."""
        asked = {number: one.uri for one in stored if (number := id_of(one.uri))}
        ids = list(asked)
        async with self._client() as http:
            api = Api(http, self._settings)
            for first in range(0, len(ids), PAGE_SIZE):
                some = ids[first : first + PAGE_SIZE]
                answer = await api.lookup(some)
                yield Page(
                    source=SOURCE,
                    route=ROUTE,
                    url=answer.url,
                    fetched_at=answer.fetched_at,
                    body=answer.body,
                    context={"uris": [asked[number] for number in some]},
                )

    async def page_of(self, kept: SetAside) -> Page:
        """See ``groundswell.source.Requeueable``."""
        return alone(self, kept, {"data": [item_of(kept)]})

    def _client(self) -> AbstractAsyncContextManager[Http]:
        return nullcontext(self._http) if self._http else Http(self._settings, source=SOURCE)
