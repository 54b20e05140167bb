"""The loop that collects: pages in, scored batches out, one outcome for each source and topic."""

import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from groundswell.cleaning import cleaned
from groundswell.coverage import Coverage, Status, uncovered
from groundswell.errors import BudgetSpent, NearlyFull, SchemaDrift, SourceError
from groundswell.post import Deletion, Hiding, Item, Missing, Post, Rejected, posted_at
from groundswell.scoring import keywords
from groundswell.scoring.score import Reading
from groundswell.source import Ask, Collector, Page
from groundswell.spool import Batch, Covered, Match, ScoredPost, Spool
from groundswell.tally import Tally, counting
from groundswell.text import tokens
from groundswell.topic import Topic

BATCH_POSTS = 2_000
BATCH_S = 5.0
DRIFT_SHARE = 0.05  # above this share of unreadable items, and at least DRIFT_ITEMS of them,
DRIFT_ITEMS = 5  # the site has changed: stop loudly instead of filling the quarantine

# What stays unread after an error of this reason; after any other it is a gap.
STATUS_OF: dict[str, Status] = {"closed": "closed", "budget": "budget"}
ENDED_WELL = (BudgetSpent.reason, NearlyFull.reason)  # a pause is no failure

State = Literal["ok", "partial", "failed"]
Reader = Callable[[Sequence[Post]], list[Reading]]
Clock = Callable[[], datetime]


@dataclass(slots=True, kw_only=True)
class Counts:
    """What one run met. ``posts`` were kept and handed on, ``dropped`` did not fit the topic."""

    pages: int = 0
    posts: int = 0
    dropped: int = 0
    rejected: int = 0
    deleted: int = 0
    hidden: int = 0
    missing: int = 0
    withheld: int = 0
    batches: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run ended: ``ok`` (all complete), ``partial`` (kept, but with gaps or a failure on
    the way) or ``failed`` (nothing could be read). ``reason`` is a stable word, None when ok."""

    topic: str
    source: str
    state: State
    run_id: str
    counts: Counts
    gaps: tuple[Covered, ...] = ()
    reason: str | None = None
    message: str = ""


def utc_now() -> datetime:
    """The wall clock in UTC."""
    return datetime.now(UTC)


async def collect(
    collector: Collector,
    ask: Ask,
    spool: Spool,
    read: Reader,
    *,
    clock: Clock = utc_now,
    progress: Callable[[Counts], None] = lambda _: None,
    look_for_room: Callable[[], None] = lambda: None,
) -> Outcome:
    """Reads ``ask`` to the end or to the first error and leaves everything read in the spool.

    A ``SourceError`` ends the run, not the program: it becomes the outcome, and the windows that
    stay unread become gaps. So does ``NearlyFull``, which ``look_for_room`` raises, called after
    each page. Another ``HomeError`` is raised: there is nowhere to keep anything.
    """
    run = _Run(collector, ask, spool, read, clock)
    error: SourceError | NearlyFull | None = None
    with counting() as run.tally:
        try:
            async for page in collector.pages(ask):
                run.take(page)
                progress(run.counts)
                look_for_room()
        except (SourceError, NearlyFull) as caught:
            error = caught
        finally:
            run.finish(error)
    return run.outcome(error)


@dataclass(slots=True)
class _Waiting:
    """What the next batch will hold."""

    posts: list[tuple[Post, tuple[Match, ...]]] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)
    hidings: list[Hiding] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    coverage: list[Covered] = field(default_factory=list)
    pages: int = 0
    dropped: int = 0
    cursor: str | None = None
    is_touched: bool = False  # by a page or a finding, which may bring no more than a cursor

    def __bool__(self) -> bool:
        return bool(self.is_touched or self.coverage or self.rejected)


class _Run:
    def __init__(
        self, collector: Collector, ask: Ask, spool: Spool, read: Reader, clock: Clock
    ) -> None:
        self.counts = Counts()
        self.tally = Tally()
        self._untold: dict[str | None, Counter[str]] = {}  # of no window yet, by instance
        self._requests_told = 0
        self._collector, self._ask, self._spool = collector, ask, spool
        self._read, self._clock = read, clock
        self._run_id = uuid.uuid4().hex
        self._cursor = ask.cursor
        self._settled: list[Covered] = []
        self._spoken_of: dict[str, None] = {}  # servers, in order
        self._waiting = _Waiting(cursor=ask.cursor)
        self._since_s = time.monotonic()
        topic = ask.topic
        self._match = Match(topic=topic.slug, query=topic.query.id, route=collector.route)
        self._looked_at = 0  # items, and how many of them could not be read; of files they do not
        self._unreadable = 0  # count, since a file is its owner's and not a site that changed

    def take(self, page: Page) -> None:
        """Sorts the items of one page; raises ``SchemaDrift`` and keeps the cursor if too many
        cannot be read. A finding without a body is no page and not counted as one."""
        if page.instance is not None:
            self._spoken_of[page.instance] = None
        items = list(self._collector.posts(page)) if page.body is not None else []
        before = self._met()
        self._sort(items, page.instance)
        self._waiting.is_touched = True
        self._waiting.pages += page.body is not None
        self.counts.pages += page.body is not None
        self._untold.setdefault(page.instance, Counter()).update(self._met() - before)
        self._refuse_drift(page, items)
        self._settle([Covered(window=w, instance=page.instance) for w in page.coverage])
        self._waiting.cursor = page.cursor if page.cursor is not None else self._waiting.cursor
        if len(self._waiting.posts) >= BATCH_POSTS or time.monotonic() - self._since_s > BATCH_S:
            self._flush()

    def finish(self, error: SourceError | NearlyFull | None) -> None:
        """Writes what is left; after an error also the windows that stay unread. Where servers were
        spoken of it is said of each of them: said of all at once, no later run could take it back.
        """
        if error is not None:
            status = STATUS_OF.get(error.reason, "gap")
            self._settle(
                [
                    Covered(
                        window=Coverage(start=start, end=end, status=status, reason=str(error)),
                        instance=instance,
                    )
                    for instance in self._servers()
                    for start, end in uncovered(self._ask.span, self._known_of(instance))
                ]
            )
        self._flush()

    def outcome(self, error: SourceError | NearlyFull | None) -> Outcome:
        gaps = tuple(c for c in self._settled if c.window.status != "complete")
        kept = self.counts.posts or any(c.window.status == "complete" for c in self._settled)
        state: State = "ok"
        if error is not None or gaps:
            ended_well = error is None or error.reason in ENDED_WELL
            state = "partial" if kept or ended_well else "failed"
        said = str(error) if error else _first_reason(gaps)
        return Outcome(
            topic=self._ask.topic.slug,
            source=self._collector.name,
            state=state,
            run_id=self._run_id,
            counts=self.counts,
            gaps=gaps,
            reason=error.reason if error else ("gaps" if gaps else None),
            message=" ".join(part for part in (said, self.tally.warning) if part),
        )

    def _sort(self, items: Sequence[Item], instance: str | None) -> None:
        for item in items:
            if isinstance(item, Rejected):
                self._waiting.rejected.append(located(item, instance))
                self.counts.rejected += 1
            elif isinstance(item, Deletion):
                self._waiting.deletions.append(item)
                self.counts.deleted += 1
            elif isinstance(item, Hiding):
                self._waiting.hidings.append(item)
                self.counts.hidden += not item.lifted
            elif isinstance(item, Missing):
                self._waiting.missing.append(item)
                self.counts.missing += 1
            else:
                self._keep(cleaned(item))

    def _keep(self, post: Post) -> None:
        if not self._fits(post):
            self._waiting.dropped += 1
            self.counts.dropped += 1
            return
        self._waiting.posts.append((post, (self._match,)))
        self.counts.posts += 1
        self.counts.withheld += post.withheld is not None

    def _fits(self, post: Post) -> bool:
        return fits(self._ask.topic, post)

    def _refuse_drift(self, page: Page, items: Sequence[Item]) -> None:
        """Judges the page, and the run so far: a site may change for a few items of each page."""
        if page.route == "file":
            return
        bad = sum(isinstance(item, Rejected) for item in items)
        met = max(len(items), page.read or 0)
        self._looked_at += met
        self._unreadable += bad
        where = f"of {page.url} "
        if not is_drift(bad, met):
            bad, met, where = self._unreadable, self._looked_at, "read in this run "
        if not is_drift(bad, met):
            return
        raise SchemaDrift(
            f"{page.source}: {bad} of {met} items {where}could not be read, so the site has "
            "probably changed. They are in quarantine and the cursor was not moved; look at "
            "`groundswell status`, update Groundswell, then read them again with `groundswell "
            "requeue`.",
            source=page.source,
        )

    def _met(self) -> Counter[str]:
        counts = self.counts
        given = counts.posts + counts.dropped
        return Counter(
            found=given, dropped=counts.dropped, pages=counts.pages, rejected=counts.rejected
        )

    def _settle(self, covered: Sequence[Covered]) -> None:
        covered = [past for one in covered if (past := self._so_far(one)) is not None]
        if covered:
            covered = [self._counted(covered[0]), *covered[1:]]
        self._waiting.coverage.extend(covered)
        self._settled.extend(covered)

    def _so_far(self, covered: Covered) -> Covered | None:
        """The window up to now by the site's own clock, if this machine's runs ahead: of what has
        not been yet nothing can be complete. None when nothing is left of it."""
        window, ahead = covered.window, timedelta(seconds=self.tally.ahead_s)
        now = max(self._clock(), self._ask.now) - ahead
        if window.status != "complete" or window.end <= now:
            return covered
        return replace(covered, window=replace(window, end=now)) if window.start < now else None

    def _counted(self, first: Covered) -> Covered:
        """The first of the windows settled together, with what was met since the last ones. A
        collector that counts what each window gave knows better than that."""
        met = self._untold.pop(first.instance, Counter())
        requests = self.tally.requests - self._requests_told
        self._requests_told = self.tally.requests
        window = first.window
        found = window.found or met["found"]
        return replace(
            first,
            window=replace(
                window,
                found=found,
                dropped=window.dropped or met["dropped"],
                pages=met["pages"],
                rejected=met["rejected"],
                requests=requests,
            ),
        )

    def _servers(self) -> list[str | None]:
        """Those that this run spoke of, else those that earlier ones did; None where there is but
        one."""
        return [*(self._spoken_of or self._ask.known_by)] or [None]

    def _known_of(self, instance: str | None) -> list[Coverage]:
        """Windows of a server, or of the source, that need not be said to be unread."""
        known = self._ask.known if instance is None else self._ask.known_by.get(instance, ())
        said = [c.window for c in self._settled if c.instance == instance]
        if instance is not None:  # how it stands with a server its collector knows better
            said = [replace(window, status="complete") for window in said]
        return [*known, *said]

    def _flush(self) -> None:
        if self._waiting:
            self._spool.write(self._batch(self._waiting))
            self.counts.batches += 1
            self._cursor = self._waiting.cursor
        self._waiting = _Waiting(cursor=self._cursor)
        self._since_s = time.monotonic()

    def _batch(self, waiting: _Waiting) -> Batch:
        readings = self._read([post for post, _ in waiting.posts])
        scored = [
            ScoredPost(post=post, reading=reading, tokens=search_terms(post), matches=matches)
            for (post, matches), reading in zip(waiting.posts, readings, strict=True)
        ]
        return Batch(
            source=self._collector.name,
            topic=self._ask.topic.slug,
            route=self._collector.route,
            run_id=self._run_id,
            seq=self.counts.batches,
            written_at=self._clock(),
            cursor_from=self._cursor,
            cursor_to=waiting.cursor,
            posts=scored,
            deletions=waiting.deletions,
            hidings=waiting.hidings,
            missing=waiting.missing,
            rejected=waiting.rejected,
            coverage=waiting.coverage,
            pages=waiting.pages,
            dropped=waiting.dropped,
            retention_s=retention_s(self._collector),
            targets={self._ask.topic.slug: self._ask.topic.target_names},
        )


def is_drift(bad: int, met: int) -> bool:
    """Whether so many unreadable items among ``met`` mean that the site has changed."""
    return bad >= DRIFT_ITEMS and bad > DRIFT_SHARE * met


def fits(topic: Topic, post: Post) -> bool:
    """Whether ``post`` belongs to ``topic`` by its time and words. Withheld posts come without
    text: the site's own search is all there is to go by."""
    when = posted_at(post)
    if (topic.since and when < topic.since) or (topic.until and when >= topic.until):
        return False
    return post.withheld is not None or topic.query.matches(post)


def located(item: Rejected, instance: str | None) -> Rejected:
    """The item with the server that gave it, which reading it again may need."""
    return item if item.instance or not instance else replace(item, instance=instance)


def retention_s(collector: Collector) -> int | None:
    """How many seconds the source lets texts be kept, None when it sets no limit."""
    keep = collector.capabilities.retention
    return None if keep is None else int(keep.total_seconds())


def search_terms(post: Post) -> tuple[str, ...]:
    """Distinct words, for keyword search, and two-word phrases, for what stands out, of all that
    the matcher may look at; in order."""
    parts = [part for part in (post.text, post.quoted_text, post.card_text, post.alt_text) if part]
    words = tokens("\n".join(parts))
    phrases = [term for part in parts for term in keywords.terms(part) if " " in term]
    return tuple(dict.fromkeys([*words, *(f"#{tag.lower()}" for tag in post.tags), *phrases]))


def _first_reason(gaps: Sequence[Covered]) -> str:
    return next((c.window.reason for c in gaps if c.window.reason), "")
