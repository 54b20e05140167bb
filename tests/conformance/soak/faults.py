"""A wire on which some requests go wrong, in one of the ways that wires do."""

import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from email.utils import format_datetime

import httpx

from tests.conformance.soak.wall import Wall

SLOW_S = 40.0
GARBAGE = b"<html><body>Down for maintenance \xff\x00</body></html>"


class Torn(httpx.AsyncByteStream):
    """A body whose connection breaks in its middle."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body[: len(self._body) // 2]
        raise httpx.RemoteProtocolError("peer closed connection without sending complete body")


class Faulty(httpx.AsyncBaseTransport):
    """Hands requests on to ``inner`` and does ``before`` each what the site does by then. Each host
    has chances of its own, so that the order in which hosts are asked changes nothing."""

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        chances: Callable[[str], random.Random],
        before: Callable[[str], httpx.Response | None],
        share: float,
    ) -> None:
        self._inner, self._chances, self._before = inner, chances, before
        self._share = share
        self.wall: Wall | None = None  # that of the run; None: nothing goes wrong
        self.counts: Counter[str] = Counter()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.netloc.decode()
        if (answer := self._before(host)) is not None:
            return answer
        chance = self._chances(host)
        if self.wall is None or chance.random() >= self._share:
            return await self._inner.handle_async_request(request)
        kind = chance.choice(sorted(KINDS))
        self.counts[kind] += 1
        return await KINDS[kind](self, self.wall, request)

    async def cut(self, wall: Wall, request: httpx.Request) -> httpx.Response:
        """The site answers, and does what was asked of it, but the answer does not arrive."""
        whole = await self._inner.handle_async_request(request)
        body = b"".join([piece async for piece in whole.stream])  # type: ignore[union-attr]  # asynchronous here
        await whole.aclose()
        return httpx.Response(whole.status_code, headers=whole.headers, stream=Torn(body))

    async def slow(self, wall: Wall, request: httpx.Request) -> httpx.Response:
        """A good answer, late."""
        wall.pass_by(SLOW_S)
        return await self._inner.handle_async_request(request)

    async def late(self, wall: Wall, request: httpx.Request) -> httpx.Response:
        """No answer in time."""
        wall.pass_by(30.0)
        raise httpx.ReadTimeout("nothing came for 30 s", request=request)

    async def garbage(self, wall: Wall, request: httpx.Request) -> httpx.Response:
        """200, and not what is documented."""
        return _answer(200, GARBAGE)

    async def busy(self, wall: Wall, request: httpx.Request) -> httpx.Response:
        """429 with a wait in seconds."""
        return _answer(429, b"", {"Retry-After": "90"})

    async def busy_until(self, wall: Wall, request: httpx.Request) -> httpx.Response:
        """503 with a wait as a date."""
        at = format_datetime(wall.now() + timedelta(seconds=45), usegmt=True)
        return _answer(503, b"", {"Retry-After": at})

    async def much_too_busy(self, wall: Wall, request: httpx.Request) -> httpx.Response:
        """429 with a wait that no run sits out."""
        return _answer(429, b"", {"Retry-After": "1800"})

    async def broken(self, wall: Wall, request: httpx.Request) -> httpx.Response:
        """500."""
        return _answer(500, b"oops")


Fault = Callable[[Faulty, Wall, httpx.Request], Awaitable[httpx.Response]]
KINDS: dict[str, Fault] = {
    "500": Faulty.broken,
    "429": Faulty.busy,
    "429 for long": Faulty.much_too_busy,
    "503 until": Faulty.busy_until,
    "cut body": Faulty.cut,
    "garbage": Faulty.garbage,
    "slow": Faulty.slow,
    "time-out": Faulty.late,
}


def closed() -> httpx.Response:
    """What an instance says that has been shut down."""
    return _answer(410, b'{"error": "This instance was shut down"}')


def _answer(status: int, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))
