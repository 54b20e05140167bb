"""The loop that asks for stored posts again: what is gone, hidden, edited or counted anew."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from anyio import to_thread

from groundswell.cleaning import cleaned
from groundswell.errors import SchemaDrift, SourceError
from groundswell.post import Deletion, Hiding, Item, Missing, Post, Rejected
from groundswell.run import (
    Clock,
    Counts,
    Outcome,
    Reader,
    State,
    is_drift,
    located,
    retention_s,
    search_terms,
    utc_now,
)
from groundswell.source import Collector, Recheckable, Stored
from groundswell.spool import Batch, ScoredPost, Spool

ROUTE = "refresh"  # says nothing of coverage: the store leaves it out of the runs of sources


async def recheck(
    collector: Collector,
    topic: str,
    pages: Iterable[Sequence[Stored]],
    spool: Spool,
    read: Reader,
    *,
    clock: Clock = utc_now,
    progress: Callable[[Counts], None] = lambda _: None,
) -> Outcome:
    """Asks ``collector``, which must be ``Recheckable``, for the posts of ``pages`` and leaves what
    it says in the spool, a batch for each of them. ``pages`` is read beside the event loop: it may
    ask the database.

    A ``SourceError`` ends the loop, not the program: what was said before is kept, and the posts
    not asked for are first the next time. ``HomeError`` is raised: there is nowhere to keep it.
    """
    run = _Recheck(collector, topic, spool, read, clock, progress)
    error: SourceError | None = None
    waiting = iter(pages)
    try:
        while (stored := await to_thread.run_sync(partial(next, waiting, None))) is not None:
            await run.ask(stored)
    except SourceError as caught:
        error = caught
    return run.outcome(error)


@dataclass(slots=True)
class _Said:
    """What a source said of some stored posts."""

    posts: list[Post] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)
    hidings: list[Hiding] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    pages: int = 0
    dropped: int = 0

    def uris(self) -> set[str]:
        named = {post.uri for post in self.posts} | {one.uri for one in self.missing}
        named |= {one.uri for one in self.deletions if one.uri is not None}
        return named | {one.uri for one in self.hidings if one.uri is not None}


class _Recheck:
    def __init__(
        self,
        collector: Collector,
        topic: str,
        spool: Spool,
        read: Reader,
        clock: Clock,
        progress: Callable[[Counts], None],
    ) -> None:
        self.counts = Counts()
        self._collector, self._topic, self._spool = collector, topic, spool
        self._read, self._clock, self._progress = read, clock, progress
        self._run_id = uuid.uuid4().hex

    async def ask(self, stored: Sequence[Stored]) -> None:
        """Asks for these posts and writes what came of it, also when that ends in an error or the
        command is stopped: then only the posts something was said of count as asked for."""
        asked, said, is_done = {post.uri for post in stored}, _Said(), False
        source: Recheckable = self._collector  # type: ignore[assignment]  # promised by the caller
        try:
            async for page in source.recheck(stored):
                for item in self._collector.posts(page) if page.body is not None else ():
                    placed = located(item, page.instance) if isinstance(item, Rejected) else item
                    self._take(said, placed, asked)
                said.pages += page.body is not None
                self.counts.pages += page.body is not None
                self._refuse_drift(said)
                self._progress(self.counts)
            is_done = True
        finally:
            self._write(said, asked if is_done else asked & said.uris())

    def outcome(self, error: SourceError | None) -> Outcome:
        kept = self.counts.batches > 0
        state: State = "ok" if error is None else "partial" if kept else "failed"
        return Outcome(
            topic=self._topic,
            source=self._collector.name,
            state=state,
            run_id=self._run_id,
            counts=self.counts,
            reason=error.reason if error else None,
            message=str(error) if error else "",
        )

    def _take(self, said: _Said, item: Item, asked: set[str]) -> None:
        """A post that was not asked for is not let in by this door."""
        if isinstance(item, Post):
            self._take_post(said, item, asked)
        elif isinstance(item, Deletion):
            said.deletions.append(item)
            self.counts.deleted += 1
        elif isinstance(item, Hiding):
            said.hidings.append(item)
            self.counts.hidden += not item.lifted
        elif isinstance(item, Missing):
            said.missing.append(item)
            self.counts.missing += 1
        else:
            said.rejected.append(item)
            self.counts.rejected += 1

    def _take_post(self, said: _Said, post: Post, asked: set[str]) -> None:
        if post.uri not in asked:
            said.dropped += 1
            self.counts.dropped += 1
            return
        said.posts.append(cleaned(post))
        self.counts.posts += 1
        self.counts.withheld += post.withheld is not None

    def _refuse_drift(self, said: _Said) -> None:
        bad, good = len(said.rejected), len(said.uris())
        if is_drift(bad, bad + good):
            name = self._collector.name
            raise SchemaDrift(
                f"{name}: {bad} of {bad + good} posts asked for again could not be read, so the "
                "site has probably changed. They are in quarantine; look at `groundswell status` "
                "and update Groundswell.",
                source=name,
            )

    def _write(self, said: _Said, checked: set[str]) -> None:
        if not (checked or said.rejected):
            return
        readings = self._read(said.posts)
        scored = [
            ScoredPost(post=post, reading=reading, tokens=search_terms(post), matches=())
            for post, reading in zip(said.posts, readings, strict=True)
        ]
        self._spool.write(
            Batch(
                source=self._collector.name,
                topic=self._topic,
                route=ROUTE,
                run_id=self._run_id,
                seq=self.counts.batches,
                written_at=self._clock(),
                posts=scored,
                deletions=said.deletions,
                hidings=said.hidings,
                missing=said.missing,
                rejected=said.rejected,
                pages=said.pages,
                dropped=said.dropped,
                retention_s=retention_s(self._collector),
                checked=sorted(checked),
            )
        )
        self.counts.batches += 1
