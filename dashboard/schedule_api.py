"""Routes through which the command line reads and edits the schedule of a served home."""

from collections.abc import Sequence
from typing import Any

import orjson
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import schedule_desk
from dashboard.api import answered, told
from dashboard.door import guarded
from groundswell.errors import WrongUse
from groundswell.store.owner import Owner

BODY_CAP_BYTES = 64 * 1024


def routes(owner: Owner, token: str) -> Sequence[Route]:
    """``GET /api/schedule`` and ``POST /api/schedule/{verb}``: the verbs of the schedule and
    ``run-now``."""

    async def board(_request: Request) -> Response:
        return answered(await to_thread.run_sync(schedule_desk.board, owner))

    async def edit(request: Request) -> Response:
        verb, said = request.path_params["verb"], await _said(request)
        if verb == "run-now":
            return answered(await to_thread.run_sync(schedule_desk.run_now, said.get("name")))
        return answered(await to_thread.run_sync(schedule_desk.edit, owner, verb, said))

    return [
        Route("/api/schedule", guarded(told(board), token)),
        Route("/api/schedule/{verb}", guarded(told(edit), token), methods=["POST"]),
    ]


async def _said(request: Request) -> dict[str, Any]:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_CAP_BYTES:
            raise WrongUse(f"An edit has at most {BODY_CAP_BYTES:,} bytes.")
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise WrongUse("An edit is a JSON object.") from None
    if not isinstance(said, dict):
        raise WrongUse("An edit is a JSON object.")
    return said
