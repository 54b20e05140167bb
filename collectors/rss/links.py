"""Looks whether the articles behind stored entries are still there, by their links alone."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import anyio

from collectors._http import Http
from collectors.rss.polling import SOURCE
from groundswell.errors import BodyTooLarge, SourceError
from groundswell.post import Deletion, Item, Missing
from groundswell.source import Page, Stored

AT_ONCE = 8  # links asked side by side; each host has its own rate besides
GONE = 410


async def gone_links(stored: Sequence[Stored], http: Http) -> AsyncIterator[Page]:
    """One page for each entry whose link answers 404 or 410. What answers anything else, or
    nothing, says nothing of its entry. Raises ``SourceError`` when no link answered at all."""
    asked = [post for post in stored if post.url]
    failures: list[SourceError] = []
    for group in (asked[n : n + AT_ONCE] for n in range(0, len(asked), AT_ONCE)):
        for found in await _looked_at(group, http):
            if isinstance(found, Page):
                yield found
            elif found is not None:
                failures.append(found)
    if asked and len(failures) == len(asked):
        raise failures[0]


def gone(page: Page) -> Item:
    """410 is the publisher's word that the article was taken away; 404 may be a moved address or a
    bad day, so it takes two of them to hide the entry."""
    uri, seen_at = page.context["uri"], page.fetched_at
    if page.body["status"] == GONE:
        return Deletion(source=SOURCE, uri=uri, seen_at=seen_at)
    return Missing(source=SOURCE, uri=uri, seen_at=seen_at)


async def _looked_at(posts: Sequence[Stored], http: Http) -> list[Page | SourceError | None]:
    """For each post the page that says it is gone, None when something is there, or the error."""
    done: dict[int, Page | SourceError | None] = {}

    async def look(place: int, post: Stored) -> None:
        try:
            done[place] = await _answered(post, http)
        except SourceError as error:
            done[place] = error

    async with anyio.create_task_group() as tasks:
        for place, post in enumerate(posts):
            tasks.start_soon(look, place, post)
    return [done[place] for place in range(len(posts))]


async def _answered(post: Stored, http: Http) -> Page | None:
    """Only the status counts: the article itself is the publisher's, and is not read."""
    try:
        answer = await http.get(post.url or "", accept_status=(200, 404, GONE))
    except BodyTooLarge:  # something is there
        return None
    if answer.status not in (404, GONE):
        return None
    return Page(
        source=SOURCE,
        route="entry",
        url=answer.url,
        fetched_at=datetime.now(UTC),
        body={"status": answer.status},
        context={"uri": post.uri},
    )
