"""One poll of one feed: asked politely, read, and what it settles and leaves to remember."""

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from collectors._hosts import on_this_machine
from collectors._http import Answer, Http
from collectors._redact import redact
from collectors.rss import coverage
from collectors.rss.entry import Feed, NotAFeed
from collectors.rss.reader import FeedReader
from collectors.rss.state import (
    MOST_NEWEST,
    SHORTEST_INTERVAL_S,
    FeedState,
    kept_header,
    key_of,
    mark,
)
from groundswell.coverage import Coverage, Status
from groundswell.errors import BadAnswer, Closed, RateLimited, SourceError
from groundswell.source import Ask, Page

SOURCE = "rss"
ROUTE = "feed"
LONGEST_CLAUSE = 300
CAP_BYTES = 5 * 1024 * 1024
ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml, */*"

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What a poll brought: a page to store, the state after it, and the error if it failed."""

    page: Page
    state: FeedState
    error: SourceError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A feed about to be asked. ``state`` is what is remembered of it."""

    url: str
    state: FeedState
    ask: Ask

    def is_wanted(self) -> bool:
        """Whether this run has something to say of the feed: it may be asked, or its last poll
        failed and it must wait. A feed that was read and is not due yet lacks nothing."""
        return self.state.failed is not None or self.state.may_ask(self.ask.now)

    async def run(self, http: Http, reader: FeedReader) -> Polled:
        """Asks and reads the feed. Never raises a ``SourceError``: one broken feed must not stop
        the others."""
        if not self.state.may_ask(self.ask.now):
            return self._postponed()
        if self.state.gone is not None:
            error: SourceError = Closed(self.state.gone, source=SOURCE, status=410)
            return self._failed(error, "closed", self.state)
        try:
            answer = await self._fetch(http)
            if answer.status == 304:
                return self._unchanged(answer)
            return self._read(answer, await _parsed(answer, reader))
        except Closed as closed:
            gone = str(closed) if closed.status == 410 else None
            state = self._later(gone=gone, moved_to=None, failed=in_short(closed))
            return self._failed(closed, "closed", state)
        except RateLimited as limited:
            state = self._later(not_before=limited.resumes_at, failed=in_short(limited))
            return self._failed(limited, "gap", state)
        except SourceError as failed:
            return self._failed(failed, "gap", self._later(moved_to=None, failed=in_short(failed)))

    async def _fetch(self, http: Http) -> Answer:
        known = {"If-None-Match": self.state.etag, "If-Modified-Since": self.state.modified}
        headers = {name: value for name, value in known.items() if value}
        return await http.get(
            self.state.moved_to or self.url,
            headers={"Accept": ACCEPT, **headers},
            cap_bytes=CAP_BYTES,
            accept_status=(200, 304),
        )

    def _unchanged(self, answer: Answer) -> Polled:
        now, span = self.ask.now, self.ask.span
        windows = coverage.unchanged(self.state, span, now)
        state = self.state.polled(now, **self._next(answer, self.state.interval_s))
        return Polled(page=self._page(answer.url, windows), state=state)

    def _read(self, answer: Answer, feed: Feed) -> Polled:
        if feed.is_cut:
            return self._torn(answer, feed)
        now, entries = self.ask.now, feed.entries
        overflowed = self.state.overflowed(entries)
        newest = sorted(entries, key=lambda e: e.published or e.updated or now, reverse=True)
        interval_s = SHORTEST_INTERVAL_S if overflowed else self.state.interval_s
        state = self.state.polled(
            now,
            etag=kept_header(answer.headers.get("etag")),
            modified=kept_header(answer.headers.get("last-modified")),
            newest=tuple(mark(entry) for entry in newest[:MOST_NEWEST]) or self.state.newest,
            interval_s=interval_s,
            **self._next(answer, interval_s),
        )
        page = self._page(answer.url, coverage.of_entries(entries, self.state, self.ask.span, now))
        return Polled(page=replace(page, body=answer.body, context={"feed": feed}), state=state)

    def _torn(self, answer: Answer, feed: Feed) -> Polled:
        """A document that ends in the middle: its entries count, its silence does not."""
        reason = "the feed ended in the middle, so entries may be missing"
        windows = coverage.unread(self.state, self.ask.span, self.ask.now, "truncated", reason)
        page = replace(self._page(answer.url, windows), body=answer.body, context={"feed": feed})
        return Polled(page=page, state=self._later(failed=reason))

    def cut(self, polled: Polled, left: int, limit: int | None) -> Polled:
        """A poll of which only ``left`` entries may be taken: the rest is asked for again."""
        feed: Feed = polled.page.context["feed"]
        kept = replace(feed, entries=feed.entries[:left])
        reason = f"the run stopped at its limit of {limit} posts inside this feed"
        windows = coverage.unread(self.state, self.ask.span, self.ask.now, "truncated", reason)
        page = replace(polled.page, context={"feed": kept}, coverage=tuple(windows))
        return Polled(page=page, state=self.state)

    def unasked(self, limit: int | None) -> Polled:
        """The finding that a feed was not asked because the run was at its limit."""
        reason = f"not read: the run stopped at its limit of {limit} posts"
        windows = coverage.unread(self.state, self.ask.span, self.ask.now, "gap", reason)
        return Polled(page=self._page(redact(self.url), windows), state=self.state)

    def _postponed(self) -> Polled:
        """The finding that a feed whose last poll failed is not due yet."""
        due, now = self.state.not_before, self.ask.now
        when = f"{due:%H:%M}" if due and due.date() == now.date() else f"{due:%Y-%m-%d %H:%M}"
        said = (self.state.failed or "").removeprefix(key_of(self.url)).strip(" :")
        reason = f"not asked before {when} UTC; the last try failed: {said}"
        windows = coverage.unread(self.state, self.ask.span, now, "gap", reason)
        said = f"{key_of(self.url)}: {reason.rstrip('.')}. Run the same command again then."
        error = RateLimited(said, source=SOURCE, resumes_at=due)
        return Polled(page=self._page(redact(self.url), windows), state=self.state, error=error)

    def _failed(self, error: SourceError, status: Status, state: FeedState) -> Polled:
        windows = coverage.unread(self.state, self.ask.span, self.ask.now, status, str(error))
        return Polled(page=self._page(redact(self.url), windows), state=state, error=error)

    def _later(self, **news: object) -> FeedState:
        wait = {"not_before": self._not_before(self.state.interval_s)}
        told = {name: value for name, value in news.items() if name != "not_before" or value}
        return self.state.model_copy(update={**wait, **told})

    def _next(self, answer: Answer, interval_s: int) -> dict[str, object]:
        """Where and when to ask next. An address with a secret in it is never written down."""
        moved = answer.moved_to if answer.moved_to == redact(answer.moved_to or "") else None
        if moved:
            _LOG.info("rss: %s has moved for good to %s", key_of(self.url), moved)
        return {
            "moved_to": moved or self.state.moved_to,
            "not_before": self._not_before(interval_s),
        }

    def _not_before(self, interval_s: int) -> datetime | None:
        """None on this machine, whose servers need no sparing."""
        host = urlsplit(self.state.moved_to or self.url).hostname or ""
        return None if on_this_machine(host) else self.ask.now + timedelta(seconds=interval_s)

    def _page(self, url: str, windows: list[Coverage]) -> Page:
        return Page(
            source=SOURCE,
            route=ROUTE,
            url=url,
            fetched_at=datetime.now(UTC),
            body=None,
            instance=key_of(self.url),
            coverage=tuple(windows),
        )


def in_short(error: SourceError) -> str:
    """The first clause of an error without the name of the source: its address and what failed."""
    said = str(error).partition(". ")[0].removeprefix(f"{SOURCE}: ").rstrip(".")
    return said if len(said) <= LONGEST_CLAUSE else f"{said[: LONGEST_CLAUSE - 1]}…"


async def _parsed(answer: Answer, reader: FeedReader) -> Feed:
    kind = answer.headers.get("content-type", "")
    try:
        return await reader.read(answer.body, content_type=kind, url=answer.url)
    except NotAFeed as error:
        raise BadAnswer(
            f"rss: {answer.url} answered {answer.status}, but {error}. Open it in a browser: it "
            "may want a login, or have moved.",
            source=SOURCE,
        ) from None
