"""One exchange with a site: addresses checked, redirects followed, body bounded, status judged."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from ssl import SSLContext
from typing import Any

import anyio
import httpx
from httpx_secure import SSRFProtectionError, httpx_ssrf_protection

from collectors._body import ENCODINGS, read_capped
from collectors._hosts import is_public, spelled_address
from collectors._redact import Discreet, redact
from collectors._waits import odd_reset_s, reset_wait_s, retry_after_s
from collectors._wire_json import read_json
from groundswell.errors import BadAnswer, Closed, RefusedAddress
from groundswell.settings import Settings
from groundswell.tally import note_odd_reset

ERROR_CAP_BYTES = 64 * 1024
MOST_REDIRECTS = 5
PORTS = frozenset({80, 443})
TIMEOUTS = httpx.Timeout(30.0, connect=10.0)  # the whole request has its own limit, in settings

_PERMANENT = (301, 308)
# Lemmy up to 0.19 answers 400 where others answer 429 (LemmyNet/lemmy#5332, 2025).
_LATER_IN_WORDS = (400, " (rate_limit_error")
_LATER = (408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524)  # 52x: Cloudflare


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer. ``url`` is where it came from in the end, its secrets cut out.

    ``moved_to`` is where permanent redirects (301, 308) lead, in full, to be asked next time;
    None when the address asked for is still right.
    """

    status: int
    headers: httpx.Headers
    body: bytes
    url: str
    moved_to: str | None = None


class Busy(Exception):
    """The site answered "not now"; ``wait_s`` is what it asked for, None when it did not say."""

    def __init__(self, status: int, wait_s: float | None) -> None:
        super().__init__(f"it answered {status}")
        self.status = status
        self.wait_s = wait_s


class Wire:
    """A client that tries once. ``transport`` replaces the network in tests."""

    def __init__(
        self,
        settings: Settings,
        source: str,
        discreet: Discreet,
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        self._settings, self._source, self._discreet = settings, source, discreet
        self.client = httpx.AsyncClient(
            transport=transport,
            trust_env=False,
            verify=_certificates(),
            timeout=TIMEOUTS,
            headers={"User-Agent": user_agent(settings), "Accept-Encoding": ENCODINGS},
        )
        self._private = settings.allow_private_addresses
        if transport is None and not self._private:
            httpx_ssrf_protection(
                self.client, check_globally_reachable=False, custom_validator=is_public
            )

    def request(self, method: str, url: str, params: Any, **content: Any) -> httpx.Request:
        """A request to be exchanged. Raises ``RefusedAddress`` if ``url`` is not an address."""
        try:
            target = httpx.URL(url).copy_merge_params(params) if params else httpx.URL(url)
            self._check_address(target)
            return self.client.build_request(method, target, **content)
        except (httpx.InvalidURL, UnicodeError) as error:
            raise self._refused(url, str(error)) from None

    async def exchange(
        self, request: httpx.Request, cap_bytes: int, accept: Collection[int], now: datetime
    ) -> Answer:
        """The answer, if its status is in ``accept``; raises ``Busy`` for one to be tried again."""
        try:
            with anyio.fail_after(self._settings.request_timeout_s):
                return await self._whole(request, cap_bytes, accept, now)
        except (
            SSRFProtectionError,
            httpx.InvalidURL,
            httpx.UnsupportedProtocol,
            UnicodeError,  # a host name that cannot be one
        ) as error:
            raise self._refused(str(request.url), str(error)) from None

    def where(self, url: object) -> str:
        """Source and address for the beginning of a message."""
        return f"{self._source}: {self._discreet.line(str(url))}"

    async def _whole(
        self, request: httpx.Request, cap_bytes: int, accept: Collection[int], now: datetime
    ) -> Answer:
        response, moved_to = await self._follow(request)
        if (wait_s := odd_reset_s(response.headers, now)) is not None:
            note_odd_reset(response.url.host, wait_s)
        try:
            if response.status_code not in accept:
                await self._refuse_status(response, now)
            body = await self._body(response, cap_bytes)
        finally:
            await response.aclose()
        return Answer(
            status=response.status_code,
            headers=response.headers,
            body=body,
            url=redact(str(response.url), self._discreet.secrets),
            moved_to=moved_to,
        )

    async def _follow(self, request: httpx.Request) -> tuple[httpx.Response, str | None]:
        """The first answer that is no redirect, each address on the way checked before it."""
        moved_to, permanent = None, True
        for _ in range(MOST_REDIRECTS + 1):
            self._check_address(request.url)
            response = await self.client.send(request, stream=True, follow_redirects=False)
            if response.next_request is None:
                return response, moved_to
            await response.aclose()
            request = response.next_request
            permanent = permanent and response.status_code in _PERMANENT
            moved_to = str(request.url) if permanent else moved_to
        raise BadAnswer(
            f"{self.where(request.url)} is the end of more than {MOST_REDIRECTS} redirects. Give "
            "the final address instead.",
            source=self._source,
        )

    async def _body(self, response: httpx.Response, cap_bytes: int) -> bytes:
        packed, chunks = response.headers.get("content-encoding", ""), response.aiter_raw()
        if response.is_stream_consumed:  # httpx.MockTransport hands over whole, unpacked answers
            packed, chunks = "", response.aiter_bytes()
        try:
            return await read_capped(chunks, packed, cap_bytes)
        except BadAnswer as error:
            said = f"{self.where(response.url)}: {error}"
            raise type(error)(said, source=self._source) from None

    async def _refuse_status(self, response: httpx.Response, now: datetime) -> None:
        """Always raises: ``Busy`` to be tried again, ``Closed`` or ``BadAnswer`` for good."""
        status, headers = response.status_code, response.headers
        if status in _LATER:
            asked_s = retry_after_s(headers.get("retry-after"), now)
            unsaid = asked_s is None and status == 429
            raise Busy(status, reset_wait_s(headers, now) if unsaid else asked_s)
        words = await self._own_words(response)
        if status == _LATER_IN_WORDS[0] and words.startswith(_LATER_IN_WORDS[1]):
            raise Busy(429, retry_after_s(headers.get("retry-after"), now))
        said = f"{self.where(response.url)} answered {status}{words}."
        if 400 <= status < 500:
            raise Closed(
                f"{said} Check the address, and whether the site still allows it.",
                source=self._source,
                status=status,
            )
        raise BadAnswer(f"{said} The site does not document that.", source=self._source)

    async def _own_words(self, response: httpx.Response) -> str:
        """What an error answer says of itself, as " (…)", at most 200 characters; "" if nothing."""
        try:
            body = await self._body(response, ERROR_CAP_BYTES)
        except (BadAnswer, httpx.HTTPError):
            return ""  # the status alone decides; its words are a courtesy
        said = self._discreet.line(_message(body)).rstrip(".")
        return f" ({said})" if said else ""

    def _check_address(self, url: httpx.URL) -> None:
        if url.scheme not in ("http", "https") or not url.host:
            raise self._refused(str(url), "only http and https addresses are read")
        port = url.port or (443 if url.scheme == "https" else 80)
        if port not in PORTS and not self._private:
            raise self._refused(str(url), f"port {port} is not one of the web (80, 443)")
        address = spelled_address(url.host)
        if address and not is_public(url.host, address, port) and not self._private:
            raise self._refused(str(url), f"{address} is not an address of the public internet")

    def _refused(self, url: str, why: str) -> RefusedAddress:
        return RefusedAddress(
            f"{self.where(url)} is not read: {self._discreet.line(why)}. Addresses of this machine "
            "and network, and other ports, need GROUNDSWELL_ALLOW_PRIVATE_ADDRESSES=1.",
            source=self._source,
        )


@cache
def _certificates() -> SSLContext:
    """Read once for all clients: it takes longer than many a request."""
    return httpx.create_ssl_context(trust_env=False)


def user_agent(settings: Settings) -> str:
    """Name, version and contact, so that a site can ask us to stop instead of blocking us."""
    contact = "".join(c for c in settings.contact if c.isascii() and c.isprintable())
    try:
        number = version("groundswell")
    except PackageNotFoundError:  # run from a source tree that is not installed
        number = "dev"
    return f"Groundswell/{number} (+{contact})"


def _message(body: bytes) -> str:
    """The sentence in an error body: its JSON message, or its text without tags."""
    try:
        value = read_json(body)
    except ValueError:
        return _without_tags(body.decode("utf-8", "replace"))
    if not isinstance(value, dict):
        return ""
    said = [value.get(key) for key in ("error", "message", "error_description", "detail")]
    said += value["errors"] if isinstance(value.get("errors"), list) else []  # Discourse, Mastodon
    return ": ".join(text for text in said if isinstance(text, str))


def _without_tags(text: str) -> str:
    pieces = text.split("<")
    return " ".join([pieces[0], *(piece.partition(">")[2] for piece in pieces[1:])])
