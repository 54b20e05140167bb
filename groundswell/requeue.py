"""The loop that reads items of the quarantine again, once the reader or the topic was mended."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from groundswell.cleaning import cleaned
from groundswell.errors import SourceError
from groundswell.post import Deletion, Hiding, Item, Missing, Post, Rejected
from groundswell.run import (
    Clock,
    Reader,
    fits,
    located,
    retention_s,
    search_terms,
    utc_now,
)
from groundswell.source import Collector, Requeueable, SetAside
from groundswell.spool import Batch, Match, Requeued, ScoredPost, Spool
from groundswell.topic import Topic

ROUTE = "requeue"  # says nothing of coverage: the store leaves it out of the runs of sources
LOOPS = ("refresh",)  # ways that an item can have been met which are none to find a post by


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One item that waits in quarantine under ``id``, met on ``route`` (None: not kept)."""

    id: str
    kept: SetAside
    route: str | None = None


@dataclass(slots=True, kw_only=True)
class Requeuing:
    """What came of reading items again. ``posts`` are those of them that were stored; an item that
    passed and does not fit the topic is none. ``reasons`` are of those that stay, each once."""

    passed: int = 0
    stayed: int = 0
    posts: int = 0
    reasons: list[str] = field(default_factory=list)


async def requeue(
    collector: Collector,
    topic: str,
    items: Sequence[Held],
    topics: Sequence[Topic],
    spool: Spool,
    read: Reader,
    *,
    clock: Clock = utc_now,
) -> Requeuing:
    """Reads ``items``, set aside for ``topic``, with ``collector``, which must be ``Requeueable``,
    and leaves one batch in the spool that stores what passed and says what did not. A post is
    matched against ``topics``. Doing it twice stores nothing twice. Raises ``HomeError``."""
    done, again = Requeuing(), _Again()
    for held in items:
        reason = await again.read(collector, held, topics)
        again.settled.append(Requeued(id=held.id, reason=reason))
        done.passed += reason is None
        done.stayed += reason is not None
        if reason is not None and reason not in done.reasons:
            done.reasons.append(reason)
    done.posts = len(again.posts)
    readings = read([post for post, _ in again.posts])
    spool.write(
        Batch(
            source=collector.name,
            topic=topic,
            route=ROUTE,
            run_id=uuid.uuid4().hex,
            seq=0,
            written_at=clock(),
            posts=[
                ScoredPost(post=p, reading=reading, tokens=search_terms(p), matches=matches)
                for (p, matches), reading in zip(again.posts, readings, strict=True)
            ],
            deletions=again.deletions,
            hidings=again.hidings,
            missing=again.missing,
            rejected=again.rejected,
            dropped=again.dropped,
            retention_s=retention_s(collector),
            requeued=again.settled,
            targets={one.slug: one.target_names for one in topics},
        )
    )
    return done


@dataclass(slots=True)
class _Again:
    """What the batch will hold."""

    posts: list[tuple[Post, tuple[Match, ...]]] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)
    hidings: list[Hiding] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    settled: list[Requeued] = field(default_factory=list)
    dropped: int = 0

    async def read(self, collector: Collector, held: Held, topics: Sequence[Topic]) -> str | None:
        """Takes what one item holds; why it is no post, None when it could be read. A document of
        many entries passes when some of them could; the others wait in its place."""
        source: Requeueable = collector  # type: ignore[assignment]  # promised by the caller
        try:
            page = await source.page_of(held.kept)
        except SourceError as error:
            return str(error)
        items = list(collector.posts(page))
        bad = [item for item in items if isinstance(item, Rejected)]
        if bad and len(bad) == len(items):
            return bad[0].reason
        route = held.route if held.route and held.route not in LOOPS else collector.route
        for item in items:
            self._take(item, topics, route, held.kept.instance)
        return None

    def _take(self, item: Item, topics: Sequence[Topic], route: str, instance: str | None) -> None:
        if isinstance(item, Post):
            self._keep(cleaned(item), topics, route)
        elif isinstance(item, Deletion):
            self.deletions.append(item)
        elif isinstance(item, Hiding):
            self.hidings.append(item)
        elif isinstance(item, Missing):
            self.missing.append(item)
        else:
            self.rejected.append(located(item, instance))

    def _keep(self, post: Post, topics: Sequence[Topic], route: str) -> None:
        matches = tuple(
            Match(topic=topic.slug, query=topic.query.id, route=route)
            for topic in topics
            if fits(topic, post)
        )
        if matches:
            self.posts.append((post, matches))
        self.dropped += not matches
