"""Routes through which the command line labels posts of a served home."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import orjson
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.api import answered, told
from dashboard.door import guarded
from groundswell.errors import WrongUse
from groundswell.store import label_records
from groundswell.store.owner import Owner
from groundswell.store.reading import Cursor

READ_LIMIT_S = 30.0
BODY_CAP_BYTES = 2 * 1024**2  # a thousand labels of a file

Answer = TypeVar("Answer")


def routes(owner: Owner, token: str) -> Sequence[Route]:
    """``GET /api/labels/standing``, ``queue`` and ``rows`` of ``?topic=&target=``, and ``POST
    /api/labels/{verb}``: what ``label_records`` knows."""

    async def standing(request: Request) -> Response:
        topic, target = _named(request)
        return answered(await _ask(lambda cur: label_records.standing(cur, topic, target)))

    async def rows(request: Request) -> Response:
        topic, target = _named(request)
        return answered(await _ask(lambda cur: label_records.rows(cur, topic, target)))

    async def queue(request: Request) -> Response:
        asked = request.query_params
        said = dict(asked) | {
            "passed": [number for number in asked.getlist("passed") if number.isdecimal()],
            "differing": asked.get("differing") == "true",
        }
        return answered(await _ask(lambda cur: label_records.queue(cur, said)))

    async def edit(request: Request) -> Response:
        verb, said = request.path_params["verb"], await _said(request)
        done = await to_thread.run_sync(
            owner.write, lambda con: label_records.edit(con, verb, said)
        )
        return answered(done)

    async def _ask(question: Callable[[Cursor], Answer]) -> Answer:
        def read() -> Answer:
            with owner.read(READ_LIMIT_S) as cursor:
                return question(cursor)

        return await to_thread.run_sync(read)

    return [
        Route("/api/labels/standing", guarded(told(standing), token)),
        Route("/api/labels/rows", guarded(told(rows), token)),
        Route("/api/labels/queue", guarded(told(queue), token)),
        Route("/api/labels/{verb}", guarded(told(edit), token), methods=["POST"]),
    ]


def _named(request: Request) -> tuple[str, str]:
    topic, target = (request.query_params.get(name) for name in ("topic", "target"))
    if not topic or not target:
        raise WrongUse("Ask with ?topic=…&target=….")
    return topic, target


async def _said(request: Request) -> dict[str, Any]:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_CAP_BYTES:
            raise WrongUse(f"Labels come in at most {BODY_CAP_BYTES:,} bytes at once.")
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        said = None
    if not isinstance(said, dict):
        raise WrongUse("An edit of labels is a JSON object.")
    return said
