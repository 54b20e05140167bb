"""Streamlit's own files, compressed once and kept, since Streamlit leaves that to a proxy.

Nine megabytes of scripts become less than three. A file's name carries its hash, so browsers
keep it for a year and a file is compressed once in the life of the server.
"""

import gzip
import mimetypes
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import anyio
from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_TEXT = frozenset({".js", ".css", ".svg", ".json"})
_LEVEL = 6
_FOR_A_YEAR = "public, immutable, max-age=31536000"


class CompressedStatic:
    """ASGI middleware that answers for ``/static/…`` when the client accepts gzip.

    ``root`` is Streamlit's static folder, ``ours`` are further files by the path they are asked
    for, which must change with their contents. Only files found at start are served, looked up by
    their whole path: nothing a client sends reaches the file system.
    """

    def __init__(
        self, app: ASGIApp, *, root: Path, ours: Mapping[str, Path] = MappingProxyType({})
    ) -> None:
        self._app = app
        self._files = dict(ours) | {
            f"/{path.relative_to(root).as_posix()}": path
            for path in (root / "static").rglob("*")
            if path.suffix in _TEXT
        }
        self._kept: dict[str, bytes] = {}
        self._one_at_a_time = anyio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves the compressed file, or passes the request on."""
        if not self._is_ours(scope):
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        headers = {
            "content-encoding": "gzip",
            "cache-control": _FOR_A_YEAR,
            "vary": "Accept-Encoding",
        }
        answer = Response(await self._body(path), media_type=kind, headers=headers)
        await answer(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return False
        if scope["path"] not in self._files:
            return False
        accepted = _encodings(Headers(scope=scope).getlist("accept-encoding"))
        return "gzip" in accepted

    async def _body(self, path: str) -> bytes:
        if path not in self._kept:
            async with self._one_at_a_time:  # two first visitors, one compression
                if path not in self._kept:
                    self._kept[path] = await to_thread.run_sync(_compress, self._files[path])
        return self._kept[path]


def _compress(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=_LEVEL, mtime=0)


def _encodings(values: Iterable[str]) -> set[str]:
    """The content codings a client accepts; one with ``q=0`` is refused by the client."""
    accepted = set()
    for part in ",".join(values).split(","):
        name, _, weight = part.partition(";")
        if weight.strip().removeprefix("q=").strip() not in ("0", "0.0", "0.00", "0.000"):
            accepted.add(name.strip().lower())
    return accepted
