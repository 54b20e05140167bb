"""``/api/v1``: who may ask, how much at once, and the way from a request to an answer.

With a login, or where the server goes by a name, every question needs a token of ``groundswell
token add``. Without either the server answers to loopback alone and pages are open to whoever uses
the machine; then no token is needed here either. That opens nothing to other sites' pages: the door
refuses foreign names (DNS rebinding) and foreign ``Origin``; what a browser still fetches without
one for another site (an image, a script) it marks with ``Sec-Fetch-Site``, and that is refused
here, before anything is read; and no answer lets another origin see it (no CORS header,
``Cross-Origin-Resource-Policy: same-origin``, ``nosniff``). A cookie opens nothing here, so a
signed-in browser cannot be made to ask.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from typing import Any

import pandas as pd
from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.door import Endpoint
from dashboard.public_api.answering import csv_of, json_of
from dashboard.public_api.asking import asked, topic_named
from dashboard.public_api.catalogue import QUESTIONS, TOPIC_COLUMNS, Columns, Question
from dashboard.public_api.openapi import PREFIX, description
from dashboard.public_api.parameters import values
from dashboard.wire import answered, told
from groundswell import api_tokens
from groundswell.errors import GroundswellError, TooBusy, TopicError
from groundswell.store.owner import Owner
from groundswell.topic import load, topics

READ_LIMIT_S = 10.0
AT_ONCE = 2  # pages come first: Starlette's worker threads and DuckDB's are shared with them
MOST_WAITING = 32
_CSV, _JSON = "text/csv", "application/json"
_HEADERS = {"cache-control": "private, no-store", "vary": "Accept"}
_BEARER = "bearer "
_log = logging.getLogger(__name__)


def routes(owner: Owner, *, open_to_all: bool) -> Sequence[Route]:
    """The topics, every question of the catalogue, and the description. ``open_to_all``: no token
    is needed, for a server of one's own machine."""
    asking = _Asking(owner)
    found = [Route(f"{PREFIX}/openapi.json", _described(version("groundswell")))]
    for csv in (True, False):
        ends = ".csv" if csv else ""
        asked_for = {f"{PREFIX}/topics": partial(asking.topics, csv=csv)}
        for question in QUESTIONS:
            asked_for[PREFIX + question.path] = partial(asking.question, question=question, csv=csv)
        found += [
            Route(path + ends, _for_those_who_may(owner, told(endpoint), open_to_all=open_to_all))
            for path, endpoint in asked_for.items()
        ]
    return found


def the_rest(owner: Owner, *, open_to_all: bool) -> Sequence[Route]:
    """To be tried after all other routes: that nothing else is there, or can be changed."""
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    nothing = _for_those_who_may(owner, _nothing_here, open_to_all=open_to_all)
    return [Route(f"{PREFIX}/{{rest:path}}", nothing, methods=methods)]


class _Asking:
    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._limiter = CapacityLimiter(AT_ONCE)
        self._inside = 0  # running or waiting; only ever touched by the event loop

    async def topics(self, request: Request, *, csv: bool) -> Response:
        """The topics there are."""
        values(request.query_params.multi_items(), (), "topics")
        csv = csv or _prefers_csv(request)

        def read() -> Response:
            rows = pd.DataFrame(_topics(self._owner))
            return _answer(rows, TOPIC_COLUMNS, {}, "groundswell-topics", csv=csv)

        return await self._off_the_loop(read)

    async def question(self, request: Request, *, question: Question, csv: bool) -> Response:
        """One question of the catalogue about the topic of the path."""
        given = values(request.query_params.multi_items(), question.parameters, question.name)
        slug = request.path_params["topic"]
        csv = csv or _prefers_csv(request)

        def read() -> Response:
            topic = topic_named(self._owner.home, slug)
            about = {
                "topic": topic.slug,
                "synthetic": topic.synthetic,
                "version": self._owner.topic_version(topic.slug),
            }
            with self._owner.read(READ_LIMIT_S) as cursor:
                found = question.ask(cursor, asked(cursor, topic, given))
            mark = "-synthetic" if topic.synthetic else ""
            name = f"groundswell-{slug}{mark}-{question.name}"
            return _answer(found.rows, question.columns, about | found.more, name, csv=csv)

        return await self._off_the_loop(read)

    async def _off_the_loop(self, read: Callable[[], Response]) -> Response:
        """Also the writing of the answer. Raises ``TooBusy`` instead of letting questions pile
        up."""
        if self._inside >= AT_ONCE + MOST_WAITING:
            raise TooBusy("Too many questions wait already. Ask again in some seconds.")
        self._inside += 1
        try:
            return await to_thread.run_sync(read, limiter=self._limiter)
        finally:
            self._inside -= 1


def _for_those_who_may(owner: Owner, endpoint: Endpoint, *, open_to_all: bool) -> Endpoint:
    async def checked(request: Request) -> Response:
        if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return _refused(403, "Other sites' pages may not ask here.", "other_site")
        given = request.headers.get("authorization")
        if given is None and open_to_all:
            return await endpoint(request)
        try:
            known = await to_thread.run_sync(_is_known, owner, given or "")
        except GroundswellError as error:  # a file of tokens that cannot be read opens nothing
            _log.warning("%s", error, extra={"event": "tokens_unreadable", "reason": error.reason})
            known = False
        if not known:
            said = "This needs a token, sent as Authorization: Bearer; `groundswell token add`"
            return _refused(401, f"{said} makes one.", "token", {"www-authenticate": "Bearer"})
        return await endpoint(request)

    return checked


def _is_known(owner: Owner, authorization: str) -> bool:
    if not authorization.lower().startswith(_BEARER):
        return False
    return api_tokens.find(owner.home, authorization[len(_BEARER) :]) is not None


def _described(of: str) -> Endpoint:
    """Open to all: it tells what can be asked, nothing of what is stored."""
    body = description(of)

    async def described(_request: Request) -> Response:
        return answered(body)

    return described


async def _nothing_here(request: Request) -> Response:
    if request.method not in ("GET", "HEAD"):
        return _refused(405, "Nothing can be changed here: ask with GET.", "method")
    said = f"There is no such question. {PREFIX}/openapi.json lists those there are."
    return _refused(404, said, "no_such_question")


def _refused(
    status: int, sentence: str, reason: str, headers: Mapping[str, str] | None = None
) -> Response:
    answer = answered({"error": sentence, "reason": reason}, status)
    answer.headers.update(headers or {})
    return answer


def _topics(owner: Owner) -> list[dict[str, Any]]:
    """A broken file is listed without its contents instead of hiding the others."""
    rows = []
    for slug, path in topics(owner.home).items():
        row: dict[str, Any] = {"topic": slug, "version": owner.topic_version(slug)}
        try:
            topic = load(path)
        except TopicError:
            rows.append(row)
            continue
        told_of = {"targets": list(topic.target_names), "sources": list(topic.sources)}
        rows.append(row | told_of | {"title": topic.title, "synthetic": topic.synthetic})
    return rows


def _answer(
    rows: pd.DataFrame, columns: Columns, more: Mapping[str, Any], name: str, *, csv: bool
) -> Response:
    if csv:
        answer = Response(csv_of(rows, columns), media_type=f"{_CSV}; charset=utf-8")
        answer.headers["content-disposition"] = f'attachment; filename="{name}.csv"'
    else:
        answer = answered(json_of(rows, columns, more))
    answer.headers.update(_HEADERS)
    return answer


def _prefers_csv(request: Request) -> bool:
    """Whether CSV is named in ``Accept``, and before JSON."""
    accept = request.headers.get("accept", "")
    named = [part.split(";")[0].strip().lower() for part in accept.split(",")]
    return _CSV in named and (_JSON not in named or named.index(_CSV) < named.index(_JSON))
