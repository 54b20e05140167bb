"""The comments below submissions: Reddit's search finds none, so each submission is opened."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any

from collectors._fields import at, count, items, texts
from collectors.reddit.api import PAGE_SIZE, Answered, Api
from collectors.reddit.cursor import Opened
from collectors.reddit.items import MORE, not_shown, things
from groundswell.errors import Closed

MOST_OPENED = 250  # submissions of one place in one run, each a request or more
MOST_MORE = 10  # requests for what one tree does not show, 100 comments each
MOST_NAMED = 20

LIMIT = "The run stopped at the number of posts it was limited to."


@dataclass(slots=True)
class Talks:
    """The submissions of one place whose comments are wanted, by id, and what became of them.

    ``refused`` are those that are not there any more. ``left`` is how many posts the run may still
    take (None: all). ``stubs`` counts comments behind "more" that were not fetched (T-RED-8).
    """

    wanted: dict[str, Opened]
    left: int | None
    opened: dict[str, Opened] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    found: int = 0
    stubs: int = 0

    async def run(self, api: Api) -> AsyncIterator[tuple[Answered, Any]]:
        """Each answer with what of it is to be read, the newest submission first."""
        newest = sorted(self.wanted, key=lambda number: self.wanted[number].made, reverse=True)
        for number in newest[:MOST_OPENED]:
            if self.left == 0:
                return
            try:
                async for answer, body in self._talk(api, number):
                    yield answer, body
            except Closed:  # taken away since it was found
                self.refused.append(number)
                continue
            if self.left != 0:
                self.opened[number] = self.wanted[number]

    def reason(self) -> str | None:
        """What of the comments was read and what was not (T-RED-9); None when all were."""
        unopened = len(self.wanted) - len(self.opened)
        if not unopened and not self.stubs and self.left != 0:
            return None
        named = ", ".join(f"t3_{number}" for number in list(self.opened)[:MOST_NAMED])
        more = f" and {len(self.opened) - MOST_NAMED} more" if len(self.opened) > MOST_NAMED else ""
        said = f"Comments were read below {len(self.opened)} of {len(self.wanted)} submissions"
        behind = f" {self.stubs} comments behind “more” were not fetched." if self.stubs else ""
        limited = f" {LIMIT}" if self.left == 0 else ""
        return f"{said}{f': {named}{more}' if named else ''}.{behind}{limited}"

    async def _talk(self, api: Api, number: str) -> AsyncIterator[tuple[Answered, Any]]:
        tree = await api.comments(number)
        yield tree, self._within_limit([{}, items(tree.body)[1]])
        waiting, met = self._named_in(tree.body, set())
        for _ in range(MOST_MORE):
            if not waiting or self.left == 0:
                break
            answer = await api.more(number, waiting[:PAGE_SIZE])
            yield answer, self._within_limit(answer.body)
            found, met = self._named_in(answer.body, met)
            waiting = waiting[PAGE_SIZE:] + found
        self.stubs += len(waiting)

    def _named_in(self, body: Any, met: set[str]) -> tuple[list[str], set[str]]:
        """The ids that "more" stubs name and that were not met before. A stub that names none is a
        talk that goes on on a page of its own: it is counted, not followed."""
        found: dict[str, None] = {}
        for stub in not_shown(body):
            ids = texts(at(stub, "children"))
            found.update(dict.fromkeys(one for one in ids if one not in met))
            self.stubs += 0 if ids else max(1, count(at(stub, "count")) or 0)
        return list(found), met | found.keys()

    def _within_limit(self, body: Any) -> Any:
        given = [thing for thing in things(body) if at(thing, "kind") != MORE]
        if self.left is not None and len(given) > self.left:
            given = given[: self.left]
            body = {"data": {"children": [_alone(thing) for thing in given]}}
        self.found += len(given)
        self.left = None if self.left is None else self.left - len(given)
        return body


def _alone(thing: Any) -> Any:
    """A comment without those below it."""
    own = at(thing, "data")
    return {**thing, "data": {**own, "replies": ""}} if isinstance(own, dict) else thing


def grown(followed: dict[str, Opened], shown: Iterable[Any]) -> dict[str, Opened]:
    """Those of ``followed`` that have another number of comments now, with that."""
    found = {}
    for thing in shown:
        number, now = at(thing, "data", "id"), count(at(thing, "data", "num_comments"))
        known = followed.get(number) if isinstance(number, str) else None
        if known is not None and now is not None and now != known.comments:
            found[str(number)] = Opened(made=known.made, comments=now)
    return found
