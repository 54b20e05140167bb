"""A network of two servers: one outside that anybody may ask, one inside that nobody may."""

import ipaddress
import socket
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import pytest

from tests.collectors.web import Call, Reply, Web

OUTSIDE_IP = "93.184.216.34"
OUTSIDE = "outside.example"
INSIDE = "inside.example"

_getaddrinfo = socket.getaddrinfo
_connect = socket.socket.connect
_getpeername = socket.socket.getpeername


class PretendNet:
    """While the ``with`` block lasts, names resolve as ``names`` says (the answers in turn, the
    last one from then on), and ``OUTSIDE_IP`` is a server that answers as ``outside`` says.
    ``asked`` are the calls that reached the server inside: there must be none. It listens at
    ``port`` of 127.0.0.1, as the one outside seems to do."""

    def __init__(self, patch: pytest.MonkeyPatch, outside: Callable[[Call], Reply]) -> None:
        self._patch = patch
        self._inside = Web(lambda _: Reply(body=b"the secret of the inside"))
        self._outside = Web(outside)
        self._to_outside: set[int] = set()
        self.names = {OUTSIDE: [OUTSIDE_IP], INSIDE: ["127.0.0.1"]}

    @property
    def port(self) -> int:
        return self._inside.port

    @property
    def asked(self) -> list[Call]:
        return self._inside.calls

    @property
    def reached(self) -> list[Call]:
        """What the server outside was asked."""
        return self._outside.calls

    def __enter__(self) -> Self:
        self._inside.__enter__()
        self._outside.__enter__()
        net = self

        def getaddrinfo(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
            name = (host.decode() if isinstance(host, bytes) else str(host)).rstrip(".")
            if name in net.names:
                answers = net.names[name]
                name = answers.pop(0) if len(answers) > 1 else answers[0]
            elif not _is_numeric(name) and name.lower() != "localhost":
                raise socket.gaierror(socket.EAI_NONAME, "no such name")
            return _getaddrinfo(name, port, *rest, **more)

        def connect(own: socket.socket, address: Any) -> None:
            if address[0] == OUTSIDE_IP:
                net._to_outside.add(own.fileno())
                _connect(own, ("127.0.0.1", net._outside.port))
            elif ipaddress.ip_address(address[0].partition("%")[0]).is_loopback:
                net._to_outside.discard(own.fileno())
                _connect(own, address)
            else:
                raise ConnectionRefusedError(f"nobody is at {address[0]}")

        def getpeername(own: socket.socket) -> Any:
            name = _getpeername(own)
            return (OUTSIDE_IP, net.port) if own.fileno() in net._to_outside else name

        self._patch.setattr(socket, "getaddrinfo", getaddrinfo)
        self._patch.setattr(socket.socket, "connect", connect)
        self._patch.setattr(socket.socket, "getpeername", getpeername)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._patch.undo()
        self._outside.__exit__(kind, error, trace)
        self._inside.__exit__(kind, error, trace)


def _is_numeric(name: str) -> bool:
    """Whether the C library reads a name as an address, in whatever spelling."""
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        try:
            socket.inet_aton(name)
        except (OSError, UnicodeError):
            return False
    return True
