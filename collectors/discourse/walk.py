"""The way through one Discourse forum: topics by search, then their posts of the window.

A search shows one post of each topic only, the newest that fits, and cuts its text; so it is asked
for topics, and each topic is read backwards from that post to the beginning of the window.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from collectors._fields import at
from collectors._seconds import Window
from collectors.discourse.forum import CHUNK, MOST_PAGES, SOURCE, Days, Forum, Given
from collectors.discourse.items import is_said_by_nobody, post_number, topic_of, uri_of
from groundswell.coverage import Coverage, Status
from groundswell.errors import Closed, SourceError
from groundswell.source import Ask, Page

ROUTE = "search"

LONGEST = 10_000  # posts of one topic; the software calls longer ones mega topics and lists none

_GONE = (403, 404, 410)  # of a topic: made private or deleted since the search knew it


@dataclass(slots=True)
class Found:
    """What a window holds: topics, each with its newest post that fits, and what was read of them;
    ``reasons`` say why it is not complete, ``odd`` are hits that name no topic."""

    topics: dict[int, int] = field(default_factory=dict)
    odd: list[Any] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    dropped: int = 0
    reasons: list[str] = field(default_factory=list)
    is_cut: bool = False

    def add(self, hits: Iterable[Any]) -> None:
        """Notes the topics of search hits."""
        for hit in hits:
            topic_id, post_id = post_number(hit, "topic_id"), post_number(hit, "id")
            if topic_id is None or post_id is None:
                self.odd.append(hit)
            else:
                self.topics[topic_id] = max(post_id, self.topics.get(topic_id, 0))


class ForumWalk:
    """One forum in one run. ``left`` is how many posts the run may still take, None for all."""

    def __init__(self, forum: Forum, searches: Sequence[str], ask: Ask, left: int | None) -> None:
        self._forum, self._searches, self._ask = forum, searches, ask
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
            for words in self._searches:
                await self._search(words, window, found)
            if found.odd:
                yield self._page(self._forum.base, {"post_stream": {"posts": found.odd}}, {})
            for topic_id, newest in found.topics.items():
                async for page in self._topic(topic_id, newest, window, found):
                    yield page
            if found.is_cut:
                found.reasons.insert(0, f"{said} inside this window")
            yield self._finding(window, [_coverage(window, found)])

    def failed(self, windows: Iterable[Window], error: SourceError) -> Page:
        """A finding that what was not settled of ``windows`` stays unread because of ``error``."""
        status: Status = "closed" if isinstance(error, Closed) else "gap"
        unread = [w.covered(status, str(error)) for w in windows if w not in self._settled]
        return self._finding(None, unread)

    async def _search(self, words: str, window: Window, found: Found) -> None:
        """Topics of all days of the window; days with more of them than ten pages are halved
        (T-DIS-5)."""
        waiting = [_days(window)]
        while waiting:
            days = waiting.pop()
            if await self._all_pages(words, days, found):
                continue
            if days.is_one_day:
                found.reasons.append(
                    f"more topics hold “{words}” around {days.start:%Y-%m-%d} than the "
                    f"{MOST_PAGES} pages that the forum's search gives"
                )
            else:
                waiting.extend(days.halves())

    async def _all_pages(self, words: str, days: Days, found: Found) -> bool:
        """Whether the search came to its end within the pages that there are."""
        for number in range(1, MOST_PAGES + 1):
            hits = await self._forum.search(words, days, number)
            found.add(hits.posts)
            if not hits.has_more:
                return True
        return False

    async def _topic(
        self, topic_id: int, newest: int, window: Window, found: Found
    ) -> AsyncIterator[Page]:
        """Pages with the posts of a topic that were made in ``window``."""
        if self.left == 0:
            found.is_cut = True
            return
        try:
            answers = await self._read(topic_id, newest, window, found)
        except Closed as error:
            if error.status not in _GONE:
                raise
            gone = {"missing": [uri_of(self._forum.base, newest)]}
            yield self._page(f"{self._forum.base}/t/{topic_id}", {}, gone)
            return
        topic = topic_of(answers[0].body, [post for given in answers for post in given.posts])
        for given in answers:
            missing = [uri_of(self._forum.base, post_id) for post_id in given.missing()]
            kept = self._kept(given.posts, window, found)
            if kept or missing:
                stream = {**given.body["post_stream"], "posts": kept}
                context = {"topic": topic, "missing": missing}
                yield self._page(given.url, {**given.body, "post_stream": stream}, context)

    async def _read(self, topic_id: int, newest: int, window: Window, found: Found) -> list[Given]:
        """The topic's first posts, then the others backwards from ``newest``, until a whole answer
        is older than the window."""
        first = await self._forum.topic(topic_id)
        answers = [first]
        stream = first.body["post_stream"].get("stream")
        if not isinstance(stream, list):
            found.reasons.append(f"topic {topic_id} is too long for the forum to list its posts")
            return answers
        shown = {post_number(post, "id") for post in first.posts}
        ids = [own for own in stream if isinstance(own, int) and own <= newest]
        older = [own for own in reversed(ids) if own not in shown]
        if len(older) > LONGEST:
            found.reasons.append(f"topic {topic_id} has more than {LONGEST:,} posts")
        for start in range(0, min(len(older), LONGEST), CHUNK):
            answers.append(await self._forum.posts(topic_id, older[start : start + CHUNK]))
            if _is_before(answers[-1].posts, window):
                break
        return answers

    def _kept(self, posts: list[Any], window: Window, found: Found) -> list[Any]:
        """Posts made in the window (T-DIS-1), each once, without the software's own; those without
        a readable time stay, to be rejected."""
        kept = []
        for post in posts:
            made, post_id = _made(post), post_number(post, "id")
            if post_id in found.seen or (made and not window.start <= made < window.end):
                continue
            found.seen |= {post_id} if post_id else set()
            if is_said_by_nobody(post):
                found.dropped += 1
            elif self.left == 0:
                found.is_cut = True
            else:
                self.left = None if self.left is None else self.left - 1
                kept.append(post)
        return kept

    def _page(self, url: str, body: Any, context: dict[str, Any]) -> Page:
        return page_of(self._forum, url, body, context)

    def _finding(self, window: Window | None, coverage: Sequence[Coverage]) -> Page:
        self._settled |= {window} if window else set()
        return replace(self._page(self._forum.base, None, {}), coverage=tuple(coverage))


def page_of(forum: Forum, url: str, body: Any, context: dict[str, Any]) -> Page:
    """A page of ``forum``; ``context`` may hold ``topic``, ``missing`` and ``gone``."""
    return Page(
        source=SOURCE,
        route=ROUTE,
        url=url,
        fetched_at=forum.http.now,
        body=body,
        instance=forum.instance,
        context={"topic": {}, **context, "base": forum.base},
    )


def _days(window: Window) -> Days:
    """The days that the window touches."""
    first, last = (datetime.fromtimestamp(s, UTC).date() for s in (window.start, window.end - 1))
    return Days(first, last + timedelta(days=1))


def _made(post: Any) -> float | None:
    """Seconds since 1970, None when the post does not tell."""
    written = at(post, "created_at")
    try:
        moment = datetime.fromisoformat(written if isinstance(written, str) else "")
        return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError):
        return None


def _is_before(posts: list[Any], window: Window) -> bool:
    """Whether all of these are older than the window. One post alone proves nothing: posts that
    were moved here stand among newer ones."""
    times = [_made(post) for post in posts]
    return bool(times) and all(made is not None and made < window.start for made in times)


def _coverage(window: Window, found: Found) -> Coverage:
    whole = window.covered("complete", found=len(found.seen) - found.dropped)
    if found.reasons:
        whole = window.covered("truncated", "; ".join(found.reasons[:3]), whole.found)
    return replace(whole, dropped=found.dropped)
