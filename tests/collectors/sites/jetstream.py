"""A small Jetstream on 127.0.0.1, in version 2 or 1, that misbehaves as a test says."""

import asyncio
import json
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import zstandard
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from tests.collectors.web import Reply

NSID = "network.bsky.jetstream.subscribeEvents"
POSTS = "app.bsky.feed.post"
DID = "did:plc:sample17"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """How one connection goes wrong. ``refused`` opens none; ``first`` are frames sent before all
    others; ``close_after`` so many frames it is closed with ``code``; ``silent`` sends nothing."""

    refused: Reply | None = None
    first: Sequence[bytes] = ()
    close_after: int | None = None
    code: int = 1000
    silent: bool = False
    bare: bool = False  # no cursor is honoured: it begins at the oldest event


@dataclass
class FakeJetstream:
    """Serves while the ``with`` block lasts. ``script`` holds the faults of the next connections,
    ``asked`` what each asked for. Events before index ``floor`` are no longer kept."""

    is_v1: bool = False
    dictionary: bytes | None = None
    witnessed: bool = True
    floor: int = 0
    twice: bool = False
    script: list[Fault] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    handles: dict[str, str] = field(default_factory=dict)
    labels: dict[str, list[str]] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)  # accounts whose profile is not shown
    profile_calls: list[list[str]] = field(default_factory=list)
    profile_faults: list[Reply] = field(default_factory=list)
    log: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._stopping = False
        self._grown: asyncio.Condition
        self._server: Server

    @property
    def port(self) -> int:
        return int(next(iter(self._server.sockets)).getsockname()[1])

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    @property
    def calls(self) -> list[list[str]]:
        """The questions for profiles so far."""
        return self.profile_calls

    def settings_changes(self) -> dict[str, Any]:
        """Settings that point at this site."""
        return {
            "jetstream_url": self.url,
            "jetstream_fallback_urls": (),
            "bluesky_public_url": f"http://127.0.0.1:{self.port}",
            "allow_private_addresses": True,
        }

    def topic_options(self) -> dict[str, Any]:
        """What a topic says of this source."""
        return {}

    # What happens on the network.

    def create(self, rkey: str, text: Any, *, did: str = DID, us: int | None = None) -> str:
        """A new post; its address."""
        return self._commit("create", rkey, did, us, _record(text))

    def update(self, rkey: str, text: Any, *, did: str = DID, us: int | None = None) -> str:
        """Another text for a post."""
        return self._commit("update", rkey, did, us, _record(text))

    def delete(self, rkey: str, *, did: str = DID, us: int | None = None) -> str:
        """A post goes."""
        return self._commit("delete", rkey, did, us, None)

    def publish(
        self, n: int, *, start: datetime, step: timedelta, text: str = "openai {n}"
    ) -> None:
        """``n`` new posts, the first at ``start``."""
        for number in range(n):
            us = in_us(start + step * number)
            self.create(f"p{len(self.log)}", text.format(n=number), us=us)

    def remove(self, uri: str) -> None:
        """The author deletes the post."""
        did, rkey = parts(uri)
        self.delete(rkey, did=did)

    def edit(self, uri: str, text: str) -> None:
        """The author changes the post."""
        did, rkey = parts(uri)
        self.update(rkey, text, did=did)

    def account(
        self, active: bool, status: str | None = None, *, did: str = DID, us: int | None = None
    ) -> None:
        """An account goes, or comes back."""
        body = {"active": active, "did": did} | ({"status": status} if status else {})
        self._tell("account", did, us, body)

    def identity(self, handle: str, *, did: str = DID, us: int | None = None) -> None:
        """An account takes another name."""
        self.handles[did] = handle
        self._tell("identity", did, us, {"did": did, "handle": handle})

    def tell(
        self, kind: str, body: dict[str, Any], *, did: str = DID, us: int | None = None
    ) -> None:
        """An event of any kind, sound or not."""
        self._tell(kind, did, us, body)

    def send(self, frame: bytes, *, us: int | None = None) -> None:
        """A frame as it is, at its place in the stream."""
        self._tell("frame", DID, us, {"frame": frame})

    # The server.

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _start(self) -> None:
        self._grown = asyncio.Condition()
        self._server = await serve(
            self._serve,
            "127.0.0.1",
            0,
            process_request=self._answer,
            subprotocols=[Subprotocol("xrpc.v1.json")],
            select_subprotocol=lambda _, offered: offered[0] if offered else None,
            max_size=None,
            close_timeout=1,
            ping_interval=None,
        )

    async def _stop(self) -> None:
        self._stopping = True
        await self._wake()
        self._server.close()
        await self._server.wait_closed()

    def _commit(self, operation: str, rkey: str, did: str, us: int | None, record: Any) -> str:
        body = {"rev": "3k", "operation": operation, "collection": POSTS, "rkey": rkey}
        if record is not None:
            body |= {"record": record, "cid": f"cid-{len(self.log)}"}
        self._tell("commit", did, us, body)
        return f"at://{did}/{POSTS}/{rkey}"

    def _tell(self, kind: str, did: str, us: int | None, body: dict[str, Any]) -> None:
        last = self.log[-1]["us"] if self.log else 0
        us = max(time.time_ns() // 1000, last + 1) if us is None else us
        self.log.append(
            {"seq": len(self.log) + 1, "us": us, "kind": kind, "did": did, "body": body}
        )
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._wake(), self._loop)

    async def _wake(self) -> None:
        async with self._grown:
            self._grown.notify_all()

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        parts = urlsplit(request.path)
        query = parse_qs(parts.query)
        if parts.path.endswith("getProfiles"):
            return self._profiles(query.get("actors", []))
        if parts.path.endswith("getZstdDictionary"):
            return _plain(Reply(body=self.dictionary) if self.dictionary else Reply(status=404))
        if parts.path != ("/subscribe" if self.is_v1 else f"/xrpc/{NSID}"):
            return _plain(Reply(status=404, body=b'{"error": "MethodNotImplemented"}'))
        self.asked.append({name: values[0] for name, values in query.items()})
        connection.fault = fault = self.script.pop(0) if self.script else Fault()  # type: ignore[attr-defined]  # ours
        return None if fault.refused is None else _plain(fault.refused)

    def _profiles(self, dids: list[str]) -> Response:
        self.profile_calls.append(dids)
        if self.profile_faults:
            return _plain(self.profile_faults.pop(0))
        shown = [
            {
                "did": did,
                "handle": self.handles.get(did, f"{did.rpartition(':')[2]}.example"),
                "displayName": "Sample User",
                "labels": [{"val": value, "src": did} for value in self.labels.get(did, [])],
            }
            for did in dids
            if did not in self.unknown
        ]
        return _plain(Reply(body=json.dumps({"profiles": shown}).encode()))

    async def _serve(self, connection: ServerConnection) -> None:
        fault: Fault = connection.fault  # type: ignore[attr-defined]  # ours
        try:
            if fault.silent:
                await connection.wait_closed()
            await self._tell_all(connection, fault)
        except ConnectionClosed:
            pass  # the client has heard enough

    async def _tell_all(self, connection: ServerConnection, fault: Fault) -> None:
        place, notice = self._begin(0 if fault.bare else self._cursor())
        packs = "zstdDictionary" in self.asked[-1]
        sent = 0
        for frame in [*fault.first, *notice]:
            await connection.send(frame.decode("utf-8", "surrogatepass"), text=True)
        while not self._stopping:
            while place < len(self.log):
                frame = self.frame(self.log[place])
                place += 1
                for _ in range(2 if self.twice else 1):
                    await self._send(connection, frame, packs)
                sent += 1
                if sent == fault.close_after:
                    await connection.close(fault.code, "a fault was asked for")
                    return
            async with self._grown:
                if place == len(self.log) and not self._stopping:
                    await self._grown.wait()

    async def _send(self, connection: ServerConnection, frame: bytes, packs: bool) -> None:
        if packs and self.dictionary:
            packer = zstandard.ZstdCompressor(
                dict_data=zstandard.ZstdCompressionDict(self.dictionary)
            )
            await connection.send(packer.compress(frame))
        else:
            await connection.send(frame, text=True)

    def _cursor(self) -> int | None:
        cursor = self.asked[-1].get("cursor")
        return None if cursor is None else int(cursor)

    def _begin(self, cursor: int | None) -> tuple[int, Iterable[bytes]]:
        """Index to begin at, and what version 2 says about it."""
        if cursor is None:
            return len(self.log), ()
        first = next((i for i, e in enumerate(self.log) if e["us"] >= cursor), len(self.log))
        if first >= self.floor or self.is_v1:
            return max(first, self.floor), ()
        return self.floor, [self.info("OutdatedCursor", "began later than asked")]

    def uri_of(self, event: dict[str, Any]) -> str:
        """The address of the post that an event of the log is about."""
        return f"at://{event['did']}/{POSTS}/{event['body']['rkey']}"

    def record_of(self, uri: str) -> Any:
        """The record that was told last of a post."""
        told = [e for e in self.log if e["kind"] == "commit" and self.uri_of(e) == uri]
        return next(e["body"]["record"] for e in reversed(told) if "record" in e["body"])

    def info(self, name: str, message: str) -> bytes:
        """A notice as version 2 sends it."""
        payload = {"$type": f"{NSID}#info", "name": name, "message": message}
        return json.dumps({"$type": "message", "payload": payload}).encode()

    def frame(self, event: dict[str, Any]) -> bytes:
        """An event as a frame."""
        kind, did, us, body = event["kind"], event["did"], event["us"], event["body"]
        if kind == "frame":
            raw: bytes = body["frame"]
            return raw
        if self.is_v1:
            return json.dumps({"did": did, "time_us": us, "kind": kind, kind: body}).encode()
        at = (EPOCH + timedelta(microseconds=us)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        shown = {"$type": f"{NSID}#{kind}", "seq": event["seq"], "did": did, "time": at}
        shown |= {"witnessedAt": at} if self.witnessed else {}
        shown |= body if kind == "commit" else {kind: body}
        return json.dumps({"$type": "message", "payload": shown}, ensure_ascii=False).encode(
            "utf-8", "surrogatepass"
        )


def in_us(time: datetime) -> int:
    """A time as unix microseconds."""
    return (time - EPOCH) // timedelta(microseconds=1)


def _record(text: Any) -> dict[str, Any]:
    if isinstance(text, dict):
        return text
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"$type": POSTS, "text": text, "createdAt": at, "langs": ["en"]}


def parts(uri: str) -> tuple[str, str]:
    """Account and key of a post's address."""
    did, _, rkey = uri.removeprefix("at://").split("/")
    return did, rkey


def _plain(reply: Reply) -> Response:
    headers = Headers({"Content-Type": "application/json", "Content-Length": str(len(reply.body))})
    headers.update(reply.headers)
    headers["Connection"] = "close"
    return Response(reply.status, HTTPStatus(reply.status).phrase, headers, reply.body)
