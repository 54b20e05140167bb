"""A home after a run, laid open: its tables, its CSVs by function and by route, its files."""

import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from starlette.applications import Starlette

from dashboard.api import routes
from groundswell.settings import Settings
from groundswell.store import export
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner, open_briefly

TOKEN = "the-token"
SAMPLE = Filters(topic="sample")


@asynccontextmanager
async def served(home: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the routes that ``groundswell serve`` gives the command line."""
    owner = Owner(home, Settings(home=home))
    try:
        app = Starlette(routes=list(routes(owner, TOKEN)))
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://127.0.0.1",
            headers={"Authorization": f"Bearer {TOKEN}"},
        ) as client:
            yield client
    finally:
        owner.stop()


async def csvs(home: Path) -> dict[str, bytes]:
    """Each CSV as it is sent, by its name."""
    async with served(home) as client:
        found = {}
        for name in export.WRITERS:
            answer = await client.get(f"/api/sample/{name}.csv")
            assert answer.status_code == 200, answer.text
            found[name] = answer.content
        return found


async def posts_csv(home: Path) -> list[dict[str, str]]:
    """The rows of posts.csv, read strictly; the route and the function say the same."""
    sent = (await csvs(home))["posts"]
    written = home / "exports" / "posts.csv"
    with open_briefly(home, Settings(home=home)) as visit, visit.read() as cursor:
        export.WRITERS["posts"](cursor, SAMPLE, written)
    assert written.read_bytes() == sent
    text = io.StringIO(sent.decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text, strict=True))


async def states(home: Path) -> str:
    """What the other routes say, as it is sent."""
    async with served(home) as client:
        answers = [
            await client.get("/api/status"),
            await client.get("/api/stored", params={"topic": "sample"}),
            await client.get("/api/copies", params={"topic": "sample"}),
        ]
        assert all(answer.status_code == 200 for answer in answers)
        return "\n".join(answer.text for answer in answers)


def tables(home: Path) -> str:
    """Every row of every table: in the file itself they may be compressed."""
    with open_briefly(home, Settings(home=home)) as visit, visit.read() as cursor:
        names = cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"
        ).fetchall()
        rows = [repr(cursor.execute(f'FROM "{name}"').fetchall()) for (name,) in names]
    return "\n".join(rows)
