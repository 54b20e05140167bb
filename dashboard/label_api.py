"""Routes through which the command line labels posts of a served home."""

from collections.abc import Sequence

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.door import guarded
from dashboard.wire import answer, answered, said, told, wanted
from groundswell.store import label_records
from groundswell.store.owner import Owner

READ_LIMIT_S = 30.0
BODY_CAP_BYTES = 2 * 1024**2  # a thousand labels of a file


def routes(owner: Owner, token: str) -> Sequence[Route]:
    """``GET /api/labels/standing``, ``queue`` and ``rows`` of ``?topic=&target=``, and ``POST
    /api/labels/{verb}``: what ``label_records`` knows."""

    async def standing(request: Request) -> Response:
        place = wanted(request, "topic", "target")
        return await answer(owner, lambda cur: label_records.standing(cur, *place), READ_LIMIT_S)

    async def rows(request: Request) -> Response:
        place = wanted(request, "topic", "target")
        return await answer(owner, lambda cur: label_records.rows(cur, *place), READ_LIMIT_S)

    async def queue(request: Request) -> Response:
        asked = request.query_params
        wish = dict(asked) | {
            "passed": [number for number in asked.getlist("passed") if number.isdecimal()],
            "differing": asked.get("differing") == "true",
        }
        return await answer(owner, lambda cur: label_records.queue(cur, wish), READ_LIMIT_S)

    async def edit(request: Request) -> Response:
        verb, wish = request.path_params["verb"], await said(request, BODY_CAP_BYTES)
        done = await to_thread.run_sync(
            owner.write, lambda con: label_records.edit(con, verb, wish)
        )
        return answered(done)

    return [
        Route("/api/labels/standing", guarded(told(standing), token)),
        Route("/api/labels/rows", guarded(told(rows), token)),
        Route("/api/labels/queue", guarded(told(queue), token)),
        Route("/api/labels/{verb}", guarded(told(edit), token), methods=["POST"]),
    ]
