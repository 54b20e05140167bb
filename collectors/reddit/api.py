"""The questions put to Reddit, by asyncpraw, with raw answers.

Its objects would drop what they do not know, and one bad item would cost a page. Loading asyncpraw
takes most of a second, so that it is loaded when Reddit is really asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collectors._fields import at, items, text
from collectors._http import Http
from collectors._wire import user_agent
from collectors.reddit.items import SOURCE
from groundswell.errors import BadAnswer, NeedsCredentials
from groundswell.settings import Settings

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Answered:
    """What one request brought, as received."""

    body: Any
    url: str
    fetched_at: datetime

    @property
    def children(self) -> list[Any]:
        """The items of a listing."""
        return items(at(self.body, "data", "children"))

    @property
    def after(self) -> str | None:
        """The name of the last item, where the next page begins; None on the last page."""
        return text(at(self.body, "data", "after"))


class Api:
    """Reddit as the user's own app may read it, without a Reddit account."""

    def __init__(self, http: Http, settings: Settings) -> None:
        if not (settings.reddit_client_id and settings.reddit_client_secret):
            raise NeedsCredentials(
                "Reddit is asked by an app of your own, which Reddit approves by hand: apply at "
                "https://www.reddit.com/prefs/apps and set GROUNDSWELL_REDDIT_CLIENT_ID and "
                "GROUNDSWELL_REDDIT_CLIENT_SECRET. Nothing was asked.",
                source=SOURCE,
            )
        from asyncpraw import Reddit

        from collectors.reddit.carrier import Carrier

        self._http = http
        self._reddit = Reddit(
            "DEFAULT",  # and every value given, so that no praw.ini of the user's has a say
            requestor_class=Carrier,
            requestor_kwargs={"http": http},
            client_id=settings.reddit_client_id,
            client_secret=settings.reddit_client_secret.get_secret_value(),
            user_agent=user_agent(settings),
            oauth_url=f"{settings.reddit_url.rstrip('/')}/",
            reddit_url=settings.reddit_auth_url.rstrip("/"),
            username=None,
            password=None,
            refresh_token=None,
            check_for_updates=False,
        )

    @property
    def now(self) -> datetime:
        """The client's clock, UTC."""
        return self._http.now

    async def listing(self, path: str, **params: Any) -> Answered:
        """A page of a listing. Raises as ``_ask``; ``BadAnswer`` for what is no listing."""
        answer = await self._ask(path, limit=PAGE_SIZE, **params)
        if not isinstance(at(answer.body, "data", "children"), list):
            raise self._not(answer, "a listing")
        return answer

    async def comments(self, submission: str) -> Answered:
        """The tree of comments of a submission, by its id without ``t3_``; newest first."""
        answer = await self._ask(f"comments/{submission}/", limit=500, sort="new")
        if len(items(answer.body)) != 2:
            raise self._not(answer, "a submission with its comments")
        return answer

    async def more(self, submission: str, ids: Sequence[str]) -> Answered:
        """Comments that a tree did not show, at most 100 by their ids."""
        asked = {"link_id": f"t3_{submission}", "children": ",".join(ids), "sort": "new"}
        answer = await self._ask("api/morechildren/", posted=asked)
        if not isinstance(at(answer.body, "json", "data", "things"), list):
            raise self._not(answer, "a list of comments")
        return answer

    async def info(self, names: Sequence[str]) -> Answered:
        """At most 100 submissions and comments by name, as they are now; unknown ones left out."""
        answer = await self._ask("api/info/", id=",".join(names))
        if not isinstance(at(answer.body, "data", "children"), list):
            raise self._not(answer, "a listing")
        return answer

    async def _ask(
        self, path: str, *, posted: dict[str, Any] | None = None, **params: Any
    ) -> Answered:
        """Raises ``LoginRefused``, ``Closed`` with the site's reason, and as ``Http.get``."""
        given = {name: value for name, value in params.items() if value is not None}
        body = await self._reddit.request(
            method="POST" if posted else "GET", path=path, params=given, data=posted
        )
        return Answered(body, str(self._reddit.requestor.last_url), self.now)

    def _not(self, answer: Answered, what: str) -> BadAnswer:
        return BadAnswer(
            f"{answer.url} did not answer with {what}. Reddit may have changed its API; "
            "update Groundswell.",
            source=SOURCE,
        )
