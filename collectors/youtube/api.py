"""One question to the YouTube Data API: its key, its two quotas, and its many kinds of "no".

10,000 units a day, one for each request, failed ones included; searches have 100 a day of their
own. Both begin anew at midnight in California. The API sends no quota headers: we count ourselves.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collectors._fields import at, items, text
from collectors._http import Answer, Http
from groundswell.budget import Budget
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

SOURCE = "youtube"
NO_COMMENTS = "commentsDisabled"

_QUOTA = {"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"}
_PACE = {"rateLimitExceeded", "userRateLimitExceeded"}
_KEY = {
    "keyInvalid",
    "keyExpired",
    "accessNotConfigured",
    "ipRefererBlocked",
    "API_KEY_INVALID",
    "API_KEY_SERVICE_BLOCKED",
    "SERVICE_DISABLED",
    "required",
    "authError",
}
_CONSOLE = "https://console.cloud.google.com/apis/credentials"


@dataclass(frozen=True, slots=True)
class Answered:
    """What one request brought. ``url`` has its key cut out."""

    body: dict[str, Any]
    url: str
    fetched_at: datetime

    @property
    def next_token(self) -> str | None:
        """Where the next page begins; None on the last one, whatever its length (T-YT-1)."""
        return text(self.body.get("nextPageToken"))


class CommentsDisabled(Closed):
    """The owner of a video allows no comments: it has none, and that is no fault."""


class Api:
    """Asks within the day's quotas, which are kept across runs and spent before each try."""

    def __init__(self, http: Http, settings: Settings) -> None:
        if settings.youtube_api_key is None:
            raise NeedsCredentials(
                "YouTube is asked with a key of your own, which is free: make one at "
                f"{_CONSOLE} and set GROUNDSWELL_YOUTUBE_API_KEY to it. Nothing was asked.",
                source=SOURCE,
            )
        self._http, self._base = http, settings.youtube_url.rstrip("/")
        self._key = settings.youtube_api_key.get_secret_value()
        self._units = self._budget(settings, "units", settings.youtube_daily_units)
        self._searches = self._budget(settings, "searches", settings.youtube_daily_searches)

    @property
    def now(self) -> datetime:
        """The client's clock, UTC."""
        return self._http.now

    def quota(self) -> str:
        """What is left today, for people."""
        return f"{self._units.left():,} units and {self._searches.left():,} searches"

    async def ask(self, call: str, **params: str | int | None) -> Answered:
        """The answer of ``call`` (such as ``commentThreads``), None among ``params`` left out.

        Raises ``BudgetSpent``, ``LoginRefused`` for the key, ``CommentsDisabled``, ``Closed`` with
        the status for other refusals, and what ``Http.get`` raises.
        """
        budget = self._searches if call == "search" else self._units
        given = {name: value for name, value in params.items() if value is not None}
        answer = await self._http.get(
            f"{self._base}/youtube/v3/{call}",
            params={**given, "key": self._key},
            accept_status=(200, 400, 401, 403, 404),
            pay=lambda: budget.reserve(1),
        )
        body = self._http.json_of(answer)
        if answer.status != 200:
            raise self._refusal(answer, body, budget)
        if not isinstance(body, dict) or not isinstance(body.get("items"), list):
            raise BadAnswer(
                f"{answer.url} answered without a list of items. YouTube may have "
                "changed its API; update Groundswell.",
                source=SOURCE,
            )
        return Answered(body, answer.url, self.now)

    def _refusal(self, answer: Answer, body: Any, budget: Budget) -> SourceError:
        """The error that fits; YouTube answers 403 for comments switched off, for a used-up quota
        and for a bad key alike (T-YT-5)."""
        reasons = _reasons(body)
        said = self._http.line(text(at(body, "error", "message")) or "no reason given")
        if reasons & _QUOTA:
            budget.set_left(0)
            resumes_at = budget.resumes_at()
            return BudgetSpent(
                f"YouTube says that the quota of this key is used up for today. It "
                f"begins anew at midnight in California, {resumes_at:%Y-%m-%d %H:%M} UTC.",
                source=SOURCE,
                resumes_at=resumes_at,
            )
        if reasons & _PACE:
            return RateLimited(
                "YouTube asks for fewer requests at a time. Run the same command again later.",
                source=SOURCE,
            )
        if reasons & _KEY or answer.status == 401 or "API key" in said:
            return LoginRefused(
                f"YouTube refused the key ({said}). Check at {_CONSOLE} that it is "
                "whole and that the YouTube Data API v3 is enabled for it, and set "
                "GROUNDSWELL_YOUTUBE_API_KEY to it.",
                source=SOURCE,
            )
        if NO_COMMENTS in reasons:
            return CommentsDisabled(
                "Comments are switched off under this video.", source=SOURCE, status=answer.status
            )
        return Closed(
            f"YouTube answered {answer.status} ({said}).",
            source=SOURCE,
            status=answer.status,
        )

    def _budget(self, settings: Settings, what: str, limit: int) -> Budget:
        owner = hashlib.sha256(self._key.encode()).hexdigest()[:8]
        return Budget(
            settings.home,
            f"{SOURCE}:{what}:{owner}",
            limit,
            period="day-pacific",
            source=SOURCE,
            what=f"{what} of this day",
            advice=f"If your quota is larger, set GROUNDSWELL_YOUTUBE_DAILY_{what.upper()} to it.",
            now=lambda: self._http.now,
        )


def _reasons(body: Any) -> set[str]:
    """The words for machines in an error body: the old form's and the new one's."""
    listed = [*items(at(body, "error", "errors")), *items(at(body, "error", "details"))]
    return {reason for entry in listed if (reason := text(at(entry, "reason")))}
