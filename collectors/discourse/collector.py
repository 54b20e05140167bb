"""Discourse forums through their public search and topic pages: any forum, no key.

A forum answers about eight searches a minute and ten pages of each; its search finds topics, whose
posts are then read whole. Forums that want a login are closed. Texts stay with a link back.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import timedelta

from collectors._http import Http
from collectors._seconds import Window, cut
from collectors._set_aside import alone, context_of, item_of
from collectors.discourse.forum import SOURCE, Forum, forums_of
from collectors.discourse.items import read_page, topic_in_raw
from collectors.discourse.walk import ROUTE, ForumWalk, page_of
from collectors.discourse.words import renderings
from groundswell.errors import SourceError, StateError
from groundswell.post import Item
from groundswell.settings import Settings
from groundswell.source import Ask, Capabilities, Page, SetAside, Stored
from groundswell.topic import Topic

CHUNK_S = 28 * 24 * 3600  # what was read is settled after each window of this length


class Discourse:
    """The ``instances`` of a topic, one after the other, newest windows first."""

    name = SOURCE
    route = ROUTE
    capabilities = Capabilities(
        keyless=True,
        since=True,
        until=True,
        history="everything a forum keeps",
        engagement=("likes", "replies"),
        deletion_signal=True,
        redistribution="text",
        terms="Each forum's own terms: link back, and let go of what was deleted there.",
        lookback=timedelta(hours=1),
        options=("instances",),
        required=("instances",),
    )

    def __init__(self, settings: Settings, http: Http | None = None) -> None:
        self._settings, self._http = settings, http

    async def pages(self, ask: Ask) -> AsyncIterator[Page]:
        """Answers window by window; a finding that covers it ends each window of each forum.

        A forum that fails becomes a gap and does not stop the others; when all fail the error of
        the first is raised after the last. Raises ``TopicError`` for a topic without forums, an
        address that is none, and a query without words.
        """
        bases = forums_of(ask.topic)
        searches = renderings(ask.topic)
        failures: list[SourceError] = []
        left = ask.limit
        async with self._client() as http:
            for base in bases:
                forum = Forum(http, base)
                walk = ForumWalk(forum, searches, ask, left)
                windows = list(self._windows(ask, forum.instance))
                try:
                    async for page in walk.run(windows):
                        yield page
                except SourceError as error:
                    failures.append(error)
                    yield walk.failed(windows, error)
                left = walk.left
        if len(failures) == len(bases):
            raise failures[0]

    def posts(self, page: Page) -> Iterator[Item]:
        """Posts, deletions, hidden and missing ones, and rejects of one page."""
        return read_page(page)

    async def check(self, topic: Topic | None = None) -> str:
        """Asks each forum for its name. Raises the error of the first if none answers."""
        failures, said = [], []
        async with self._client() as http:
            for base in forums_of(topic):
                try:
                    said.append(await Forum(http, base).about())
                except SourceError as error:
                    failures.append(error)
        if not said:
            raise failures[0]
        return f"{', '.join(said)} answered" + (f"; {len(failures)} did not" if failures else "")

    async def recheck(self, stored: Sequence[Stored]) -> AsyncIterator[Page]:
        """These posts as their forums show them now, one in a page. What a forum does not show is
        ``Missing``, what it calls gone (410) or deleted a ``Deletion``, what it hides ``Hiding``.

        A forum that fails does not stop the others; when all fail the error of the first is raised.
        """
        forums: dict[str, list[tuple[str, Stored]]] = {}
        for one in stored:
            base, post_id = _place(one.uri)
            forums.setdefault(base, []).append((post_id, one))
        failures: list[SourceError] = []
        async with self._client() as http:
            for base, posts in forums.items():
                forum = Forum(http, base)
                try:
                    for post_id, one in posts:
                        yield await _again(forum, post_id, one)
                except SourceError as error:
                    failures.append(error)
        if failures and len(failures) == len(forums):
            raise failures[0]

    def _windows(self, ask: Ask, instance: str) -> Iterator[Window]:
        for hole in reversed(ask.holes(self.capabilities.lookback, instance)):
            yield from cut(hole, ask.now, CHUNK_S)

    async def page_of(self, kept: SetAside) -> Page:
        """See ``groundswell.source.Requeueable``."""
        known = context_of(kept)
        context = {"topic": known.get("topic", {}), "base": known.get("base", "")}
        return alone(self, kept, {"post_stream": {"posts": [item_of(kept)]}}, context)

    def _client(self) -> AbstractAsyncContextManager[Http]:
        return nullcontext(self._http) if self._http else Http(self._settings, source=SOURCE)


async def _again(forum: Forum, post_id: str, one: Stored) -> Page:
    answer, body = await forum.post(post_id)
    if answer.status == 200:
        whole = {"post_stream": {"posts": [body]}}
        context = {"topic": topic_in_raw(one.raw), "was_known": True}
        return page_of(forum, answer.url, whole, context)
    kind = "gone" if answer.status == 410 else "missing"
    return page_of(forum, answer.url, body, {kind: [one.uri]})


def _place(uri: str) -> tuple[str, str]:
    """The forum's address and the post's id in a stored uri."""
    base, _, post_id = uri.rpartition("/p/")
    if not base.startswith(("http://", "https://")) or not post_id.isdecimal():
        raise StateError(
            f"“{uri}” is stored as a post of Discourse but is no address of one. Take it out with "
            f"`groundswell purge --uri {uri}`."
        )
    return base, post_id
