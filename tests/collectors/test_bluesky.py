"""Collecting from a small Bluesky with the bad manners of the real one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from collectors._http import Http
from collectors.bluesky import Bluesky
from groundswell.coverage import Coverage, Span, merge
from groundswell.errors import BadAnswer, Closed, LoginRefused, RateLimited, StateError
from groundswell.post import Item, Post, Rejected
from groundswell.query import parse
from groundswell.settings import Settings
from groundswell.source import Ask, Page
from groundswell.topic import Topic
from tests.collectors.bluesky_server import (
    ENTRY,
    HANDLE,
    OWN,
    PASSWORD,
    PUBLIC,
    FakeBluesky,
    error,
    uris,
)
from tests.collectors.bluesky_views import NOON, at_time, label, make_author, make_view, uri_of

START = datetime(2025, 1, 29, tzinfo=UTC)
END = START + timedelta(days=2)
NOW = datetime(2025, 2, 1, tzinfo=UTC)


@dataclass
class Run:
    """What one run brought."""

    pages: list[Page] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    @property
    def posts(self) -> list[Post]:
        return [item for item in self.items if isinstance(item, Post)]

    @property
    def found(self) -> set[str]:
        return {post.uri for post in self.posts}

    def coverage(self, known: Sequence[Coverage] = ()) -> list[Coverage]:
        return merge(known, [window for page in self.pages for window in page.coverage])


@dataclass
class Desk:
    """A place to run collections from; ``slept`` are the waits in seconds."""

    server: FakeBluesky
    home: Path
    slept: list[float] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)

    async def run(self, words: str = "deepseek", into: Run | None = None, **changes: Any) -> Run:
        run = into or Run()
        settings = self.settings()
        transport = httpx.MockTransport(self.server)
        async with Http(settings, source="bluesky", transport=transport, sleep=self.sleep) as http:
            collector = Bluesky(settings, http)
            async for page in collector.pages(make_ask(words, **changes)):
                run.pages.append(page)
                if page.body is not None:
                    run.items.extend(collector.posts(page))
        return run

    def settings(self) -> Settings:
        values: dict[str, Any] = {
            "home": self.home,
            "request_rate_per_s": 1e6,
            "bluesky_url": f"https://{ENTRY}",
            "bluesky_public_url": f"https://{PUBLIC}",
            "bluesky_handle": HANDLE,
            "bluesky_app_password": SecretStr(PASSWORD),
        }
        return Settings(**(values | self.changes))

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def make_ask(words: str, *, span: Span = (START, END), **changes: Any) -> Ask:
    topic = Topic(slug="story", title="A story", query=parse(words))
    return Ask(topic=topic, span=span, now=NOW, **changes)


def many(count: int, *, apart: timedelta = timedelta(minutes=1)) -> list[Any]:
    times = [at_time(START + i * apart) for i in range(count)]
    return [
        make_view(i, record={"createdAt": time}, indexedAt=time) for i, time in enumerate(times)
    ]


@pytest.fixture
def server() -> FakeBluesky:
    return FakeBluesky()


@pytest.fixture
def desk(server: FakeBluesky, tmp_path: Path) -> Desk:
    return Desk(server, tmp_path)


@pytest.fixture
def anonymous(desk: Desk) -> Desk:
    desk.changes = {"bluesky_handle": None, "bluesky_app_password": None}
    return desk


def whole(span: Span = (START, END)) -> list[Coverage]:
    return [Coverage(start=span[0], end=span[1], status="complete")]


async def test_every_post_of_the_window_comes_once(desk: Desk, server: FakeBluesky) -> None:
    server.views = many(330)
    run = await desk.run()
    assert run.found == uris(server.views)
    assert len(run.posts) == 330
    assert run.coverage() == whole()


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
    assert run.coverage() == whole()


@pytest.mark.parametrize("told", [10_000, 60])
async def test_bsk_6_a_ceiling_costs_no_post(desk: Desk, server: FakeBluesky, told: int) -> None:
    desk.changes = {"bluesky_result_ceiling": told}
    server.views, server.ceiling = many(500), 60
    run = await desk.run()
    assert run.found == uris(server.views)
    assert len(run.posts) == 500
    assert run.coverage() == whole()


async def test_t_bsk_1_posts_of_one_moment_across_a_boundary_come_once(
    desk: Desk, server: FakeBluesky
) -> None:
    server.views, server.ceiling = many(200, apart=timedelta(0)), 10_000
    server.views += [view | {"uri": uri_of(i + 500)} for i, view in enumerate(many(50))]
    run = await desk.run()
    assert len(run.posts) == len(run.found) == 250
    assert run.coverage() == whole()


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
    assert second.coverage(first.coverage()) == whole()


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
    assert run.coverage([middle]) == whole()


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
    assert second.coverage(settled) == whole()
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
    assert run.coverage() == whole()
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
    assert second.coverage() == whole()


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
    assert (await desk.run(limit=500)).coverage() == whole()


async def test_one_odd_post_costs_one_post(desk: Desk, server: FakeBluesky) -> None:
    server.views = many(30)
    server.views[7]["author"] = make_author(5)
    server.views[9]["record"]["text"] = "deepseek"
    server.next_answers = []
    run = await desk.run()
    rejected = [item for item in run.items if isinstance(item, Rejected)]
    assert [item.field_name for item in rejected] == ["author.did"]
    assert len(run.posts) == 29


async def test_posts_that_are_not_posts_at_all_do_not_stop_the_walk(
    desk: Desk, server: FakeBluesky
) -> None:
    session = FakeBluesky()(_create_request())
    odd = httpx.Response(200, json={"posts": [None, 5, {"uri": 7}, {"uri": ["x"]}]})
    server.next_answers = [session, odd]
    run = await desk.run()
    assert len([item for item in run.items if isinstance(item, Rejected)]) == 4
    assert run.coverage() == whole()


def _create_request() -> httpx.Request:
    given = {"identifier": HANDLE, "password": PASSWORD}
    url = f"https://{ENTRY}/xrpc/com.atproto.server.createSession"
    return httpx.Request("POST", url, json=given)


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


async def test_bsk_9_a_session_that_has_ended_is_renewed_once(
    desk: Desk, server: FakeBluesky
) -> None:
    server.views = many(450)
    server.on_search = lambda number: server.end_access() if number == 3 else None
    run = await desk.run()
    assert run.found == uris(server.views)
    assert server.calls["refreshSession"] == 1
    server.on_search = lambda number: None
    again = await desk.run()
    assert again.found == run.found
    assert (server.calls["createSession"], server.calls["refreshSession"]) == (1, 1)


async def test_bsk_8_a_run_logs_in_at_most_once(desk: Desk, server: FakeBluesky) -> None:
    server.views = many(10)
    server.on_search = lambda number: server.end_session()
    with pytest.raises(LoginRefused):
        await desk.run()
    assert server.calls["createSession"] == 1


async def test_t_bsk_8_a_cursor_that_expired_costs_nothing(desk: Desk, server: FakeBluesky) -> None:
    server.views = many(300)
    server.on_search = lambda number: error(400, "InvalidRequest") if number == 3 else None
    run = await desk.run()
    assert run.found == uris(server.views)
    assert run.coverage() == whole()


async def test_t_bsk_8_a_cursor_that_repeats_is_a_gap(desk: Desk, server: FakeBluesky) -> None:
    session = FakeBluesky()(_create_request())
    page = {"posts": [make_view(5)], "cursor": "same"}
    server.next_answers = [session, httpx.Response(200, json=page), httpx.Response(200, json=page)]
    run = await desk.run()
    assert [window.status for window in run.coverage()] == ["gap", "complete"]
    assert "same cursor twice" in (run.coverage()[0].reason or "")


async def test_t_bsk_7_empty_pages_without_end_are_a_gap(desk: Desk, server: FakeBluesky) -> None:
    server.views = many(1_500)
    server.hidden = uris(server.views[:1_400])
    run = await desk.run()
    assert run.coverage()[0].status == "gap"
    assert "empty pages" in (run.coverage()[0].reason or "")
    assert len(run.found) == 100


async def test_without_login_one_page_a_search_and_truncated(
    anonymous: Desk, server: FakeBluesky
) -> None:
    """T-BSK-3: no cursor is ever sent, and the reason names the app password."""
    server.views = many(250)
    run = await anonymous.run("deepseek OR distillation")
    assert len(server.searches) == 2
    assert not any("cursor" in params for params in server.searches)
    assert run.found == uris(server.views[-100:])
    assert [window.status for window in run.coverage()] == ["truncated"]
    assert "needs an app password" in (run.coverage()[0].reason or "")
    assert not (anonymous.home / "sessions").exists()


@pytest.mark.parametrize(
    ("status", "body"),
    [(403, "<html><body>Forbidden by the edge</body></html>"), (200, "<html>Forbidden</html>")],
)
async def test_bsk_3_a_page_of_html_is_named_and_says_what_to_do(
    anonymous: Desk, server: FakeBluesky, status: int, body: str
) -> None:
    server.next_answers = [httpx.Response(status, html=body)]
    with pytest.raises(Closed) as caught:
        await anonymous.run()
    message = str(caught.value)
    assert str(status) in message
    assert "Forbidden" in message
    assert "GROUNDSWELL_BLUESKY_APP_PASSWORD" in message


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, html="<html>maintenance</html>"),
        httpx.Response(200, content=b'{"posts": [{"uri": "at://'),
        httpx.Response(200, content=b""),
        httpx.Response(200, json={"feed": []}),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"posts": {}}),
    ],
)
async def test_t_bsk_12_an_answer_that_is_no_search_result_is_named(
    desk: Desk, server: FakeBluesky, answer: httpx.Response
) -> None:
    server.next_answers = [FakeBluesky()(_create_request()), answer]
    with pytest.raises(BadAnswer):
        await desk.run()


async def test_bsk_4_401_is_login_needed_not_no_results(desk: Desk, server: FakeBluesky) -> None:
    server.on_search = lambda number: error(401, "AuthMissing")
    with pytest.raises(LoginRefused):
        await desk.run()


async def test_a_search_the_site_refuses_is_closed_with_its_own_words(
    desk: Desk, server: FakeBluesky
) -> None:
    server.next_answers = [FakeBluesky()(_create_request()), error(400, "InvalidRequest")]
    with pytest.raises(Closed, match="sample message of InvalidRequest") as caught:
        await desk.run()
    assert caught.value.status == 400


async def test_a_429_is_waited_for_and_the_run_goes_on(desk: Desk, server: FakeBluesky) -> None:
    server.views = many(250)
    busy = error(429, "RateLimitExceeded", **{"retry-after": "30"})
    server.on_search = lambda number: busy if number == 2 else None
    run = await desk.run()
    assert run.found == uris(server.views)
    assert desk.slept == [30.0]


async def test_a_429_beyond_patience_ends_the_run_and_keeps_what_came(
    desk: Desk, server: FakeBluesky
) -> None:
    server.views = many(450)
    busy = error(429, "RateLimitExceeded", **{"retry-after": "3600"})
    server.on_search = lambda number: busy if number == 3 else None
    run = Run()
    with pytest.raises(RateLimited) as caught:
        await desk.run(into=run)
    assert caught.value.resumes_at is not None
    assert len(run.found) == 200
    assert run.coverage()[0].end == END


async def test_a_damaged_session_file_stops_the_run_loudly(desk: Desk, server: FakeBluesky) -> None:
    await desk.run()
    (file,) = (desk.home / "sessions").glob("*.json")
    file.write_text("{")
    with pytest.raises(StateError, match="Delete it"):
        await desk.run()
    file.unlink()
    assert (await desk.run()).coverage() == whole()


async def test_a_lone_prefix_is_never_called_complete(desk: Desk, server: FakeBluesky) -> None:
    server.views = many(5)
    run = await desk.run("deepsee*")
    assert [window.status for window in run.coverage()] == ["truncated"]


async def test_times_of_posts_are_those_of_the_answer(desk: Desk, server: FakeBluesky) -> None:
    server.views = [make_view(1, record={"createdAt": "2031-05-05T00:00:00.000Z"})]
    (post,) = (await desk.run()).posts
    assert post.first_seen_at.utcoffset() == timedelta(0)
    assert post.indexed_at == NOON + timedelta(minutes=1)


async def test_no_secret_is_said_anywhere(desk: Desk, server: FakeBluesky) -> None:
    server.views = many(3)
    run = await desk.run()
    assert not any(PASSWORD in page.url or "access-" in page.url for page in run.pages)
    assert PASSWORD not in repr(run.pages)
