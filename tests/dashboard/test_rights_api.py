"""Deleting over the wire: for holders of the token, by POST, one wish at a time."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from dashboard.door import Door
from dashboard.rights_api import BODY_CAP_BYTES, routes
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner
from tests.dashboard import stories

TOKEN = "the-token"


@pytest.fixture
def owner(tmp_path: Path) -> Any:
    stories.write_topic(tmp_path)
    stories.fill(tmp_path, stories.story())
    opened = stories.open_home(tmp_path)
    yield opened
    opened.stop()


@pytest.fixture
async def client(owner: Owner) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=list(routes(owner, TOKEN)), middleware=[Middleware(Door)])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://127.0.0.1",
        headers={"Authorization": f"Bearer {TOKEN}"},
    ) as opened:
        yield opened


def _posts(owner: Owner) -> int:
    with owner.read() as cursor:
        return questions.count(cursor, Filters(topic=stories.SLUG))


async def test_a_get_counts_and_a_post_deletes(client: httpx.AsyncClient, owner: Owner) -> None:
    before = _posts(owner)
    counted = await client.get("/api/purge", params={"topic": stories.SLUG})
    assert counted.json() == {"posts": before}
    assert _posts(owner) == before > 0
    done = await client.post("/api/purge", json={"topic": stories.SLUG})
    assert (done.status_code, done.json()) == (200, {"posts": before})
    assert _posts(owner) == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer guessed"}, 401),
        ({"Authorization": ""}, 401),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Host": "elsewhere.example"}, 421),
    ],
)
async def test_nobody_else_can_delete(
    client: httpx.AsyncClient, owner: Owner, headers: dict[str, str], status: int
) -> None:
    before = _posts(owner)
    answer = await client.post("/api/purge", json={"topic": stories.SLUG}, headers=headers)
    assert answer.status_code == status
    assert _posts(owner) == before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"{}",
        b'{"uri": "a", "topic": "b"}',
        b'{"uri": 7}',
        b'{"uri": null}',
        b'{"everything": "yes"}',
        b'{"older_than": "soon"}',
        b'{"uri": "' + b"x" * BODY_CAP_BYTES + b'"}',
    ],
    ids=lambda body: body[:20].decode(),
)
async def test_a_wish_that_is_none_changes_nothing(
    client: httpx.AsyncClient, owner: Owner, body: bytes
) -> None:
    before = _posts(owner)
    answer = await client.post("/api/purge", content=body)
    assert (answer.status_code, answer.json()["reason"]) == (400, "wrong_use")
    assert _posts(owner) == before


async def test_rechecks_come_page_by_page(
    client: httpx.AsyncClient, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groundswell.store.rechecks.PAGE_POSTS", 7)
    uris: list[str] = []
    asked = {"topic": stories.SLUG, "source": "bluesky", "before": "2031-01-01T00:00Z"}
    place: dict[str, str] = {}
    while True:
        answer = (await client.get("/api/rechecks", params=asked | place)).json()
        assert len(answer["posts"]) <= 7
        uris += [record["uri"] for record in answer["posts"]]
        if answer["next"] is None:
            break
        place = {"after": answer["next"]}
    with owner.read() as cursor:
        stored = questions.count(cursor, Filters(topic=stories.SLUG, sources=("bluesky",)))
    assert len(uris) == len(set(uris)) == stored > 7
    for wrong in ({"after": "x"}, {"before": "soon"}):
        answer = await client.get("/api/rechecks", params=asked | wrong)
        assert answer.status_code == 400
