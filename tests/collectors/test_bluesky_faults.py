"""Collecting from a Bluesky that refuses, breaks off, repeats itself or asks to wait."""

import httpx
import pytest

from groundswell.errors import BadAnswer, Closed, LoginRefused, RateLimited, StateError
from groundswell.post import Rejected
from tests.collectors.bluesky_desk import END, Desk, Run, many, whole
from tests.collectors.bluesky_server import PASSWORD, FakeBluesky, error, uris
from tests.collectors.bluesky_views import make_author, make_view


@pytest.fixture
def anonymous(desk: Desk) -> Desk:
    desk.changes = {"bluesky_handle": None, "bluesky_app_password": None}
    return desk


async def test_one_odd_post_costs_one_post(desk: Desk, server: FakeBluesky) -> None:
    server.views = many(30)
    server.views[7]["author"] = make_author(5)
    server.views[9]["record"]["text"] = "deepseek"
    run = await desk.run()
    rejected = [item for item in run.items if isinstance(item, Rejected)]
    assert [item.field_name for item in rejected] == ["author.did"]
    assert len(run.posts) == 29


async def test_posts_that_are_not_posts_at_all_do_not_stop_the_walk(
    desk: Desk, server: FakeBluesky
) -> None:
    odd = httpx.Response(200, json={"posts": [None, 5, {"uri": 7}, {"uri": ["x"]}]})
    server.on_search = lambda number: odd if number == 1 else None
    run = await desk.run()
    assert len([item for item in run.items if isinstance(item, Rejected)]) == 4
    assert run.coverage() == whole(len(run.found))


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
    assert run.coverage() == whole(len(run.found))


async def test_t_bsk_8_a_cursor_that_repeats_is_a_gap(desk: Desk, server: FakeBluesky) -> None:
    page = {"posts": [make_view(5)], "cursor": "same"}
    server.on_search = lambda number: httpx.Response(200, json=page)
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
    server.on_search = lambda number: answer
    with pytest.raises(BadAnswer):
        await desk.run()


async def test_bsk_4_401_is_login_needed_not_no_results(desk: Desk, server: FakeBluesky) -> None:
    server.on_search = lambda number: error(401, "AuthMissing")
    with pytest.raises(LoginRefused):
        await desk.run()


async def test_a_search_the_site_refuses_is_closed_with_its_own_words(
    desk: Desk, server: FakeBluesky
) -> None:
    server.on_search = lambda number: error(400, "InvalidRequest")
    with pytest.raises(Closed, match="sample message of InvalidRequest") as caught:
        await desk.run()
    assert caught.value.status == 400


async def test_a_429_is_waited_for_and_the_run_goes_on(desk: Desk, server: FakeBluesky) -> None:
    server.views = many(250)
    busy = error(429, "RateLimitExceeded", **{"retry-after": "30"})
    server.on_search = lambda number: busy if number == 2 else None
    run = await desk.run()
    assert run.found == uris(server.views)
    assert desk.clock.waits == [30.0]


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


async def test_no_secret_is_said_anywhere(desk: Desk, server: FakeBluesky) -> None:
    server.views = many(3)
    run = await desk.run()
    assert not any(PASSWORD in page.url or "access-" in page.url for page in run.pages)
    assert PASSWORD not in repr(run.pages)
