"""Reads feeds in a process of its own, which can be stopped: a parser in a thread could not.

700 KB of nested tags keep the parser busy for 4 s, 5 MB for half a minute. One process serves a
whole run, so that its start is paid once; after a feed that took too long it is replaced.
"""

import os
import struct
import subprocess
import sys
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO, Self

import anyio
from anyio.abc import ByteSendStream, Process
from anyio.streams.buffered import BufferedByteReceiveStream
from pydantic import BaseModel, TypeAdapter, ValidationError

from collectors.rss.entry import Feed, NotAFeed
from collectors.rss.reading import read_feed

LIMIT_S = 10.0
START_LIMIT_S = 60.0  # Python and its libraries, on a machine that is busy

_FEED = TypeAdapter(Feed)
_LENGTH = struct.Struct(">I")
_READY, _READ, _REFUSED = b"r", b"=", b"!"


class _Told(BaseModel):
    """What the parser is told beside the body."""

    content_type: str = ""
    url: str = ""


class FeedReader:
    """Reads feeds one after the other; use it with ``async with``.

    ``limit_s`` is how long one feed may take, in seconds of the wall clock.
    """

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._turn = anyio.Lock()
        self._worker: _Worker | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stop()

    async def read(self, body: bytes, *, content_type: str = "", url: str = "") -> Feed:
        """The feed in ``body``. Raises ``NotAFeed``, also for one that takes too long or crashes
        its reader."""
        told = _Told(content_type=content_type, url=url).model_dump_json().encode()
        async with self._turn:
            answer = await self._ask(told, body)
        if answer[:1] == _REFUSED:
            raise NotAFeed(answer[1:].decode("utf-8", "replace"))
        try:
            return _FEED.validate_json(answer[1:])
        except ValidationError:
            raise NotAFeed("its reader broke over it") from None

    async def _ask(self, told: bytes, body: bytes) -> bytes:
        answer: bytes | None = None
        try:
            worker = self._worker = self._worker or await _start()
            with anyio.fail_after(self._limit_s):
                await worker.asked.send(_framed(told) + _framed(body))
                answer = await worker.answer()
            return answer
        except TimeoutError:
            raise NotAFeed(f"it could not be read within {self._limit_s:g} s") from None
        except (anyio.BrokenResourceError, anyio.IncompleteRead, anyio.EndOfStream):
            raise NotAFeed("its reader broke over it") from None
        finally:
            if answer is None:  # also when cancelled: the next answer would be the wrong one
                await self._stop()

    async def _stop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.stop()


@dataclass(frozen=True, slots=True)
class _Worker:
    """The process, and the two ends of its pipes that are ours."""

    process: Process
    asked: ByteSendStream
    answers: BufferedByteReceiveStream

    async def answer(self) -> bytes:
        (length,) = _LENGTH.unpack(await self.answers.receive_exactly(_LENGTH.size))
        return await self.answers.receive_exactly(length)

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        with anyio.CancelScope(shield=True):
            await self.process.aclose()


async def _start() -> _Worker:
    paths = os.pathsep.join(path for path in sys.path if path)
    no_secrets = {k: v for k, v in os.environ.items() if not k.startswith("GROUNDSWELL_")}
    process = await anyio.open_process(
        [sys.executable, "-m", "collectors.rss.reader"],
        stderr=subprocess.DEVNULL,
        env={**no_secrets, "PYTHONPATH": paths},
    )
    if process.stdin is None or process.stdout is None:
        raise anyio.BrokenResourceError
    worker = _Worker(process, process.stdin, BufferedByteReceiveStream(process.stdout))
    try:
        with anyio.fail_after(START_LIMIT_S):
            await worker.answer()
    except BaseException:
        await worker.stop()
        raise
    return worker


def serve(asked: BinaryIO, answers: BinaryIO) -> None:
    """The other side: answers one feed after the other until ``asked`` ends. A crash of the parser
    ends the process, which the asking side reports."""
    _send(answers, _READY)
    while (told := _receive(asked)) is not None:
        what, body = _Told.model_validate_json(told), _receive(asked) or b""
        try:
            feed = read_feed(body, content_type=what.content_type, url=what.url)
            _send(answers, _READ + _FEED.dump_json(feed))
        except NotAFeed as error:
            _send(answers, _REFUSED + str(error).encode())


def _framed(data: bytes) -> bytes:
    return _LENGTH.pack(len(data)) + data


def _send(stream: BinaryIO, data: bytes) -> None:
    stream.write(_framed(data))
    stream.flush()


def _receive(stream: BinaryIO) -> bytes | None:
    head = stream.read(_LENGTH.size)
    return stream.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else None


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
