"""What is known of each host: whether it may be asked at all, how often, and when again."""

import socket
from asyncio import AbstractEventLoop, get_running_loop
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from pathlib import Path
from weakref import WeakKeyDictionary

from aiolimiter import AsyncLimiter

from groundswell.budget import Breaker, Breakers, Holds

BURST_S = 2.0  # a host may get the requests of two seconds at once

_NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(slots=True)
class Host:
    """What all clients of one event loop share about one host.

    ``not_before`` (UTC) is when it may be asked again, None for now.
    """

    name: str
    limiter: AsyncLimiter
    not_before: datetime | None = None

    async def turn(self) -> None:
        """Waits for the next place under the rate. Servers of this machine need no sparing."""
        if not on_this_machine(self.name):
            await self.limiter.acquire()

    def hold_back(self, now: datetime, wait_s: float) -> datetime:
        """Nobody asks this host for ``wait_s`` seconds; returns when it may be asked again."""
        self.not_before = now + timedelta(seconds=wait_s)
        return self.not_before


class Waiting:
    """How one source waits for its hosts: what any run of this home was told counts for the next.

    A host is kept apart for each source, since a source has one credential and limits are by
    credential. Servers of this machine need no sparing, so nothing is kept of them.
    """

    def __init__(self, home: Path, source: str) -> None:
        self._holds, self._breakers, self._source = Holds(home), Breakers(home), source
        self._known: dict[str, Breaker] = {}  # of this run

    def not_before(self, host: Host) -> datetime | None:
        """When ``host`` may be asked again, UTC, possibly past; None for now."""
        if on_this_machine(host.name):
            return host.not_before
        kept = self._holds.not_before(self._kept_as(host))
        return max((t for t in (kept, host.not_before) if t is not None), default=None)

    def hold_back(self, host: Host, now: datetime, wait_s: float) -> datetime:
        """As ``Host.hold_back``, and on disk, so that a restart does not begin with a burst."""
        until = host.hold_back(now, wait_s)
        if not on_this_machine(host.name):
            self._holds.hold(self._kept_as(host), until)
        return until

    def breaker(self, host: Host) -> Breaker:
        """How many requests to ``host`` failed in a row, in this run and in those before."""
        if host.name not in self._known:
            kept = not on_this_machine(host.name)
            self._known[host.name] = self._breakers.of(self._kept_as(host)) if kept else Breaker()
        return self._known[host.name]

    def failed(self, host: Host, now: datetime, *, is_offline: bool) -> None:
        """Counts a request that failed for good; for later runs too, unless this machine was
        offline: then no host is to blame."""
        if is_offline or on_this_machine(host.name):
            self._known[host.name] = self.breaker(host).after_failure(now)
        else:
            self._known[host.name] = self._breakers.failed(self._kept_as(host), now)

    def answered(self, host: Host) -> None:
        """A request was answered: the count begins anew."""
        if self.breaker(host).failures and not on_this_machine(host.name):
            self._breakers.close(self._kept_as(host))
        self._known[host.name] = Breaker()

    def _kept_as(self, host: Host) -> str:
        return f"{self._source}@{host.name}"


_HOSTS: "WeakKeyDictionary[AbstractEventLoop, dict[str, Host]]" = WeakKeyDictionary()


def shared_host(name: str, rate_per_s: float) -> Host:
    """The host ``name`` as every client of this event loop sees it; the first one sets its rate."""
    hosts = _HOSTS.setdefault(get_running_loop(), {})
    if name not in hosts:
        hosts[name] = Host(name, AsyncLimiter(max(1.0, rate_per_s * BURST_S), BURST_S))
    return hosts[name]


def on_this_machine(name: str) -> bool:
    """Whether a host name plainly means this machine (no name is looked up)."""
    address = spelled_address(name)
    if address is not None:
        return address.is_loopback
    return name == "localhost" or name.endswith(".localhost")


def spelled_address(name: str) -> IPv4Address | IPv6Address | None:
    """The address a host name is, in any spelling (``127.1``, ``0x7f000001``); None for names."""
    try:
        return ip_address(name.strip("[]"))
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(name))
    except (OSError, UnicodeError):
        return None


def is_public(host: str, address: IPv4Address | IPv6Address, port: int) -> bool:  # noqa: ARG001  # the shape httpx-secure calls
    """Whether a connected address belongs to the public internet.

    ``is_global`` alone lets multicast pass, and IPv4 addresses wrapped in IPv6 ones.
    """
    inner = _unwrapped(address)
    return all(a.is_global and not a.is_multicast and not a.is_reserved for a in inner)


def _unwrapped(address: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    if isinstance(address, IPv4Address):
        return [address]
    if address in _NAT64:  # itself marked reserved: only what is inside counts
        return [IPv4Address(address.packed[-4:])]
    wrapped = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    return [address, *(inner for inner in wrapped if inner is not None)]
