"""Bluesky by its search: past windows of small topics, through the account's own server.

Posts that match only by what they quote are not found: the site searches a post's own words. It
asks to keep its search to full-text search directed by people; volume belongs to its stream.
Without an app password its public address gives one page a search, and only as long as it likes.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

from collectors._fields import at, items, text
from collectors._http import Http
from collectors._set_aside import alone, item_of
from collectors.bluesky.account import SOURCE, Account
from collectors.bluesky.post import read_post, sort_time, whole_post
from collectors.bluesky.search import (
    METHOD,
    POSTS_METHOD,
    AccountSearch,
    Found,
    PublicSearch,
    Search,
)
from collectors.bluesky.session import Login, own_file
from collectors.bluesky.walk import PAGE_POSTS, Sight, Tide, Walk
from collectors.bluesky.words import Wording, wording
from groundswell.coverage import Coverage, Span
from groundswell.errors import Closed
from groundswell.post import Item, Missing, Post
from groundswell.query import parse
from groundswell.settings import Settings
from groundswell.source import Ask, Capabilities, Estimate, Page, SetAside, Stored
from groundswell.topic import Topic

RECHECK_POSTS = 25  # more are refused
LOOKBACK = timedelta(hours=1)  # indexing is late by minutes, sometimes more

_CUT_SHORT = "The run stopped at the number of posts it was limited to."
_NO_LOGIN = (
    "Without login Bluesky shows the newest posts of a search only, 100 at most: the rest needs an "
    "app password, in GROUNDSWELL_BLUESKY_HANDLE and GROUNDSWELL_BLUESKY_APP_PASSWORD."
)


class Bluesky:
    """The search route. A given ``http`` is opened and closed by its giver."""

    name = SOURCE
    route = "search"
    capabilities = Capabilities(
        keyless=True,
        since=True,
        until=True,
        history="whole index with an app password, else the newest 100 posts of each search",
        engagement=("likes", "reposts", "replies", "quotes"),
        deletion_signal=False,
        redistribution="text",
        collect_every=timedelta(minutes=15),
        terms=(
            "A way to delete content on request is required; posts of authors who ask to be shown "
            "to signed-in users only are counted, never shown or exported."
        ),
        lookback=LOOKBACK,
        recheck_every=timedelta(days=1),
    )

    def __init__(self, settings: Settings, http: Http | None = None) -> None:
        self._settings, self._http = settings, http

    async def pages(self, ask: Ask) -> AsyncIterator[Page]:
        """Answers from the newest hole of ``ask`` to the oldest, each with the windows it settles.

        Raises ``LoginRefused`` (not retried), ``StateError``, ``HomeError``, and what ``Http``
        raises; windows settled before stay so.
        """
        asked, holes = wording(ask.topic.query.searches()), ask.holes(LOOKBACK)[::-1]
        taken = _Taken(ask.limit)
        async with self._client() as http:
            with self._search(http) as search:
                for span in holes:
                    tide = self._tide(span, asked, search)
                    async for page in _read(tide, search, taken, str(ask.topic.query)):
                        yield page

    def posts(self, page: Page) -> Iterator[Item]:
        """Posts of one answer; what is no post comes as ``Rejected``. A withheld post that does
        not fit the query is left out here, where its words can still be read. Of posts asked for
        again those not given are ``Missing``: the site does not say why."""
        shown = {text(at(view, "uri")) for view in items(at(page.body, "posts"))}
        for uri in page.context.get("asked", ()):
            if uri not in shown:
                yield Missing(source=SOURCE, uri=uri, seen_at=page.fetched_at)
        for view in items(at(page.body, "posts")):
            item = read_post(view, page.fetched_at)
            if not isinstance(item, Post) or item.withheld is None or _fits(view, page):
                yield item

    async def check(self, topic: Topic | None = None) -> str:  # noqa: ARG002  # one site for all
        """One question of one hit, logged in where there is an app password. Raises
        ``SourceError``."""
        async with self._client() as http:
            with self._search(http) as search:
                await search.ask({"q": "news", "limit": 1})
                return _NO_LOGIN if search.first_page_only else "logged in, the search answers"

    async def estimate(self, ask: Ask) -> Estimate | None:
        """See ``groundswell.source.Estimable``: Bluesky may leave the number of hits out, or round
        it."""
        asked = wording(ask.topic.query.searches())
        hits = 0
        async with self._client() as http:
            with self._search(http) as search:
                for words in asked.questions:
                    walk = Walk(words, ask.span, ceiling=1)
                    counted = at((await search.ask(walk.params(1))).body, "hitsTotal")
                    if not isinstance(counted, int):
                        return None
                    hits += counted
        return Estimate(hits=hits, searches=len(asked.questions))

    async def recheck(self, stored: Sequence[Stored]) -> AsyncIterator[Page]:
        """Posts as they are now, 25 an answer, with the labels their authors have today. Raises
        ``SourceError``."""
        async with self._client() as http:
            with self._search(http, POSTS_METHOD) as way:
                for start in range(0, len(stored), RECHECK_POSTS):
                    uris = [post.uri for post in stored[start : start + RECHECK_POSTS]]
                    found = await way.ask({"uris": uris})
                    yield Page(
                        source=SOURCE,
                        route="recheck",
                        url=found.url,
                        fetched_at=found.fetched_at,
                        body=found.body,
                        context={"asked": tuple(uris)},
                    )

    async def page_of(self, kept: SetAside) -> Page:
        """See ``groundswell.source.Requeueable``."""
        context = {"query": str(kept.topic.query)}
        return alone(self, kept, {"posts": [item_of(kept)]}, context)

    def _client(self) -> AbstractAsyncContextManager[Http]:
        return nullcontext(self._http) if self._http else Http(self._settings, source=SOURCE)

    @contextmanager
    def _search(self, http: Http, method: str = METHOD) -> Iterator[Search]:
        settings = self._settings
        if not (settings.bluesky_handle and settings.bluesky_app_password):
            yield PublicSearch(http, settings.bluesky_public_url, method)
            return
        account = Account(settings, http)
        with own_file(settings.home, account) as file:
            yield AccountSearch(http, Login(account, file), method)

    def _tide(self, span: Span, asked: Wording, search: Search) -> Tide:
        ceiling = self._settings.bluesky_result_ceiling
        walks = [Walk(words, span, ceiling=ceiling) for words in asked.questions]
        caveats = [asked.caveat, _NO_LOGIN if search.first_page_only else None]
        return Tide(span, walks, " ".join(c for c in caveats if c) or None)


class _Taken:
    """What a run has handed on: each version of a post once, and no more than it is limited to."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._keys: set[int] = set()  # hashes: a run may meet a million posts

    def left(self) -> int:
        """How many posts the next question may ask for; 0 ends the run."""
        return PAGE_POSTS if self._limit is None else max(0, self._limit - len(self._keys))

    def fresh(self, views: Iterable[Any]) -> list[Any]:
        """The views not handed on before: overlapping questions show the same post again."""
        new = []
        for view in views:
            uri, cid = text(at(view, "uri")), text(at(view, "cid"))
            if uri is None or (key := hash((uri, cid))) not in self._keys:
                new.append(view)
            if uri is not None:
                self._keys.add(key)
        return new


async def _read(tide: Tide, search: Search, taken: _Taken, query: str) -> AsyncIterator[Page]:
    """One hole, from its end down. All searches go down together, the one that lags behind first,
    so that what lies above their line is settled with every answer."""
    while (walk := tide.laggard()) is not None and taken.left() > 0:
        found = await _step(walk, search, taken.left())
        if found is None:
            continue
        fresh = taken.fresh(found.body["posts"])
        tide.count(_sights(fresh))
        yield Page(
            source=SOURCE,
            route=Bluesky.route,
            url=found.url,
            fetched_at=found.fetched_at,
            body=found.body | {"posts": fresh},
            coverage=tide.settle(),
            context={"query": query},
        )
    if rest := [*tide.settle(), *_cut_off(tide)]:
        yield _finding(search.url, rest)


async def _step(walk: Walk, search: Search, most: int) -> Found | None:
    """One question and what it tells the walk; None when the site no longer takes the cursor."""
    params = walk.params(most)
    try:
        found = await search.ask(params)
    except Closed as error:
        if error.status != 400 or walk.cursor is None:
            raise
        walk.cursor_refused()
        return None
    cursor = text(at(found.body, "cursor"))
    walk.take(_sights(found.body["posts"]), cursor, asked=int(params["limit"]))
    if search.first_page_only:
        walk.stop()
    return found


def _sights(views: Iterable[Any]) -> list[Sight]:
    return [
        Sight(uri=uri, time=sort_time(view))
        for view in views
        if (uri := text(at(view, "uri"))) is not None
    ]


def _fits(view: Any, page: Page) -> bool:
    """Whether the words of a withheld post fit the query the page was asked for."""
    post, query = whole_post(view, page.fetched_at), page.context.get("query")
    return post is None or query is None or parse(query).matches(post)


def _cut_off(tide: Tide) -> list[Coverage]:
    start, line = tide.span[0], tide.line
    rest = Coverage(start=start, end=line, status="truncated", reason=_CUT_SHORT)
    return [rest] if start < line else []


def _finding(url: str, coverage: Sequence[Coverage]) -> Page:
    """What became known without an answer."""
    return Page(
        source=SOURCE,
        route=Bluesky.route,
        url=url,
        fetched_at=datetime.now(UTC),
        body=None,
        coverage=tuple(coverage),
    )
