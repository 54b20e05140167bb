"""The one HTTP client of all collectors: patient, polite, bounded, and closed to private addresses.

Every failure leaves it as a ``SourceError``; every text it says is free of secrets.
"""

import errno
import logging
import socket
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import anyio
import httpx
from pydantic import SecretStr
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt
from tenacity.stop import stop_base

from collectors._hosts import Host, Waiting, shared_host
from collectors._redact import Discreet, guard_logs
from collectors._waits import backoff_s, clock_ahead_s, is_spent, reset_wait_s
from collectors._wire import Answer, Busy, Wire
from collectors._wire_json import read_json
from groundswell.errors import BadAnswer, ClockWrong, Closed, RateLimited, Unreachable
from groundswell.settings import Settings
from groundswell.tally import count_request, note_clock

__all__ = ["API_CAP_BYTES", "IS_IT_ONLINE", "Answer", "Http"]

API_CAP_BYTES = 20 * 1024 * 1024
IS_IT_ONLINE = "Check first: is this machine online?"
CLOCK_AHEAD_S = 600.0

# What a second try may mend. Everything else is final.
TRANSIENT = (
    Busy,
    TimeoutError,
    httpx.TimeoutException,
    httpx.NetworkError,
    httpx.RemoteProtocolError,
)

_NO_NAME = (socket.EAI_NONAME, socket.EAI_AGAIN)
_NO_WAY = (errno.ENETUNREACH, errno.EHOSTUNREACH)

_LOG = logging.getLogger(__name__)


class Http:
    """An HTTP client for one source and one run; use it with ``async with``.

    ``transport`` replaces the network in tests, ``sleep`` and ``now`` the clock. Each host gets at
    most ``request_rate_per_s`` requests, whichever collector asks; 429, 5xx, time-outs and torn
    answers are tried ``request_tries`` times with the waits the site asks for, in all at most
    ``request_patience_s``. After 5 requests in a row that failed for good, in this run and in those
    before, a host is not asked for 5 minutes, then for twice as long, up to an hour.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        source: str,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings, self._source = settings, source
        self._sleep, self._now = sleep, now
        self._discreet = Discreet(_secrets_of(settings))
        self._wire = Wire(settings, source, self._discreet, transport)
        self._waiting = Waiting(settings.home, source)

    async def __aenter__(self) -> Self:
        guard_logs(self._discreet.secrets)
        await self._wire.client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._wire.client.__aexit__(kind, error, trace)

    def keep_secret(self, value: str) -> None:
        """From now on ``value`` (a session token) is cut out of every message and log line."""
        self._discreet.secrets.add(value)
        guard_logs({value})

    async def get(
        self,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        cap_bytes: int = API_CAP_BYTES,
        accept_status: Collection[int] = (200,),
        pay: Callable[[], object] = lambda: None,
    ) -> Answer:
        """The answer to a GET, after retries. Raises the ``SourceError`` that fits:

        ``Closed`` (400, 401, 403, 404, 410, with ``status`` and the site's own words),
        ``RateLimited``, ``Unreachable``, ``BadAnswer``, ``BodyTooLarge``, ``RefusedAddress``.
        ``pay`` is called before each try, for sites that count tries; what it raises ends them.
        """
        request = self._wire.request("GET", url, params, headers=headers)
        return await self._answer(request, cap_bytes, accept_status, pay)

    async def post(
        self,
        url: str,
        *,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        cap_bytes: int = API_CAP_BYTES,
        accept_status: Collection[int] = (200,),
    ) -> Answer:
        """The answer to a POST of ``json`` or ``form``, after retries. Raises as ``get`` does."""
        request = self._wire.request("POST", url, None, json=json, data=form, headers=headers)
        return await self._answer(request, cap_bytes, accept_status)

    async def get_json(
        self,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        cap_bytes: int = API_CAP_BYTES,
        accept_status: Collection[int] = (200,),
    ) -> Any:
        """The JSON value a GET answers with. Raises as ``get`` and ``json_of`` do."""
        answer = await self.get(
            url, params=params, headers=headers, cap_bytes=cap_bytes, accept_status=accept_status
        )
        return self.json_of(answer)

    @property
    def now(self) -> datetime:
        """The client's clock, UTC."""
        return self._now()

    def line(self, text: str) -> str:
        """What a site said, fit for a message: no secrets, one line, at most 200 characters."""
        return self._discreet.line(text)

    async def pause(self, wait_s: float) -> None:
        """Waits ``wait_s`` seconds, as a site may ask in the body of an answer."""
        await self._sleep(wait_s)

    def json_of(self, answer: Answer) -> Any:
        """The JSON value in an answer.

        Raises ``BadAnswer``, with the status and the first 200 characters, for HTML, an empty or
        cut body, and JSON nested deeper than 200.
        """
        try:
            return read_json(answer.body)
        except ValueError as error:
            begins = self._discreet.line(answer.body[:800].decode("utf-8", "replace"))
            raise BadAnswer(
                f"{self._wire.where(answer.url)} answered {answer.status}, but not with the JSON "
                f"it documents ({self._discreet.line(str(error))}). "
                f"It begins: {begins or '(nothing)'}",
                source=self._source,
            ) from None

    async def _answer(
        self,
        request: httpx.Request,
        cap_bytes: int,
        accept: Collection[int],
        pay: Callable[[], object] = lambda: None,
    ) -> Answer:
        """One request with its retries, counted by the breaker of its host."""
        host = shared_host(request.url.host, self._settings.request_rate_per_s)
        self._refuse_broken(host)
        tries = AsyncRetrying(  # stamina wraps this, but cannot be given the caller's sleep
            retry=retry_if_exception_type(TRANSIENT),
            wait=_wait_s,
            stop=stop_after_attempt(self._settings.request_tries)
            | _OutOfPatience(self._settings.request_patience_s),
            sleep=self._sleep,
            before_sleep=self._note_retry,
            reraise=True,
        )
        try:
            answer: Answer = await tries(self._attempt, request, host, cap_bytes, accept, pay)
        except TRANSIENT as error:
            raise self._given_up(request, host, error) from error
        except (Closed, BadAnswer):  # whoever says no is there
            self._waiting.answered(host)
            raise
        self._waiting.answered(host)
        return answer

    async def _attempt(
        self,
        request: httpx.Request,
        host: Host,
        cap_bytes: int,
        accept: Collection[int],
        pay: Callable[[], object],
    ) -> Answer:
        await self._wait_until_allowed(host)
        await host.turn()
        pay()
        count_request()
        try:
            answer = await self._wire.exchange(request, cap_bytes, accept, self._now())
        except Busy as busy:
            if busy.wait_s is not None:
                self._waiting.hold_back(host, self._now(), busy.wait_s)
            raise
        self._refuse_wrong_clock(answer, request)
        wait_s = reset_wait_s(answer.headers, self._now()) if is_spent(answer.headers) else None
        if wait_s is not None:
            self._waiting.hold_back(host, self._now(), wait_s)
        return answer

    async def _wait_until_allowed(self, host: Host) -> None:
        not_before = self._waiting.not_before(host)
        if not_before is None:
            return
        wait_s = (not_before - self._now()).total_seconds()
        if wait_s > self._settings.request_patience_s:
            raise self._rate_limited(f"{self._source}: {host.name}", not_before)
        if wait_s > 0:
            await self._sleep(wait_s)

    def _refuse_wrong_clock(self, answer: Answer, request: httpx.Request) -> None:
        """A clock that runs ahead would mark hours complete that have not been yet."""
        ahead_s = clock_ahead_s(answer.headers, self._now())
        if ahead_s is None:
            return
        note_clock(ahead_s)
        if ahead_s > CLOCK_AHEAD_S:
            raise ClockWrong(
                f"{self._wire.where(request.url)} says that it is {ahead_s / 60:,.0f} minutes "
                "earlier than this machine's clock does. Set the clock, then run the same command "
                "again: nothing was marked as read.",
                source=self._source,
            )

    def _refuse_broken(self, host: Host) -> None:
        breaker = self._waiting.breaker(host)
        if breaker.until is not None and self._now() < breaker.until:
            raise Unreachable(
                f"{self._source}: {host.name} failed {breaker.failures} times in a row and is not "
                f"asked before {breaker.until:%Y-%m-%d %H:%M} UTC. Run the same command again "
                "then.",
                source=self._source,
            )

    def _given_up(self, request: httpx.Request, host: Host, error: BaseException) -> Exception:
        """The error for people after the last try; it counts towards the breaker. It names the
        address alone: whoever shows it names the source."""
        where = self._discreet.line(str(request.url.copy_with(query=None)))
        asked_s = error.wait_s if isinstance(error, Busy) else None
        if isinstance(error, Busy) and (error.status == 429 or asked_s is not None):
            return self._rate_limited(where, host.not_before if asked_s is not None else None)
        self._waiting.failed(host, self._now(), is_offline=is_offline(error))
        said = self._discreet.line(str(error)) or "no whole answer in time"
        failed = f"gave no usable answer in {self._settings.request_tries} tries: {said}."
        if is_offline(error):
            failed = f"could not be reached ({said}). {IS_IT_ONLINE}"
        return Unreachable(
            f"{where} {failed} What was collected before is kept; try again later.",
            source=self._source,
        )

    def _rate_limited(self, where: str, resumes_at: datetime | None) -> RateLimited:
        when = f"at {resumes_at:%Y-%m-%d %H:%M} UTC" if resumes_at else "later"
        return RateLimited(
            f"{where} asks us to come back {when}. What was collected before is kept; run the "
            "same command again then.",
            source=self._source,
            resumes_at=resumes_at,
        )

    def _note_retry(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        _LOG.info(
            "%s: try %d failed (%s), waiting %.1f s",
            self._source,
            state.attempt_number,
            self._discreet.line(repr(error)),
            state.upcoming_sleep,
        )


class _OutOfPatience(stop_base):
    """Stops when the next wait would exceed what one request may wait in all, in seconds."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s

    def __call__(self, retry_state: RetryCallState) -> bool:
        return retry_state.idle_for + retry_state.upcoming_sleep > self._patience_s


def is_offline(error: BaseException) -> bool:
    """Whether a failure, or what it came from, is that no name is resolved or no way leads out."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, socket.gaierror) and cause.errno in _NO_NAME:
            return True
        if isinstance(cause, OSError) and cause.errno in _NO_WAY:
            return True
        if isinstance(cause, BaseExceptionGroup) and any(map(is_offline, cause.exceptions)):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _wait_s(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked_s = error.wait_s if isinstance(error, Busy) else None
    return backoff_s(state.attempt_number) if asked_s is None else asked_s


def _secrets_of(settings: Settings) -> set[str]:
    values = (getattr(settings, name) for name in Settings.model_fields)
    return {value.get_secret_value() for value in values if isinstance(value, SecretStr)}
