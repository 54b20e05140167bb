"""Which videos a topic is about, where it does not list them: by a search a few times a day."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from collectors._fields import at, items, text
from collectors.youtube.api import Api
from groundswell.query import Search, Term

MOST_SEARCHES = 8  # of a topic at a time: all topics together have 100 a day
PAGES = 2
PAGE_SIZE = 50
EVERY = timedelta(hours=6)

_NOT_WORD = re.compile(r"[^\w]+")


def renderings(searches: Sequence[Search]) -> list[str]:
    """The distinct searches in YouTube's words; it knows quotes, ``|`` and ``-`` only."""
    found = dict.fromkeys(
        " ".join(dict.fromkeys(word for term in search.terms if (word := _word(term))))
        for search in searches
    )
    return [words for words in found if words]


async def videos_of(
    api: Api, searches: Sequence[str], since: datetime, until: datetime
) -> tuple[tuple[str, ...], bool]:
    """Videos published in the period, oldest first, and whether there are more than were named.
    Raises as ``Api.ask``."""
    found: dict[str, None] = {}
    is_cut = False
    for words in searches:
        token: str | None = None
        for _ in range(PAGES):
            answer = await api.ask(
                "search",
                part="snippet",
                type="video",
                order="date",
                q=words,
                maxResults=PAGE_SIZE,
                publishedAfter=_written(since),
                publishedBefore=_written(until),
                pageToken=token,
            )
            ids = [text(at(item, "id", "videoId")) for item in items(answer.body["items"])]
            found.update(dict.fromkeys(video for video in ids if video))
            token = answer.next_token
            if token is None:
                break
        is_cut = is_cut or token is not None
    return tuple(reversed(found)), is_cut


def _word(term: Term) -> str:
    if term.kind == "lang":
        return ""
    words = _NOT_WORD.sub(" ", term.text).strip()
    return f'"{words}"' if " " in words else words


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
