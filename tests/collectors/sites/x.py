"""An X that keeps to its rules: seven days, ids as text, tokens, a price for all it gives."""

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr

from tests.collectors.web import Call, Reply, Web

TOKEN = "canary-bearer-of-nobody"
FIRST_ID = 1_880_000_000_000_000_001  # beyond 2^53, where a number would lose its end


class XSite:
    """``posts`` may change between requests; ``faults`` are given out first, one for each request.
    ``now`` is its clock; ``read`` and ``shown`` count the posts and authors it would charge for."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.posts: list[dict[str, Any]] = []
        self.protected: set[str] = set()
        self.token = TOKEN
        self.faults: list[Reply] = []
        self.before_answer: Callable[[Call], None] = lambda _: None
        self.read = self.shown = 0
        self.web = Web(self._answer)
        self._ids = itertools.count(FIRST_ID)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Its address while the block lasts."""
        with self.web:
            yield self.web.url

    def settings_changes(self) -> dict[str, Any]:
        """The settings that point a collector here, with a budget that does not end."""
        return {
            "x_url": self.web.url,
            "x_bearer_token": SecretStr(self.token),
            "x_budget_usd": 1_000.0,
            "allow_private_addresses": True,
        }

    def topic_options(self) -> dict[str, Any]:
        """What [sources.x] of a topic holds."""
        return {}

    def publish(
        self, count: int, *, start: datetime, step: float = 1.0, text: str = "OpenAI, take {n}"
    ) -> list[str]:
        """So many posts, ``step`` seconds apart; their uris."""
        return [
            uri(self.post(start + timedelta(seconds=n * step), text.format(n=n))["id"])
            for n in range(count)
        ]

    def post(self, made: datetime, text: str, **more: Any) -> dict[str, Any]:
        """A post as the API shows it, invented."""
        number = str(next(self._ids))
        own = {
            "id": number,
            "text": text,
            "created_at": made.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "author_id": "1700000000000000017",
            "conversation_id": number,
            "lang": "en",
            "edit_history_tweet_ids": [number],
            "public_metrics": {
                "retweet_count": 1,
                "reply_count": 2,
                "like_count": 3,
                "quote_count": 4,
            },
            **more,
        }
        self.posts.append(own)
        return own

    def remove(self, gone: str) -> None:
        """The post is not shown any more."""
        self.posts = [own for own in self.posts if uri(own["id"]) != gone]

    def edit(self, changed: str, text: str) -> None:
        """Another text; the history of edits grows."""
        for own in self.posts:
            if uri(own["id"]) == changed:
                own["text"] = text
                own["edit_history_tweet_ids"].append(str(next(self._ids)))

    def _answer(self, call: Call) -> Reply:
        self.before_answer(call)
        if self.faults:
            return self.faults.pop(0)
        if call.headers.get("authorization") != f"Bearer {self.token}":
            return refusal(401, "Unauthorized", "Unauthorized")
        if call.path == "/2/usage/tweets":
            return _json(200, {"data": {"project_usage": "0"}})
        if call.path == "/2/tweets":
            return self._lookup(call)
        if call.path != "/2/tweets/search/recent":
            return refusal(404, "Not Found", "no such page")
        return self._search(call)

    def _search(self, call: Call) -> Reply:
        start, end = (datetime.fromisoformat(call.one(f"{n}_time")) for n in ("start", "end"))
        if start < self.now - timedelta(days=7):
            return refusal(400, "Invalid Request", "'start_time' must be within 7 days")
        if end > self.now - timedelta(seconds=10):
            return refusal(400, "Invalid Request", "'end_time' must be 10 seconds in the past")
        size = int(call.one("max_results"))
        assert 10 <= size <= 100
        assert len(call.one("query")) <= 512
        found = [own for own in self.posts if _fits(own, call.one("query"), start, end)]
        found.sort(key=lambda own: (str(own["created_at"]), str(own["id"])), reverse=True)
        first = int(call.one("next_token", "t0")[1:])
        page = found[first : first + size]
        meta: dict[str, Any] = {"result_count": len(page)}
        if first + size < len(found):
            meta["next_token"] = f"t{first + size}"
        return self._charged(call, page, {"meta": meta})

    def _lookup(self, call: Call) -> Reply:
        ids = call.one("ids").split(",")
        assert len(ids) <= 100
        found = [own for own in self.posts if own["id"] in ids and own["id"] not in self.protected]
        errors = [
            {
                "resource_id": number,
                "type": "https://api.x.com/2/problems/"
                + ("not-authorized-for-" if number in self.protected else "")
                + ("resource" if number in self.protected else "resource-not-found"),
            }
            for number in ids
            if number not in {own["id"] for own in found}
        ]
        return self._charged(call, found, {"errors": errors} if errors else {})

    def _charged(self, call: Call, page: list[dict[str, Any]], more: dict[str, Any]) -> Reply:
        self.read += len(page)
        if page and call.one("expansions") == "author_id":
            users = [
                {"id": i, "username": "sample-user-17"} for i in {p["author_id"] for p in page}
            ]
            self.shown += len(users)
            more["includes"] = {"users": users}
        return _json(200, {**({"data": page} if page else {}), **more})


def _fits(own: dict[str, Any], query: str, start: datetime, end: datetime) -> bool:
    made = datetime.fromisoformat(own["created_at"])
    words = query.removesuffix(" -is:retweet").strip("()").split(" OR ")
    text = str(own["text"]).lower()
    return start <= made < end and any(word.strip('()"') in text for word in words)


def refusal(status: int, title: str, detail: str) -> Reply:
    """An error as the API gives it."""
    return _json(status, {"title": title, "detail": detail, "status": status})


def uri(number: str) -> str:
    """The address of a post."""
    return f"https://x.com/i/status/{number}"


def _json(status: int, value: Any) -> Reply:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    return Reply(status=status, body=json.dumps(value).encode(), headers=headers)
