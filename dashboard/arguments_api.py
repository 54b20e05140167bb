"""Routes for the command line about what is argued in a topic, while a server owns its data."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.door import guarded
from dashboard.wire import answer, told, wanted
from groundswell.errors import WrongUse
from groundswell.store import narratives, topic_labels
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner
from groundswell.store.reading import Cursor
from groundswell.store.rows import json_records

READ_LIMIT_S = 30.0  # the texts of thousands of posts
MOST_POSTS = 20_000


def routes(owner: Owner, token: str) -> Sequence[Route]:
    """``/api/narratives``, ``narratives/state``, ``narratives/material``, ``topic-labels``; each of
    ``?topic=`` and ``&target=``."""

    async def all_told(request: Request) -> Response:
        topic, target = wanted(request, "topic", "target")
        f = Filters(topic=topic)

        def read(cursor: Cursor) -> object:
            return json_records(narratives.narratives(cursor, f, target))

        return await answer(owner, read, READ_LIMIT_S)

    async def state(request: Request) -> Response:
        place = wanted(request, "topic", "target", "version")
        return await answer(owner, lambda cursor: narratives.state(cursor, *place), READ_LIMIT_S)

    async def material(request: Request) -> Response:
        topic, target, limit = wanted(request, "topic", "target", "limit")
        if not limit.isdecimal():
            raise WrongUse("limit is a number of posts.")
        most = min(int(limit), MOST_POSTS)
        return await answer(
            owner, lambda cursor: narratives.material(cursor, topic, target, most), READ_LIMIT_S
        )

    async def labelled(request: Request) -> Response:
        topic, target = wanted(request, "topic", "target")
        return await answer(
            owner, lambda cursor: topic_labels.labels(cursor, topic, target), READ_LIMIT_S
        )

    return [
        Route("/api/narratives", guarded(told(all_told), token)),
        Route("/api/narratives/state", guarded(told(state), token)),
        Route("/api/narratives/material", guarded(told(material), token)),
        Route("/api/topic-labels", guarded(told(labelled), token)),
    ]
