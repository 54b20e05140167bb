"""A Lemmy that keeps to its rules, in both of its interfaces: search, pages, limits, deletion.

No recorded answers exist: shapes are those of the types that LemmyNet publishes for 0.19 and 1.0.
People and posts are invented.
"""

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.collectors.web import Call, Reply, Web

_numbers = itertools.count(100)
_PERSON = {
    "id": 17,
    "name": "sample-user-17",
    "display_name": "Sample User",
    "deleted": False,
    "bot_account": False,
}
_ACTOR = "https://home.example/u/sample-user-17"
_COMMUNITY = {"id": 3, "name": "technology", "title": "Technology", "nsfw": False}
LANGUAGES = [
    {"id": 0, "code": "und", "name": "Undetermined"},
    {"id": 37, "code": "en", "name": "English"},
]


def written(moment: datetime) -> str:
    """A time as Lemmy writes it since 0.19."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class LemmySite:
    """``things`` are posts and comments in the shape of 0.19, with a key ``view``; ``version``
    decides which interfaces it has. ``faults`` are given out first, one for each request."""

    def __init__(self) -> None:
        self.things: list[dict[str, Any]] = []
        self.faults: list[Reply] = []
        self.version = "0.19.12"
        self.has_v4 = False
        self.web = Web(self._answer)
        self.before_answer: Callable[[Call], None] = lambda _: None

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Its address while the block lasts."""
        with self.web:
            yield self.web.url

    def post(self, at: datetime, name: str = "OpenAI", **more: Any) -> dict[str, Any]:
        """Adds a post; ``more`` are fields of it. The view in the shape of 0.19."""
        number = next(_numbers)
        own = {
            "id": number,
            "name": name,
            "ap_id": f"https://home.example/post/{number}",
            "body": "Invented.",
            "published": written(at),
            "deleted": False,
            "removed": False,
            "nsfw": False,
            "language_id": 37,
            **more,
        }
        counts = {"score": 5, "upvotes": 6, "downvotes": 1, "comments": 2}
        view = {"post": own, "counts": counts, "creator": _creator(), "community": _COMMUNITY}
        self.things.append(view)
        return view

    def comment(
        self,
        at: datetime,
        content: str = "OpenAI",
        under: dict[str, Any] | None = None,
        answers: dict[str, Any] | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """Adds a comment ``under`` a post's view, that ``answers`` another comment's view."""
        root = under or self.post(at - timedelta(minutes=1), "A thread")
        number = next(_numbers)
        above = answers["comment"]["path"] if answers else "0"
        own = {
            "id": number,
            "content": content,
            "ap_id": f"https://home.example/comment/{number}",
            "published": written(at),
            "deleted": False,
            "removed": False,
            "language_id": 0,
            "path": f"{above}.{number}",
            **more,
        }
        counts = {"score": 1, "upvotes": 1, "downvotes": 0, "child_count": 0}
        view = {
            "comment": own,
            "post": root["post"],
            "counts": counts,
            "creator": _creator(),
            "community": _COMMUNITY,
        }
        self.things.append(view)
        return view

    def publish(
        self, count: int, *, start: datetime, step: timedelta, text: str = "OpenAI"
    ) -> list[str]:
        """Adds ``count`` posts from ``start`` on; their addresses."""
        made = [self.post(start + n * step, f"{text} {n}") for n in range(count)]
        return [view["post"]["ap_id"] for view in made]

    def remove(self, uri: str, *, purged: bool = False) -> None:
        """Its author deletes it: then strangers do not see it. Purged, not even its row is left."""
        for view in self.things:
            if _thing(view)["ap_id"] == uri:
                _thing(view)["deleted"] = True
        if purged:
            self.things = [view for view in self.things if _thing(view)["ap_id"] != uri]

    def edit(self, uri: str, text: str, at: datetime) -> None:
        """Its author writes it anew."""
        for view in self.things:
            if _thing(view)["ap_id"] == uri:
                name = "content" if "comment" in view else "name"
                _thing(view).update({name: text, "updated": written(at)})

    def end_account(self, uri: str) -> None:
        """The account of its author is deleted, and each server is told so."""
        gone = next(v["creator"]["name"] for v in self.things if _thing(v)["ap_id"] == uri)
        for view in self.things:
            if view["creator"]["name"] == gone:
                view["creator"] = {**view["creator"], "deleted": True}

    def settings_changes(self) -> dict[str, Any]:
        """Settings under which it is asked."""
        return {"allow_private_addresses": True, "lemmy_urls": (self.web.url,)}

    def topic_options(self) -> dict[str, Any]:
        """What a topic says to ask it: nothing, the settings name it."""
        return {}

    def _answer(self, call: Call) -> Reply:
        self.before_answer(call)
        if self.faults:
            return self.faults.pop(0)
        interface, _, path = call.path.removeprefix("/api/").partition("/")
        if interface not in (("v3", "v4") if self.has_v4 else ("v3",)):
            return as_json({"error": "not_found"}, 404)
        if path == "site":
            return as_json({"version": self.version, "all_languages": LANGUAGES})
        if path in ("post", "comment"):
            return self._one(path, int(call.one("id")), interface)
        return self._by_number(call) if interface == "v3" else self._by_cursor(call)

    def _one(self, kind: str, number: int, interface: str) -> Reply:
        for view in self.things:
            own = _thing(view)
            is_it = ("comment" in view) == (kind == "comment") and own["id"] == number
            if is_it and not own["deleted"] and not own["removed"]:
                return as_json({f"{kind}_view": view if interface == "v3" else as_v4(view)})
        return as_json({"error": f"couldnt_find_{kind}"}, 404)

    def _found(self, call: Call) -> list[dict[str, Any]]:
        asked = call.one("q").lower()
        shown = [view for view in self.things if not _thing(view)["deleted"]]
        fitting = [view for view in shown if asked in _words(view)]
        return sorted(fitting, key=_newest_first, reverse=True)

    def _by_number(self, call: Call) -> Reply:
        limit, page = int(call.one("limit", "10")), int(call.one("page", "1"))
        if not 1 <= limit <= 50:
            return as_json({"error": "invalid_fetch_limit"}, 400)
        part = slice((page - 1) * limit, page * limit)
        found = self._found(call)
        posts = [view for view in found if "comment" not in view][part]
        comments = [view for view in found if "comment" in view][part]
        empty = {"type_": "All", "communities": [], "users": []}
        return as_json({**empty, "posts": posts, "comments": comments})

    def _by_cursor(self, call: Call) -> Reply:
        found, limit = self._found(call), int(call.one("limit", "10"))
        names = [_cursor(view) for view in found]
        after = call.one("page_cursor")
        if after and after not in names:
            return as_json({"error": "not_found"}, 404)
        start = names.index(after) + 1 if after else 0
        part = found[start : start + limit]
        body: dict[str, Any] = {"search": [as_v4(view) for view in part]}
        if start + limit < len(found):
            body["next_page"] = _cursor(part[-1])
        return as_json(body)


def as_v4(view: dict[str, Any]) -> dict[str, Any]:
    """The same view as 1.0 shows it: counts inside, times and addresses renamed."""
    kind = "comment" if "comment" in view else "post"
    shown = {**view, kind: _renamed({**view[kind], **view["counts"]}), "type_": kind}
    shown["creator"] = {**_PERSON, "ap_id": _ACTOR}
    del shown["counts"]
    return shown


def as_json(value: Any, status: int = 200) -> Reply:
    """An answer of the interface."""
    headers = {"Content-Type": "application/json"}
    return Reply(status=status, body=json.dumps(value).encode(), headers=headers)


def _creator() -> dict[str, Any]:
    return {**_PERSON, "actor_id": _ACTOR}


def _renamed(thing: dict[str, Any]) -> dict[str, Any]:
    names = {"published": "published_at", "updated": "updated_at"}
    return {names.get(name, name): value for name, value in thing.items()}


def _thing(view: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = view.get("comment") or view["post"]
    return found


def _words(view: dict[str, Any]) -> str:
    own = _thing(view)
    return " ".join(str(own.get(name) or "") for name in ("name", "body", "content")).lower()


def _newest_first(view: dict[str, Any]) -> tuple[str, int]:
    return str(_thing(view)["published"]), int(_thing(view)["id"])


def _cursor(view: dict[str, Any]) -> str:
    return f"{'C' if 'comment' in view else 'P'}{_thing(view)['id']:x}"
