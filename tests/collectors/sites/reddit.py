"""A Reddit that keeps to its rules: app login, search, newest, trees, "more", 1,000 a listing."""

import base64
import itertools
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from pydantic import SecretStr

from tests.collectors.web import Call, Reply, Web

APP, SECRET = "sample-app", "canary-secret-of-nobody"
SUB = "samples"
CEILING = 1_000

_TERM = re.compile(r'"[^"]+"|\S+')


class RedditSite:
    """``things`` are submissions and comments by name; ``faults`` are given out first, one for each
    request that is no login. A token lasts until ``revoke``."""

    def __init__(self) -> None:
        self.things: dict[str, dict[str, Any]] = {}
        self.closed: dict[str, Reply] = {}
        self.faults: list[Reply] = []
        self.before_answer: Callable[[Call], None] = lambda _: None
        self.secret = SECRET
        self.token = "token-0001"
        self.shown_comments = 500  # in one tree; the rest is behind "more"
        self.knows_filters = True
        self.web = Web(self._answer)
        self._ids = itertools.count(36**5)
        self._tokens = itertools.count(2)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Its address while the block lasts."""
        with self.web:
            yield self.web.url

    def settings_changes(self) -> dict[str, Any]:
        """The settings that point a collector here."""
        return {
            "reddit_url": self.web.url,
            "reddit_auth_url": self.web.url,
            "reddit_client_id": APP,
            "reddit_client_secret": SecretStr(self.secret),
            "allow_private_addresses": True,
        }

    def topic_options(self) -> dict[str, Any]:
        """What [sources.reddit] of a topic holds."""
        return {"subreddits": [SUB]}

    def publish(
        self, count: int, *, start: datetime, step: float = 1.0, text: str = "OpenAI, take {n}"
    ) -> list[str]:
        """So many submissions, ``step`` seconds apart; their uris."""
        first = start.timestamp()
        return [
            uri(self.submission(first + n * step, text.format(n=n))["name"], self)
            for n in range(count)
        ]

    def submission(self, made: float, title: str, sub: str = SUB, **more: Any) -> dict[str, Any]:
        """A submission as Reddit shows it, invented."""
        number = base36(next(self._ids))
        own = {
            "id": number,
            "name": f"t3_{number}",
            "subreddit": sub,
            "title": title,
            "selftext": "",
            "author": "sample-user-17",
            "author_fullname": "t2_sample17",
            "created_utc": float(made),
            "edited": False,
            "is_self": True,
            "url": f"https://www.reddit.com/r/{sub}/comments/{number}/sample/",
            "permalink": f"/r/{sub}/comments/{number}/sample/",
            "score": 12,
            "num_comments": 0,
            "upvote_ratio": 0.9,
            "over_18": False,
            "removed_by_category": None,
            "likes": None,
            **more,
        }
        self.things[own["name"]] = own
        return own

    def comment(self, made: float, parent: str, body: str, **more: Any) -> dict[str, Any]:
        """An answer to a submission or comment as Reddit shows it, invented."""
        above = self.things[parent]
        number, link = base36(next(self._ids)), above.get("link_id", above["name"])
        own = {
            "id": number,
            "name": f"t1_{number}",
            "link_id": link,
            "parent_id": parent,
            "subreddit": above["subreddit"],
            "body": body,
            "author": "sample-user-18",
            "author_fullname": "t2_sample18",
            "created_utc": float(made),
            "edited": False,
            "score": 1,
            "permalink": f"/r/{above['subreddit']}/comments/{link[3:]}/sample/{number}/",
            "likes": None,
            **more,
        }
        self.things[own["name"]] = own
        self.things[link]["num_comments"] += 1
        return own

    def remove(self, gone: str) -> None:
        """Its author takes it back: the place stays, text and author go."""
        own = self.things[name(gone)]
        own |= {"author": "[deleted]", "author_fullname": None}
        own |= {"body": "[deleted]"} if "body" in own else {"selftext": "[deleted]"}

    def forget(self, gone: str) -> None:
        """It is not shown anywhere any more."""
        del self.things[name(gone)]

    def edit(self, changed: str, text: str) -> None:
        """Another text, a minute after the first."""
        own = self.things[name(changed)]
        own |= {"body": text} if "body" in own else {"selftext": text}
        own["edited"] = own["created_utc"] + 60

    def end_account(self, ended: str) -> None:
        """The account of its author is deleted: what it wrote stays, without a name."""
        gone = self.things[name(ended)]["author"]
        for own in self.things.values():
            if own["author"] == gone:
                own |= {"author": "[deleted]", "author_fullname": None}

    def revoke(self) -> None:
        """The token of before is no longer taken."""
        self.token = f"token-{next(self._tokens):04d}"

    def _answer(self, call: Call) -> Reply:
        self.before_answer(call)
        path = call.path.strip("/")
        if path == "api/v1/access_token":
            return self._login(call)
        if self.faults:
            return self.faults.pop(0)
        if call.headers.get("authorization") != f"bearer {self.token}":
            return Reply(status=401, body=b'{"message": "Unauthorized", "error": 401}')
        steps = path.split("/")
        if steps[0] == "r" and steps[1] in self.closed:
            return self.closed[steps[1]]
        if steps[0] == "r":
            return self._listing(call, steps[1], steps[2])
        if steps[0] == "comments":
            return self._tree(f"t3_{steps[1]}")
        if path == "api/morechildren":
            return self._more(call)
        if path == "api/info":
            names = call.one("id").split(",")
            assert len(names) <= 100
            return listing([self.things[n] for n in names if n in self.things])
        return Reply(status=404, body=b'{"message": "Not Found", "error": 404}')

    def _login(self, call: Call) -> Reply:
        given = base64.b64encode(f"{APP}:{self.secret}".encode()).decode()
        if call.headers.get("authorization") != f"Basic {given}":
            return Reply(status=401, body=b'{"message": "Unauthorized", "error": 401}')
        assert parse_qs(call.body.decode()) == {"grant_type": ["client_credentials"]}
        granted = {"access_token": self.token, "token_type": "bearer", "expires_in": 86400}
        return _json({**granted, "scope": "*"})

    def _listing(self, call: Call, sub: str, kind: str) -> Reply:
        everywhere = sub == "all"
        found = [
            own
            for own in self.things.values()
            if own["name"].startswith("t3_") and (everywhere or own["subreddit"] == sub)
        ]
        if kind == "search":
            assert (call.one("restrict_sr") == "false") == everywhere
            found = [own for own in found if self._has(own, call.one("q"))]
        found = sorted(found, key=lambda own: (own["created_utc"], own["name"]), reverse=True)
        found = found[:CEILING]
        names = [own["name"] for own in found]
        after = call.one("after")
        if after and after not in names:
            return listing([])  # the item was taken away, and with it the place in the chain
        start = names.index(after) + 1 if after else 0
        page = found[start : start + min(int(call.one("limit", "25")), 100)]
        more = start + len(page) < len(found)
        return listing(page, page[-1]["name"] if page and more else None)

    def _has(self, own: dict[str, Any], q: str) -> bool:
        text = f"{own['title']} {own['selftext']}".lower()
        terms = _TERM.findall(q.lower().replace("(", " ").replace(")", " "))
        wanted = True
        for term in terms:
            field, colon, value = term.partition(":")
            if term == "not":
                wanted = False
                continue
            if colon and not self.knows_filters:
                return False
            fits = (
                own["subreddit"].lower() == value
                if field == "subreddit"
                else own["is_self"] == (value == "yes")
                if field == "self"
                else term.strip('"') in text
            )
            if fits != wanted:
                return False
            wanted = True
        return True

    def _tree(self, top: str) -> Reply:
        if top not in self.things:
            return Reply(status=404, body=b'{"message": "Not Found", "error": 404}')
        below = [c for c in self.things.values() if c.get("link_id") == top]
        shown, hidden = below[: self.shown_comments], below[self.shown_comments :]
        stubs = {top: _stub(hidden, top)} if hidden else {}
        comments = _below(top, shown, stubs)
        trees = [_listed([_thing(self.things[top])]), _listed(comments)]
        return _json(trees)

    def _more(self, call: Call) -> Reply:
        assert call.method == "POST"
        asked = parse_qs(call.body.decode())["children"][0].split(",")
        assert len(asked) <= 100
        found = [_thing(c) for c in self.things.values() if c["id"] in asked]
        return _json({"json": {"errors": [], "data": {"things": found}}})


def _below(
    parent: str, comments: list[dict[str, Any]], stubs: dict[str, Any]
) -> list[dict[str, Any]]:
    made = []
    for own in comments:
        if own["parent_id"] == parent:
            below = _below(own["name"], comments, stubs)
            made.append(_thing({**own, "replies": _listed(below) if below else ""}))
    return [*made, *([stubs[parent]] if parent in stubs else [])]


def _stub(hidden: list[dict[str, Any]], parent: str) -> dict[str, Any]:
    ids = [own["id"] for own in hidden]
    own = {"count": len(ids), "name": f"t1_{ids[0]}", "id": ids[0], "parent_id": parent}
    return {"kind": "more", "data": {**own, "depth": 0, "children": ids}}


def _thing(own: dict[str, Any]) -> dict[str, Any]:
    return {"kind": str(own["name"])[:2], "data": own}


def _listed(children: list[dict[str, Any]], after: str | None = None) -> dict[str, Any]:
    data = {"modhash": None, "dist": len(children), "children": children, "after": after}
    return {"kind": "Listing", "data": {**data, "before": None}}


def listing(found: list[dict[str, Any]], after: str | None = None) -> Reply:
    """A listing as Reddit gives it."""
    return _json(_listed([_thing(own) for own in found], after))


def uri(of: str, site: RedditSite) -> str:
    """The address of a submission or comment by its name."""
    link = site.things[of].get("link_id")
    top = f"https://www.reddit.com/comments/{(link or of)[3:]}"
    return f"{top}/_/{of[3:]}" if link else top


def name(of: str) -> str:
    """The name of what stands at an address."""
    comment = of.partition("/_/")[2]
    return f"t1_{comment}" if comment else f"t3_{of.rpartition('/')[2]}"


def base36(number: int) -> str:
    """A number as Reddit writes ids."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits


def _json(value: Any) -> Reply:
    headers = {"Content-Type": "application/json; charset=UTF-8"}
    return Reply(body=json.dumps(value).encode(), headers=headers)
