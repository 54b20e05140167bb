"""A Hacker News search that keeps to its rules: words, phrases, filters, pages, 1,000 hits."""

import itertools
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.collectors.web import Call, Reply, Web

CEILING = 1000
HIT_FIELDS = ("title", "story_text", "comment_text", "url", "author")

_ids = itertools.count(40_000_000)
_TERM = re.compile(r'"([^"]+)"|(\S+)')
_WORD = re.compile(r"\w+")


def story(created_at: int, title: str, **more: Any) -> dict[str, Any]:
    """A story as the search shows it, invented."""
    number = next(_ids)
    return {
        "objectID": str(number),
        "created_at_i": created_at,
        "title": title,
        "url": "https://news.example/a",
        "author": "sample-user-17",
        "story_text": None,
        "comment_text": None,
        "points": 12,
        "num_comments": 3,
        "story_id": None,
        "parent_id": None,
        "_tags": ["story", "author_sample-user-17", f"story_{number}"],
        **more,
    }


def comment(created_at: int, text: str, parent: str, story_id: str, **more: Any) -> dict[str, Any]:
    """A comment as the search shows it, invented."""
    number = next(_ids)
    return {
        "objectID": str(number),
        "created_at_i": created_at,
        "title": None,
        "url": None,
        "author": "sample-user-18",
        "story_text": None,
        "comment_text": text,
        "points": None,
        "num_comments": None,
        "story_id": int(story_id),
        "parent_id": int(parent),
        "_tags": ["comment", "author_sample-user-18", f"story_{story_id}"],
        **more,
    }


class FakeSearch:
    """``hits`` may grow between runs; ``faults`` are given out first, one for each request."""

    def __init__(self, hits: Iterable[dict[str, Any]] = ()) -> None:
        self.hits = list(hits)
        self.faults: list[Reply] = []
        self.items: dict[str, Any] = {}
        self.before_answer: Callable[[Call], None] = lambda _: None
        self.web = Web(self._answer)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Its address while the block lasts."""
        with self.web:
            yield self.web.url

    def remove(self, uri: str) -> None:
        """Its author deletes it: the site's own interface says so."""
        number = int(uri.partition("id=")[2])
        self.items[str(number)] = {"id": number, "type": "story", "deleted": True}

    def edit(self, uri: str, text: str) -> None:
        """Its author writes it anew, as the site's own interface shows it."""
        number = int(uri.partition("id=")[2])
        (hit,) = [hit for hit in self.hits if hit["objectID"] == str(number)]
        made = {"id": number, "type": "story", "time": hit["created_at_i"]}
        self.items[str(number)] = made | {"title": text}

    def _answer(self, call: Call) -> Reply:
        self.before_answer(call)
        if self.faults:
            return self.faults.pop(0)
        if call.path.startswith("/v0/item/"):
            return _json(self.items.get(call.path.removeprefix("/v0/item/")[:-5]))
        if call.path != "/api/v1/search_by_date":
            return Reply(status=404, body=b"no such page")
        found = sorted(
            (hit for hit in self.hits if _fits(hit, call)),
            key=lambda hit: int(hit["created_at_i"]),
            reverse=True,
        )
        size = min(int(call.one("hitsPerPage", "20")), CEILING)
        start = int(call.one("page", "0")) * size
        return _json(
            {
                "hits": found[:CEILING][start : start + size],
                "nbHits": len(found),
                "page": start // size,
                "nbPages": math.ceil(min(len(found), CEILING) / size),
                "hitsPerPage": size,
                "query": call.one("query"),
            }
        )


def _json(value: Any) -> Reply:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    return Reply(body=json.dumps(value).encode(), headers=headers)


def _fits(hit: dict[str, Any], call: Call) -> bool:
    tags = call.one("tags").strip("()").split(",")
    return (
        any(tag in hit["_tags"] for tag in tags)
        and all(_passes(hit, f) for f in call.one("numericFilters").split(",") if f)
        and has_words(hit, call.one("query"), call.one("queryType", "prefixLast"))
    )


def _passes(hit: dict[str, Any], condition: str) -> bool:
    name, sign, value = re.fullmatch(r"(\w+)(>=|<=|>|<|=)(\d+)", condition).groups()  # type: ignore[union-attr]  # a malformed filter must fail the test
    own, bound = int(hit[name]), int(value)
    return {">=": own >= bound, "<": own < bound, ">": own > bound, "<=": own <= bound}[sign]


def has_words(hit: dict[str, Any], query: str, query_type: str) -> bool:
    text = " ".join(str(hit.get(name) or "") for name in HIT_FIELDS).lower()
    words = _WORD.findall(text)
    terms = _TERM.findall(query.lower())
    for place, (phrase, word) in enumerate(terms):
        is_last = place == len(terms) - 1
        begins = query_type == "prefixAll" or (query_type == "prefixLast" and is_last)
        if phrase and phrase not in " ".join(words):
            return False
        if word and not any(w == word or (begins and w.startswith(word)) for w in words):
            return False
    return True
