"""A Bluesky search on loopback for the rival and for us: login, since, until, pages of 100."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE = 100
DID = "did:plc:bench"


class SearchSite:
    """``publish`` adds posts; each holds every word that is searched for."""

    def __init__(self) -> None:
        self._posts: list[dict[str, Any]] = []
        self._guard = threading.Lock()
        self.url = ""

    def publish(self, moments: list[datetime]) -> None:
        """One post at each moment (UTC)."""
        with self._guard:
            first = len(self._posts)
            self._posts += [_view(first + n, moment) for n, moment in enumerate(moments)]

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Its address while the block lasts."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self.url
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def hits(self, query: dict[str, str]) -> dict[str, Any]:
        """A page of the search, newest first; ``since`` inclusive, ``until`` exclusive."""
        since = _moment(query.get("since", "0001-01-01T00:00:00Z"))
        until = _moment(query.get("until", "9999-12-31T00:00:00Z"))
        with self._guard:
            found = [p for p in self._posts if since <= _moment(p["indexedAt"]) < until]
        found.sort(key=lambda post: str(post["indexedAt"]), reverse=True)
        start = int(query.get("cursor", "0"))
        end = start + min(int(query.get("limit", "25")), PAGE)
        return {"posts": found[start:end]} | ({"cursor": str(end)} if end < len(found) else {})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 1 << 16

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name
                """What is printed here are promises."""

            def do_GET(self) -> None:  # the name http.server calls
                query = {name: values[0] for name, values in parse_qs(self._query()).items()}
                self._send(site.hits(query))

            def do_POST(self) -> None:  # likewise
                self.rfile.read(int(self.headers.get("content-length") or 0))
                self._send(_session(site.url))

            def _query(self) -> str:
                return urlsplit(self.path).query

            def _send(self, value: dict[str, Any]) -> None:
                body = json.dumps(value).encode()
                self.send_response_only(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _session(url: str) -> dict[str, Any]:
    service = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": url}
    return {
        "did": DID,
        "handle": "bench.example",
        "accessJwt": "bench-access",
        "refreshJwt": "bench-refresh",
        "active": True,
        "didDoc": {"id": DID, "service": [service]},
    }


def _view(number: int, moment: datetime) -> dict[str, Any]:
    at = moment.isoformat().replace("+00:00", "Z")
    author = f"did:plc:author{number % 97}"
    return {
        "uri": f"at://{author}/app.bsky.feed.post/{number:08d}",
        "cid": f"cid{number}",
        "author": {"did": author, "handle": f"author{number % 97}.example", "labels": []},
        "record": {
            "$type": "app.bsky.feed.post",
            "text": f"OpenAI and DeepSeek, invented post number {number}",
            "createdAt": at,
            "langs": ["en"],
        },
        "indexedAt": at,
        "likeCount": number % 7,
        "repostCount": 0,
        "replyCount": 0,
        "quoteCount": 0,
    }
