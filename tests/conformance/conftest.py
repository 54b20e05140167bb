"""No test of the contract reaches beyond this machine."""

import socket
from typing import Any

import pytest

from collectors._hosts import on_this_machine

KNOWN = ("localhost", "testserver", None)


class ReachedOut(AssertionError):
    """A test tried to connect to another machine."""


@pytest.fixture(autouse=True)
def nothing_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuses connections to other machines, and the look-up of their names."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def refuse(host: Any) -> None:
        if isinstance(host, bytes):
            host = host.decode()
        if host not in KNOWN and not on_this_machine(str(host)):
            raise ReachedOut(f"{host} is not this machine")

    def connecting(own: socket.socket, address: Any) -> None:
        if own.family in (socket.AF_INET, socket.AF_INET6):
            refuse(address[0])
        connect(own, address)

    def looking_up(host: Any, *more: Any, **named: Any) -> Any:
        refuse(host)
        return look_up(host, *more, **named)

    monkeypatch.setattr(socket.socket, "connect", connecting)
    monkeypatch.setattr(socket, "getaddrinfo", looking_up)
