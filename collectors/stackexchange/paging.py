"""All answers of one method of the Stack Exchange API for a window of time, newest first.

Pages are not numbered through: each next question ends where the answer before it ended, so that a
post removed on the way shifts nothing, and page 26, which needs a key, is never wanted (T-SE-4).
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field

from collectors._seconds import Window
from collectors.stackexchange.api import MOST_PAGES, PAGE_SIZE, Answered, Api
from groundswell.errors import Closed

_ACCESS_DENIED = 403  # "page above 25 requires access token or app key", in an HTTP 400


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of one site in every window: a method, ids for it, and its own parameters.

    ``overfull`` collects single seconds that hold more than the API gives.
    """

    api: Api
    site: str
    method: str
    params: dict[str, str]
    ids: Sequence[str] = ()
    overfull: list[Window] = field(default_factory=list)

    async def answers(self, window: Window) -> AsyncIterator[Answered]:
        """Answers that together hold every item made in ``window``; some items come twice."""
        waiting = [window]
        while waiting:
            part = waiting.pop()
            if part.is_one_second:
                async for answer in self._second(part):
                    yield answer
                continue
            answer = await self._ask(part, 1)
            yield answer
            waiting.extend(_rest(part, answer) if answer.has_more else ())

    async def _second(self, second: Window) -> AsyncIterator[Answered]:
        """What cannot be split any more is read by pages, as far as the API lets us."""
        for number in range(1, MOST_PAGES + 1):
            try:
                answer = await self._ask(second, number)
            except Closed as error:
                if number == 1 or error.status != _ACCESS_DENIED:
                    raise
                break
            yield answer
            if not answer.has_more:
                return
        self.overfull.append(second)

    async def _ask(self, part: Window, number: int) -> Answered:
        return await self.api.ask(
            self.method,
            self.site,
            self.ids,
            **self.params,
            fromdate=part.start,
            todate=part.end,  # a second too much is a repeat; one too few would be a loss
            sort="creation",
            order="desc",
            page=number,
            pagesize=PAGE_SIZE,
        )


def _rest(part: Window, answer: Answered) -> Iterator[Window]:
    """What of ``part`` a full answer leaves to read. It ends within the second in which the answer
    ended; where the answer is not in order of time, or tells no end, both halves are read anew."""
    times = [item.get("creation_date") for item in answer.items if isinstance(item, dict)]
    made = [moment for moment in times if isinstance(moment, int)]
    in_order = len(made) == len(answer.items) and made == sorted(made, reverse=True)
    if in_order and made and part.start <= made[-1] and made[0] <= part.end:
        rest = Window(part.start, made[-1] + 1)
        if rest.end < part.end:
            yield rest
            return
    yield from part.halves()
