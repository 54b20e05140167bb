"""Routes for the command line about what is argued in a topic, while a server owns its data."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.api import answered, told
from dashboard.door import guarded
from groundswell.errors import WrongUse
from groundswell.store import narratives, topic_labels
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner
from groundswell.store.reading import Cursor

READ_LIMIT_S = 30.0  # the texts of thousands of posts
MOST_POSTS = 20_000

Answer = TypeVar("Answer")


def routes(owner: Owner, token: str) -> Sequence[Route]:
    """``/api/narratives``, ``narratives/state``, ``narratives/material``, ``topic-labels``."""
    api = _Api(owner)
    return [
        Route("/api/narratives", guarded(told(api.narratives), token)),
        Route("/api/narratives/state", guarded(told(api.state), token)),
        Route("/api/narratives/material", guarded(told(api.material), token)),
        Route("/api/topic-labels", guarded(told(api.topic_labels), token)),
    ]


class _Api:
    def __init__(self, owner: Owner) -> None:
        self._owner = owner

    async def narratives(self, request: Request) -> Response:
        """The narratives about ``&target=`` of ``?topic=``."""
        topic, target = _wanted(request, "topic"), _wanted(request, "target")

        def asked(cursor: Cursor) -> object:
            return narratives.records(narratives.narratives(cursor, Filters(topic=topic), target))

        return answered(await self._ask(asked))

    async def state(self, request: Request) -> Response:
        """Whether those of ``?topic=&target=`` are up to date for the model ``&version=``."""
        place = [_wanted(request, name) for name in ("topic", "target", "version")]
        return answered(await self._ask(lambda cursor: narratives.state(cursor, *place)))

    async def material(self, request: Request) -> Response:
        """The newest ``&limit=`` posts of ``?topic=`` that take a side towards ``&target=``."""
        topic, target = _wanted(request, "topic"), _wanted(request, "target")
        limit = _wanted(request, "limit")
        if not limit.isdecimal():
            raise WrongUse("limit is a number of posts.")
        most = min(int(limit), MOST_POSTS)
        return answered(
            await self._ask(lambda cursor: narratives.material(cursor, topic, target, most))
        )

    async def topic_labels(self, request: Request) -> Response:
        """Which posts drawn for ``&target=`` people say are of ``?topic=``."""
        topic, target = _wanted(request, "topic"), _wanted(request, "target")
        return answered(await self._ask(lambda cursor: topic_labels.labels(cursor, topic, target)))

    async def _ask(self, question: Callable[[Cursor], Answer]) -> Answer:
        """Off the event loop: SQL there would stop every page."""

        def read() -> Answer:
            with self._owner.read(READ_LIMIT_S) as cursor:
                return question(cursor)

        return await to_thread.run_sync(read)


def _wanted(request: Request, name: str) -> str:
    value = request.query_params.get(name)
    if not value:
        raise WrongUse(f"{name} is missing: ask with ?topic=…&target=….")
    return value
