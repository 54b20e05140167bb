"""The routes of the command line: the database's own answers, for those with the token."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from dashboard import api
from dashboard.api import routes
from groundswell import home
from groundswell.errors import QueryTimeout, ShuttingDown, StoreError
from groundswell.store import export, questions, status
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner
from tests.dashboard import stories

TOKEN = "the-token"


@pytest.fixture
def client(story: Owner) -> httpx.AsyncClient:
    app = Starlette(routes=list(routes(story, TOKEN)))
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://127.0.0.1",
        headers={"Authorization": f"Bearer {TOKEN}"},
    )


async def rows_of(client: httpx.AsyncClient, path: str, **query: Any) -> list[dict[str, str]]:
    answer = await client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


@pytest.mark.parametrize("path", ["/api/status", "/api/state", f"/api/{stories.SLUG}/posts.csv"])
async def test_without_the_token_there_is_nothing(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"Authorization": "Bearer guessed"})
    assert answer.status_code == 401
    assert stories.SLUG not in answer.text


async def test_status_is_that_of_the_database(story: Owner, client: httpx.AsyncClient) -> None:
    with story.read() as cursor:
        expected = status.records(cursor, None)
    assert (await client.get("/api/status")).json() == expected
    one = await client.get("/api/status", params={"topic": "other"})
    assert one.json() == []


async def test_state_is_where_the_next_run_goes_on(story: Owner, client: httpx.AsyncClient) -> None:
    place = {"topic": stories.SLUG, "source": "bluesky", "route": "search"}
    said = (await client.get("/api/state", params=place)).json()
    with story.read() as cursor:
        known = questions.route_state(cursor, *place.values())
    assert said["cursor"] == known.cursor
    windows = [entry["window"] for entry in said["covered"]]
    assert [window["status"] for window in windows] == ["complete", "gap", "complete"]
    assert windows[0]["start"] == known.covered[0].window.start.isoformat()


async def test_texts_of_parents_come_by_their_addresses(
    story: Owner, client: httpx.AsyncClient
) -> None:
    place = {"source": "bluesky", "uri": ["bluesky:1", "bluesky:2", "bluesky:none"]}
    said = (await client.get("/api/texts", params=place)).json()
    assert sorted(said) == ["bluesky:1", "bluesky:2"]
    assert said["bluesky:1"] == stories.post(1).text


@pytest.mark.parametrize("missing", ["topic", "source", "route"])
async def test_a_question_without_its_place_is_wrong_use(
    client: httpx.AsyncClient, missing: str
) -> None:
    place = {"topic": "a", "source": "b", "route": "c"}
    del place[missing]
    answer = await client.get("/api/state", params=place)
    assert (answer.status_code, answer.json()["reason"]) == (400, "wrong_use")
    assert missing in answer.json()["error"]


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ({}, {}),
        ({"source": ["hackernews"]}, {"sources": ("hackernews",)}),
        ({"lang": "de", "sentiment": "not_scored"}, {"langs": ("de",)}),
        (
            {"since": "2025-01-28T00:00:00+00:00", "until": "2025-01-28T06:30:00"},
            {
                "since": stories.START + 24 * stories.HOUR,
                "until": stories.START + 30.5 * stories.HOUR,
            },
        ),
        ({"keyword": "wonderful"}, {"keyword": "wonderful"}),
        ({"author": "bluesky:bluesky-1"}, {"author": "bluesky:bluesky-1"}),
        ({"originals": "true"}, {"originals": True}),
        (
            {"target": "OpenAI", "stance": ["against", "none", "favor", "not_scored"]},
            {"target": "OpenAI"},
        ),
    ],
)
async def test_the_csv_has_as_many_rows_as_the_database_counts(
    story: Owner, client: httpx.AsyncClient, query: dict[str, Any], filters: dict[str, Any]
) -> None:
    rows = await rows_of(client, f"/api/{stories.SLUG}/posts.csv", **query)
    with story.read() as cursor:
        assert len(rows) == questions.count(cursor, Filters(topic=stories.SLUG, **filters))
    assert tuple(rows[0]) == export.POSTS_COLUMNS


def test_every_filter_comes_over_the_wire() -> None:
    sent = Filters(
        topic=stories.SLUG,
        since=stories.START,
        until=stories.START + stories.HOUR,
        sources=("rss", "bluesky"),
        langs=("de",),
        keyword='"open source" a&b=c',
        sentiments=("negative", "not_scored"),
        target="OpenAI",
        stances=("favor",),
        narrative="a1b2",
        author="bluesky:x",
        originals=True,
    )
    query = str(httpx.QueryParams(home.query_of(sent))).encode()
    scope = {"type": "http", "query_string": query, "path_params": {"topic": sent.topic}}
    assert api.filters_of(Request(scope)) == sent


@pytest.mark.parametrize("name", sorted(export.WRITERS))
async def test_every_file_can_be_had_and_nothing_stays_behind(
    story: Owner, client: httpx.AsyncClient, name: str
) -> None:
    rows = await rows_of(client, f"/api/{stories.SLUG}/{name}.csv")
    assert rows or name == "recall"  # one route leads to each source of the story
    assert list((story.home / "exports").iterdir()) == []


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (f"/api/{stories.SLUG}/secrets.csv", {}),
        (f"/api/{stories.SLUG}/posts.csv", {"since": "yesterday"}),
        (f"/api/{stories.SLUG}/posts.csv", {"stance": "against"}),
        ("/api/..%2F..%2Fetc/posts.csv", {}),
        ("/api/CON/posts.csv", {}),
    ],
)
async def test_what_does_not_exist_is_refused_in_a_sentence(
    client: httpx.AsyncClient, path: str, query: dict[str, str]
) -> None:
    answer = await client.get(path, params=query)
    assert answer.status_code in (400, 404)
    assert "Traceback" not in answer.text


async def test_of_what_makes_no_sense_only_a_beginning_is_said_again(
    client: httpx.AsyncClient,
) -> None:
    asked = {"since": "\u202eyesterday" + "x" * 9_000}
    answer = await client.get(f"/api/{stories.SLUG}/posts.csv", params=asked)
    assert answer.status_code == 400
    assert "“yesterday" in answer.json()["error"]
    assert len(answer.text) < 300


@pytest.mark.parametrize(
    ("error", "code"),
    [(ShuttingDown("stopping"), 503), (QueryTimeout("slow"), 504), (StoreError("broken"), 500)],
)
@pytest.mark.parametrize("path", ["/api/status", f"/api/{stories.SLUG}/posts.csv"])
async def test_a_database_that_does_not_answer_is_a_status_and_a_sentence(
    story: Owner,
    client: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    error: Exception,
    code: int,
) -> None:
    def refuse(_limit_s: float = 0) -> Callable[[], None]:
        raise error

    monkeypatch.setattr(story, "read", refuse)
    answer = await client.get(path)
    assert answer.status_code == code
    assert answer.json()["error"] == str(error)
    assert list((story.home / "exports").iterdir()) == []


def test_nothing_here_knows_streamlit() -> None:
    source = re.sub(r'""".*?"""', "", _source(), flags=re.DOTALL)
    assert "streamlit" not in source


def _source() -> str:
    assert api.__file__ is not None
    with open(api.__file__, encoding="utf-8") as file:  # noqa: PTH123  # a module's own file
        return file.read()
