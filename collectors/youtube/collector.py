"""YouTube comments through the Data API, with the user's own free key.

They are those of the videos that a topic lists, else of the newest that a search finds for it.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime, timedelta

from collectors._http import Http
from collectors._instances import all_failed, unread
from collectors._set_aside import alone, item_of
from collectors.youtube.api import SOURCE, Api, CommentsDisabled
from collectors.youtube.cursor import Cursor, read_cursor
from collectors.youtube.items import comment_of, read_page, video_of
from collectors.youtube.search import EVERY, MOST_SEARCHES, renderings, videos_of
from collectors.youtube.walk import ROUTE, VideoWalk
from groundswell.coverage import Coverage, Status
from groundswell.errors import BudgetSpent, Closed, LoginRefused, SourceError
from groundswell.post import Item
from groundswell.settings import Settings
from groundswell.source import Ask, Capabilities, Page, SetAside, Stored
from groundswell.topic import Topic

SEARCH = "search"  # the instance that says which videos are known; all others are videos
IDS_A_CALL = 50

_TOO_MANY = (
    "YouTube names more videos than are read of a search; list the ones that matter under "
    "[sources.youtube] as videos."
)


class YouTube:
    """Comments and replies, video by video, newest first."""

    name = SOURCE
    route = ROUTE
    capabilities = Capabilities(
        keyless=False,
        since=False,
        until=False,
        history="all comments of a video; late replies only while their thread is in the period",
        engagement=("likes", "replies"),
        deletion_signal=False,
        redistribution="ids",
        collect_every=timedelta(hours=6),
        terms="Stored comments are refreshed or let go within 30 days.",
        lookback=timedelta(hours=1),
        needs=("youtube_api_key",),
        retention=timedelta(days=30),
        recheck_every=timedelta(days=25),
        options=("videos",),
    )

    def __init__(self, settings: Settings, http: Http | None = None) -> None:
        self._settings, self._http = settings, http

    async def pages(self, ask: Ask) -> AsyncIterator[Page]:
        """Answers video by video, each page settled by a finding.

        A video that cannot be read becomes a gap, or ``closed``, and does not stop the others; when
        all fail their error is raised. ``BudgetSpent`` ends the run with the rest recorded as
        ``budget``. Raises ``NeedsCredentials``, ``LoginRefused``, ``TopicError``, ``StateError``.
        """
        run = _Run(ask, read_cursor(ask.cursor, ask.topic.slug, ask.now))
        listed = _listed(ask.topic)
        async with self._client() as http:
            api = Api(http, self._settings)
            if not listed:
                async for page in run.search(api):
                    yield page
            async for page in run.read(api, listed or run.cursor.found):
                yield page

    def posts(self, page: Page) -> Iterator[Item]:
        """Comments of one page, and which of those asked for are missing."""
        return read_page(page)

    async def check(self, topic: Topic | None = None) -> str:
        """Asks for one comment of the first video, or for any video; costs one unit. Raises what
        collecting would."""
        videos = _listed(topic) if topic else ()
        async with self._client() as http:
            api = Api(http, self._settings)
            try:
                if videos:
                    await api.ask("commentThreads", part="id", videoId=videos[0], maxResults=1)
                else:
                    await api.ask("videos", part="id", chart="mostPopular", maxResults=1)
            except CommentsDisabled:
                return f"the key works; comments are off under {videos[0]}"
            return f"the key works; {api.quota()} left today"

    async def recheck(self, stored: Sequence[Stored]) -> AsyncIterator[Page]:
        """These comments as they are now, 50 in a page; what is not shown is ``Missing``. Raises
        ``SourceError``, ``BudgetSpent`` when the day's units are used up."""
        uris = {comment: one.uri for one in stored if (comment := comment_of(one.uri))}
        ids = list(uris)
        async with self._client() as http:
            api = Api(http, self._settings)
            for first in range(0, len(ids), IDS_A_CALL):
                some = ids[first : first + IDS_A_CALL]
                answer = await api.ask(
                    "comments", part="snippet", id=",".join(some), textFormat="plainText"
                )
                yield Page(
                    source=SOURCE,
                    route=ROUTE,
                    url=answer.url,
                    fetched_at=answer.fetched_at,
                    body=answer.body,
                    context={"uris": {comment: uris[comment] for comment in some}},
                )

    async def page_of(self, kept: SetAside) -> Page:
        """See ``groundswell.source.Requeueable``."""
        return alone(self, kept, {"items": [item_of(kept)]})

    def _client(self) -> AbstractAsyncContextManager[Http]:
        return nullcontext(self._http) if self._http else Http(self._settings, source=SOURCE)


class _Run:
    """One run over many videos: what is remembered, what may still be taken, what failed."""

    def __init__(self, ask: Ask, cursor: Cursor) -> None:
        self._ask, self.cursor = ask, cursor
        self._left = ask.limit
        self._failures: list[SourceError] = []

    async def search(self, api: Api) -> AsyncIterator[Page]:
        """Looks for more videos, unless that was done a short while ago. When the day's searches
        are used up the videos known are read all the same; with none known, it is raised."""
        searched = self.cursor.searched_at
        if searched and self._ask.now - searched < EVERY:
            return
        start, end = self._ask.span
        since, until = self._ask.topic.since or start, min(end, self._ask.now)
        words = renderings(self._ask.topic.query.searches(MOST_SEARCHES))
        try:
            videos, is_cut = await videos_of(api, words, since, until)
        except BudgetSpent as error:
            if not self.cursor.found:
                raise
            yield self._finding(api, SEARCH, self._unread(SEARCH, "budget", str(error)))
            return
        self.cursor = self.cursor.having_found(videos, self._ask.now)
        status: Status = "truncated" if is_cut else "complete"
        window = Coverage(
            start=start, end=until, status=status, reason=_TOO_MANY if is_cut else None
        )
        yield self._finding(api, SEARCH, (window,))

    async def read(self, api: Api, videos: Sequence[str]) -> AsyncIterator[Page]:
        """The comments of ``videos``. Raises when all of them failed, or the budget ended."""
        for place, video in enumerate(videos):
            walk = VideoWalk(api, video, self.cursor, self._left)
            try:
                async for page in walk.run(self._holes(video)):
                    yield page
            except LoginRefused:
                raise
            except BudgetSpent as error:
                self.cursor = walk.cursor
                for other in videos[place:]:
                    settled = walk.settled if other == video else ()
                    rest = self._unread(other, "budget", str(error), settled)
                    yield self._finding(api, other, rest)
                raise
            except SourceError as error:
                yield self._failed(api, walk, error)
            self.cursor, self._left = walk.cursor, walk.left
        if videos and len(self._failures) == len(videos):
            raise all_failed(SOURCE, self._failures)

    def _failed(self, api: Api, walk: VideoWalk, error: SourceError) -> Page:
        if not isinstance(error, CommentsDisabled):
            self._failures.append(error)
        status: Status = "closed" if isinstance(error, Closed) else "gap"
        return self._finding(
            api, walk.video, self._unread(walk.video, status, str(error), walk.settled)
        )

    def _holes(self, video: str) -> list[tuple[datetime, datetime]]:
        holes = self._ask.holes(YouTube.capabilities.lookback, video)
        return [(a, min(b, self._ask.now)) for a, b in holes if a < self._ask.now]

    def _unread(
        self, video: str, status: Status, reason: str, settled: Sequence[Coverage] = ()
    ) -> tuple[Coverage, ...]:
        return unread(self._ask, video, settled, status, reason)

    def _finding(self, api: Api, instance: str, coverage: Sequence[Coverage]) -> Page:
        return Page(
            source=SOURCE,
            route=ROUTE,
            url="https://www.youtube.com/",
            fetched_at=api.now,
            body=None,
            instance=instance,
            coverage=tuple(coverage),
            cursor=self.cursor.model_dump_json(),
        )


def _listed(topic: Topic) -> tuple[str, ...]:
    options = topic.sources.get(SOURCE)
    return tuple(dict.fromkeys(video_of(one) for one in options.videos)) if options else ()
