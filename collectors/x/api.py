"""One question to the X API, paid for before it is asked: posts read cost money, and authors more.

$0.005 for each post and $0.010 for each author. The sum is kept in the home, whatever the key; a
run that dies between a question and its answer has spent the most that the answer could cost.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collectors._fields import at, items, text
from collectors._http import Answer, Http
from groundswell.budget import Budget, Reservation, dollars, micro_dollars
from groundswell.errors import (
    BadAnswer,
    BudgetSpent,
    Closed,
    LoginRefused,
    NeedsCredentials,
    RateLimited,
    SourceError,
)
from groundswell.settings import Settings

SOURCE = "x"
POST_MICRO = 5_000  # millionths of a dollar, docs.x.com, prices of November 2026
AUTHOR_MICRO = 10_000
PAGE_SIZE, SMALLEST_PAGE = 100, 10

_CONSOLE = "https://console.x.com"
_TWEET = "created_at,author_id,lang,public_metrics,conversation_id,referenced_tweets,entities"
_FIELDS = f"{_TWEET},edit_history_tweet_ids,possibly_sensitive,note_tweet"


@dataclass(frozen=True, slots=True)
class Answered:
    """What one question brought."""

    body: dict[str, Any]
    url: str
    fetched_at: datetime

    @property
    def posts(self) -> list[Any]:
        """The posts, as received; X leaves the list out when there are none."""
        return items(self.body.get("data"))

    @property
    def next_token(self) -> str | None:
        """Where the next page begins; None on the last one."""
        return text(at(self.body, "meta", "next_token"))


class Api:
    """Asks only within the money set for it, which is never more than ``x_budget_usd`` in all."""

    def __init__(self, http: Http, settings: Settings) -> None:
        limit = micro_dollars(settings.x_budget_usd)
        if settings.x_bearer_token is None or limit <= 0:
            raise NeedsCredentials(
                "X takes money for each post read, so it is not asked without a bearer token and a "
                "budget: set GROUNDSWELL_X_BEARER_TOKEN, and GROUNDSWELL_X_BUDGET_USD to the "
                "most dollars to be spent in all (100 posts cost $0.50). Nothing was asked, "
                "nothing was spent.",
                source=SOURCE,
            )
        self._http, self._base = http, settings.x_url.rstrip("/")
        self._token = settings.x_bearer_token.get_secret_value()
        self._authors = settings.x_authors
        self._money = Budget(
            settings.home,
            f"{SOURCE}:money",
            limit,
            period="ever",
            source=SOURCE,
            what="set for X",
            advice="To go on, set GROUNDSWELL_X_BUDGET_USD higher.",
            show=dollars,
            now=lambda: http.now,
        )

    @property
    def now(self) -> datetime:
        """The client's clock, UTC."""
        return self._http.now

    def money(self) -> str:
        """What is left, for people."""
        return f"{dollars(self._money.left())} of {dollars(self._money.limit)} left"

    async def search(
        self, query: str, start: datetime, end: datetime, token: str | None, most: int
    ) -> Answered:
        """A page of recent search, newest first, of at most ``most`` posts (10 to 100), or as many
        as there is money for. Raises ``BudgetSpent`` before asking when that is less than 10."""
        each = POST_MICRO + (AUTHOR_MICRO if self._authors else 0)
        most = max(SMALLEST_PAGE, min(most, PAGE_SIZE, self._money.left() // each))
        asked = {
            "query": query,
            "start_time": _written(start),
            "end_time": _written(end),
            "max_results": most,
            "sort_order": "recency",
            **({"next_token": token} if token else {}),
        }
        return await self._paid("tweets/search/recent", asked, most * each)

    async def lookup(self, ids: list[str]) -> Answered:
        """At most 100 posts by id, as they are now; ``errors`` of the body names the others."""
        each = POST_MICRO + (AUTHOR_MICRO if self._authors else 0)
        return await self._paid("tweets", {"ids": ",".join(ids)}, len(ids) * each)

    async def usage(self) -> None:
        """Asks how much was used this month, which costs nothing. Raises what asking would."""
        await self._ask("usage/tweets", {})

    async def _paid(self, path: str, asked: dict[str, Any], cost: int) -> Answered:
        wanted = {**asked, "tweet.fields": _FIELDS}
        if self._authors:
            wanted |= {"expansions": "author_id", "user.fields": "username,name"}
        reserved = self._money.reserve(cost)
        answer = await self._settled(path, wanted, reserved)
        users = items(at(answer.body, "includes", "users"))
        actual = len(answer.posts) * POST_MICRO + len(users) * AUTHOR_MICRO
        self._money.settle(reserved, actual)
        return answer

    async def _settled(self, path: str, wanted: dict[str, Any], reserved: Reservation) -> Answered:
        """The answer; a plain refusal costs nothing, a lost answer may have cost everything."""
        try:
            return await self._ask(path, wanted)
        except (Closed, LoginRefused, BudgetSpent, RateLimited):
            self._money.settle(reserved, 0)
            raise

    async def _ask(self, path: str, params: dict[str, Any]) -> Answered:
        answer = await self._http.get(
            f"{self._base}/2/{path}",
            params=params,
            headers={"Authorization": f"Bearer {self._token}"},
            accept_status=(200, 400, 401, 402, 403),
        )
        body = self._http.json_of(answer)
        if answer.status != 200:
            raise self._refusal(answer, body)
        if not isinstance(body, dict) or not ("data" in body or "meta" in body or "errors" in body):
            raise BadAnswer(
                f"{answer.url} answered without posts and without a count of them. X may "
                "have changed its API; update Groundswell.",
                source=SOURCE,
            )
        return Answered(body, answer.url, self.now)

    def _refusal(self, answer: Answer, body: Any) -> SourceError:
        said = text(at(body, "detail")) or text(at(body, "title"))
        said = self._http.line(said or f"it answered {answer.status}").rstrip(".")
        if answer.status == 402 or "credits" in said.lower():
            return BudgetSpent(
                f"X says that the credits of this account are used up ({said}). Buy "
                f"some at {_CONSOLE}, or wait until they are renewed.",
                source=SOURCE,
            )
        if answer.status == 401:
            return LoginRefused(
                f"X refused the bearer token ({said}). Make a new one at {_CONSOLE} and "
                "set GROUNDSWELL_X_BEARER_TOKEN to it.",
                source=SOURCE,
            )
        return Closed(
            f"X answered {answer.status} ({said}). Check at {_CONSOLE} what the account may read.",
            source=SOURCE,
            status=answer.status,
        )


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
