"""Who may ask the public API, what never leaves by it, and how it says no."""

from collections.abc import Callable
from typing import Any

import anyio
import httpx
import pytest

from dashboard.public_api import asking, tables
from dashboard.public_api import routes as public
from dashboard.public_api.catalogue import QUESTIONS
from groundswell import api_tokens
from groundswell.errors import QueryTimeout, ShuttingDown
from groundswell.store.owner import Owner
from tests.dashboard import stories
from tests.dashboard.scripts import check_refusal, client_of, of_csv

SLUG = stories.SLUG
NAMES = [question.name for question in QUESTIONS]


# What must not leave


async def test_what_is_withheld_has_no_text_and_no_author(hostile: Owner) -> None:
    said = await client_of(hostile).get(f"/{SLUG}/posts", params={"per_page": 500})
    withheld = [row for row in said.json()["rows"] if row["withheld"] is not None]
    assert len(withheld) == 1
    for name in ("text", "author", "author_name", "url", "reply_to", "quote_of"):
        assert withheld[0][name] is None


async def test_who_must_not_be_found_has_no_name(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = tmp_path_factory.mktemp("nameless")
    stories.write_topic(home)
    stories.fill(home, [stories.post(1, labels=("not-indexable",)), stories.post(2)])
    owner = stories.open_home(home)
    try:
        rows = (await client_of(owner).get(f"/{SLUG}/posts")).json()["rows"]
    finally:
        owner.stop()
    named = {row["text"][-1]: row for row in rows}
    assert named["2"]["author"] == "sample-user-2"
    for name in ("author", "author_name", "url"):
        assert named["1"][name] is None
    assert named["1"]["uri"] != "bluesky:1"


async def test_csv_of_hostile_texts_is_inert(hostile: Owner) -> None:
    for name in NAMES:
        text = (await client_of(hostile).get(f"/{SLUG}/{name}.csv")).text
        for row in of_csv(text):
            assert not any(cell.startswith(("=", "+", "@", "\t")) for cell in row.values())


# Who may ask


async def test_without_a_token_there_is_nothing_but_the_description(story: Owner) -> None:
    client = client_of(story, open_to_all=False)
    assert (await client.get("/openapi.json")).status_code == 200
    for path in ("/topics", f"/{SLUG}/posts", f"/{SLUG}/posts.csv", "/whatever"):
        for headers in ({}, {"authorization": "Bearer guessed"}, {"authorization": "Basic eA=="}):
            answer = await client.get(path, headers=headers)
            check_refusal(answer, 401, "token")
            assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_token_opens_until_it_is_removed(nothing: Owner) -> None:
    token = api_tokens.add(nothing.home, "newsroom")
    client = client_of(nothing, open_to_all=False, authorization=f"Bearer {token}")
    assert (await client.get("/topics")).status_code == 200
    assert (await client.get(f"/{SLUG}/totals")).status_code == 200
    api_tokens.remove(nothing.home, "newsroom")
    check_refusal(await client.get("/topics"), 401, "token")


async def test_tokens_that_cannot_be_read_open_nothing_and_are_logged(
    nothing: Owner, caplog: pytest.LogCaptureFixture
) -> None:
    path = nothing.home / api_tokens.FILE_NAME
    path.write_text("{")
    client = client_of(nothing, open_to_all=False, authorization="Bearer gsw_x")
    check_refusal(await client.get("/topics"), 401, "token")
    assert "is not a file of tokens" in caplog.text
    path.unlink()


async def test_the_token_of_the_owner_is_not_one_for_people(story: Owner) -> None:
    client = client_of(story, open_to_all=False, authorization=f"Bearer {story.token}")
    check_refusal(await client.get("/topics"), 401, "token")


async def test_a_wrong_token_is_told_so_where_none_is_needed(story: Owner) -> None:
    client = client_of(story, authorization="Bearer wrong")
    check_refusal(await client.get("/topics"), 401, "token")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_another_sites_page_cannot_make_a_browser_ask(story: Owner, site: str) -> None:
    client = client_of(story)
    check_refusal(await client.get("/topics", headers={"sec-fetch-site": site}), 403, "other_site")
    for own in ("none", "same-origin"):
        assert (await client.get("/topics", headers={"sec-fetch-site": own})).status_code == 200


async def test_no_answer_may_be_kept_or_read_by_others(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/{SLUG}/posts")
    assert answer.headers["cache-control"] == "private, no-store"
    assert not any(name.startswith("access-control") for name in answer.headers)


# What goes wrong


@pytest.mark.parametrize("path", ["/nosuch/totals", "/..%2F..%2Fetc/totals", "/CON/totals"])
async def test_a_topic_that_is_not_there_is_404(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert answer.json()["reason"] in ("no_such_topic", "no_such_question")


async def test_a_question_that_is_not_there_is_404(client: httpx.AsyncClient) -> None:
    check_refusal(await client.get(f"/{SLUG}/authors"), 404, "no_such_question")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_nothing_can_be_changed(client: httpx.AsyncClient, method: str) -> None:
    check_refusal(await client.request(method, f"/{SLUG}/posts"), 405, "method")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"from": "2025-01-29", "to": "2025-01-28"}, "period is empty"),
        ({"stance": "against"}, "target"),
        ({"narrative": "abc"}, "target"),
        ([("order", "newest"), ("order", "oldest")], "once"),
        ([("lang", "en")] * 101, "100 times"),
    ],
)
async def test_a_question_that_makes_no_sense_is_told_why(
    client: httpx.AsyncClient, asked: Any, says: str
) -> None:
    answer = await client.get(f"/{SLUG}/posts", params=asked)
    check_refusal(answer, 400, "wrong_use")
    assert says in answer.json()["error"]


async def test_of_what_makes_no_sense_only_a_beginning_is_said_again(
    client: httpx.AsyncClient,
) -> None:
    asked = {"from": "\u202eyesterday" + "x" * 9_000}
    answer = await client.get(f"/{SLUG}/posts", params=asked)
    check_refusal(answer, 400, "wrong_use")
    assert "“yesterday" in answer.json()["error"]


@pytest.mark.parametrize(
    ("error", "status"), [(ShuttingDown("Stopping."), 503), (QueryTimeout("Slow."), 504)]
)
async def test_a_database_that_does_not_answer_is_a_status_and_a_word(
    story: Owner,
    client: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    error: Any,
    status: int,
) -> None:
    def refuse(_limit_s: float = 0) -> Callable[[], None]:
        raise error

    monkeypatch.setattr(story, "read", refuse)
    check_refusal(await client.get(f"/{SLUG}/totals"), status, error.reason)


async def test_too_many_rows_are_refused_and_not_cut(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_BUCKETS", 10)
    answer = await client.get(f"/{SLUG}/timeline", params={"bucket": "hour"})
    check_refusal(answer, 400, "wrong_use")
    assert "wider bucket" in answer.json()["error"]
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    check_refusal(await client.get(f"/{SLUG}/coverage"), 400, "wrong_use")


async def test_questions_do_not_pile_up(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "MOST_WAITING", 1)
    answers: list[httpx.Response] = []

    async def ask() -> None:
        answers.append(await client.get(f"/{SLUG}/stance"))

    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(ask)
    codes = [answer.status_code for answer in answers]
    assert codes.count(200) == public.AT_ONCE + 1
    assert set(codes) == {200, 503}
    check_refusal(next(a for a in answers if a.status_code == 503), 503, "busy")
