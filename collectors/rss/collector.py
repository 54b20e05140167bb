"""RSS, Atom and JSON Feed: any feed, no key; only its newest 10 to 100 entries, no history.

Feeds are read by a worker that can be stopped after 10 s; that limit lives in ``pages()``, whose
pages carry the entries beside the raw bytes, so that ``posts()`` is quick and pure. Polls are half
an hour apart, a quarter after an overflow. Publishers keep their copyright: title, summary, link.
"""

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import anyio

from collectors._http import IS_IT_ONLINE, Http
from collectors._set_aside import alone
from collectors.rss.entry import Feed, NotAFeed
from collectors.rss.links import gone, gone_links
from collectors.rss.opml import feeds_of_opml
from collectors.rss.polling import ROUTE, SOURCE, Poll, Polled, in_short
from collectors.rss.posts import feed_of, posts_of
from collectors.rss.reader import FeedReader
from collectors.rss.reading import read_feed
from collectors.rss.state import FeedState, key_of, read_cursor
from groundswell.errors import BadAnswer, RateLimited, SourceError, TopicError, Unreachable
from groundswell.post import Item, Rejected
from groundswell.settings import Settings
from groundswell.source import Ask, Capabilities, Page, SetAside, Stored
from groundswell.topic import Topic

MOST_CLAUSES = 5
AT_ONCE = 8  # feeds asked side by side; each host has its own rate besides

_NOTICES = {
    "news.google.com": "Google News says that its feeds are for personal feed readers only.",
    "reddit.com": "Reddit answers feed readers without login mostly with 429 since June 2026.",
}
_LOG = logging.getLogger(__name__)


class Rss:
    """The feeds of a topic: ``feeds`` are addresses, ``opml`` a file beside the topic's."""

    name = SOURCE
    route = ROUTE
    capabilities = Capabilities(
        keyless=True,
        since=False,
        until=False,
        history="the newest 10 to 100 entries of each feed",
        engagement=("replies",),
        deletion_signal=False,
        redistribution="link",
        collect_every=timedelta(minutes=30),
        terms="Publisher's copyright: title, summary and link, no full text.",
        options=("feeds",),
        required=("feeds",),
    )

    def __init__(
        self, settings: Settings, http: Http | None = None, reader: FeedReader | None = None
    ) -> None:
        self._settings, self._http, self._reader = settings, http, reader

    async def pages(self, ask: Ask) -> AsyncIterator[Page]:
        """One page for each feed that was asked, with what it settles and the cursor after it.

        A feed that fails becomes a gap and does not stop the others; when all fail the error is
        raised after the last. One that failed before and is not due yet counts as failed; one that
        was read and is not due yet brings no page. Raises ``StateError`` before the first for a
        cursor that cannot be read, ``TopicError`` when the topic lists no feeds.
        """
        cursor = read_cursor(ask.cursor, ask.topic.slug, ask.now)
        urls = feeds_of(ask.topic)
        states = {key_of(url): cursor.feeds.get(key_of(url), FeedState()) for url in urls}
        polls = [Poll(url=url, state=states[key_of(url)], ask=ask) for url in urls]
        failures: list[SourceError] = []
        left = ask.limit
        async with self._client() as http, self._parser() as reader:
            for group in _groups([p for p in polls if p.is_wanted()], ask.limit):
                for poll, polled in await _run_all(group, http, reader, left):
                    if left is not None:
                        polled, left = _within(poll, polled, left)
                    failures += [polled.error] if polled.error else []
                    states[key_of(poll.url)] = polled.state
                    cursor = cursor.model_copy(update={"feeds": dict(states)})
                    yield replace(polled.page, cursor=cursor.model_dump_json(exclude_defaults=True))
        if len(failures) == len(polls):
            raise _all_failed(failures)

    async def recheck(self, stored: Sequence[Stored]) -> AsyncIterator[Page]:
        """One page (route ``entry``) for each link that answers that nothing is there any more; see
        ``collectors.rss.links``. Raises ``SourceError`` when no link answered at all."""
        async with self._client() as http:
            async for page in gone_links(stored, http):
                yield page

    def posts(self, page: Page) -> Iterator[Item]:
        """Posts and rejects of one page. A page of raw bytes alone (no entries in its context) is
        read here, without a limit of time."""
        if page.route == "entry":
            yield gone(page)
            return
        feed = page.context.get("feed")
        if isinstance(feed, Feed):
            yield from posts_of(page, feed)
            return
        try:
            yield from posts_of(page, read_feed(page.body, url=page.url))
        except NotAFeed as error:
            yield Rejected(
                source=SOURCE,
                reason=f"RSS: {error}",
                raw=page.body,
                seen_at=page.fetched_at,
                url=page.url,
            )

    async def check(self, topic: Topic | None = None) -> str:
        """Asks the feeds of ``topic`` once, whenever they were polled last; without a topic that
        lists some there is nothing to ask. Raises the ``SourceError`` when all fail."""
        if topic is None or SOURCE not in topic.sources:
            return "any feed; name a topic to try its own"
        now = datetime.now(UTC)
        ask = Ask(topic=topic, span=(now - timedelta(days=1), now), now=now)
        polls = [Poll(url=url, state=FeedState(), ask=ask) for url in feeds_of(topic)]
        async with self._client() as http, self._parser() as reader:
            done = await _run_all(polls, http, reader, None)
        failed = [polled.error for _, polled in done if polled.error]
        if len(failed) == len(done):
            raise _all_failed(failed)
        clauses = "".join(f"; {in_short(error)}" for error in failed)
        return f"{len(done) - len(failed)} of {len(done)} feeds answer{clauses}"

    async def page_of(self, kept: SetAside) -> Page:
        """See ``groundswell.source.Requeueable``. A whole document is read by the worker that can
        be stopped; one that is still no feed raises ``BadAnswer``."""
        try:
            feed = feed_of(kept)
            if feed is None:
                async with self._parser() as reader:
                    feed = await reader.read(kept.raw, url=kept.url or "")
        except NotAFeed as error:
            raise BadAnswer(f"RSS: {error}", source=SOURCE) from None
        return alone(self, kept, kept.raw, {"feed": feed})

    def _client(self) -> AbstractAsyncContextManager[Http]:
        return nullcontext(self._http) if self._http else Http(self._settings, source=SOURCE)

    def _parser(self) -> AbstractAsyncContextManager[FeedReader]:
        return nullcontext(self._reader) if self._reader else FeedReader()


def feeds_of(topic: Topic) -> tuple[str, ...]:
    """The addresses of a topic's feeds, its OPML file included, each once.

    Raises ``TopicError`` when there are none, or the file cannot be read or lies elsewhere than
    beside the topic.
    """
    options = topic.sources.get(SOURCE)
    listed = options.feeds if options else ()
    opml = (options.model_extra or {}).get("opml") if options else None
    urls = tuple(dict.fromkeys([*listed, *(_feeds_in(topic, opml) if opml else ())]))
    if not urls:
        raise TopicError(
            f"The topic {topic.slug!r} lists no feeds. Add [sources.rss] with "
            'feeds = ["https://…"] or opml = "feeds.opml" to its file.'
        )
    for url in urls:
        if said := notice(url):
            _LOG.warning("rss: %s: %s", key_of(url), said)
    return urls


def notice(url: str) -> str | None:
    """What a user should know before reading this feed; None for most."""
    host = urlsplit(url).hostname or ""
    known = (site for site in _NOTICES if host == site or host.endswith(f".{site}"))
    return next((_NOTICES[site] for site in known), None)


def _feeds_in(topic: Topic, opml: object) -> tuple[str, ...]:
    if topic.path is None:
        raise TopicError(f"The topic {topic.slug!r} has no file, so {opml!r} is beside nothing.")
    folder = topic.path.parent.resolve()
    path = (folder / str(opml)).resolve()
    if not path.is_relative_to(folder):
        raise TopicError(f"opml = {opml!r} must lie in {folder}, beside the topic's file.")
    try:
        return feeds_of_opml(path.read_bytes(), str(path))
    except OSError as error:
        raise TopicError(f"{path} cannot be read ({error.strerror}).") from None


def _groups(polls: Sequence[Poll], limit: int | None) -> Iterator[Sequence[Poll]]:
    """Polls to be run side by side; one by one when they share a limit."""
    size = AT_ONCE if limit is None else 1
    return (polls[start : start + size] for start in range(0, len(polls), size))


async def _run_all(
    polls: Sequence[Poll], http: Http, reader: FeedReader, left: int | None
) -> list[tuple[Poll, Polled]]:
    if left == 0:
        return [(poll, poll.unasked(poll.ask.limit)) for poll in polls]
    done: dict[int, Polled] = {}

    async def run(place: int, poll: Poll) -> None:
        done[place] = await poll.run(http, reader)

    async with anyio.create_task_group() as tasks:
        for place, poll in enumerate(polls):
            tasks.start_soon(run, place, poll)
    return [(poll, done[place]) for place, poll in enumerate(polls)]


def _within(poll: Poll, polled: Polled, left: int) -> tuple[Polled, int]:
    """The poll cut down to ``left`` entries, and how many are left after it."""
    feed = polled.page.context.get("feed")
    count = len(feed.entries) if isinstance(feed, Feed) else 0
    if count > left:
        return poll.cut(polled, left, poll.ask.limit), 0
    return polled, left - count


def _all_failed(failures: Sequence[SourceError]) -> SourceError:
    """One error for all: the only one, or a clause for each and one advice."""
    if len(failures) == 1:
        return failures[0]
    clauses = "; ".join(in_short(error) for error in failures[:MOST_CLAUSES])
    more = f"; and {len(failures) - MOST_CLAUSES} more" if len(failures) > MOST_CLAUSES else ""
    said = f"None of {len(failures)} feeds could be read: {clauses}{more}."
    if all(isinstance(error, RateLimited) for error in failures):
        return _all_must_wait(said, failures)
    advice = "Check these addresses in a browser, and try again later."
    if all(IS_IT_ONLINE in str(error) for error in failures):
        advice = f"{IS_IT_ONLINE} Then try again in half an hour."
    kind = type(failures[0])
    same = kind if all(type(error) is kind for error in failures) else Unreachable
    return same(f"{said} {advice}", source=SOURCE)


def _all_must_wait(said: str, failures: Sequence[SourceError]) -> RateLimited:
    """``said`` with when the first of the feeds may be asked again, as far as that is known."""
    times = [e.resumes_at for e in failures if isinstance(e, RateLimited) and e.resumes_at]
    due = min(times, default=None)
    when = f"after {due:%Y-%m-%d %H:%M} UTC" if due else "later"
    return RateLimited(f"{said} Run the same command again {when}.", source=SOURCE, resumes_at=due)
