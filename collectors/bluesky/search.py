"""One question to Bluesky, a search or named posts: with the account's session, or without."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from collectors._fields import at
from collectors._http import Answer, Http
from collectors.bluesky.account import APP_PASSWORDS, SOURCE, Session, root_of
from collectors.bluesky.session import Login
from groundswell.errors import BadAnswer, Closed, LoginRefused

METHOD = "/xrpc/app.bsky.feed.searchPosts"
POSTS_METHOD = "/xrpc/app.bsky.feed.getPosts"
TOKEN_ERRORS = ("ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One answer: ``body`` is an object with a list ``posts``; ``fetched_at`` is UTC."""

    url: str
    fetched_at: datetime
    body: dict[str, Any]


class Search(Protocol):
    """A way to the search. ``first_page_only``: further pages are refused on principle."""

    first_page_only: bool
    url: str

    async def ask(self, params: Mapping[str, Any]) -> Found:
        """The answer to one question. Raises ``Closed`` with status 400 when the site takes a
        parameter or a cursor for wrong, and other ``SourceError`` as they come."""
        ...


class AccountSearch:
    """Through the account's own server, which passes the question on to the AppView."""

    first_page_only = False

    def __init__(self, http: Http, login: Login, method: str = METHOD) -> None:
        self._http, self._login, self._method = http, login, method
        self.url = login.entry + method

    async def ask(self, params: Mapping[str, Any]) -> Found:
        """As ``Search.ask``; a token that has ended is renewed once. Raises ``LoginRefused``."""
        answer = await self._get(await self._login.session(), params)
        if self._token_refused(answer):
            answer = await self._get(await self._login.renewed(), params)
        if self._token_refused(answer):
            raise LoginRefused(
                f"{SOURCE}: {answer.url} refuses the session it has just granted. Check the "
                "account on bsky.app.",
                source=SOURCE,
            )
        if answer.status != 200:
            raise Closed(
                f"{SOURCE}: {answer.url} answered {answer.status} ({self._said(answer)}).",
                source=SOURCE,
                status=answer.status,
            )
        return _found(self._http, answer)

    async def _get(self, session: Session, params: Mapping[str, Any]) -> Answer:
        headers = {"Authorization": f"Bearer {session.access}"}
        url = session.server + self._method
        return await self._http.get(
            url, params=params, headers=headers, accept_status=(200, 400, 401)
        )

    def _token_refused(self, answer: Answer) -> bool:
        if answer.status == 200:
            return False
        return answer.status == 401 or at(self._http.json_of(answer), "error") in TOKEN_ERRORS

    def _said(self, answer: Answer) -> str:
        body = self._http.json_of(answer)
        return f"{at(body, 'error')}: {at(body, 'message')}"[:200]


class PublicSearch:
    """Without login. The site gives the first page and refuses any cursor with 403, so that no
    cursor is ever sent; some of its hosts refuse everything with an HTML page."""

    first_page_only = True

    def __init__(self, http: Http, public_url: str, method: str = METHOD) -> None:
        self._http, self.url = http, root_of(public_url) + method

    async def ask(self, params: Mapping[str, Any]) -> Found:
        """As ``Search.ask``; says what to do when the address is closed to strangers."""
        try:
            return _found(self._http, await self._http.get(self.url, params=params))
        except (Closed, BadAnswer) as error:
            status = error.status if isinstance(error, Closed) else None
            raise Closed(
                f"{error} This address may be closed to searches without login: make an app "
                f"password at {APP_PASSWORDS} and set GROUNDSWELL_BLUESKY_HANDLE and "
                "GROUNDSWELL_BLUESKY_APP_PASSWORD.",
                source=SOURCE,
                status=status,
            ) from error


def _found(http: Http, answer: Answer) -> Found:
    body = http.json_of(answer)
    if not isinstance(at(body, "posts"), list):
        raise BadAnswer(
            f"{SOURCE}: {answer.url} answered without a list of posts. Bluesky's search may have "
            "changed: update Groundswell.",
            source=SOURCE,
        )
    return Found(url=answer.url, fetched_at=datetime.now(UTC), body=body)
