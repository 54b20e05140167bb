"""What all routes share: what is asked, off the event loop, and JSON back."""

from collections.abc import Callable
from typing import Any

import orjson
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from dashboard.door import Endpoint
from groundswell.errors import (
    GroundswellError,
    NoSuchTopic,
    QueryTimeout,
    ShuttingDown,
    TooBusy,
    WrongUse,
)
from groundswell.store.owner import Owner
from groundswell.store.reading import Cursor

_STATUS: tuple[tuple[type[GroundswellError], int], ...] = (
    (NoSuchTopic, 404),
    (WrongUse, 400),
    (TooBusy, 503),
    (ShuttingDown, 503),
    (QueryTimeout, 504),
)


def told(endpoint: Endpoint) -> Endpoint:
    """Errors of ours as JSON with one sentence and a stable word."""

    async def checked(request: Request) -> Response:
        try:
            return await endpoint(request)
        except GroundswellError as error:
            code = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
            return answered({"error": str(error), "reason": error.reason}, code)

    return checked


def answered(value: object, status: int = 200) -> Response:
    """``value`` as JSON; times in UTC."""
    body = orjson.dumps(value, option=orjson.OPT_NAIVE_UTC)
    return Response(body, status_code=status, media_type="application/json")


async def answer(owner: Owner, question: Callable[[Cursor], object], limit_s: float) -> Response:
    """What the database says to ``question``, which may take ``limit_s``, as JSON. Asked off the
    event loop: SQL there would stop every page."""

    def read() -> object:
        with owner.read(limit_s) as cursor:
            return question(cursor)

    return answered(await to_thread.run_sync(read))


def wanted(request: Request, *names: str) -> list[str]:
    """The parameters of these names. Raises ``WrongUse`` when one is missing."""
    values = [request.query_params.get(name) or "" for name in names]
    if "" in values:
        asked = "&".join(f"{name}=…" for name in names)
        raise WrongUse(f"{names[values.index('')]} is missing: ask with ?{asked}.")
    return values


async def said(request: Request, cap_bytes: int) -> dict[str, Any]:
    """The JSON object that a request brings. Raises ``WrongUse`` for anything else, and for more
    than ``cap_bytes``."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > cap_bytes:
            raise WrongUse(f"At most {cap_bytes:,} bytes can be sent at once.")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise WrongUse("What is sent is a JSON object.")
    return value
