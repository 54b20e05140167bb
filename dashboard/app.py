"""The web application: Streamlit's pages behind our door, our headers and our own routes."""

import threading
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import streamlit as st
from anyio import to_thread
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard import chart_tools
from dashboard.access import Access
from dashboard.access import hold as hold_access
from dashboard.api import routes
from dashboard.arguments_api import routes as arguments_routes
from dashboard.compressed import CompressedStatic
from dashboard.door import Door
from dashboard.headers import SecurityHeaders, security_headers
from dashboard.label_api import routes as label_routes
from dashboard.login import Entry, SecureCookies
from dashboard.probes import routes as probe_routes
from dashboard.public_api.routes import routes as public_routes
from dashboard.public_api.routes import the_rest as rest_of_public
from dashboard.rights_api import routes as rights_routes
from dashboard.schedule_api import routes as schedule_routes
from dashboard.way_back import WayBack
from groundswell.schedule.keeper import Keeper
from groundswell.store import questions
from groundswell.store.owner import Owner

MAIN = Path(__file__).with_name("main.py")
STATIC = Path(st.__file__).parent / "static"

Lifespan = Callable[[st.App], AbstractAsyncContextManager[None]]


def application(
    owner: Owner,
    stop: Callable[[], None],
    names: Iterable[str] = (),
    keeper: Keeper | None = None,
    entry: Entry | None = None,
) -> st.App:
    """The ASGI application over a held ``owner``, behind the host ``names`` and loopback. Without
    an ``entry`` everybody may only read, and scripts need a token.

    The owner, then the ``keeper`` of the schedule, if there is one, are started before the first
    request; ``stop`` is called after the last and must stop them. Raises ``GroundswellError`` when
    the installed Streamlit is not the one we know.
    """
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    warm = threading.Event()
    entry = entry or Entry(access=Access())
    hold_access(entry.access)
    public = {"open_to_all": entry.open_to_scripts}
    return st.App(
        MAIN,
        lifespan=_lifespan(owner, stop, keeper, warm),
        routes=[
            *probe_routes(owner, warm),
            *public_routes(owner, **public),
            *routes(owner, owner.token),
            *label_routes(owner, owner.token),
            *rights_routes(owner, owner.token),
            *schedule_routes(owner, owner.token),
            *arguments_routes(owner, owner.token),
            *rest_of_public(owner, **public),
            *_not_below_pages(),
        ],
        middleware=[
            Middleware(SecurityHeaders, headers=security_headers(page)),
            Middleware(Door, names=tuple(names)),
            *([Middleware(SecureCookies)] if entry.only_https else []),
            *([Middleware(WayBack)] if entry.access.login else []),
            Middleware(CompressedStatic, root=STATIC, ours=chart_tools.files()),
        ],
        secrets=entry.secrets or None,
    )


def _not_below_pages() -> list[Route]:
    """Below the path of a deep link (``/posts``) Streamlit's page looks for its server before it
    looks at the root. A yes would make it take ``/posts`` for the root, and browsers note every
    4xx in red; 300 is no yes, and quiet."""

    async def elsewhere(_request: Request) -> Response:
        return PlainTextResponse("The server of this page is at /_stcore/.", status_code=300)

    return [Route(f"/{{page}}/_stcore/{asked}", elsewhere) for asked in ("health", "host-config")]


def _lifespan(
    owner: Owner, stop: Callable[[], None], keeper: Keeper | None, warm: threading.Event
) -> Lifespan:
    """Absorber and keeper must not be born in a page's thread: those are daemons, and so would
    they be. ``warm`` is set while pages are ready for visitors."""

    @asynccontextmanager
    async def lifespan(_app: st.App) -> AsyncIterator[None]:
        await to_thread.run_sync(owner.start)
        await to_thread.run_sync(_warm_up, owner)
        if keeper is not None:
            keeper.start()
        warm.set()
        try:
            yield
        finally:
            warm.clear()
            await to_thread.run_sync(stop)

    return lifespan


def _warm_up(owner: Owner) -> None:
    """Loads what the pages need and reads once, so that the first visitor does not wait for it."""
    import dashboard.panels
    import dashboard.post_card
    import dashboard.tiles  # noqa: F401  # loaded for later

    with owner.read() as cursor:
        questions.sources(cursor)
