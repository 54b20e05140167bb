"""Lemmy's search: both interfaces, several servers, pages that move, waits, deletions."""

from datetime import timedelta

import pytest

from collectors.lemmy.walk import LEAST, MOST, OVERLAP, next_page
from groundswell.coverage import merge
from groundswell.errors import BadAnswer, Closed, RateLimited, TopicError, Unreachable
from groundswell.post import Deletion, Item, Post
from groundswell.settings import Settings
from groundswell.source import Page, Stored
from tests.collectors.asks import (
    NOW,
    SINCE,
    coverage_of,
    others_of,
    pages_of,
    pages_until,
    posts_of,
    topic,
)
from tests.collectors.clock import Clock
from tests.collectors.lemmy_desk import SETTINGS, collector, known_after, wanted
from tests.collectors.sites.lemmy import LemmySite, as_json
from tests.collectors.web import Call, Reply

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def modern() -> LemmySite:
    """A server of 1.0, with both interfaces."""
    site = LemmySite()
    site.version, site.has_v4 = "1.0.2", True
    return site


def uris(pages: list[Page]) -> set[str]:
    return {post.uri for post in posts_of(collector(), pages)}


def searches(site: LemmySite) -> list[Call]:
    return [call for call in site.web.calls if call.path.endswith("/search")]


def spans(pages: list[Page], instance: str | None = None) -> list[tuple[object, ...]]:
    chosen = [page for page in pages if instance is None or page.instance == instance]
    return [(c.start, c.end, c.status) for c in merge([], coverage_of(chosen))]


@pytest.mark.parametrize("make", [LemmySite, modern])
async def test_all_posts_and_comments_of_the_window_are_read(make: type[LemmySite]) -> None:
    site = make()
    posts = site.publish(120, start=SINCE + HOUR, step=HOUR)
    root = site.post(SINCE + HOUR, "Another thing")
    said = [site.comment(SINCE + n * HOUR, under=root) for n in range(2, 90)]
    site.publish(60, start=SINCE - 9 * DAY, step=MINUTE)
    with site.serving():
        pages = await pages_of(collector(), wanted(site))
    inside = {*posts, *(view["comment"]["ap_id"] for view in said)}
    assert inside <= uris(pages)
    assert spans(pages) == [(SINCE, NOW, "complete")]


async def test_the_interface_follows_from_the_version_of_the_site() -> None:
    """T-LEM-1: v3 by pages, v4 by cursors, and the v3 of 1.0 where its v4 is not there."""
    old, new, between = LemmySite(), modern(), modern()
    between.has_v4 = False
    with old.serving(), new.serving(), between.serving():
        await pages_of(collector(), wanted(old, new, between))
    assert {call.path for call in searches(old)} == {"/api/v3/search"}
    assert {call.path for call in searches(new)} == {"/api/v4/search"}
    assert [call.path for call in searches(between)] == ["/api/v4/search", "/api/v3/search"]
    assert searches(old)[0].query["sort"] == ["New"]
    assert searches(new)[-1].query["sort"] == ["new"]


async def test_a_site_without_v3_is_asked_by_v4() -> None:
    """T-LEM-1."""
    site = modern()
    site.post(SINCE + HOUR)
    with site.serving():
        site.faults = [as_json({"error": "not_found"}, 404)]
        assert len(uris(await pages_of(collector(), wanted(site)))) == 1


@pytest.mark.parametrize("make", [LemmySite, modern])
async def test_reading_stops_after_a_whole_page_that_is_older(make: type[LemmySite]) -> None:
    """T-LEM-2: one old post between new ones is no end."""
    site = make()
    site.publish(400, start=SINCE - 30 * DAY, step=MINUTE)
    new = site.publish(60, start=SINCE + HOUR, step=HOUR)
    with site.serving():
        pages = await pages_of(collector(), wanted(site))
    assert set(new) <= uris(pages)
    assert len(searches(site)) < 6


async def test_what_is_published_meanwhile_skips_nothing_and_repeats_nothing() -> None:
    """T-LEM-2: new content shifts numbered pages down."""
    site = LemmySite()
    before = site.publish(160, start=SINCE + HOUR, step=HOUR)

    def publish(call: Call) -> None:
        if call.path.endswith("search"):
            site.publish(7, start=NOW - MINUTE, step=timedelta(seconds=1))

    site.before_answer = publish
    with site.serving():
        pages = await pages_of(collector(), wanted(site))
    found = [post.uri for post in posts_of(collector(), pages)]
    assert set(before) <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("gone_each_time", [1, 5, 9])
async def test_what_is_deleted_meanwhile_skips_nothing(gone_each_time: int) -> None:
    """T-LEM-2: deletions shift numbered pages up, past what was read."""
    site = LemmySite()
    published = site.publish(220, start=SINCE + HOUR, step=HOUR)
    gone: list[str] = []

    def delete(call: Call) -> None:
        if call.path.endswith("search") and call.one("page") not in ("", "1"):
            newest = published[len(published) - len(gone) - gone_each_time :][:gone_each_time]
            gone.extend(newest)
            for uri in newest:
                site.remove(uri, purged=True)

    site.before_answer = delete
    with site.serving():
        pages = await pages_of(collector(), wanted(site))
    assert set(published) - set(gone) <= uris(pages)
    assert len(gone) > 2 * gone_each_time


async def test_a_cursor_whose_post_was_deleted_begins_anew() -> None:
    site = modern()
    published = site.publish(160, start=SINCE + HOUR, step=HOUR)
    removed: list[str] = []

    def delete(call: Call) -> None:
        if call.one("page_cursor") and not removed:
            removed.append(published[-50])  # the last of the first page
            site.remove(removed[0], purged=True)

    site.before_answer = delete
    with site.serving():
        pages = await pages_of(collector(), wanted(site))
    assert set(published) <= uris(pages)
    assert spans(pages) == [(SINCE, NOW, "complete")]


@pytest.mark.parametrize("cursors", [["P1"] * 3, ["P1", "P2", "P1"], [f"P{n}" for n in range(20)]])
async def test_cursors_that_lead_nowhere_end_with_a_gap(cursors: list[str]) -> None:
    """In circles, or from one empty page to the next."""
    site = modern()
    with site.serving():
        said = [as_json({"search": [], "next_page": cursor}) for cursor in cursors]
        site.faults = [as_json({"version": "1.0.0"}), as_json({"search": []}), *said]
        pages = await pages_until(BadAnswer, collector(), wanted(site))
    assert [c.status for c in coverage_of(pages)] == ["gap"]


def test_pages_overlap_and_still_go_on() -> None:
    """T-LEM-2: every next page begins at least five before the end of what was read."""
    covered, asked = 0, 0
    while covered < 5_000:
        number, size = next_page(covered)
        assert LEAST <= size <= MOST
        assert (number - 1) * size <= max(0, covered - OVERLAP)
        assert number * size > covered
        covered, asked = number * size, asked + 1
    assert asked < 1.35 * 5_000 / MOST  # what the overlap costs


async def test_one_post_through_three_instances_is_one_row() -> None:
    """T-LEM-3: its ActivityPub address is its name, and its highest counts are kept."""
    sites = [LemmySite() for _ in range(3)]
    for n, site in enumerate(sites):
        view = site.post(SINCE + HOUR, ap_id="https://home.example/post/1")
        view["counts"] = {"upvotes": (4, 9, 2)[n], "comments": (3, 1, 1)[n]}
    with sites[0].serving(), sites[1].serving(), sites[2].serving():
        pages = await pages_of(collector(), wanted(*sites))
    found = posts_of(collector(), pages)
    assert {post.uri for post in found} == {"https://home.example/post/1"}
    assert [(post.likes, post.replies) for post in found] == [(4, 3), (9, 3)]


async def test_removed_posts_are_deletions() -> None:
    """T-LEM-4: by their author or by a moderator, their text must go."""
    site = LemmySite()
    site.post(SINCE + HOUR, removed=True)
    view = site.comment(SINCE + HOUR)
    view["creator"] = {**view["creator"], "deleted": True}
    with site.serving():
        pages = await pages_of(collector(), wanted(site))
    gone = [item for item in others_of(collector(), pages) if isinstance(item, Deletion)]
    assert {item.reason for item in gone} == {"removed", "account deleted"}
    assert all(item.uri for item in gone)


@pytest.mark.parametrize(
    "reply",
    [
        as_json({"error": "rate_limit_error"}, 400),
        as_json({"error": "rate_limit_error", "message": "Too many"}, 400),
        Reply(status=429),
    ],
)
async def test_a_400_that_says_rate_limit_waits_like_429(reply: Reply) -> None:
    """T-LEM-6: servers up to 0.19 answer 400 where others answer 429."""
    site, clock = LemmySite(), Clock()
    site.post(SINCE + HOUR)
    with site.serving():
        site.faults = [reply, reply]
        pages = await pages_of(collector(clock), wanted(site))
        assert len(clock.waits) == 2
        assert len(uris(pages)) == 1
        site.faults = [reply] * 20
        await pages_until(RateLimited, collector(Clock()), wanted(site))


async def test_another_400_is_final() -> None:
    """T-LEM-6: as that of a private instance."""
    site, clock = LemmySite(), Clock()
    with site.serving():
        site.faults = [as_json({"error": "instance_is_private"}, 400)] * 9
        pages = await pages_until(Closed, collector(clock), wanted(site))
    assert clock.waits == []
    assert "instance_is_private" in str(coverage_of(pages)[0].reason)


async def test_a_killed_run_keeps_the_newest_and_the_next_one_reads_the_rest() -> None:
    site = LemmySite()
    published = site.publish(200, start=SINCE + HOUR, step=HOUR)
    with site.serving():
        whole = await pages_of(collector(), wanted(site))
        for stop in range(1, len(whole)):
            known = known_after(whole[:stop])
            rest = await pages_of(collector(), wanted(site, known_by=known))
            assert uris([*whole[:stop], *rest]) == set(published)
            assert spans([*whole[:stop], *rest]) == [(SINCE, NOW, "complete")]


async def test_several_questions_are_read_side_by_side_and_settle_together() -> None:
    """A window is complete only when every question was read back to its start."""
    site = LemmySite()
    site.publish(130, start=SINCE + HOUR, step=HOUR, text="OpenAI")
    site.publish(130, start=SINCE + HOUR, step=HOUR, text="DeepSeek")
    with site.serving():
        pages = await pages_of(collector(), wanted(site, query="openai OR deepseek"))
    settled, met = NOW, set[str]()
    for page in pages:
        met |= uris([page])
        settled = min([settled, *(window.start for window in page.coverage)])
        newer = [v["post"] for v in site.things if v["post"]["published"] > settled.isoformat()]
        assert {post["ap_id"] for post in newer} <= met
    assert settled == SINCE


async def test_a_run_that_finds_all_covered_looks_back_a_few_hours_only() -> None:
    site = LemmySite()
    site.publish(200, start=SINCE + HOUR, step=HOUR)
    late = site.post(NOW - 5 * HOUR)
    with site.serving():
        first = await pages_of(collector(), wanted(site))
        site.web.calls.clear()
        second = await pages_of(collector(), wanted(site, known_by=known_after(first)))
    assert late["post"]["ap_id"] in uris(second)
    assert len(searches(site)) == 2  # and one page that is older as a whole


async def test_a_limit_is_kept_and_said() -> None:
    site, unasked = LemmySite(), LemmySite()
    published = site.publish(90, start=SINCE + HOUR, step=HOUR)
    with site.serving(), unasked.serving():
        pages = await pages_of(collector(), wanted(site, unasked, limit=30))
    assert uris(pages) == set(published[-30:])
    assert {c.status for c in coverage_of(pages)} == {"truncated", "gap"}
    assert unasked.web.calls == []


async def test_one_server_down_or_closed_does_not_stop_the_others() -> None:
    good, closed, down = LemmySite(), LemmySite(), "http://127.0.0.1:9"
    good.post(SINCE + HOUR)
    closed.faults = [Reply(status=403)] * 9
    with good.serving(), closed.serving():
        pages = await pages_of(collector(), wanted(down, closed, good))
    assert len(uris(pages)) == 1
    assert spans(pages, down) == [(SINCE, NOW, "gap")]
    assert spans(pages, closed.web.url) == [(SINCE, NOW, "closed")]
    assert spans(pages, good.web.url) == [(SINCE, NOW, "complete")]


async def test_what_is_no_lemmy_is_said_to_be_none() -> None:
    site = LemmySite()
    site.version = "kbin"
    with site.serving():
        pages = await pages_until(BadAnswer, collector(), wanted(site))
    assert "no Lemmy" in str(coverage_of(pages)[0].reason)


async def test_the_settings_name_servers_for_topics_that_do_not() -> None:
    site = LemmySite()
    site.post(SINCE + HOUR)
    with site.serving():
        own = SETTINGS.model_copy(update=site.settings_changes())
        ask = wanted(site)
        bare = type(ask)(topic=topic("openai", lemmy={}), span=ask.span, now=ask.now)
        assert len(uris(await pages_of(type(collector())(own), bare))) == 1


async def test_a_topic_with_a_name_that_is_no_server_is_told_so() -> None:
    with pytest.raises(TopicError, match="not a server"):
        await pages_of(collector(), wanted("lemmy world"))


async def test_check_says_what_each_server_runs_and_fails_only_if_all_do() -> None:
    old, new = LemmySite(), modern()
    with old.serving(), new.serving():
        said = await collector().check(wanted(old, "http://127.0.0.1:9", new).topic)
    assert "(Lemmy 0.19.12) can be searched" in said
    assert "(Lemmy 1.0.2) can be searched" in said
    assert "127.0.0.1:9 cannot: unreachable" in said
    with pytest.raises(Unreachable):
        await collector().check(wanted("http://127.0.0.1:9").topic)
    assert Settings().lemmy_urls == ("https://lemmy.world",)


async def stored(site: LemmySite) -> list[Stored]:
    """What the store knows after a first run."""
    posts = posts_of(collector(), await pages_of(collector(), wanted(site)))
    return [Stored(uri=p.uri, instance=p.instance, url=p.url, raw=p.raw) for p in posts]


async def rechecked(known: list[Stored]) -> list[Item]:
    pages = [page async for page in collector().recheck(known)]
    return [item for page in pages for item in collector().posts(page)]


@pytest.mark.parametrize("make", [LemmySite, modern])
async def test_stored_posts_and_comments_come_back_as_they_are_now(make: type[LemmySite]) -> None:
    site = make()
    view = site.post(SINCE + HOUR)
    said = site.comment(SINCE + 2 * HOUR, under=view)
    with site.serving():
        known = await stored(site)
        site.edit(said["comment"]["ap_id"], "OpenAI, edited", NOW)
        view["counts"]["upvotes"] = 99
        found = {item.uri: item for item in await rechecked(known) if isinstance(item, Post)}
    assert found[view["post"]["ap_id"]].likes == 99
    assert found[said["comment"]["ap_id"]].text == "OpenAI, edited"
    assert found[said["comment"]["ap_id"]].edited_at == NOW


@pytest.mark.parametrize("purged", [True, False])
@pytest.mark.parametrize("status", [400, 404])
async def test_what_the_server_does_not_show_any_more_is_deleted(purged: bool, status: int) -> None:
    """T-LEM-4: it answers the same for what was deleted and for what was purged."""
    site = LemmySite()
    view = site.post(SINCE + HOUR)
    with site.serving():
        known = await stored(site)
        site.remove(view["post"]["ap_id"], purged=purged)
        if status == 400:  # as up to 0.18
            here = as_json({"version": "0.18.5"})
            site.faults = [here, as_json({"error": "couldnt_find_post"}, 400)]
        (gone,) = await rechecked(known)
    assert isinstance(gone, Deletion)
    assert gone.uri == view["post"]["ap_id"]


async def test_a_404_that_is_not_the_servers_own_word_deletes_nothing() -> None:
    site = LemmySite()
    site.post(SINCE + HOUR)
    with site.serving():
        known = await stored(site)
        site.faults = [as_json({"version": "0.19.12"}), Reply(status=404, body=b"<html>Not Found")]
        with pytest.raises(Closed):
            await rechecked([*known, Stored(uri="x:1"), Stored(uri="x:2", raw=b"{cut")])
