"""Events in, what topics want of them out: posts that fit, and all that must go or be hidden.

A post waits here until its author's profile is known, and the place to go on from waits with it: a
process that ends meanwhile reads it again. It does not wait for ever; then it is counted, unread.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from collectors._wire_json import DEPTH_CAP, deeper_than
from collectors.bluesky.post import SOURCE, counted_only, read_post, whole_post
from collectors.jetstream.events import KINDS, POSTS, Event, moment, uri_of
from collectors.jetstream.line import Bundle
from collectors.jetstream.profiles import Profiles
from groundswell.cleaning import cleaned
from groundswell.post import Deletion, Hiding, Post, Rejected, posted_at
from groundswell.query import Haystack
from groundswell.topic import Topic

UNKNOWN_AUTHOR = "profile not shown"
ABSENT_S = 60.0  # a new account's profile may be a little late
UNASKED_S = 600.0  # while the site does not answer; a day's look-back would be the end
MOST_WAITING = 2_000
MOST_REJECTS = 100  # a slice; the rest is counted, so that nobody can fill the quarantine

GONE = ("deleted", "takendown", "suspended")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    uri: str
    event: Event
    topics: tuple[str, ...]
    since_s: float


class Sieve:
    """What came since ``take_out`` was last called. ``counts`` are of all time."""

    def __init__(self, topics: Sequence[Topic], profiles: Profiles) -> None:
        self._topics, self._profiles = topics, profiles
        self._waiting: dict[str, _Waiting] = {}  # by uri: of two versions the newer
        self._others: list[Deletion | Hiding | Rejected] = []
        self._rejects = 0
        self.counts: Counter[str] = Counter()
        self.dropped = 0
        self.read = 0

    @property
    def size(self) -> int:
        """Posts and other items that a slice would hold at most."""
        return len(self._waiting) + len(self._others)

    @property
    def waits_for_us(self) -> int | None:
        """When the oldest post that still waits was witnessed; None: none waits."""
        return min((waiting.event.us for waiting in self._waiting.values()), default=None)

    def put_in(self, bundle: Bundle) -> None:
        """Sorts a bundle; each frame of it is counted."""
        self.read += len(bundle.events) + bundle.passed + len(bundle.unreadable)
        self.counts["posts"] += bundle.passed
        self.dropped += bundle.passed
        for event in bundle.events:
            self._sort(event)
        for frame, why in bundle.unreadable:
            self.counts["unreadable"] += 1
            self._reject(frame, f"A frame of the stream {why}.", None)

    async def take_out(
        self,
    ) -> tuple[list[tuple[Post, tuple[str, ...]]], list[Deletion | Hiding | Rejected]]:
        """The posts whose authors are known by now, and all else that came."""
        waiting = list(self._waiting.values())
        dids = [w.event.did for w in waiting]
        if unknown := [did for did in dids if self._profiles.of(did) is None]:
            await self._profiles.read(unknown)
        found = []
        for one in waiting:
            post = self._kept(one)
            if post is not None:
                del self._waiting[one.uri]
            if isinstance(post, Post):
                found.append((post, one.topics))
        others, self._others = self._others, []
        self._rejects = self.dropped = self.read = 0
        self.counts["waiting"] = len(self._waiting)
        return found, others

    def _sort(self, event: Event) -> None:
        if event.kind == "commit":
            self._commit(event)
        elif event.kind == "account":
            self.counts["accounts"] += 1
            self._account(event)
        elif event.kind in KINDS:
            self.counts[event.kind] += 1
            self._profiles.forget(event.did)
        else:
            self.counts["unknown"] += 1

    def _commit(self, event: Event) -> None:
        if event.body["collection"] != POSTS:
            self.counts["other collections"] += 1
        elif event.body["operation"] == "delete":
            self.counts["deletions"] += 1
            uri = uri_of(event)
            self._waiting.pop(uri, None)
            self._others.append(Deletion(source=SOURCE, uri=uri, seen_at=_seen_at(event)))
        else:
            self.counts["posts"] += 1
            self._post(event)

    def _account(self, event: Event) -> None:
        self._profiles.forget(event.did)
        status, seen_at = str(event.body.get("status") or "inactive"), _seen_at(event)
        if not event.body["active"] and status in GONE:
            for uri in [w.uri for w in self._waiting.values() if w.event.did == event.did]:
                del self._waiting[uri]
            self._others.append(
                Deletion(
                    source=SOURCE,
                    author_id=event.did,
                    seen_at=seen_at,
                    reason=f"account {status}",
                )
            )
            return
        self._others.append(
            Hiding(
                source=SOURCE,
                author_id=event.did,
                seen_at=seen_at,
                reason="active" if event.body["active"] else status,
                lifted=event.body["active"],
            )
        )

    def _post(self, event: Event) -> None:
        view, seen_at = view_of(event, {"did": event.did}), _seen_at(event)
        if deeper_than(event.body["record"], DEPTH_CAP):
            self._reject(event.frame, f"The record is nested deeper than {DEPTH_CAP}.", "record")
            return
        post = whole_post(view, seen_at)
        if post is None:
            said = read_post(view, seen_at)
            if isinstance(said, Rejected):
                self._reject(event.frame, said.reason, said.field_name)
            return
        topics = tuple(self._fitting(cleaned(post)))
        if topics or event.body["operation"] == "update":
            self._waiting[post.uri] = _Waiting(
                uri=post.uri, event=event, topics=topics, since_s=time.monotonic()
            )
        self.dropped += not topics

    def _fitting(self, post: Post) -> Iterator[str]:
        hay, when = Haystack(post), posted_at(post)
        for topic in self._topics:
            begun = topic.since is None or topic.since <= when
            if begun and (topic.until is None or when < topic.until) and topic.query.found_in(hay):
                yield topic.slug

    def _kept(self, waiting: _Waiting) -> Post | None:
        """The post as it may be kept; None while its author is not known."""
        event = waiting.event
        author, seen_at = self._profiles.of(event.did), _seen_at(event)
        if author is None and self._has_patience(waiting):
            return None
        if author is not None:
            post = read_post(view_of(event, author), seen_at)
        else:
            self.counts["authors not known"] += 1
            post = counted_only(view_of(event, {"did": event.did}), seen_at, UNKNOWN_AUTHOR)
        return replace(post, announced_at=seen_at) if isinstance(post, Post) else None

    def _has_patience(self, waiting: _Waiting) -> bool:
        patience_s = UNASKED_S if self._profiles.trouble else ABSENT_S
        waited_s = time.monotonic() - waiting.since_s
        return waited_s < patience_s and len(self._waiting) <= MOST_WAITING

    def _reject(self, frame: bytes, why: str, field_name: str | None) -> None:
        self._rejects += 1
        self.counts["rejected"] += 1
        if self._rejects <= MOST_REJECTS:
            self._others.append(
                Rejected(
                    source=SOURCE,
                    reason=why,
                    raw=frame,
                    seen_at=datetime.now(UTC),
                    field_name=field_name,
                )
            )


def view_of(event: Event, author: dict[str, Any]) -> dict[str, Any]:
    """A commit as the post view that a search would give. Only of a new post the time that it was
    witnessed says when it was made."""
    body = event.body
    view = {
        "uri": uri_of(event),
        "cid": body.get("cid"),
        "author": author,
        "record": body.get("record"),
    }
    made = body["operation"] == "create"
    return view | ({"indexedAt": moment(event.us).isoformat()} if made else {})


def _seen_at(event: Event) -> datetime:
    """When the stream told of it. That is our own sight, however late we listened: it bounds the
    time of a post better than the time of a catch-up does, and replays come out in one order."""
    return min(moment(event.us), datetime.now(UTC))
