"""Lets asyncpraw speak through our own HTTP client.

Its caps, address checks, waits and redaction then hold for Reddit too. asyncpraw knows the login
and when a token must be renewed. Retries, waits and refusals are ours: it is shown whole answers,
and a token that was not taken, and nothing else.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import asyncprawcore
from asyncprawcore.const import ACCESS_TOKEN_PATH

from collectors._fields import at, text
from collectors._http import Answer, Http
from collectors.reddit.items import SOURCE
from groundswell.errors import BadAnswer, Closed, LoginRefused, SourceError

APPS = "https://www.reddit.com/prefs/apps"

_JUDGED = (200, 400, 401, 403, 404)
_NOT_TAKEN = {"www-authenticate": 'Bearer error="invalid_token"'}


@dataclass(frozen=True, slots=True)
class Carried:
    """An answer in the shape that asyncprawcore reads."""

    status: int
    value: Any
    headers: dict[str, str] = field(default_factory=dict)

    async def json(self, **_: Any) -> Any:
        """The JSON value of the body."""
        return self.value


class Carrier(asyncprawcore.Requestor):
    """The requestor of asyncpraw over ``http``. ``last_url`` is where the last answer came from."""

    def __init__(self, *, http: Http, **given: Any) -> None:
        super().__init__(**given)
        self._own, self.last_url = http, ""
        self._is_renewed = False  # by the request before: a second refusal in a row is final

    @asynccontextmanager
    async def request(  # type: ignore[override]  # Carried has what is read of a ClientResponse
        self, method: str, url: str, **given: Any
    ) -> AsyncIterator[Carried]:
        """The answer to one request. Raises ``LoginRefused``, ``Closed``, ``BadAnswer``, and what
        ``Http.get`` raises."""
        if url.endswith(ACCESS_TOKEN_PATH):
            yield await self._token(url, given)
            return
        answer = await self._answer(method, url, given)
        self.last_url = answer.url
        if answer.status == 401 and not self._is_renewed:
            self._is_renewed = True
            yield Carried(401, None, _NOT_TAKEN)
            return
        if answer.status == 401:
            raise login_refused("it does not take its own token")
        self._is_renewed = False
        if answer.status != 200 or _path(answer.url) != _path(url):
            raise self._refusal(answer, url)
        yield Carried(200, self._own.json_of(answer))

    async def close(self) -> None:
        """Nothing to close: the client belongs to its giver."""

    async def _answer(self, method: str, url: str, given: dict[str, Any]) -> Answer:
        headers = {"Authorization": given["headers"]["Authorization"]}
        if method == "GET":
            return await self._own.get(
                url, params=given["params"], headers=headers, accept_status=_JUDGED
            )
        whole = f"{url}?{urlencode(given['params'])}"
        form = {name: str(value) for name, value in given["data"] or ()}
        return await self._own.post(whole, form=form, headers=headers, accept_status=_JUDGED)

    async def _token(self, url: str, given: dict[str, Any]) -> Carried:
        answer = await self._own.post(
            url,
            form=dict(given["data"]),
            headers={"Authorization": given["auth"].encode()},
            accept_status=_JUDGED,
        )
        if answer.status in (400, 401, 403):
            raise login_refused(f"it answered {answer.status}")
        value = self._own.json_of(answer) if answer.status == 200 else None
        if error := text(at(value, "error")):
            raise login_refused(self._own.line(error))
        token, lasts_s = text(at(value, "access_token")), at(value, "expires_in")
        if token is None or not isinstance(lasts_s, int) or not text(at(value, "scope")):
            raise BadAnswer(
                f"{answer.url} answered a login in a form that Reddit does not document. "
                "Check GROUNDSWELL_REDDIT_AUTH_URL.",
                source=SOURCE,
            )
        self._own.keep_secret(token)
        return Carried(200, value)

    def _refusal(self, answer: Answer, url: str) -> SourceError:
        where = f"Reddit: {self._own.line(urlsplit(url).path)}"
        if answer.status == 200:
            return Closed(
                f"{where} does not exist or was renamed: Reddit answers with a search for it. "
                "Check the name.",
                source=SOURCE,
                status=302,
            )
        value = self._own.json_of(answer) if answer.body[:1] == b"{" else None
        said = self._own.line(text(at(value, "reason")) or text(at(value, "message")) or "")
        kind = {"private": "is private", "banned": "was banned", "quarantined": "is quarantined"}
        why = kind.get(said, f"answered {answer.status}{f' ({said})' if said else ''}")
        return Closed(
            f"{where} {why}. Check the name, and whether your app may read it.",
            source=SOURCE,
            status=answer.status,
        )


def _path(url: str) -> str:
    return urlsplit(url).path.rstrip("/")


def login_refused(why: str) -> LoginRefused:
    """Reddit does not take the app's id and secret, or its token."""
    return LoginRefused(
        f"Reddit refused the app ({why}). Check at {APPS} that it is approved and not "
        "revoked, and set GROUNDSWELL_REDDIT_CLIENT_ID and GROUNDSWELL_REDDIT_CLIENT_SECRET to it.",
        source=SOURCE,
    )
