"""A real HTTP server on 127.0.0.1 that answers as a test says, faults included."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Call:
    """One request as the server saw it."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    def one(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return self.query.get(name, [default])[0]


@dataclass(frozen=True)
class Reply:
    """What to answer. ``cut_at`` sends only so many bytes of the body, then hangs up."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut_at: int | None = None


class Web:
    """Serves ``answer`` while the ``with`` block lasts; ``calls`` is what was asked, in order."""

    def __init__(self, answer: Callable[[Call], Reply]) -> None:
        self.calls: list[Call] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(answer, self.calls))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def in_turn(*replies: Reply) -> Callable[[Call], Reply]:
    """An answer function that gives ``replies`` one after the other, the last one for ever."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def _handler(answer: Callable[[Call], Reply], calls: list[Call]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16  # head and body in one packet

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
            """The test log is for failures."""

        def do_GET(self) -> None:  # the name http.server calls
            parts = urlsplit(self.path)
            length = int(self.headers.get("content-length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = parse_qs(parts.query, keep_blank_values=True)
            body = self.rfile.read(length)
            call = Call(self.command, parts.path, query, headers, body)
            calls.append(call)
            try:
                self._send(answer(call))
            except ConnectionError:  # the client has seen enough
                self.close_connection = True

        do_POST = do_GET  # noqa: N815  # the name http.server calls

        def _send(self, reply: Reply) -> None:
            self.send_response_only(reply.status)
            headers = {"Content-Length": str(len(reply.body)), **reply.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body if reply.cut_at is None else reply.body[: reply.cut_at])
            self.wfile.flush()
            if reply.cut_at is not None:
                self.close_connection = True

    return Handler
