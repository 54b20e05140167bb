"""What every answer of the server carries: the content policy and the other security headers."""

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from groundswell.errors import GroundswellError

# 'unsafe-inline' for styles only: Streamlit writes its styles into the page at run time.
_POLICY = (
    "default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'self'; object-src 'none'; "
    "form-action 'self'"
)
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
_KNOWN_INLINE_SCRIPTS = 1  # Streamlit 1.67; another number means another page than the one tried


def content_policy(index_html: str) -> str:
    """The policy that lets exactly the inline scripts of ``index_html`` run.

    Raises ``GroundswellError`` when the page is not the one we know: better no server than one
    whose policy nobody has tried.
    """
    scripts = _INLINE_SCRIPT.findall(index_html)
    if len(scripts) != _KNOWN_INLINE_SCRIPTS:
        raise GroundswellError(
            f"The installed Streamlit has {len(scripts)} inline scripts in its page instead of "
            f"{_KNOWN_INLINE_SCRIPTS}, so its security policy is unknown. Install the version "
            "that Groundswell asks for."
        )
    return _POLICY.format(hashes=" ".join(_hash(script) for script in scripts))


def security_headers(index_html: str) -> tuple[tuple[bytes, bytes], ...]:
    """Name and value of each header, ready for ASGI."""
    return (
        (b"content-security-policy", content_policy(index_html).encode()),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"same-origin"),
        (b"x-content-type-options", b"nosniff"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    )


class SecurityHeaders:
    """Plain ASGI middleware: ``headers`` on every HTTP answer, in place of others of their name."""

    def __init__(self, app: ASGIApp, *, headers: Sequence[tuple[bytes, bytes]]) -> None:
        self._app = app
        self._headers = tuple(headers)
        self._names = {name for name, _ in headers}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on and completes the head of its answer."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = (h for h in message.get("headers", ()) if h[0].lower() not in self._names)
                message["headers"] = [*others, *self._headers]
            await send(message)

        await self._app(scope, receive, with_headers)


def _hash(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
