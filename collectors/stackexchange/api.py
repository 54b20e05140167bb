"""One question to the Stack Exchange API: its quota, its pauses and its errors, all in the body."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from collectors._http import Answer, Http
from collectors._waits import backoff_s
from collectors.stackexchange.sites import SOURCE
from groundswell.budget import Budget, Holds
from groundswell.errors import (
    BadAnswer,
    BudgetSpent,
    Closed,
    LoginRefused,
    RateLimited,
    SourceError,
    Unreachable,
)
from groundswell.settings import Settings

PAGE_SIZE = 100
MOST_PAGES = 25  # "page above 25 requires access token or app key"
DAILY = 300  # requests of one address; api.stackexchange.com/docs/throttle
DAILY_WITH_KEY = 10_000

_ACCESS_DENIED, _INTERNAL, _THROTTLED, _UNAVAILABLE = 403, 500, 502, 503
_AVAILABLE_IN = re.compile(r"available in (\d{1,7}) seconds")


@dataclass(frozen=True, slots=True)
class Answered:
    """What one request brought. ``items`` are as received; ``url`` has its key cut out."""

    body: dict[str, Any]
    items: list[Any]
    has_more: bool
    url: str
    fetched_at: datetime


class Api:
    """Asks within the day's quota, which is kept across runs, and never sooner than a method's
    ``backoff`` allows, which is kept too."""

    def __init__(self, http: Http, settings: Settings) -> None:
        self._http, self._settings = http, settings
        key = settings.stackexchange_key
        self._key = key.get_secret_value() if key else None
        self._holds = Holds(settings.home)
        self._budget = Budget(
            settings.home,
            f"{SOURCE}:{hashlib.sha256(self._key.encode()).hexdigest()[:8]}"
            if self._key
            else f"{SOURCE}:address",
            DAILY_WITH_KEY if self._key else DAILY,
            period="day-utc",
            source=SOURCE,
            what="requests of this day",
            advice=""
            if self._key
            else "A free key allows 10,000: set GROUNDSWELL_STACKEXCHANGE_KEY.",
            now=lambda: http.now,
        )

    @property
    def now(self) -> datetime:
        """The client's clock, UTC."""
        return self._http.now

    def quota(self) -> str:
        """How many requests are left today, for people."""
        return f"{self._budget.left():,} of {self._budget.limit:,} requests"

    async def ask(
        self, method: str, site: str, ids: Iterable[str] = (), **params: str | int
    ) -> Answered:
        """The answer of ``method``, in which ``{ids}`` stands for ``ids`` (at most 100).

        Raises ``BudgetSpent`` before asking when nothing is left today, ``LoginRefused`` for a key
        that is not known, ``Closed`` with the API's own ``error_id`` as status, ``BadAnswer``,
        ``RateLimited`` and ``Unreachable``.
        """
        failures = 0
        while True:
            body, url, problem = await self._exchange(method, site, ids, params)
            if problem is None:
                return Answered(body, body["items"], body.get("has_more") is True, url, self.now)
            failures += 1
            if not isinstance(problem, Unreachable) or failures >= self._settings.request_tries:
                raise problem
            await self._http.pause(backoff_s(failures))

    async def _exchange(
        self, method: str, site: str, ids: Iterable[str], params: dict[str, str | int]
    ) -> tuple[Any, str, SourceError | None]:
        """Body, address and what is wrong with one answer, paid for before it is asked."""
        await self._wait_for(method)
        self._budget.reserve(1)
        path = method.replace("{ids}", ";".join(ids))
        answer = await self._http.get(
            f"{self._settings.stackexchange_url}/2.3/{path}",
            params={**params, "site": site, **({"key": self._key} if self._key else {})},
            accept_status=(200, 400),
        )
        body = self._http.json_of(answer)
        self._note(method, body)
        return body, answer.url, self._problem(answer, body, site)

    async def _wait_for(self, method: str) -> None:
        """Waits as long as an earlier answer asked: of this method (T-SE-1), or of all."""
        closed = self._holds.not_before(SOURCE)
        if closed and closed > self.now:
            raise self._spent("it asked us to come back later", closed)
        held = self._holds.not_before(f"{SOURCE}/{method}")
        wait_s = (held - self.now).total_seconds() if held else 0.0
        if held and wait_s > self._settings.request_patience_s:
            raise RateLimited(
                f"Stack Exchange asks not to be asked for {method} before {held:%Y-%m-%d %H:%M} "
                "UTC. What was collected before is kept; run the same command again then.",
                source=SOURCE,
                resumes_at=held,
            )
        if wait_s > 0:
            await self._http.pause(wait_s)

    def _note(self, method: str, body: Any) -> None:
        """Keeps what the answer says of the next ones: a pause, and what is left of the day."""
        own = body if isinstance(body, dict) else {}
        backoff, left = _number(own.get("backoff")), _number(own.get("quota_remaining"))
        if backoff:
            self._holds.hold(f"{SOURCE}/{method}", self.now + timedelta(seconds=backoff))
        if left is not None and left < self._budget.left():
            self._budget.set_left(left)

    def _problem(self, answer: Answer, body: Any, site: str) -> SourceError | None:
        """What is wrong with an answer, by its content; None when it holds items."""
        own = body if isinstance(body, dict) else {}
        code = _number(own.get("error_id"))
        if code is not None:
            return self._refusal(code, _said(own), site)
        if answer.status == 200 and isinstance(own.get("items"), list):
            return None
        return BadAnswer(
            f"Stack Exchange answered {answer.url} with {answer.status} and without items. It may "
            "have changed; see https://api.stackexchange.com/docs and update Groundswell.",
            source=SOURCE,
        )

    def _refusal(self, code: int, said: str, site: str) -> SourceError:
        """The error for a number that comes in the body, mostly of an HTTP 400."""
        if code == _THROTTLED:
            return self._throttled(said)
        if code in (_INTERNAL, _UNAVAILABLE):
            return Unreachable(
                f"Stack Exchange could not answer for {site}: {said}. What was collected before is "
                "kept; try again later.",
                source=SOURCE,
            )
        if self._key and code != _ACCESS_DENIED and "key" in said:
            return LoginRefused(
                f"Stack Exchange refuses the key ({said}). Check GROUNDSWELL_STACKEXCHANGE_KEY, or "
                "take it out: 300 requests a day need none.",
                source=SOURCE,
            )
        return Closed(
            f"Stack Exchange refuses to answer for the site “{site}” ({said}). Check its name at "
            "https://stackexchange.com/sites.",
            source=SOURCE,
            status=code,
        )

    def _throttled(self, said: str) -> BudgetSpent:
        seconds = _AVAILABLE_IN.search(said)
        resumes_at = self.now + timedelta(seconds=int(seconds[1])) if seconds else None
        if resumes_at:
            self._holds.hold(SOURCE, resumes_at)
        return self._spent(said, resumes_at)

    def _spent(self, said: str, resumes_at: datetime | None) -> BudgetSpent:
        when = f" There is more from {resumes_at:%Y-%m-%d %H:%M} UTC on." if resumes_at else ""
        return BudgetSpent(
            f"Stack Exchange answers this address no more ({said}).{when} Other programs on this "
            "network may have used the quota too.",
            source=SOURCE,
            resumes_at=resumes_at,
        )


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _said(body: dict[str, Any]) -> str:
    """The API's own words, one line of at most 200 characters."""
    said = body.get("error_message") or body.get("error_name") or "no reason given"
    return " ".join("".join(c if c.isprintable() else " " for c in str(said)).split())[:200]
