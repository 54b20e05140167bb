"""Reddit through the user's own approved app: submissions, and the comments below them.

100 requests a minute; a listing ends near 1,000 items. Deleted content must go, and texts are not
kept beyond 48 hours by default; what was counted stays.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import timedelta

from collectors._http import Http
from collectors._instances import all_failed, unread
from collectors._set_aside import alone, item_of
from collectors.reddit.api import PAGE_SIZE, Api
from collectors.reddit.cursor import read_cursor
from collectors.reddit.items import SOURCE, name_of, read_page, without_answers
from collectors.reddit.place import ALL, LOOKBACK, ROUTE, PlaceReading, place_of
from collectors.reddit.words import wording
from groundswell.coverage import Status
from groundswell.errors import Closed, LoginRefused, SourceError
from groundswell.post import Item
from groundswell.settings import Settings
from groundswell.source import Ask, Capabilities, Page, SetAside, Stored
from groundswell.topic import Topic


class Reddit:
    """The ``subreddits`` of a topic, else all of Reddit."""

    name = SOURCE
    route = ROUTE
    capabilities = Capabilities(
        keyless=False,
        since=False,
        until=False,
        history="about the newest 1,000 submissions of each search, more where it can be parted",
        engagement=("likes", "replies"),
        deletion_signal=True,
        redistribution="ids",
        collect_every=timedelta(minutes=30),
        terms="Deleted content must go; texts and authors are let go after 48 hours.",
        lookback=LOOKBACK,
        needs=("reddit_client_id", "reddit_client_secret"),
        retention=timedelta(hours=48),
        recheck_every=timedelta(hours=24),
        options=("subreddits",),
    )

    def __init__(self, settings: Settings, http: Http | None = None) -> None:
        self._settings, self._http = settings, http

    async def pages(self, ask: Ask) -> AsyncIterator[Page]:
        """Answers place by place; findings settle the submissions of a place, then its comments.

        A subreddit that is private, renamed or failing becomes a gap and does not stop the others;
        when all fail their error is raised. Raises ``NeedsCredentials``, ``LoginRefused``,
        ``TopicError``, ``StateError``.
        """
        cursor, left, seen = read_cursor(ask.cursor, ask.topic.slug, ask.now), ask.limit, set[str]()
        places, asked = _places(ask.topic), wording(ask.topic.query.searches())
        failures: list[SourceError] = []
        async with self._client() as http:
            api = Api(http, self._settings)
            for name in places:
                reading = PlaceReading(api, name, ask, asked, cursor, left, seen)
                try:
                    async for page in reading.run():
                        yield page
                except LoginRefused:
                    raise
                except SourceError as error:
                    failures.append(error)
                    yield _failed(api, reading, ask, error)
                cursor, left = reading.cursor, reading.left
        if len(failures) == len(places):
            raise all_failed(SOURCE, failures)

    def posts(self, page: Page) -> Iterator[Item]:
        """Submissions, comments, deletions and rejects of one page."""
        return read_page(page)

    async def check(self, topic: Topic | None = None) -> str:
        """Logs in and looks at the newest of the first place. Raises what collecting would."""
        name = _places(topic)[0] if topic else ALL
        async with self._client() as http:
            await Api(http, self._settings).listing(f"r/{name}/new")
        return f"the app works; r/{name} answered"

    async def recheck(self, stored: Sequence[Stored]) -> AsyncIterator[Page]:
        """These posts as they are now, 100 in a page; what is not shown is ``Missing``. Raises
        ``SourceError``."""
        names = {name: one.uri for one in stored if (name := name_of(one.uri))}
        asked = list(names)
        async with self._client() as http:
            api = Api(http, self._settings)
            for first in range(0, len(asked), PAGE_SIZE):
                some = asked[first : first + PAGE_SIZE]
                answer = await api.info(some)
                yield Page(
                    source=SOURCE,
                    route=ROUTE,
                    url=answer.url,
                    fetched_at=answer.fetched_at,
                    body=answer.body,
                    context={"uris": [names[name] for name in some]},
                )

    async def page_of(self, kept: SetAside) -> Page:
        """See ``groundswell.source.Requeueable``."""
        return alone(self, kept, {"data": {"children": [without_answers(item_of(kept))]}})

    def _client(self) -> AbstractAsyncContextManager[Http]:
        return nullcontext(self._http) if self._http else Http(self._settings, source=SOURCE)


def _places(topic: Topic) -> tuple[str, ...]:
    options = topic.sources.get(SOURCE)
    named = options.subreddits if options else ()
    return tuple(dict.fromkeys(place_of(one) for one in named)) or (ALL,)


def _failed(api: Api, reading: PlaceReading, ask: Ask, error: SourceError) -> Page:
    status: Status = "closed" if isinstance(error, Closed) else "gap"
    place = reading.instance if not reading.settled else f"{reading.instance}/comments"
    return Page(
        source=SOURCE,
        route=ROUTE,
        url=f"https://www.reddit.com/{reading.instance}",
        fetched_at=api.now,
        body=None,
        instance=place,
        coverage=unread(ask, place, (), status, str(error)),
    )
