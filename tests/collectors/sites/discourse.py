"""A Discourse forum that keeps to its software's rules: its search, its pages, its refusals."""

import html
import itertools
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from tests.collectors.web import Call, Reply, Web

PER_PAGE, MOST_PAGES, CHUNK = 50, 10, 20
TOPIC_LENGTH = 40  # posts that publish() puts into one topic


class DiscourseSite:
    """``topics`` and ``posts`` may change between requests; ``faults`` are given out first, one
    for each request. ``zone_h`` is the forum's own zone, which decides what its days are."""

    def __init__(self) -> None:
        self.topics: dict[int, dict[str, Any]] = {}
        self.posts: list[dict[str, Any]] = []
        self.faults: list[Reply] = []
        self.gone: dict[int, Reply] = {}  # what is answered for a post that is not there any more
        self.zone_h = 0
        self.shortest_word = 3
        self.wants_login = False
        self.before_answer: Callable[[Call], None] = lambda _: None
        self.web = Web(self._answer)
        self._post_ids, self._topic_ids = itertools.count(5_001), itertools.count(101)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Its address while the block lasts."""
        with self.web:
            yield self.web.url

    @property
    def instance(self) -> str:
        return f"127.0.0.1:{self.web.port}"

    def settings_changes(self) -> dict[str, Any]:
        """The settings that let a collector come here."""
        return {"allow_private_addresses": True}

    def topic_options(self) -> dict[str, Any]:
        """What [sources.discourse] of a topic holds."""
        return {"instances": [self.web.url]}

    def publish(
        self, count: int, *, start: datetime, step: float = 1.0, text: str = "OpenAI, take {n}"
    ) -> list[str]:
        """So many posts, ``step`` seconds apart, in topics of 40; their uris."""
        made = []
        for n in range(count):
            moment = start + timedelta(seconds=n * step)
            if n % TOPIC_LENGTH == 0:
                topic_id = self.topic(f"Thread {n}")
            made.append(self.post(topic_id, moment, f"<p>{text.format(n=n)}</p>"))
        return [self.uri(post) for post in made]

    def topic(self, title: str, **more: Any) -> int:
        """An empty topic; its id."""
        topic_id = next(self._topic_ids)
        self.topics[topic_id] = {
            "id": topic_id,
            "title": title,
            "fancy_title": html.escape(title),
            "slug": "sample-topic",
            "tags": ["chatgpt"],
            "views": 9,
            **more,
        }
        return topic_id

    def post(self, topic_id: int, made: datetime, cooked: str, **more: Any) -> dict[str, Any]:
        """A post as a topic's page shows it, invented."""
        number = sum(post["topic_id"] == topic_id for post in self.posts) + 1
        post = {
            "id": next(self._post_ids),
            "name": "",
            "username": "sample-user-17",
            "created_at": made.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "updated_at": made.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "cooked": cooked,
            "post_number": number,
            "post_type": 1,
            "reply_count": 0,
            "reply_to_post_number": None,
            "quote_count": 0,
            "reads": 12,
            "score": 2.4,
            "topic_id": topic_id,
            "topic_slug": "sample-topic",
            "version": 1,
            "actions_summary": [{"id": 2, "count": 4}],
            "user_id": 17,
            "hidden": False,
            "deleted_at": None,
            "user_deleted": False,
            **more,
        }
        self.posts.append(post)
        return post

    def uri(self, post: dict[str, Any]) -> str:
        return f"{self.web.url}/p/{post['id']}"

    def remove(self, uri: str) -> None:
        """The post is deleted: the public sees 404, and nothing says why."""
        self.posts.remove(self._at(uri))

    def edit(self, uri: str, text: str) -> None:
        """Another text, a minute after the first."""
        post = self._at(uri)
        made = datetime.fromisoformat(post["created_at"]) + timedelta(minutes=1)
        changes = {"cooked": f"<p>{text}</p>", "version": post["version"] + 1}
        post.update(changes, updated_at=made.isoformat())

    def end_account(self, uri: str) -> None:
        """The account of its author is made anonymous: the posts stay, under another name."""
        gone = self._at(uri)["username"]
        for post in self.posts:
            if post["username"] == gone:
                post.update(username="anon-sample-1", name="")

    def _at(self, uri: str) -> dict[str, Any]:
        return next(post for post in self.posts if self.uri(post) == uri)

    def _answer(self, call: Call) -> Reply:
        self.before_answer(call)
        if self.faults:
            return self.faults.pop(0)
        if self.wants_login:
            return refused(403, "You need to be logged in to do that.", "not_logged_in")
        if call.path == "/about.json":
            return as_json({"about": {"title": "Sample forum", "version": "2026.10.0"}})
        if call.path == "/search.json":
            return self._search(call)
        if match := re.fullmatch(r"/t/(\d+)\.json", call.path):
            return self._topic(int(match[1]))
        if match := re.fullmatch(r"/t/(\d+)/posts\.json", call.path):
            wanted = {int(value) for value in call.query["post_ids[]"]}
            shown = [post for post in self._of(int(match[1])) if post["id"] in wanted]
            return as_json({"post_stream": {"posts": shown[:CHUNK]}, "id": int(match[1])})
        if match := re.fullmatch(r"/posts/(\d+)\.json", call.path):
            return self._post(int(match[1]))
        return NOT_FOUND

    def _topic(self, topic_id: int) -> Reply:
        posts = self._of(topic_id)
        if not posts:
            return NOT_FOUND
        stream = {"posts": posts[:CHUNK], "stream": [post["id"] for post in posts]}
        return as_json({"post_stream": stream, **self.topics[topic_id]})

    def _post(self, post_id: int) -> Reply:
        if post_id in self.gone:
            return self.gone[post_id]
        found = [post for post in self.posts if post["id"] == post_id]
        return as_json({**found[0], "raw": "as typed"}) if found else NOT_FOUND

    def _of(self, topic_id: int) -> list[dict[str, Any]]:
        return [post for post in self.posts if post["topic_id"] == topic_id]

    def _search(self, call: Call) -> Reply:
        """One post of each topic: ``order:latest`` shows the newest that fits (lib/search.rb)."""
        words = [w for w in call.one("q").split() if not re.match(r"(after|before|order):", w)]
        page = int(call.one("page", "1"))
        if page > MOST_PAGES:
            said = "page parameter must not be greater than 10"
            return refused(400, said, "invalid_parameters")
        if all(len(word) < self.shortest_word for word in words):
            said = "You supplied invalid parameters to the request: q"
            return refused(400, said, "invalid_parameters")
        newest = {post["topic_id"]: post for post in self.posts if self._fits(post, words, call)}
        hits = sorted(newest.values(), key=lambda post: str(post["created_at"]), reverse=True)
        shown = hits[(page - 1) * PER_PAGE : page * PER_PAGE]
        more = len(hits) > page * PER_PAGE or None
        return as_json(
            {
                "posts": [_blurb(post) for post in shown],
                "topics": [self.topics[post["topic_id"]] for post in shown],
                "grouped_search_result": {
                    "more_posts": None,
                    "more_full_page_results": more,
                    "term": call.one("q"),
                    "post_ids": [post["id"] for post in shown],
                    "error": None,
                },
            }
        )

    def _fits(self, post: dict[str, Any], words: list[str], call: Call) -> bool:
        title = self.topics[post["topic_id"]]["title"] if post["post_number"] == 1 else ""
        told = re.findall(r"\w+", f"{title} {html.unescape(str(post['cooked']))}".lower())
        days = dict(re.findall(r"(after|before):(\S+)", call.one("q")))
        made = datetime.fromisoformat(post["created_at"])
        return self._midnight(days["after"]) < made < self._midnight(days["before"]) and all(
            any(own.startswith(word.lower()) for own in told) for word in words
        )

    def _midnight(self, day: str) -> datetime:
        own = date.fromisoformat(day)
        zone = timezone(timedelta(hours=self.zone_h))
        return datetime(own.year, own.month, own.day, tzinfo=zone).astimezone(UTC)


def as_json(value: Any, status: int = 200) -> Reply:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    return Reply(status=status, body=json.dumps(value).encode(), headers=headers)


def refused(status: int, said: str, kind: str) -> Reply:
    """An error as the software writes it."""
    return as_json({"errors": [said], "error_type": kind}, status)


NOT_FOUND = refused(404, "The requested URL or resource could not be found.", "not_found")


def _blurb(post: dict[str, Any]) -> dict[str, Any]:
    """A search hit: a text that is cut, no HTML."""
    kept = ("id", "name", "username", "created_at", "post_number", "topic_id")
    own = {name: post[name] for name in kept}
    return {**own, "like_count": 4, "blurb": f"{re.sub('<[^>]*>', '', post['cooked'])[:9]}..."}
