"""Follows a stream for many topics at once: posts scored and left in the spool, topic by topic.

Each topic keeps its own place. The stream is read from the earliest of them; what a topic has read
before comes again and is one row. A batch is written whole before the place in it counts, so that
a process killed at any moment goes on from what was written. All that must go or be hidden, for
whatever topic, goes with the first topic's batch, which is written before the others.
"""

import asyncio
import json
import os
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from groundswell.cleaning import cleaned
from groundswell.coverage import Coverage, merge
from groundswell.errors import BatchUnreadable, HomeError
from groundswell.post import Deletion, Hiding, Post, Rejected
from groundswell.run import Clock, Reader, search_terms, utc_now
from groundswell.scoring.score import Reading
from groundswell.source import Slice, Streamed
from groundswell.spool import Batch, Covered, Match, ScoredPost, Spool, read_envelope
from groundswell.stream_beat import HEARTBEAT
from groundswell.topic import Topic

QUIET_S = 60.0  # a topic that nobody speaks of notes its place so often
UPKEEP_S = 60.0


@dataclass(slots=True)
class _Followed:
    """One topic and what its next batch will hold."""

    topic: Topic
    cursor: str | None
    next_cursor: str | None = None
    seq: int = 0
    posts: list[ScoredPost] = field(default_factory=list)
    coverage: list[Coverage] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)
    hidings: list[Hiding] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    dropped: int = 0
    slices: int = 0
    written_s: float = field(default_factory=time.monotonic)

    def is_due(self) -> bool:
        """Whether there is something that must not wait."""
        if self.posts or self.deletions or self.hidings or self.rejected:
            return True
        return bool(self.slices) and time.monotonic() - self.written_s >= QUIET_S


class Following:
    """One run of the stream. ``cursors`` are the places kept by topic slug, None where a topic is
    new: then it is followed from where the stream begins."""

    def __init__(
        self,
        source: Streamed,
        topics: Sequence[Topic],
        cursors: Mapping[str, str | None],
        spool: Spool,
        read: Reader,
        *,
        home: Path,
        clock: Clock = utc_now,
    ) -> None:
        self._source, self._spool, self._read, self._clock = source, spool, read, clock
        self._topics = {t.slug: _Followed(t, cursors.get(t.slug)) for t in topics}
        self._run_id = uuid.uuid4().hex
        self._file = home / HEARTBEAT
        self._started_at = clock()
        self._totals = {"events": 0, "posts": 0, "deletions": 0, "withheld": 0, "batches": 0}

    async def follow(
        self,
        stop: asyncio.Event,
        upkeep: Callable[[], Awaitable[None]] | None = None,
        has_room: Callable[[], bool] = lambda: True,
    ) -> None:
        """Follows until ``stop``, or until ``has_room`` says no, then writes what is left.
        ``upkeep`` is called every minute. Raises ``HomeError``, ``StateError`` and
        ``RefusedAddress``; what was written is kept."""
        topics = [followed.topic for followed in self._topics.values()]
        kept_s, is_paused = time.monotonic(), False
        slices = self._source.slices(topics, self._earliest(), stop)
        async with aclosing(slices) as each:  # type: ignore[type-var]  # the protocol says less
            async for one in each:
                self.take(one)
                if upkeep is not None and time.monotonic() - kept_s >= UPKEEP_S:
                    await upkeep()
                    kept_s = time.monotonic()
                if is_paused := not has_room():
                    break
        for followed in self._topics.values():
            if followed.slices:
                self._write(followed)
        self._beat(None, "paused" if is_paused else "stopped")

    def take(self, one: Slice) -> None:
        """Adds a slice to the topics it is for and writes the batches that are due."""
        self._totals["events"] += one.read
        self._hand_out(one)
        first = next(iter(self._topics.values()))
        for item in one.others:
            if isinstance(item, Deletion):
                first.deletions.append(item)
            elif isinstance(item, Hiding):
                first.hidings.append(item)
            else:
                first.rejected.append(item)
        self._totals["deletions"] += len(first.deletions)
        for followed in self._topics.values():
            followed.slices += 1
            followed.dropped += one.dropped
            followed.coverage += one.coverage
            followed.next_cursor = self._later(followed, one.cursor)
            if followed.is_due() or one.trouble:
                self._write(followed)
        self._beat(one, "trouble" if one.trouble else "ok")

    def _hand_out(self, one: Slice) -> None:
        posts = [cleaned(post) for post, _ in one.found]
        readings = self._read(posts)
        first = next(iter(self._topics))
        for post, (_, slugs), reading in zip(posts, one.found, readings, strict=True):
            self._totals["posts"] += bool(slugs)
            self._totals["withheld"] += post.withheld is not None
            for slug in slugs or (first,):
                followed = self._topics[slug]
                followed.posts.append(self._scored(post, reading, followed, bool(slugs)))

    def _scored(self, post: Post, reading: Reading, of: _Followed, fits: bool) -> ScoredPost:
        match = Match(topic=of.topic.slug, query=of.topic.query.id, route=self._source.route)
        return ScoredPost(
            post=post,
            reading=reading,
            tokens=search_terms(post),
            matches=(match,) if fits else (),
        )

    def _earliest(self) -> str | None:
        kept = [f.cursor for f in self._topics.values() if f.cursor is not None]
        return min(kept, key=self._source.place, default=None)

    def _later(self, followed: _Followed, cursor: str | None) -> str | None:
        """A place never moves back: a topic may be ahead of where the stream began."""
        known = followed.next_cursor or followed.cursor
        if cursor is None or known is None:
            return cursor or known
        return max(known, cursor, key=self._source.place)

    def _write(self, followed: _Followed) -> None:
        self._spool.write(self._batch(followed))
        self._totals["batches"] += 1
        self._topics[followed.topic.slug] = _Followed(
            followed.topic, followed.next_cursor, followed.next_cursor, followed.seq + 1
        )

    def _batch(self, followed: _Followed) -> Batch:
        windows = [replace(window, found=0, dropped=0) for window in followed.coverage]
        merged = merge([], windows)
        if merged:
            found = sum(bool(scored.matches) for scored in followed.posts)
            merged[-1] = replace(merged[-1], found=found, dropped=followed.dropped)
        return Batch(
            source=self._source.name,
            topic=followed.topic.slug,
            route=self._source.route,
            run_id=self._run_id,
            seq=followed.seq,
            written_at=self._clock(),
            cursor_from=followed.cursor,
            cursor_to=followed.next_cursor,
            posts=followed.posts,
            deletions=followed.deletions,
            hidings=followed.hidings,
            rejected=followed.rejected,
            coverage=[Covered(window=window) for window in merged],
            pages=followed.slices,
            dropped=followed.dropped,
            targets={followed.topic.slug: followed.topic.target_names},
        )

    def _beat(self, one: Slice | None, state: str) -> None:
        """Leaves word of how it goes in ``stream.json``, for whoever watches over this process."""
        said: dict[str, Any] = {
            "state": state,
            "pid": os.getpid(),
            "started_at": self._started_at.isoformat(),
            "written_at": self._clock().isoformat(),
            "topics": list(self._topics),
            **self._totals,
        }
        if one is not None:
            said |= {
                "host": one.host,
                "last_event_at": one.reached and one.reached.isoformat(),
                "lag_s": round(one.lag_s, 1),
                "trouble": one.trouble,
                "counts": dict(one.counts),
            }
        draft = self._file.with_suffix(".tmp")
        try:
            draft.write_text(json.dumps(said, indent=1), encoding="utf-8")
            draft.replace(self._file)
        except OSError as error:
            raise HomeError(
                f"{self._file} cannot be written ({error.strerror}). Check owner, rights and space "
                "of the home folder."
            ) from error


def places(
    source: Streamed, spool: Spool, stored: Callable[[], Mapping[str, str | None]]
) -> dict[str, str | None]:
    """The newest place kept for each topic: by the database, or by a batch that still waits for it.
    ``stored`` asks the database; after the spool, since a batch may enter it meanwhile."""
    waiting: dict[str, str] = {}
    for path in spool.waiting():
        try:
            said = read_envelope(path)
        except BatchUnreadable:
            continue  # gone meanwhile, or for its owner to set aside
        if (said.source, said.route) == (source.name, source.route) and said.cursor_to:
            known = waiting.get(said.topic, said.cursor_to)
            waiting[said.topic] = max(known, said.cursor_to, key=source.place)
    found: dict[str, str | None] = dict(stored())
    for topic, cursor in waiting.items():
        known_there = found.get(topic)
        found[topic] = max(known_there, cursor, key=source.place) if known_there else cursor
    return found
