"""Routes through which the command line deletes from a served home, and looks for what to check."""

from collections.abc import Sequence

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.door import guarded
from dashboard.wire import answer, answered, said, told
from groundswell.store import quarantine, rechecks
from groundswell.store.owner import Owner
from groundswell.store.purge import count, wish_of

READ_LIMIT_S = 30.0
BODY_CAP_BYTES = 64 * 1024


def routes(owner: Owner, token: str) -> Sequence[Route]:
    """``GET /api/purge`` counts what a wish would take away, ``POST`` does it; ``/api/rechecks``
    lists stored posts, those not looked at for longest first, ``/api/quarantine`` what waits to be
    read again. A page of another site can send
    neither the token nor, without asking the door, the header that carries it."""

    async def counted(request: Request) -> Response:
        wish = wish_of(dict(request.query_params))

        return await answer(owner, lambda cursor: {"posts": count(cursor, wish)}, READ_LIMIT_S)

    async def purged(request: Request) -> Response:
        wish = wish_of(await said(request, BODY_CAP_BYTES))
        done = await to_thread.run_sync(owner.purge, wish)
        return answered({"posts": done.posts})

    async def due(request: Request) -> Response:
        asked = rechecks.asked_of(dict(request.query_params))

        return await answer(
            owner, lambda cursor: rechecks.page(cursor, owner.home, asked), READ_LIMIT_S
        )

    async def set_aside(request: Request) -> Response:
        asked = request.query_params
        wanted = quarantine.wanted_of(dict(asked), asked.getlist("id"))

        return await answer(owner, lambda cursor: quarantine.page(cursor, wanted), READ_LIMIT_S)

    return [
        Route("/api/purge", guarded(told(counted), token), methods=["GET"]),
        Route("/api/purge", guarded(told(purged), token), methods=["POST"]),
        Route("/api/rechecks", guarded(told(due), token), methods=["GET"]),
        Route("/api/quarantine", guarded(told(set_aside), token), methods=["GET"]),
    ]
