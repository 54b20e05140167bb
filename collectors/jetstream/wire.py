"""One connection to one Jetstream host, in version 2 or 1: opened politely, read in bundles.

Version 1 packs with a dictionary that each client has to ship; version 2 hands its own out. So the
first is read with the compression that every websocket knows, the second with zstd where offered.
"""

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidStatus,
    InvalidURI,
    WebSocketException,
)
from websockets.typing import Subprotocol

from collectors._fields import at
from collectors._hosts import is_public
from collectors._redact import Discreet
from collectors._waits import retry_after_s
from collectors._wire import user_agent
from collectors._wire_json import read_json
from collectors.jetstream.events import NSID, POSTS
from collectors.jetstream.packing import Dictionary
from groundswell.errors import RefusedAddress
from groundswell.settings import Settings

SUBPROTOCOL = Subprotocol("xrpc.v1.json")
FRAME_CAP_BYTES = 32 * 1024 * 1024
BUNDLE_FRAMES = 500
BUNDLE_BYTES = 8 * 1024 * 1024
TICK_S = 0.5
TOO_LARGE = 1009

_QUIET = Discreet(())
_NOT_THERE = (404, 405, 501)  # a host of version 1 has no such address


class Refused(Exception):
    """The host answered, but opened no stream. ``name`` is its own word for why."""

    def __init__(self, status: int, name: str, message: str, wait_s: float | None) -> None:
        super().__init__(f"answered {status}{f' ({name} {message})' if name or message else ''}")
        self.status, self.name, self.wait_s = status, name, wait_s
        self.speaks_another_version = status in _NOT_THERE


class Lost(Exception):
    """There is no connection, or none any more. ``by_size``: a frame was too large to be taken;
    ``by_us``: it was given up although nothing failed."""

    def __init__(self, said: str, *, by_size: bool = False, by_us: bool = False) -> None:
        super().__init__(said)
        self.by_size, self.by_us = by_size, by_us


@dataclass(slots=True)
class Host:
    """A host and what is known of it: None before it was spoken to."""

    url: str  # with ws or wss, without a path
    is_v1: bool = False
    turns: int = 0  # how often the other version was tried
    dictionary: Dictionary | None = None
    may_pack: bool = True

    @property
    def name(self) -> str:
        """Host and port, for people."""
        return urlsplit(self.url).netloc

    @property
    def http_url(self) -> str:
        """Where the same host answers plain questions."""
        return self.url.replace("ws", "http", 1)

    def address(self, cursor_us: int | None) -> str:
        """The address of a stream from ``cursor_us`` on, None: from now."""
        at_cursor = {} if cursor_us is None else {"cursor": str(cursor_us)}
        if self.is_v1:
            return f"{self.url}/subscribe?{urlencode({'wantedCollections': POSTS} | at_cursor)}"
        packed = {"zstdDictionary": str(self.dictionary.number)} if self.dictionary else {}
        asked = {"collections": POSTS} | at_cursor | packed
        return f"{self.url}/xrpc/{NSID}?{urlencode(asked)}"


class Wire:
    """An open connection."""

    def __init__(self, connection: ClientConnection, host: Host) -> None:
        self._connection, self._dictionary = connection, host.dictionary

    async def bundle(self) -> list[bytes]:
        """The frames of the next half second, or the next hundreds; none when it was quiet.
        Raises ``Lost``."""
        frames: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(TICK_S):
                while len(frames) < BUNDLE_FRAMES and size < BUNDLE_BYTES:
                    frames.append(await self._connection.recv(decode=False))
                    size += len(frames[-1])
        except TimeoutError:
            pass  # the tick
        except ConnectionClosed as closed:
            if not frames:  # else the next call says it
                raise _lost(closed) from None
        return [self._dictionary.unpacked(f) for f in frames] if self._dictionary else frames

    async def close(self) -> None:
        """Says goodbye, without waiting long for an answer."""
        await self._connection.close()


async def open_wire(settings: Settings, host: Host, cursor_us: int | None) -> Wire:
    """A connection that tells everything from ``cursor_us`` on. Raises ``Refused``, ``Lost`` and,
    for an address that must not be asked, ``RefusedAddress``."""
    if urlsplit(host.url).scheme not in ("ws", "wss"):
        raise _no_host(host, "it begins with neither wss:// nor ws://")
    try:
        connection = await connect(
            host.address(cursor_us),
            subprotocols=None if host.is_v1 else [SUBPROTOCOL],
            compression=None if host.dictionary and not host.is_v1 else "deflate",
            user_agent_header=user_agent(settings),
            proxy=None,
            max_size=FRAME_CAP_BYTES,
            ping_interval=30,
            ping_timeout=60,
            close_timeout=2,
            **await _place(settings, host),
        )
    except InvalidURI as error:
        raise _no_host(host, str(error)) from None
    except InvalidStatus as error:
        raise _refused(error) from None
    except (OSError, TimeoutError, WebSocketException, ValueError) as error:
        said = _QUIET.line(str(error)) or "no answer in time"
        raise Lost(f"could not be reached ({said})") from error
    return Wire(connection, host)


def _no_host(host: Host, why: str) -> RefusedAddress:
    return RefusedAddress(
        f"bluesky: {_QUIET.line(host.url)} is not the address of a Jetstream host ({why}). Mend "
        "GROUNDSWELL_JETSTREAM_URL, for example wss://jetstream.us-east.bsky.network.",
        source="bluesky",
    )


async def _place(settings: Settings, host: Host) -> dict[str, Any]:
    """The address that was looked at is the one that is connected to: a name may change between."""
    parts = urlsplit(host.url)
    if settings.allow_private_addresses or not parts.hostname:
        return {}
    port = parts.port or (443 if parts.scheme == "wss" else 80)
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    addresses = [ip_address(str(place[4][0]).partition("%")[0]) for place in found]
    if not all(is_public(parts.hostname, address, port) for address in addresses):
        raise RefusedAddress(
            f"bluesky: {host.name} is an address of this machine or network and is not asked. "
            "That needs GROUNDSWELL_ALLOW_PRIVATE_ADDRESSES=1.",
            source="bluesky",
        )
    return {"host": str(addresses[0]), "port": port}


def _refused(error: InvalidStatus) -> Refused:
    response = error.response
    try:
        body = read_json(bytes(response.body or b""))
    except ValueError:
        body = None
    name, message = (_QUIET.line(str(at(body, key) or "")) for key in ("error", "message"))
    headers: Mapping[str, str] = dict(response.headers.raw_items())
    asked = {key.lower(): value for key, value in headers.items()}.get("retry-after")
    wait_s = retry_after_s(asked, datetime.now(UTC))
    return Refused(response.status_code, name, message, wait_s)


def _lost(closed: ConnectionClosed) -> Lost:
    if closed.sent is not None and closed.sent.code == TOO_LARGE and not closed.rcvd_then_sent:
        return Lost(f"sent a frame above {FRAME_CAP_BYTES // 1024**2} MiB", by_size=True)
    said = closed.rcvd and f"{closed.rcvd.code} {_QUIET.line(closed.rcvd.reason)}".strip()
    return Lost(f"closed the connection ({said})" if said else "broke off the connection")
