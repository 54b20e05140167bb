"""Routes for the command line while a server owns the database: the same answers, as JSON or CSV.

Every route needs the bearer token of ``owner.json``. Nothing here knows Streamlit.
"""

import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import BinaryIO, cast

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Send

from dashboard.door import guarded
from dashboard.wire import answer, told, wanted
from groundswell.errors import WrongUse
from groundswell.store import copies, drafts, export, questions, status, stored
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner
from groundswell.text import clean_text
from groundswell.topic import is_slug

ECHO_CAP_CHARS = 40  # of what was asked and makes no sense
READ_LIMIT_S = 5.0
EXPORT_LIMIT_S = 300.0
PIECE_BYTES = 256 * 1024
EXPORTS_AT_ONCE = 2  # Starlette's 28 worker threads also serve every page's files


def routes(owner: Owner, token: str) -> Sequence[Route]:
    """``/api/status``, ``state``, ``stored``, ``texts``, ``copies`` and ``{topic}/{name}.csv`` over
    ``owner``."""
    api = _Api(owner)
    return [
        Route("/api/status", guarded(told(api.status), token)),
        Route("/api/state", guarded(told(api.state), token)),
        Route("/api/stored", guarded(told(api.stored), token)),
        Route("/api/texts", guarded(told(api.texts), token)),
        Route("/api/copies", guarded(told(api.copies), token)),
        Route("/api/{topic}/{name}.csv", guarded(told(api.csv), token)),
    ]


class _Api:
    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._exports = CapacityLimiter(EXPORTS_AT_ONCE)

    async def status(self, request: Request) -> Response:
        """Health of each source, of ``?topic=`` or of all: the records of ``status --json``."""
        topic = request.query_params.get("topic")
        return await answer(self._owner, lambda cursor: status.records(cursor, topic), READ_LIMIT_S)

    async def state(self, request: Request) -> Response:
        """Cursor and coverage of ``?topic=&source=&route=``: where its next run goes on."""
        place = wanted(request, "topic", "source", "route")
        return await answer(
            self._owner, lambda cursor: questions.route_state(cursor, *place), READ_LIMIT_S
        )

    async def stored(self, request: Request) -> Response:
        """A page of the stored posts of ``?topic=``, behind the place ``&before=``."""
        [topic], before = wanted(request, "topic"), request.query_params.get("before")
        return await answer(
            self._owner, lambda cursor: stored.page(cursor, topic, before), READ_LIMIT_S
        )

    async def texts(self, request: Request) -> Response:
        """Texts by uri, of the stored posts of ``?source=`` at the places ``&uri=`` (repeated)."""
        [source], uris = wanted(request, "source"), request.query_params.getlist("uri")
        return await answer(
            self._owner, lambda cursor: stored.texts_of(cursor, source, uris), READ_LIMIT_S
        )

    async def copies(self, request: Request) -> Response:
        """Whether the copies of ``?topic=`` are grouped."""
        [topic] = wanted(request, "topic")
        return await answer(self._owner, lambda cursor: copies.state(cursor, topic), READ_LIMIT_S)

    async def csv(self, request: Request) -> Response:
        """A whole CSV: written first, then sent, so that an error is an answer and no reader who
        stalls keeps a cursor."""
        name = request.path_params["name"]
        if name not in export.WRITERS:
            raise WrongUse(f"There is no {name}.csv. Known: {', '.join(sorted(export.WRITERS))}.")
        filters = filters_of(request)
        file = await to_thread.run_sync(self._written, name, filters, limiter=self._exports)
        return _Sent(
            _pieces(file),
            media_type="text/csv; charset=utf-8",
            headers={
                "content-disposition": f'attachment; filename="{filters.topic}-{name}.csv"',
                "content-length": str(os.fstat(file.fileno()).st_size),
                "content-encoding": "identity",  # the command line asks over loopback
            },
        )

    def _written(self, name: str, filters: Filters) -> BinaryIO:
        """The open file of a CSV; its name is gone already, so that nothing stays behind."""
        with drafts.draft(self._owner.home) as path:
            with self._owner.read(EXPORT_LIMIT_S) as cursor:
                export.WRITERS[name](cursor, filters, path)
            return path.open("rb")


class _Sent(StreamingResponse):
    """A reader who leaves takes the open file along."""

    async def stream_response(self, send: Send) -> None:
        """Sends the body and closes what makes it, also when the client is gone."""
        async with aclosing(cast("AsyncGenerator[bytes]", self.body_iterator)):
            await super().stream_response(send)


async def _pieces(file: BinaryIO) -> AsyncGenerator[bytes]:
    with file:
        while piece := await to_thread.run_sync(file.read, PIECE_BYTES):
            yield piece


def filters_of(request: Request) -> Filters:
    """The filters in a path and query: ``topic`` from the path, ``since``, ``until``, ``source``,
    ``lang``, ``sentiment`` (repeated), ``keyword``, ``target``, ``stance`` (repeated),
    ``narrative``, ``author`` and ``originals`` (true or false). Raises ``WrongUse``."""
    topic, asked = request.path_params["topic"], request.query_params
    if not is_slug(topic):
        raise WrongUse("That is not the name of a topic.")
    return Filters(
        topic=topic,
        since=_time(asked.get("since")),
        until=_time(asked.get("until")),
        sources=tuple(asked.getlist("source")),
        langs=tuple(asked.getlist("lang")),
        keyword=asked.get("keyword"),
        sentiments=tuple(asked.getlist("sentiment")),
        target=asked.get("target") or None,
        stances=tuple(asked.getlist("stance")),
        narrative=asked.get("narrative") or None,
        author=asked.get("author") or None,
        originals=_truth(asked.get("originals")),
    )


def _truth(text: str | None) -> bool:
    if text not in (None, "true", "false"):
        raise WrongUse("originals is true or false.")
    return text == "true"


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        shown = clean_text(text[:ECHO_CAP_CHARS])[0]
        raise WrongUse(f"“{shown}” is not a time such as 2025-01-29T14:00:00+00:00.") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
