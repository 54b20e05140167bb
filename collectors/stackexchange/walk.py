"""The way through one Stack Exchange site: find by search, fetch the posts, then their comments."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from collectors._seconds import Window
from collectors.stackexchange.api import PAGE_SIZE, Answered, Api
from collectors.stackexchange.items import Kind, Place, item_id
from collectors.stackexchange.paging import Question
from collectors.stackexchange.sites import SOURCE
from groundswell.coverage import Coverage, Status, uncovered
from groundswell.errors import BudgetSpent, Closed, SourceError
from groundswell.source import Ask, Page

ROUTE = "search"
OVERFULL = "more items in one second than the API gives"

_BODIES = "withbody"  # a filter of the API's own: everything it gives by default, and the text
_POSTS: tuple[Kind, ...] = ("question", "answer")


@dataclass(slots=True)
class Found:
    """What a window holds so far: posts by id with their kind, and the question each belongs to;
    ``odd`` are answers with the excerpts in them that name no post."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    threads: dict[str, str] = field(default_factory=dict)
    comments: set[str] = field(default_factory=set)
    odd: list[Answered] = field(default_factory=list)
    overfull: list[Window] = field(default_factory=list)
    is_cut: bool = False

    @property
    def count(self) -> int:
        return len(self.kinds) + len(self.comments)

    def add(self, answer: Answered, most: int | None) -> None:
        """Notes the posts that excerpts are of, up to ``most`` in all."""
        odd: list[Any] = []
        for excerpt in answer.items:
            number, kind = _post_of(excerpt)
            if number is None or kind is None:
                odd.append(excerpt)
            elif number not in self.kinds and len(self.kinds) == most:
                self.is_cut = True
            else:
                self.kinds[number] = kind
                self.threads[number] = item_id(excerpt, "question") or number
        self.odd += [_holding(answer, odd)] if odd else []

    def fresh_comments(self, answer: Answered, most: int | None) -> Answered:
        """The answer with only the comments that were not met yet, up to ``most``; those without
        an id stay, to be rejected."""
        fresh: list[Any] = []
        for item in answer.items:
            number = item_id(item, "comment") if isinstance(item, dict) else None
            if number in self.comments:
                continue
            if len(fresh) == most:
                self.is_cut = True
                break
            fresh.append(item)
            self.comments |= {number} if number else set()
        return _holding(answer, fresh)


class SiteWalk:
    """One site in one run. ``left`` is how many items the run may still take, None for all."""

    def __init__(
        self,
        api: Api,
        site: str,
        searches: Sequence[tuple[tuple[str, str], ...]],
        ask: Ask,
        left: int | None,
    ) -> None:
        self._api, self._site, self._searches, self._ask = api, site, searches, ask
        self._settled: set[Window] = set()
        self.left = left

    async def run(self, windows: Iterable[Window]) -> AsyncIterator[Page]:
        """Pages of each window, and a finding after the last page of each."""
        said = f"the run stopped at its limit of {self._ask.limit} posts"
        for window in windows:
            if self.left == 0:
                yield self._finding(window, [window.covered("gap", f"not read: {said}")])
                continue
            found = Found()
            for search in self._searches:
                await self._search(dict(search), window, found)
            async for page in self._fetch(window, found):
                yield page
            yield self._finding(window, _coverage(window, found, f"{said} inside this window"))

    def failed(self, windows: Iterable[Window], error: SourceError) -> Page:
        """A finding that what was not settled of ``windows`` stays unread because of ``error``."""
        status: Status = "closed" if isinstance(error, Closed) else "gap"
        status = "budget" if isinstance(error, BudgetSpent) else status
        unread = [w.covered(status, str(error)) for w in windows if w not in self._settled]
        return self._finding(None, unread)

    async def _search(self, search: dict[str, str], window: Window, found: Found) -> None:
        asked = self._question("search/excerpts", search, (), found)
        async for answer in asked.answers(window):
            found.add(answer, self.left)
            if found.is_cut:
                return

    async def _fetch(self, window: Window, found: Found) -> AsyncIterator[Page]:
        """The posts found, up to 100 in a page, then the comments below them since ``window``."""
        for answer in found.odd:
            yield _page(answer, self._site, {})
        for kind in _POSTS:
            ids = [number for number, own in found.kinds.items() if own == kind]
            for chunk in chunks(ids):
                answer = await _posts(self._api, self._site, kind, chunk)
                self._spend(len(chunk))
                yield _page(answer, self._site, {"asked": [[kind, number] for number in chunk]})
        since = Window(window.start, max(window.end, int(self._ask.now.timestamp())))
        for chunk in chunks(found.kinds):
            async for page in self._comments(chunk, since, found):
                yield page

    async def _comments(
        self, ids: Sequence[str], since: Window, found: Found
    ) -> AsyncIterator[Page]:
        posts = {number: [found.kinds[number], found.threads[number]] for number in ids}
        asked = self._question("posts/{ids}/comments", {"filter": _BODIES}, ids, found)
        async for answer in asked.answers(since):
            fresh = found.fresh_comments(answer, self.left)
            self._spend(len(fresh.items))
            if fresh.items:
                yield _page(fresh, self._site, {"posts": posts})
            if found.is_cut:
                return

    def _question(
        self, method: str, params: dict[str, str], ids: Sequence[str], found: Found
    ) -> Question:
        return Question(self._api, self._site, method, params, ids, found.overfull)

    def _spend(self, count: int) -> None:
        self.left = None if self.left is None else max(0, self.left - count)

    def _finding(self, window: Window | None, coverage: Sequence[Coverage]) -> Page:
        self._settled |= {window} if window else set()
        return Page(
            source=SOURCE,
            route=ROUTE,
            url=f"https://api.stackexchange.com/2.3/search/excerpts?site={self._site}",
            fetched_at=self._api.now,
            body=None,
            instance=self._site,
            coverage=tuple(coverage),
        )


async def again(api: Api, site: str, kind: Kind, places: Sequence[Place]) -> AsyncIterator[Page]:
    """Pages of these posts as they are now, up to 100 in each, with what was asked for."""
    for chunk in chunks(places):
        answer = await _posts(api, site, kind, [place.number for place in chunk])
        posts = {place.parent: [place.parent_kind, place.thread] for place in chunk if place.parent}
        asked = [[kind, place.number] for place in chunk]
        yield _page(answer, site, {"asked": asked, "posts": posts})


def chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """``values`` in lists of at most 100, as many ids as one request takes."""
    own = list(values)
    return (own[start : start + PAGE_SIZE] for start in range(0, len(own), PAGE_SIZE))


async def _posts(api: Api, site: str, kind: Kind, ids: Sequence[str]) -> Answered:
    method = f"{kind}s/{{ids}}"
    return await api.ask(method, site, ids, filter=_BODIES, pagesize=PAGE_SIZE)


def _post_of(excerpt: Any) -> tuple[str | None, Kind | None]:
    """Number and kind of the post an excerpt is of, None for what it does not tell."""
    own = excerpt if isinstance(excerpt, dict) else {}
    kind: Kind | None = next((kind for kind in _POSTS if own.get("item_type") == kind), None)
    return (item_id(own, kind) if kind else None), kind


def _holding(answer: Answered, items: list[Any]) -> Answered:
    """``answer`` with ``items`` in place of its own."""
    return replace(answer, items=items, body={**answer.body, "items": items})


def _coverage(window: Window, found: Found, limit_said: str) -> list[Coverage]:
    """Complete, but for seconds with too many items; truncated when the limit cut it."""
    if found.is_cut:
        return [window.covered("truncated", limit_said, found.count)]
    whole = window.covered("complete", found=found.count)
    inside = [Window(max(w.start, window.start), min(w.end, window.end)) for w in found.overfull]
    gaps = [w.covered("gap", OVERFULL) for w in dict.fromkeys(inside) if w.start < w.end]
    as_read = [replace(gap, status="complete") for gap in gaps]
    spans = uncovered((whole.start, whole.end), as_read)
    counts = [found.count, *([0] * len(spans))]
    complete = [
        replace(whole, start=start, end=end, found=count)
        for (start, end), count in zip(spans, counts, strict=False)
    ]
    return [*complete, *gaps]


def _page(answer: Answered, site: str, context: dict[str, Any]) -> Page:
    return Page(
        source=SOURCE,
        route=ROUTE,
        url=answer.url,
        fetched_at=answer.fetched_at,
        body=answer.body,
        instance=site,
        context=context,
    )
