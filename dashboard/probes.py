"""Two addresses for who watches the server: whether it lives, and whether it can answer.

They need no login and no token, so they tell nothing about topics, posts or people. Like all else
they answer to known host names only.
"""

import threading
from collections.abc import Sequence

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.wire import answered
from groundswell.errors import GroundswellError, ShuttingDown
from groundswell.store import questions
from groundswell.store.owner import Owner

READ_LIMIT_S = 2.0
_NO_STORE = {"cache-control": "no-store"}


def routes(owner: Owner, warm: threading.Event) -> Sequence[Route]:
    """``/healthz``: 200 while the process answers. ``/readyz``: 200 when visitors can be sent
    here, else 503 with ``reason``, a word of ``unready``."""
    one_at_a_time = CapacityLimiter(1)  # strangers may ask: they must not fill the threads

    async def alive(_request: Request) -> Response:
        return _said({"alive": True}, 200)

    async def ready(_request: Request) -> Response:
        reason = await to_thread.run_sync(unready, owner, warm, limiter=one_at_a_time)
        return _said({"ready": reason is None, "reason": reason}, 200 if reason is None else 503)

    return [Route("/healthz", alive), Route("/readyz", ready)]


def unready(owner: Owner, warm: threading.Event) -> str | None:
    """Why visitors should not be sent here: ``pages`` are not loaded, the ``absorber`` does not
    run, the ``database`` does not answer, or the server is ``stopping``. None: they may come."""
    try:
        with owner.read(READ_LIMIT_S) as cursor:
            questions.is_open(cursor)
    except ShuttingDown:
        return "stopping"
    except GroundswellError:
        return "database"
    if not owner.absorbs:
        return "absorber"
    return None if warm.is_set() else "pages"


def _said(value: object, status: int) -> Response:
    answer = answered(value, status)
    answer.headers.update(_NO_STORE)
    return answer
