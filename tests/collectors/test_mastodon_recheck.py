"""Stored statuses looked at again: unchanged, edited, gone, hidden, or not to be asked for."""

import logging
from datetime import timedelta

import pytest

from collectors.mastodon.ids import id_at
from groundswell.errors import BadAnswer, Closed
from groundswell.post import Deletion, Hiding, Item, Post
from groundswell.source import Page, Stored
from tests.collectors.asks import NOW, SINCE, pages_of, posts_of
from tests.collectors.mastodon_desk import collector, wanted
from tests.collectors.sites.mastodon import MastodonSite, account, as_json, status
from tests.collectors.web import Reply

HOUR = timedelta(hours=1)


async def collected(site: MastodonSite) -> list[Stored]:
    """What the store knows after a first run."""
    posts = posts_of(collector(), await pages_of(collector(), wanted(site)))
    return [Stored(uri=p.uri, instance=p.instance, url=p.url, raw=p.raw) for p in posts]


async def rechecked(stored: list[Stored]) -> list[Item]:
    pages = [page async for page in collector().recheck(stored)]
    assert all(page.route == "status" for page in pages)
    return [item for page in pages for item in collector().posts(page)]


async def test_posts_come_back_as_they_are_now() -> None:
    site = MastodonSite([status(SINCE + HOUR)])
    with site.serving():
        stored = await collected(site)
        site.edit(stored[0].uri, "OpenAI, edited", NOW)
        site.statuses[0]["favourites_count"] = 99
        (found,) = await rechecked(stored)
    assert isinstance(found, Post)
    assert (found.uri, found.text, found.likes) == (stored[0].uri, "OpenAI, edited", 99)
    assert found.edited_at == NOW


@pytest.mark.parametrize(
    "answer", [Reply(status=410), as_json({"error": "Record not found"}, status=404)]
)
async def test_what_the_instance_does_not_have_any_more_is_deleted(answer: Reply) -> None:
    site = MastodonSite([status(SINCE + HOUR)])
    with site.serving():
        stored = await collected(site)
        site.faults = [as_json(site.instance), answer]
        (gone,) = await rechecked(stored)
    assert isinstance(gone, Deletion)
    assert gone.uri == stored[0].uri
    assert str(answer.status) in gone.reason


async def test_a_404_of_something_before_the_instance_deletes_nothing() -> None:
    site = MastodonSite([status(SINCE + HOUR)])
    with site.serving():
        stored = await collected(site)
        site.faults = [as_json(site.instance), Reply(status=404, body=b"<html>no route</html>")]
        with pytest.raises(BadAnswer):
            await rechecked(stored)


async def test_an_instance_that_closed_deletes_nothing() -> None:
    site = MastodonSite([status(SINCE + HOUR)])
    with site.serving():
        stored = await collected(site)
        site.faults = [Reply(status=403)]
        with pytest.raises(Closed):
            await rechecked(stored)


async def test_one_instance_that_fails_stops_no_other_and_is_told_last() -> None:
    bad, good = MastodonSite([status(SINCE + HOUR)]), MastodonSite([status(SINCE + 2 * HOUR)])
    pages: list[Page] = []

    async def recheck(stored: list[Stored]) -> None:
        async for page in collector().recheck(stored):
            pages.append(page)

    with bad.serving(), good.serving():
        stored = [*await collected(bad), *await collected(good)]
        bad.faults = [Reply(status=403)]
        with pytest.raises(Closed):
            await recheck(stored)
    assert [page.instance for page in pages] == [good.web.url]


async def test_who_opted_out_since_is_withheld_now() -> None:
    site = MastodonSite([status(SINCE + HOUR)])
    with site.serving():
        stored = await collected(site)
        site.statuses[0]["account"] = account(note="#nobot")
        (found,) = await rechecked(stored)
    assert isinstance(found, Post)
    assert (found.withheld, found.text) == ("nobot", "")


async def test_what_is_no_longer_public_is_hidden() -> None:
    site = MastodonSite([status(SINCE + HOUR)])
    with site.serving():
        stored = await collected(site)
        site.statuses[0]["visibility"] = "private"
        (found,) = await rechecked(stored)
    assert isinstance(found, Hiding)
    assert found.uri == stored[0].uri


async def test_the_instance_is_asked_for_its_own_number_and_not_for_that_of_another() -> None:
    """A post has another id on each server."""
    seen = status(SINCE + HOUR)
    one, two = MastodonSite([seen]), MastodonSite([dict(seen, id=id_at(SINCE + 3 * HOUR))])
    with one.serving(), two.serving():
        stored = await collected(two)
        mixed = [Stored(uri=s.uri, instance=one.web.url, url=s.url, raw=s.raw) for s in stored]
        one.web.calls.clear()
        assert len(await rechecked(mixed)) == 1
    assert one.web.calls == []


async def test_a_post_without_its_raw_item_is_not_asked_for_and_that_is_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """So is every withheld one: asked for without its topic, it might come back with its words."""
    known = [Stored(uri="x:1"), Stored(uri="x:2", raw=b"{cut"), Stored(uri="x:3", raw=b"[]")]
    with caplog.at_level(logging.WARNING):
        assert await rechecked(known) == []
    assert "3 posts came without an id" in caplog.text
