"""An instance of Mastodon that keeps to its rules: tag timelines, ids of time, ``Link``, limits.

Shapes are those of recorded answers of 4.3 to 4.6; people and posts are invented.
"""

import itertools
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from collectors.mastodon.ids import id_at
from tests.collectors.web import Call, Reply, Web

TAG = "openai"
MOST = 40
_sequence = itertools.count(1)


def written(moment: datetime) -> str:
    """A time as Mastodon writes it."""
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
    )


def account(name: str = "sample-user-17", **more: Any) -> dict[str, Any]:
    """An invented account, indexable, on a server of its own."""
    return {
        "id": "109000000000000017",
        "username": name,
        "acct": f"{name}@home.example",
        "display_name": "Sample User",
        "bot": False,
        "indexable": True,
        "note": "<p>Invented.</p>",
        "url": f"https://home.example/@{name}",
        "uri": f"https://home.example/users/{name}",
        "fields": [],
        **more,
    }


def status(made_at: datetime, text: str = "OpenAI", **more: Any) -> dict[str, Any]:
    """An invented status as a server shows it that got it the moment it was made."""
    number = str(int(id_at(made_at)) + next(_sequence) % 65_536)
    return {
        "id": number,
        "created_at": written(made_at),
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "uri": f"https://home.example/users/sample-user-17/statuses/{number}",
        "url": f"https://home.example/@sample-user-17/{number}",
        "replies_count": 1,
        "reblogs_count": 2,
        "favourites_count": 3,
        "quotes_count": 0,
        "edited_at": None,
        "content": f"<p>{text}</p>",
        "reblog": None,
        "account": account(),
        "media_attachments": [],
        "mentions": [],
        "tags": [{"name": TAG, "url": f"https://home.example/tags/{TAG}"}],
        "emojis": [],
        "quote": None,
        "card": None,
        "poll": None,
        **more,
    }


class MastodonSite:
    """``statuses`` are what it holds, in any order; ``faults`` are given out first, one for each
    request. ``instance`` is what it says of itself; None: an older one without that page."""

    def __init__(self, statuses: Sequence[dict[str, Any]] = ()) -> None:
        self.statuses = list(statuses)
        self.faults: list[Reply] = []
        self.instance: dict[str, Any] | None = {
            "domain": "instance.example",
            "version": "4.6.0",
            "source_url": "https://github.com/mastodon/mastodon",
            "api_versions": {"mastodon": 9},
            "configuration": {"timelines_access": {"hashtag_feeds": opened()}},
        }
        self.version_of_old = "4.6.0"
        self.headers: dict[str, str] = {}
        self.web = Web(self._answer)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Its address while the block lasts."""
        with self.web:
            yield self.web.url

    def publish(
        self, count: int, *, start: datetime, step: timedelta, text: str = "OpenAI", **more: Any
    ) -> list[str]:
        """Adds ``count`` statuses from ``start`` on; their addresses."""
        made = [status(start + n * step, f"{text} {n}", **more) for n in range(count)]
        self.statuses += made
        return [one["uri"] for one in made]

    def remove(self, uri: str) -> None:
        """Its author deletes it."""
        self.statuses = [one for one in self.statuses if one["uri"] != uri]

    def edit(self, uri: str, text: str, at: datetime) -> None:
        """Its author writes it anew."""
        for one in self.statuses:
            if one["uri"] == uri:
                one |= {"content": f"<p>{text}</p>", "edited_at": written(at)}

    def settings_changes(self) -> dict[str, Any]:
        """Settings under which it may be asked."""
        return {"allow_private_addresses": True}

    def topic_options(self) -> dict[str, Any]:
        """What a topic says to ask it."""
        return {"instances": [self.web.url], "tags": [TAG]}

    def _answer(self, call: Call) -> Reply:
        if self.faults:
            return self.faults.pop(0)
        if call.path == "/api/v2/instance":
            return as_json(self.instance) if self.instance else _missing()
        if call.path == "/api/v1/instance":
            return as_json({"uri": "instance.example", "version": self.version_of_old})
        kind, _, rest = call.path.removeprefix("/api/v1/").rpartition("/")
        if kind == "statuses":
            found = [one for one in self.statuses if one["id"] == rest]
            return as_json(found[0]) if found else _missing()
        return self._timeline(call, rest) if kind == "timelines/tag" else _missing()

    def _timeline(self, call: Call, tag: str) -> Reply:
        shown = [one for one in self.statuses if tag in {t["name"] for t in one["tags"]}]
        shown.sort(key=lambda one: _order(one["id"]))
        limit = min(int(call.one("limit", "20")), MOST)
        above, below = call.one("min_id"), call.one("max_id")
        if above:
            page = [one for one in shown if _order(one["id"]) > _order(above)][:limit]
        else:
            page = [one for one in shown if not below or _order(one["id"]) < _order(below)]
            page = page[-limit:]
        page.reverse()
        return as_json(page, {**self.headers, **self._link(call, page)})

    def _link(self, call: Call, page: list[dict[str, Any]]) -> dict[str, str]:
        if not page:
            return {}
        address = f"{self.web.url}{call.path}?"
        older = urlencode({"limit": call.one("limit"), "max_id": page[-1]["id"]})
        newer = urlencode({"limit": call.one("limit"), "min_id": page[0]["id"]})
        return {"Link": f'<{address}{older}>; rel="next", <{address}{newer}>; rel="prev"'}


def opened(local: str = "public", remote: str = "public") -> dict[str, str]:
    """Who may see the timelines of tags."""
    return {"local": local, "remote": remote}


def as_json(value: Any, headers: dict[str, str] | None = None, status: int = 200) -> Reply:
    """An answer of the interface."""
    kind = {"Content-Type": "application/json; charset=utf-8"}
    return Reply(
        status=status, body=json.dumps(value).encode(), headers={**kind, **(headers or {})}
    )


def _missing() -> Reply:
    return as_json({"error": "Record not found"}, status=404)


def _order(number: str) -> tuple[int, str]:
    """Numbers by size, other ids as text."""
    return (int(number), "") if number.isdigit() else (0, number)
