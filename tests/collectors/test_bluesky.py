"""Collecting from a small Bluesky: every post once, windows settled as they are read."""

from datetime import timedelta

import httpx
import pytest

from groundswell.coverage import Coverage
from groundswell.errors import Closed
from tests.collectors.bluesky_desk import END, START, Desk, Run, many, read_whole, whole
from tests.collectors.bluesky_server import OWN, FakeBluesky, error, uris
from tests.collectors.bluesky_views import NOON, at_time, label, make_author, make_view, uri_of


async def test_every_post_of_the_window_comes_once(desk: Desk, server: FakeBluesky) -> None:
    server.views = many(330)
    run = await desk.run()
    assert run.found == uris(server.views)
    assert len(run.posts) == 330
    assert run.coverage() == whole(len(run.found))


async def test_bsk_4_questions_go_to_the_accounts_own_server(
    desk: Desk, server: FakeBluesky
) -> None:
    server.views = many(3)
    run = await desk.run()
    assert {httpx.URL(page.url).host for page in run.pages} == {OWN}
    assert server.calls["createSession"] == 1


async def test_bsk_5_short_and_empty_pages_are_not_the_end(desk: Desk, server: FakeBluesky) -> None:
    server.views = many(450)
    server.hidden = uris(server.views[120:330])
    run = await desk.run()
    assert run.found == uris(server.views) - server.hidden
    assert run.coverage() == whole(len(run.found))


@pytest.mark.parametrize("told", [10_000, 60])
async def test_bsk_6_a_ceiling_costs_no_post(desk: Desk, server: FakeBluesky, told: int) -> None:
    desk.changes = {"bluesky_result_ceiling": told}
    server.views, server.ceiling = many(500), 60
    run = await desk.run()
    assert run.found == uris(server.views)
    assert len(run.posts) == 500
    assert run.coverage() == whole(len(run.found))


async def test_t_bsk_1_posts_of_one_moment_across_a_boundary_come_once(
    desk: Desk, server: FakeBluesky
) -> None:
    server.views, server.ceiling = many(200, apart=timedelta(0)), 10_000
    server.views += [view | {"uri": uri_of(i + 500)} for i, view in enumerate(many(50))]
    run = await desk.run()
    assert len(run.posts) == len(run.found) == 250
    assert run.coverage() == whole(len(run.found))


@pytest.mark.parametrize("told", [10_000, 60])
async def test_t_bsk_1_more_posts_in_one_moment_than_the_ceiling_are_a_gap(
    desk: Desk, server: FakeBluesky, told: int
) -> None:
    desk.changes = {"bluesky_result_ceiling": told}
    moment = at_time(START + timedelta(hours=5))
    crowd = [make_view(i + 500, record={"createdAt": moment}, indexedAt=moment) for i in range(90)]
    server.views, server.ceiling = many(301) + crowd + many(302)[301:], 60
    run = await desk.run()
    at = START + timedelta(hours=5)
    after = at + timedelta(milliseconds=1)
    assert [(window.start, window.end, window.status) for window in run.coverage()] == [
        (START, at, "complete"),
        (at, after, "gap"),
        (after, END, "complete"),
    ]
    assert uris(many(302)) - {uri_of(300)} <= run.found
    assert len(run.posts) == len(run.found) > 350


async def test_t_bsk_2_2200_posts_between_two_runs_are_all_read(
    desk: Desk, server: FakeBluesky
) -> None:
    server.views, server.ceiling = many(50), 1_000
    first = await desk.run(span=(START, START + timedelta(hours=1)))
    assert len(first.found) == 50
    server.views = many(2_250, apart=timedelta(seconds=70))
    second = await desk.run(known=first.coverage())
    late = {view["uri"] for view in server.views if view["indexedAt"] >= at_time(START)}
    assert second.found == late
    assert read_whole(second.coverage(first.coverage()))


async def test_bsk_7_the_last_hour_is_read_again(desk: Desk, server: FakeBluesky) -> None:
    server.views = many(60)
    until = START + timedelta(hours=1)
    first = await desk.run(span=(START, until))
    late = make_view(900, record={"createdAt": at_time(until - timedelta(minutes=5))})
    server.views.append(late | {"indexedAt": at_time(until - timedelta(minutes=5))})
    second = await desk.run(span=(START, until + timedelta(hours=1)), known=first.coverage())
    assert uri_of(900) in second.found
    older = await desk.run(span=(START, START + timedelta(minutes=30)), known=whole())
    assert len(older.pages) <= 2


async def test_a_window_that_is_covered_is_not_asked_again(desk: Desk, server: FakeBluesky) -> None:
    server.views = many(60)
    known = [Coverage(start=START, end=END + timedelta(days=1), status="complete")]
    run = await desk.run(known=known)
    assert run.pages == []
    assert server.searches == []


async def test_holes_are_read_newest_first(desk: Desk, server: FakeBluesky) -> None:
    server.views = many(2_000)
    middle = Coverage(
        start=START + timedelta(hours=5), end=START + timedelta(hours=20), status="complete"
    )
    run = await desk.run(known=[middle])
    order = [window.start for page in run.pages for window in page.coverage]
    assert order == sorted(order, reverse=True)
    assert read_whole(run.coverage([middle]))


async def test_what_was_settled_before_a_failure_stays_settled(
    desk: Desk, server: FakeBluesky
) -> None:
    """Progress is saved with every answer: a second run goes on where the first one broke off."""
    server.views = many(900)
    server.on_search = lambda number: error(404, "NotFound") if number == 5 else None
    run = Run()
    with pytest.raises(Closed):
        await desk.run(into=run)
    settled = run.coverage()
    assert settled[0].end == END
    assert START < settled[0].start < START + timedelta(minutes=600)
    server.on_search = lambda number: None
    second = await desk.run(known=settled)
    assert run.found | second.found == uris(server.views)
    assert read_whole(second.coverage(settled))
    assert len(second.found) < 750


async def test_all_searches_of_a_query_must_be_read_before_a_window_is_complete(
    desk: Desk, server: FakeBluesky
) -> None:
    server.views = many(300)
    other = [
        make_view(i + 1_000, record={"text": "whale watching", "createdAt": view["indexedAt"]})
        for i, view in enumerate(many(300))
    ]
    server.views += [view | {"indexedAt": view["record"]["createdAt"]} for view in other]
    run = await desk.run("deepseek OR whale")
    assert run.found == uris(server.views)
    assert run.coverage() == whole(len(run.found))
    covered = [window for page in run.pages for window in page.coverage]
    assert len(covered) > 3


async def test_a_post_found_by_two_searches_is_handed_on_once(
    desk: Desk, server: FakeBluesky
) -> None:
    server.views = many(40)
    run = await desk.run("deepseek OR distillation")
    assert len(run.posts) == len(run.found) == 40


async def test_an_edited_post_comes_again_with_its_new_version(
    desk: Desk, server: FakeBluesky
) -> None:
    """BSK-19: the new cid is the sign, and the text is the new one."""
    server.views = many(3)
    first = await desk.run()
    server.views[1] = make_view(1, cid="bafyreinew", record={"text": "DeepSeek, corrected"})
    second = await desk.run()
    before, after = (
        next(post for post in run.posts if post.uri == uri_of(1)) for run in (first, second)
    )
    assert (before.version, after.version) == ("bafyreisample1", "bafyreinew")
    assert after.text == "DeepSeek, corrected"


async def test_a_second_run_after_deletions_is_smaller_and_does_not_fail(
    desk: Desk, server: FakeBluesky
) -> None:
    server.views = many(30)
    first = await desk.run()
    del server.views[10:20]
    second = await desk.run()
    assert second.found < first.found
    assert len(second.found) == 20
    assert second.coverage() == whole(len(second.found))


async def test_the_limit_is_kept_and_said(desk: Desk, server: FakeBluesky) -> None:
    server.views = many(400)
    run = await desk.run(limit=150)
    assert len(run.posts) == 150
    assert run.found == uris(server.views[-150:])
    complete, cut = run.coverage()[1], run.coverage()[0]
    assert (cut.status, cut.start, complete.end) == ("truncated", START, END)
    assert "limited" in (cut.reason or "")


async def test_a_limit_that_is_not_reached_changes_nothing(desk: Desk, server: FakeBluesky) -> None:
    server.views = many(40)
    assert (await desk.run(limit=500)).coverage() == whole(40)


async def test_t_bsk_6_an_author_who_opted_out_is_counted_if_the_post_fits(
    desk: Desk, server: FakeBluesky
) -> None:
    shy = make_author(labels=[label("!no-unauthenticated")])
    server.views = [
        make_view(1, author=shy),
        make_view(2, author=shy, record={"text": "deepseek and nothing else"}),
        make_view(3),
    ]
    run = await desk.run("deepseek AND distill*")
    assert [(post.uri, post.withheld) for post in run.posts if post.withheld] == [
        (uri_of(1), "no-unauthenticated")
    ]
    assert all(post.text == "" for post in run.posts if post.withheld)


async def test_times_of_posts_are_those_of_the_answer(desk: Desk, server: FakeBluesky) -> None:
    server.views = [make_view(1, record={"createdAt": "2031-05-05T00:00:00.000Z"})]
    (post,) = (await desk.run()).posts
    assert post.first_seen_at.utcoffset() == timedelta(0)
    assert post.indexed_at == NOON + timedelta(minutes=1)
