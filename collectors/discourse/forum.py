"""One Discourse forum and what may be asked of it, politely: a request a second, few searches."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from aiolimiter import AsyncLimiter

from collectors._fields import at, items, text
from collectors._hosts import on_this_machine, shared_host
from collectors._http import Answer, Http
from groundswell.errors import BadAnswer, Closed, TopicError, Unreachable
from groundswell.text import http_links
from groundswell.topic import Topic

SOURCE = "discourse"
MOST_PAGES = 10  # app/controllers/search_controller.rb, PAGE_LIMIT
CHUNK = 20  # posts of a topic in one answer, as the forum's own pages ask for them

_REQUESTS_PER_S = 1.0
_SEARCH_EVERY_S = 7.5  # rate_limit_search_anon_user_per_minute is 8 unless a forum changed it
_HOST = re.compile(r"[\w.-]+(:\d+)?(/[\w./-]*)?")


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days of UTC, half-open."""

    start: date
    end: date

    @property
    def is_one_day(self) -> bool:
        return (self.end - self.start).days <= 1

    def halves(self) -> "tuple[Days, Days]":
        """The older and the newer half."""
        middle = self.start + (self.end - self.start) // 2
        return Days(self.start, middle), Days(middle, self.end)

    def __str__(self) -> str:
        """As the search writes it, one day wider on both sides: a forum's days are of its own zone,
        which it does not tell (T-DIS-1)."""
        day = timedelta(days=1)
        return f"after:{self.start - day:%Y-%m-%d} before:{self.end + day:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of search: posts, at most one of each topic (the newest that fits), and whether
    there are more pages."""

    posts: list[Any]
    has_more: bool
    url: str


@dataclass(frozen=True, slots=True)
class Given:
    """Posts of one topic as its page gives them; ``asked`` are the ids that were asked for, none
    where the page chose them itself."""

    body: dict[str, Any]
    url: str
    asked: tuple[int, ...] = ()

    @property
    def posts(self) -> list[Any]:
        """The posts, as received."""
        return items(self.body["post_stream"]["posts"])

    def missing(self) -> list[int]:
        """Ids that were asked for and are not among the posts."""
        shown = {at(post, "id") for post in self.posts}
        return [post_id for post_id in self.asked if post_id not in shown]


class Forum:
    """A forum at ``base``. ``instance`` is its host and folder, as coverage names it."""

    def __init__(self, http: Http, base: str) -> None:
        self.base, self.instance = base, instance_of(base)
        self.http = http
        host = urlsplit(base).hostname or ""
        shared_host(host, _REQUESTS_PER_S)
        self._searches = None if on_this_machine(host) else AsyncLimiter(1, _SEARCH_EVERY_S)

    async def search(self, words: str, days: Days, page: int) -> Hits:
        """One page (1 to 10) of the topics with posts that hold ``words``, newest first.

        Raises ``Closed`` for a forum that wants a login or does not search for these words,
        ``BadAnswer`` for an answer that is no result, ``Unreachable`` when it is overloaded.
        """
        if self._searches:
            await self._searches.acquire()
        query = {"q": f"{words} {days} order:latest", "page": page}
        try:
            answer = await self.http.get(f"{self.base}/search.json", params=query)
        except Closed as error:
            if error.status != 400:
                raise
            raise self._not_searched(words, str(error), 400) from error
        body = self.http.json_of(answer)
        result = at(body, "grouped_search_result")
        if isinstance(body, dict) and result is None:
            raise self._not_searched(words, "an answer without a result", None)
        if not isinstance(result, dict) or not isinstance(body.get("posts", []), list):
            raise self._undocumented(answer)
        if said := text(result.get("error")):
            raise Unreachable(
                f"{self.instance} did not search ({_line(said)}). Try again later.", source=SOURCE
            )
        more = any(result.get(name) is True for name in ("more_posts", "more_full_page_results"))
        return Hits(items(body.get("posts")), more, answer.url)

    async def topic(self, topic_id: int) -> Given:
        """A topic with its first posts and the ids of all: ``post_stream.posts`` and ``.stream``.
        Raises as ``Http.get``, and ``BadAnswer`` for an answer without posts."""
        answer = await self.http.get(f"{self.base}/t/{topic_id}.json")
        return Given(self._with_posts(answer), answer.url)

    async def posts(self, topic_id: int, ids: Sequence[int]) -> Given:
        """These posts of a topic, at most ``CHUNK``. Raises as ``topic``."""
        asked = {"post_ids[]": list(ids)}
        answer = await self.http.get(f"{self.base}/t/{topic_id}/posts.json", params=asked)
        return Given(self._with_posts(answer), answer.url, tuple(ids))

    async def post(self, post_id: str) -> tuple[Answer, dict[str, Any]]:
        """One post by its id, or what the forum says in its place: the status is 200, 403, 404 or
        410. Raises as ``topic``, and ``Closed`` when the forum wants a login for everything."""
        url = f"{self.base}/posts/{post_id}.json"
        answer = await self.http.get(url, accept_status=(200, 403, 404, 410))
        body = self.http.json_of(answer)
        if not isinstance(body, dict) or (answer.status != 200 and "error_type" not in body):
            raise self._undocumented(
                answer
            )  # of a host that is no forum any more, 404 says nothing
        if body.get("error_type") == "not_logged_in":
            raise Closed(
                f"{self.instance} can be read with a login only now.", source=SOURCE, status=403
            )
        return answer, body

    async def about(self) -> str:
        """The forum's own name. Raises ``BadAnswer`` when this is no Discourse."""
        answer = await self.http.get(f"{self.base}/about.json")
        title = text(at(self.http.json_of(answer), "about", "title"))
        if title is None:
            raise self._undocumented(answer)
        return _line(title)

    def _with_posts(self, answer: Answer) -> dict[str, Any]:
        body = self.http.json_of(answer)
        if not isinstance(at(body, "post_stream", "posts"), list):
            raise self._undocumented(answer)
        own: dict[str, Any] = body
        return own

    def _not_searched(self, words: str, said: str, status: int | None) -> Closed:
        return Closed(
            f"{self.instance} does not search for “{words}” ({said}): a forum refuses words that "
            "are too short. Use a longer word in the query, or leave this forum out.",
            source=SOURCE,
            status=status,
        )

    def _undocumented(self, answer: Answer) -> BadAnswer:
        return BadAnswer(
            f"{answer.url} answered {answer.status}, but not as Discourse does. Check in a browser "
            f"that {self.base} is a Discourse forum that can be read without a login.",
            source=SOURCE,
        )


def forums_of(topic: Topic | None) -> tuple[str, ...]:
    """The addresses of the topic's forums, each once, without a ``/`` at the end.

    Raises ``TopicError`` when there are none, or for a text that is no address.
    """
    options = topic.sources.get(SOURCE) if topic else None
    listed = options.instances if options else ()
    if not listed:
        named = f"The topic {topic.slug!r}" if topic else "No topic"
        raise TopicError(
            f"{named} lists no forums. Add [sources.{SOURCE}] with "
            'instances = ["community.openai.com"] to its file.'
        )
    return tuple(dict.fromkeys(_address(written) for written in listed))


def instance_of(base: str) -> str:
    """Host and folder of an address."""
    return base.partition("://")[2]


def _address(written: str) -> str:
    scheme, _, rest = written.strip().rstrip("/").rpartition("://")
    host, slash, folder = rest.partition("/")
    base = f"{scheme.lower() or 'https'}://{host.lower()}{slash}{folder}"
    if not _HOST.fullmatch(rest) or not http_links([base]):
        raise TopicError(
            f"“{written}” is no address of a forum. Write it as in instances = "
            '["community.openai.com", "https://example.org/forum"].'
        )
    return base


def _line(said: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())[:200]
