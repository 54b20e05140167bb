"""A YouTube Data API that keeps to its rules: pages, replies, quotas, refusals."""

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr

from tests.collectors.web import Call, Reply, Web

VIDEO = "sample-vid1"
KEY = "canary-key-of-nobody"
SHOWN_REPLIES = 5  # of each thread; the rest is asked for by itself


class YouTubeSite:
    """``videos`` are the threads of each video, in order of their making; ``faults`` are given out
    first, one for each request. Whoever comes without ``key`` is refused."""

    def __init__(self) -> None:
        self.videos: dict[str, list[dict[str, Any]]] = {VIDEO: []}
        self.replies: dict[str, list[dict[str, Any]]] = {}
        self.disabled: set[str] = set()
        self.pinned: str | None = None
        self.search_hits: list[tuple[datetime, str]] = []
        self.page_size = 100
        self.key = KEY
        self.faults: list[Reply] = []
        self.before_answer: Callable[[Call], None] = lambda _: None
        self.web = Web(self._answer)
        self._ids = itertools.count(1)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Its address while the block lasts."""
        with self.web:
            yield self.web.url

    def settings_changes(self) -> dict[str, Any]:
        """The settings that point a collector here."""
        return {
            "youtube_url": self.web.url,
            "youtube_api_key": SecretStr(self.key),
            "allow_private_addresses": True,
        }

    def topic_options(self) -> dict[str, Any]:
        """What [sources.youtube] of a topic holds."""
        return {"videos": [VIDEO]}

    def publish(
        self,
        count: int,
        *,
        start: datetime,
        step: float = 1.0,
        text: str = "OpenAI, take {n}",
        video: str = VIDEO,
    ) -> list[str]:
        """So many threads, ``step`` seconds apart; their uris."""
        return [
            uri(video, self.thread(start + timedelta(seconds=n * step), text.format(n=n), video))
            for n in range(count)
        ]

    def thread(self, made: datetime, text: str, video: str = VIDEO, **more: Any) -> str:
        """A top comment, invented; its id."""
        number = f"Ug{next(self._ids):06d}"
        self.videos.setdefault(video, []).append(_comment(number, made, text, video, **more))
        self.videos[video].sort(key=lambda c: str(c["snippet"]["publishedAt"]))
        return number

    def reply(self, parent: str, made: datetime, text: str, video: str = VIDEO) -> str:
        """An answer below a top comment; its uri."""
        number = f"{parent}.r{next(self._ids):06d}"
        comment = _comment(number, made, text, video, parentId=parent)
        self.replies.setdefault(parent, []).append(comment)
        return uri(video, number)

    def remove(self, gone: str) -> None:
        """The comment is not shown any more, and nothing says why."""
        number = gone.partition("&lc=")[2]
        for held in (*self.videos.values(), *self.replies.values()):
            held[:] = [comment for comment in held if comment["id"] != number]

    def edit(self, changed: str, text: str) -> None:
        """Another text, a minute after the first."""
        number = changed.partition("&lc=")[2]
        for comment in self._all():
            if comment["id"] == number:
                own = comment["snippet"]
                made = datetime.fromisoformat(own["publishedAt"])
                own |= {"textOriginal": text, "updatedAt": written(made + timedelta(minutes=1))}

    def _all(self) -> Iterator[dict[str, Any]]:
        for held in (*self.videos.values(), *self.replies.values()):
            yield from held

    def _answer(self, call: Call) -> Reply:
        self.before_answer(call)
        if self.faults:
            return self.faults.pop(0)
        if call.one("key") != self.key:
            return refusal(400, "API key not valid. Please pass a valid API key.", "badRequest")
        kind = call.path.removeprefix("/youtube/v3/")
        if kind == "commentThreads":
            return self._threads(call)
        if kind == "comments":
            return self._comments(call)
        if kind == "search":
            return self._search(call)
        if kind == "videos":
            return answer([{"id": VIDEO}])
        return refusal(404, "Not found", "notFound")

    def _threads(self, call: Call) -> Reply:
        video = call.one("videoId")
        if video in self.disabled:
            return refusal(403, "The video has disabled comments.", "commentsDisabled")
        if video not in self.videos:
            return refusal(404, "The video cannot be found.", "videoNotFound")
        assert (call.one("order"), call.one("textFormat")) in (("time", "plainText"), ("", ""))
        found = [self._thread(top, video) for top in reversed(self.videos[video])]
        found.sort(key=lambda item: item["id"] != self.pinned)
        return self._page(found, call)

    def _thread(self, top: dict[str, Any], video: str) -> dict[str, Any]:
        replies = self.replies.get(top["id"], [])
        own = {"videoId": video, "topLevelComment": top, "totalReplyCount": len(replies)}
        shown = {"replies": {"comments": replies[:SHOWN_REPLIES]}} if replies else {}
        return {"id": top["id"], "snippet": {**own, "isPublic": True}, **shown}

    def _comments(self, call: Call) -> Reply:
        if ids := call.one("id"):
            wanted = ids.split(",")
            assert len(wanted) <= 50
            return answer([comment for comment in self._all() if comment["id"] in wanted])
        return self._page(self.replies.get(call.one("parentId"), []), call)

    def _search(self, call: Call) -> Reply:
        after = datetime.fromisoformat(call.one("publishedAfter"))
        hits = sorted((h for h in self.search_hits if h[0] >= after), reverse=True)
        return self._page([{"id": {"videoId": video}} for _, video in hits], call)

    def _page(self, found: list[dict[str, Any]], call: Call) -> Reply:
        token = call.one("pageToken")
        if token and not token.startswith("after-"):
            return refusal(400, "The page token is not valid.", "invalidPageToken")
        start = 0
        if token:
            ids = [json.dumps(item["id"]) for item in found]
            last = token.removeprefix("after-")
            start = ids.index(last) + 1 if last in ids else 0
        size = min(int(call.one("maxResults", "20")), self.page_size)
        page = found[start : start + size]
        more = {}
        if start + size < len(found):
            more = {"nextPageToken": f"after-{json.dumps(page[-1]['id'])}"}
        return answer(page, **more)


def answer(found: list[Any], **more: Any) -> Reply:
    """A list as the API gives it; its page info proves nothing."""
    info = {"totalResults": len(found), "resultsPerPage": 100}
    body = {"kind": "youtube#sampleListResponse", "pageInfo": info, "items": found, **more}
    return Reply(body=json.dumps(body).encode(), headers={"Content-Type": "application/json"})


def refusal(status: int, message: str, reason: str) -> Reply:
    """An error as the API gives it."""
    error = {
        "code": status,
        "message": message,
        "errors": [{"message": message, "domain": "youtube", "reason": reason}],
    }
    return Reply(status=status, body=json.dumps({"error": error}).encode())


def uri(video: str, number: str) -> str:
    """The address of a comment."""
    return f"https://www.youtube.com/watch?v={video}&lc={number}"


def written(moment: datetime) -> str:
    """A time as the API writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _comment(number: str, made: datetime, text: str, video: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": "youtube#comment",
        "id": number,
        "snippet": {
            "videoId": video,
            "textDisplay": text.replace("'", "&#39;"),
            "textOriginal": text,
            "authorDisplayName": "@sample-user-17",
            "authorChannelId": {"value": "UCsample17"},
            "likeCount": 2,
            "publishedAt": written(made),
            "updatedAt": written(made),
            **more,
        },
    }
