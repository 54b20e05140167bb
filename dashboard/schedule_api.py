"""Routes through which the command line reads and edits the schedule of a served home."""

from collections.abc import Sequence

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import schedule_desk
from dashboard.door import guarded
from dashboard.wire import answered, said, told
from groundswell.store.owner import Owner

BODY_CAP_BYTES = 64 * 1024


def routes(owner: Owner, token: str) -> Sequence[Route]:
    """``GET /api/schedule`` and ``POST /api/schedule/{verb}``: the verbs of the schedule and
    ``run-now``."""

    async def board(_request: Request) -> Response:
        return answered(await to_thread.run_sync(schedule_desk.board, owner))

    async def edit(request: Request) -> Response:
        verb, wish = request.path_params["verb"], await said(request, BODY_CAP_BYTES)
        if verb == "run-now":
            return answered(await to_thread.run_sync(schedule_desk.run_now, wish.get("name")))
        return answered(await to_thread.run_sync(schedule_desk.edit, owner, verb, wish))

    return [
        Route("/api/schedule", guarded(told(board), token)),
        Route("/api/schedule/{verb}", guarded(told(edit), token), methods=["POST"]),
    ]
