"""Reads one tag timeline of one instance over a window of time, losing nothing on the way.

``min_id`` walks forward from the beginning; ``since_id`` would jump to the newest page and leave a
hole. A post may get its id hours before or after the time it claims, so a window is read up to six
hours past its end. Servers whose ids tell no time are read backward by ``max_id`` instead, until a
whole page is older than the window.
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from collectors._fields import at, text
from collectors._http import Http
from collectors.mastodon.ids import id_at, time_of
from collectors.mastodon.instance import SOURCE, Instance
from collectors.mastodon.status import read_time
from groundswell.coverage import Span
from groundswell.errors import BadAnswer

LAG = timedelta(hours=6)
MARGIN = timedelta(minutes=1)  # ids and claimed times of the same moment differ by seconds
PAGE_SIZE = 40
MOST_EMPTY = 10
A_DAY = timedelta(days=1)

_LINK = re.compile(r"""<([^<>]{1,2000})>\s{0,9};\s{0,9}rel="?(\w{1,20})""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One answer. ``statuses`` are as received, newest first. The window is read up to
    ``reached``; None while a walk backward is not at its end."""

    url: str
    statuses: list[Any]
    reached: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The posts of ``instance`` with ``tag``.

    Mastodon could be asked for four more at once (``any[]``), but what does not know that answers
    with the first alone and leaves a hole in silence; so each tag has its own walk.
    """

    http: Http
    instance: Instance
    tag: str

    def walk(self, span: Span) -> AsyncIterator[Step]:
        """The statuses of ``span`` and more, page by page; the last step reaches its end. Raises
        ``SourceError``."""
        return self._forward(*span) if self.instance.ids_tell_time else self._backward(*span)

    async def ids_tell_time(self) -> bool:
        """Whether the newest ids are times, as those of Mastodon are; software that only says it is
        Mastodon would answer a question from a time on with nothing. Raises ``SourceError``."""
        _, statuses, _ = await self._get()
        return self.instance.ids_tell_time and (not statuses or _tell_time(statuses))

    async def _forward(self, start: datetime, end: datetime) -> AsyncIterator[Step]:
        after, empty = id_at(start - MARGIN), 0
        while True:
            url, statuses, links = await self._get(min_id=after)
            newest = _newest(statuses, links, after)
            if statuses and newest is None:
                raise _endless(url, "gives only posts that are older than those asked for")
            read_to = _read_to(newest, end)
            yield Step(url=url, statuses=statuses, reached=min(read_to, end))
            if newest is None or read_to >= end:
                return
            empty = _count_empty(url, statuses, empty)
            after = newest

    async def _backward(self, start: datetime, end: datetime) -> AsyncIterator[Step]:
        before, empty = "", 0
        seen: set[str] = set()
        while True:
            url, statuses, links = await self._get(**({"max_id": before} if before else {}))
            before = links.get("next") or (_id(statuses[-1]) if statuses else None) or ""
            is_last = not before or (bool(statuses) and _all_older(statuses, start - LAG))
            yield Step(url=url, statuses=statuses, reached=end if is_last else None)
            if is_last:
                return
            if before in seen:
                raise _endless(url, "leads back to a page already read")
            seen.add(before)
            empty = _count_empty(url, statuses, empty)

    async def _get(self, **place: str) -> tuple[str, list[Any], dict[str, str]]:
        """Address, statuses and the ids in the ``Link`` header of one page."""
        params: dict[str, Any] = {"limit": PAGE_SIZE, **place}
        if self.instance.only:
            params[self.instance.only] = "true"
        url = f"{self.instance.base}/api/v1/timelines/tag/{quote(self.tag, safe='')}"
        answer = await self.http.get(url, params=params)
        body = self.http.json_of(answer)
        if not isinstance(body, list):
            said = text(at(body, "error")) or "no list of statuses"
            raise BadAnswer(f"{SOURCE}: {answer.url} answered 200, but {said}.", source=SOURCE)
        return answer.url, body, link_ids(answer.headers)


def link_ids(headers: Mapping[str, str]) -> dict[str, str]:
    """The ids in a ``Link`` header: ``prev`` (``min_id``, newer) and ``next`` (``max_id``)."""
    found = {}
    for address, relation in _LINK.findall(headers.get("link", "")):
        query = parse_qs(urlsplit(address).query)
        name = {"prev": "min_id", "next": "max_id"}.get(relation, "")
        if name in query:
            found[relation] = query[name][0]
    return found


def _newest(statuses: Sequence[Any], links: Mapping[str, str], after: str) -> str | None:
    """The id to go on from, above ``after``; None at the end. A page may be empty because all of
    it was taken away, and still have a neighbour."""
    ids = [one for one in (*map(_id, statuses), links.get("prev")) if one and time_of(one)]
    newest = max(map(int, ids), default=0)
    return str(newest) if newest > int(after) else None


def _tell_time(statuses: Sequence[Any]) -> bool:
    """Whether the ids are times: at least one lies within a day of what its status claims."""
    pairs = [(time_of(_id(one)), read_time(at(one, "created_at"))) for one in statuses]
    return any(told and made and abs(told - made) < A_DAY for told, made in pairs)


def _read_to(newest: str | None, end: datetime) -> datetime:
    """Up to when posts cannot turn up any more, having read to the id ``newest`` (None: all)."""
    moment = time_of(newest)
    return end if moment is None else moment - LAG


def _count_empty(url: str, statuses: Sequence[Any], empty: int) -> int:
    """How many empty pages came in a row. Raises ``BadAnswer`` when it is too many."""
    if statuses:
        return 0
    if empty + 1 >= MOST_EMPTY:
        raise _endless(url, f"is the last of {MOST_EMPTY} empty pages that each name another")
    return empty + 1


def _id(status: Any) -> str | None:
    return text(at(status, "id"))


def _all_older(statuses: Sequence[Any], start: datetime) -> bool:
    times = [read_time(at(status, "created_at")) for status in statuses]
    return all(moment is not None and moment < start for moment in times)


def _endless(url: str, why: str) -> BadAnswer:
    return BadAnswer(
        f"{SOURCE}: {url} {why}, so its other posts cannot be reached. What was read is kept; the "
        "rest is a gap.",
        source=SOURCE,
    )
