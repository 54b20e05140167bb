"""A small Bluesky for tests: login, single-use refresh, and a search with its real bad manners."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from collectors.bluesky.post import sort_time
from tests.collectors.bluesky_views import at_time, make_view

ENTRY, OWN, PUBLIC = "entry.example", "pds.example", "public.example"
HANDLE, PASSWORD = "sample-user-17.example", "abcd-efgh-ijkl-mnop"
DID = "did:plc:sample17"
EARLIEST = "0001-01-01T00:00:00Z"
LATEST = "9999-12-31T00:00:00Z"

Answer = httpx.Response


@dataclass
class FakeBluesky:
    """Call it as the handler of an ``httpx.MockTransport``. ``calls`` counts what was asked.

    ``ceiling`` is where the cursor ends, ``hidden`` are addresses counted as hits but not shown,
    ``next_answers`` are given out before any real one, to whatever is asked; ``on_search`` is
    called with the number of each search (from 1) and may answer it.
    """

    views: list[Any] = field(default_factory=list)
    ceiling: int = 10_000
    hidden: set[str] = field(default_factory=set)
    next_answers: list[Answer] = field(default_factory=list)
    login_error: tuple[int, str] | None = None
    status: str | None = None  # of the account; None: active
    pds: str | None = f"https://{OWN}"
    calls: Counter[str] = field(default_factory=Counter)
    searches: list[dict[str, str]] = field(default_factory=list)
    on_search: Callable[[int], Answer | None] = lambda number: None
    _granted: int = 0
    _access: str = ""
    _refresh: str = ""

    def __call__(self, request: httpx.Request) -> Answer:
        method = request.url.path.rpartition(".")[2]
        self.calls[method] += 1
        if self.next_answers:
            return self.next_answers.pop(0)
        if method == "createSession":
            return self._create(request)
        if method == "refreshSession":
            return self._renew(request)
        return self._search(request)

    def grow(self, count: int, since: datetime) -> list[str]:
        """So many more posts in the hour from ``since`` on; their uris."""
        first, step = len(self.views) + 1_000, timedelta(hours=1) / (count + 1)
        moments = [at_time(since + step * (n + 1)) for n in range(count)]
        more = [
            make_view(first + n, record={"createdAt": at}, indexedAt=at)
            for n, at in enumerate(moments)
        ]
        self.views += more
        return [view["uri"] for view in more]

    def remove(self, uri: str) -> None:
        """Its author deletes it: it is not shown any more, and nothing says why."""
        self.views = [view for view in self.views if view["uri"] != uri]

    def edit(self, uri: str, text: str) -> None:
        """Its author writes it anew."""
        for view in self.views:
            if view["uri"] == uri:
                view["record"]["text"], view["cid"] = text, f"{view['cid']}-edited"

    def end_access(self) -> None:
        """The access token has ended; the refresh token still works."""
        self._access = ""

    def end_session(self) -> None:
        """Neither token works any more."""
        self._access = self._refresh = ""

    def _create(self, request: httpx.Request) -> Answer:
        assert request.url.host == ENTRY
        given = json.loads(request.content)
        if self.login_error is not None:
            return error(*self.login_error)
        if given != {"identifier": HANDLE, "password": PASSWORD}:
            return error(401, "AuthenticationRequired")
        return self._grant()

    def _renew(self, request: httpx.Request) -> Answer:
        if not self._refresh or request.headers["authorization"] != f"Bearer {self._refresh}":
            return error(400, "ExpiredToken")
        return self._grant()

    def _grant(self) -> Answer:
        self._granted += 1
        self._access, self._refresh = f"access-{self._granted}", f"refresh-{self._granted}"
        session: dict[str, Any] = {
            "did": DID,
            "handle": HANDLE,
            "accessJwt": self._access,
            "refreshJwt": self._refresh,
            "active": self.status is None,
        }
        if self.status is not None:
            session["status"] = self.status
        if self.pds is not None:
            service = {
                "id": "#atproto_pds",
                "type": "AtprotoPersonalDataServer",
                "serviceEndpoint": self.pds,
            }
            session["didDoc"] = {"id": DID, "service": [service]}
        return httpx.Response(200, json=session)

    def _search(self, request: httpx.Request) -> Answer:
        if request.url.path.endswith(".getPosts"):
            wanted = request.url.params.get_list("uris")
            given = [view for view in self.views if view["uri"] in wanted]
            return httpx.Response(200, json={"posts": given})
        params = dict(request.url.params)
        self.searches.append(params)
        fault = self.on_search(len(self.searches))
        if fault is not None:
            return fault
        if request.url.host == PUBLIC and "cursor" in params:
            return error(403, "Forbidden")
        if request.url.host != PUBLIC:
            sent = request.headers.get("authorization")
            if sent is None:
                return error(401, "AuthMissing")
            if not self._access or sent != f"Bearer {self._access}":
                return error(400, "ExpiredToken")
        return self._hits(params)

    def _hits(self, params: dict[str, str]) -> Answer:
        if not params.get("cursor", "0").isdigit():
            return error(400, "InvalidRequest")
        matching = [view for view in self._newest_first() if _within(view, params)]
        offset, limit = int(params.get("cursor", "0")), int(params.get("limit", "25"))
        end = min(offset + limit, self.ceiling)
        page = [view for view in matching[offset:end] if view["uri"] not in self.hidden]
        more = end < min(len(matching), self.ceiling)
        body = {"posts": page} | ({"cursor": str(end)} if more else {})
        kind = {"content-type": "application/json"}
        return httpx.Response(200, content=json.dumps(body), headers=kind)  # surrogates escaped

    def _newest_first(self) -> list[Any]:
        return sorted(self.views, key=_time, reverse=True)


def error(status: int, name: str, **headers: str) -> Answer:
    """An XRPC error as the servers write it."""
    body = {"error": name, "message": f"sample message of {name}"}
    return httpx.Response(status, json=body, headers=headers)


def _within(view: Any, params: dict[str, str]) -> bool:
    since = datetime.fromisoformat(params.get("since", EARLIEST))
    until = datetime.fromisoformat(params.get("until", LATEST))
    words = params["q"].replace('"', "").lower().split()
    text = str(view["record"]["text"]).lower()
    return since <= _time(view) < until and all(word in text for word in words)


def _time(view: Any) -> datetime:
    time = sort_time(view)
    assert time is not None
    return time


def uris(views: Sequence[Any]) -> set[str]:
    return {view["uri"] for view in views}
