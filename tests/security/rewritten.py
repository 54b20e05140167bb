"""A wire whose answers are rewritten on their way, value by value."""

import json
import re
from collections.abc import Callable
from typing import Any

import httpx

_XML_TEXT = re.compile(r"(?<=>)[^<>]+(?=</)")
_HEADERS = ("content-encoding", "content-length")


class Rewritten(httpx.AsyncBaseTransport):
    """Hands requests to ``inner`` (None: the real wire) and each value of a JSON answer, or each
    text of an XML one, to ``rewrite``."""

    def __init__(
        self, inner: httpx.AsyncBaseTransport | None, rewrite: Callable[[Any], Any]
    ) -> None:
        self._inner = inner or httpx.AsyncHTTPTransport()
        self._rewrite = rewrite

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        body = await response.aread()
        kept = [(n, v) for n, v in response.headers.items() if n.lower() not in _HEADERS]
        return httpx.Response(
            response.status_code, headers=kept, stream=httpx.ByteStream(self._body(body))
        )

    async def aclose(self) -> None:
        await self._inner.aclose()

    def _body(self, body: bytes) -> bytes:
        try:
            value = json.loads(body)
        except ValueError:
            text = body.decode("utf-8", "replace")
            return _XML_TEXT.sub(lambda found: self._text(found[0]), text).encode()
        return json.dumps(self._all(value)).encode()

    def _text(self, text: str) -> str:
        written = str(self._rewrite(text))
        return "".join(c for c in written if c.isprintable()).replace("<", "&lt;")

    def _all(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._all(own) for key, own in value.items()}
        if isinstance(value, list):
            return [self._all(own) for own in value]
        return self._rewrite(value)
