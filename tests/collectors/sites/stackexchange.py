"""A Stack Exchange API that keeps to its rules: windows, 100 a page, page 25, quota, gzip."""

import gzip
import html
import itertools
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from tests.collectors.web import Call, Reply, Web

SITE = "ai"
KEY = "sample-key((of-nobody"

_ACCESS_DENIED = {
    "error_id": 403,
    "error_message": "page above 25 requires access token or app key",
    "error_name": "access_denied",
}
_IDS = {"question": "question_id", "answer": "answer_id", "comment": "comment_id"}


class StackExchangeSite:
    """``posts`` and ``comments`` may change between requests; ``faults`` are given out first, one
    for each request; ``wrapper`` is put into every answer (``backoff``, ``quota_remaining``)."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []
        self.faults: list[Reply] = []
        self.wrapper: dict[str, Any] = {"quota_max": 300}
        self.quota_remaining = 300
        self.sites = {SITE}
        self.most_pages = 25  # without a key
        self.includes_todate = True  # the documentation does not say whether the API does
        self.before_answer: Callable[[Call], None] = lambda _: None
        self.web = Web(self._answer)
        self._ids = itertools.count(1_001)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Its address while the block lasts."""
        with self.web:
            yield self.web.url

    def settings_changes(self) -> dict[str, Any]:
        """The settings that point a collector here."""
        return {"stackexchange_url": self.web.url, "allow_private_addresses": True}

    def topic_options(self) -> dict[str, Any]:
        """What [sources.stackexchange] of a topic holds."""
        return {"sites": [SITE]}

    def publish(
        self, count: int, *, start: datetime, step: float = 1.0, text: str = "OpenAI, take {n}"
    ) -> list[str]:
        """So many questions, ``step`` seconds apart; their uris."""
        first = start.timestamp()
        made = [
            self.question(int(first + n * step), text.format(n=n), f"<p>{text.format(n=n)}</p>")
            for n in range(count)
        ]
        return [f"{SITE}/question/{item['question_id']}" for item in made]

    def question(self, made: int, title: str, body: str, **more: Any) -> dict[str, Any]:
        """A question as the API shows it with bodies, invented; the title comes escaped."""
        number = next(self._ids)
        item = {
            "tags": ["chatgpt"],
            "owner": _owner(17),
            "is_answered": False,
            "view_count": 120,
            "answer_count": 0,
            "score": 3,
            "creation_date": made,
            "last_activity_date": made,
            "question_id": number,
            "content_license": "CC BY-SA 4.0",
            "link": f"https://ai.stackexchange.com/questions/{number}/sample",
            "title": html.escape(title, quote=True),
            "body": body,
            **more,
        }
        self.posts.append(item)
        return item

    def answer(self, made: int, question_id: int, body: str, **more: Any) -> dict[str, Any]:
        """An answer as the API shows it with bodies, invented."""
        item = {
            "owner": _owner(18),
            "is_accepted": False,
            "score": 5,
            "creation_date": made,
            "last_activity_date": made,
            "answer_id": next(self._ids),
            "question_id": question_id,
            "content_license": "CC BY-SA 4.0",
            "body": body,
            **more,
        }
        self.posts.append(item)
        return item

    def comment(self, made: int, post_id: int, body: str, **more: Any) -> dict[str, Any]:
        """A comment as the API shows it with bodies, invented."""
        item = {
            "owner": _owner(19),
            "edited": False,
            "score": 0,
            "creation_date": made,
            "post_id": post_id,
            "comment_id": next(self._ids),
            "content_license": "CC BY-SA 4.0",
            "body": body,
            **more,
        }
        self.comments.append(item)
        return item

    def remove(self, uri: str) -> None:
        """The post is not shown any more, and nothing says why."""
        items = self.comments if "/comment/" in uri else self.posts
        items.remove(self._at(uri))

    def edit(self, uri: str, text: str) -> None:
        """Another text, a minute after the first."""
        item = self._at(uri)
        item["body"] = f"<p>{text}</p>"
        if "comment_id" in item:
            item["edited"] = True
        else:
            item["last_edit_date"] = item["creation_date"] + 60

    def end_account(self, uri: str) -> None:
        """The account of its author is deleted: what it wrote stays, under no account."""
        gone = self._at(uri)["owner"]
        for item in (*self.posts, *self.comments):
            if item["owner"] == gone:
                item["owner"] = {"user_type": "does_not_exist", "display_name": "user90001"}

    def _at(self, uri: str) -> dict[str, Any]:
        kind, number = uri.split("/")[1:]
        items = self.comments if kind == "comment" else self.posts
        return next(i for i in items if _kind(i) == kind and str(i[_IDS[kind]]) == number)

    def _answer(self, call: Call) -> Reply:
        self.before_answer(call)
        if self.faults:
            return self.faults.pop(0)
        self.quota_remaining -= 1
        if call.one("site") not in self.sites:
            return _json(400, error(400, "No site found for name `nowhere`", "bad_parameter"))
        if int(call.one("page", "1")) > self.most_pages and not call.one("key"):
            return _json(400, _ACCESS_DENIED)
        found = self._found(call.path.removeprefix("/2.3/"), call)
        if found is None:
            return _json(404, error(404, "no method found with this name", "no_method"))
        size = min(int(call.one("pagesize", "30")), 100)
        start = (int(call.one("page", "1")) - 1) * size
        return _json(
            200,
            {
                "items": found[start : start + size],
                "has_more": start + size < len(found),
                "quota_remaining": self.quota_remaining,
                **self.wrapper,
            },
        )

    def _found(self, path: str, call: Call) -> list[dict[str, Any]] | None:
        if path == "info":
            return [{"api_revision": "2026.11.1.1", "total_questions": len(self.posts)}]
        if path == "search/excerpts":
            hits = [item for item in self.posts if self._fits(item, call)]
            return [self._excerpt(item) for item in _newest_first(hits)]
        if match := re.fullmatch(r"posts/([\d;]+)/comments", path):
            below = [c for c in self.comments if str(c.get("post_id")) in match[1].split(";")]
            return _newest_first([c for c in below if self._is_in_window(c, call)])
        if match := re.fullmatch(r"(question|answer|comment)s/([\d;]+)", path):
            kind, ids = match[1], match[2].split(";")
            items = self.comments if kind == "comment" else self.posts
            return [i for i in items if _kind(i) == kind and str(i.get(_IDS[kind])) in ids]
        return None

    def _fits(self, item: dict[str, Any], call: Call) -> bool:
        if not self._is_in_window(item, call):
            return False
        told = f"{item.get('title', '')} {item['body']} {' '.join(item.get('tags', []))}"
        words = re.findall(r"\w+", html.unescape(told).lower())
        return all(word in words for word in re.findall(r"\w+", call.one("q").lower()))

    def _is_in_window(self, item: dict[str, Any], call: Call) -> bool:
        made, last = int(item["creation_date"]), int(call.one("todate"))
        return int(call.one("fromdate")) <= made < last + self.includes_todate

    def _excerpt(self, item: dict[str, Any]) -> dict[str, Any]:
        """A search_excerpt: no owner, no link, a text that is cut."""
        kept = ("question_id", "answer_id", "score", "creation_date", "last_activity_date", "tags")
        excerpt = {name: item[name] for name in kept if name in item}
        return {**excerpt, "item_type": _kind(item), "excerpt": item["body"][:40] + "&hellip;"}


def error(code: int, message: str, name: str) -> dict[str, Any]:
    """The wrapper of an error."""
    return {"error_id": code, "error_message": message, "error_name": name}


def throttled(seconds: int) -> Reply:
    """What the API answers an address that has used up its day."""
    said = f"too many requests from this IP, more requests available in {seconds} seconds"
    return _json(400, error(502, said, "throttle_violation"))


def refused(code: int, message: str, name: str) -> Reply:
    """An error as the API gives it: HTTP 400 whatever its number is."""
    return _json(400, error(code, message, name))


def _json(status: int, value: Any) -> Reply:
    """Gzip always, asked for or not."""
    headers = {"Content-Type": "application/json; charset=utf-8", "Content-Encoding": "gzip"}
    return Reply(status=status, body=gzip.compress(json.dumps(value).encode()), headers=headers)


def _owner(number: int) -> dict[str, Any]:
    return {
        "user_id": number,
        "user_type": "registered",
        "display_name": f"sample-user-{number} &amp; co",
        "link": f"https://ai.stackexchange.com/users/{number}/sample-user-{number}",
    }


def _kind(item: dict[str, Any]) -> str:
    if "comment_id" in item:
        return "comment"
    return "answer" if "answer_id" in item else "question"


def _newest_first(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(items, key=lambda item: int(item["creation_date"]), reverse=True)
