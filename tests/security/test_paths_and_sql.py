"""Names of topics, servers and posts never become a path or SQL, whatever they hold."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from collectors import SOURCES
from groundswell.errors import GroundswellError, TopicError, WrongUse
from groundswell.settings import Settings
from groundswell.store import (
    contrast,
    copies,
    export,
    jobs,
    questions,
    quotes,
    recall,
    status,
    stored,
    voices,
)
from groundswell.store.filters import Filters
from groundswell.store.owner import open_briefly
from groundswell.timetable import every
from groundswell.topic import find
from tests.collectors.asks import NOW
from tests.conformance.cases import CASES
from tests.conformance.world import World
from tests.security.aimed import aimed
from tests.security.homes import served
from tests.security.rewritten import Rewritten

pytestmark = pytest.mark.slow

PATHS = (
    "../../escaped", "..\\..\\escaped", "/tmp/escaped-17", "C:\\escaped", "a/../../escaped", "con",
    "nul.txt", "a\x00b", "..", ".", "", "%2e%2e%2fescaped", "～/escaped", "x" * 5_000, "a\nb",
    "$HOME",
)  # fmt: skip
LONE = "\ud800"  # as an argument comes that is no UTF-8
SQL = (
    "'; DROP TABLE posts; --", "' OR '1'='1", "\" OR \"\"=\"", "1); DELETE FROM posts; --",
    "$topic", "x' UNION SELECT * FROM read_text('/etc/passwd') --", "%_\\?{}/*", "\x00",
    LONE, '"' * 501, "(" * 500 + "a " * 2_000,
)  # fmt: skip


def strays(root: Path, *homes: Path) -> list[Path]:
    """Files outside ``homes``, and any that is called as nobody but a stranger would call it."""
    return [
        path
        for path in root.rglob("*")
        if "escaped" in path.name or not any(path.is_relative_to(home) for home in homes)
    ]


@pytest.fixture(params=sorted(SOURCES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the posts of one source."""
    home = tmp_path_factory.mktemp("filled")
    with CASES["hackernews"](tmp_path_factory.mktemp("site")) as case:
        asyncio.run(World(case, home).run())
    return home


async def test_no_identity_of_a_post_becomes_a_path(name: str, tmp_path: Path) -> None:
    """Every id, key and address that a site gives climbs out of the folder, if it is let."""
    site, home = tmp_path / "site", tmp_path / "home"
    site.mkdir()
    turns: list[int] = []

    def climb(value: Any) -> Any:
        if not isinstance(value, str) or "127.0.0.1" in value or " " in value or len(value) < 3:
            return value
        turns.append(1)
        return f"../../escaped-{len(turns)}/{value}" if len(turns) % 3 == 0 else value

    with CASES[name](site) as case:
        world = World(replace(case, transport=Rewritten(case.transport, climb)), home)
        await world.run()
        world.now += timedelta(hours=2)
        await world.run()
    assert strays(tmp_path, home, site) == []
    assert not any(path.is_symlink() for path in tmp_path.rglob("*"))


async def test_no_server_of_a_topic_becomes_a_path(name: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    if name == "import":
        pytest.skip("import: a local file, no network")
    for path in PATHS:
        try:
            error = await aimed(name, home, f"http://127.0.0.1:9/{path}")
        except ValidationError:  # a topic file that says so is refused by line
            continue
        assert error is not None
    assert strays(tmp_path, home) == []


@pytest.mark.parametrize("path", [*PATHS, *SQL])
def test_no_name_of_a_topic_or_job_becomes_a_path_or_sql(path: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "topics").mkdir(parents=True)
    (tmp_path / "escaped.toml").write_text('title = "no"\nquery = "no"\n')
    if path not in ("con",):  # which is a name like any other here, and refused or unknown
        with pytest.raises(WrongUse):
            jobs.make_job("collect", path, [], every("1h"), now=NOW)
    with pytest.raises(WrongUse):
        jobs.make_job("collect", "sample", [path.upper()], every("1h"), now=NOW)
    with pytest.raises(TopicError):
        find(home, path)


def asked(cur: Any, f: Filters) -> Iterator[Any]:
    """Every question that takes a filter or a name."""
    yield questions.totals(cur, f)
    yield questions.timeline(cur, f, "day")
    yield questions.facets(cur, f)
    yield questions.count(cur, f)
    yield questions.posts(cur, f, "newest", 10, 0)
    yield questions.loudest_once(cur, f, 5)
    yield questions.copies_share(cur, f)
    yield questions.term_counts(cur, f)
    yield questions.gaps(cur, f)
    yield questions.coverage(cur, f.topic)
    yield questions.sources(cur, f.topic)
    yield questions.still_there(cur, f.topic)
    yield questions.quarantine(cur, f.topic, 10)
    yield questions.notices(cur, f.topic, 10)
    yield questions.route_state(cur, f.topic, f.topic, f.topic)
    yield contrast.term_posts(cur, f)
    yield voices.voices(cur, f, f.topic, 9)
    yield voices.repeaters(cur, f, 9)
    yield voices.account(cur, f.topic)
    yield quotes.quotes(cur, f, f.topic, quotes.quotable(cur, f, f.topic, "against", 9))
    yield copies.state(cur, f.topic)
    yield recall.recalls(cur, f.topic)
    yield stored.page(cur, f.topic, None)
    yield status.records(cur, f.topic)
    yield jobs.runs(cur, f.topic)


@pytest.mark.parametrize("said", [one for one in SQL if one != LONE])
async def test_no_filter_becomes_sql(said: str, filled: Path) -> None:
    """All are asked for in vain or refused in our own words, and the posts are still there."""
    sane = Filters(topic="sample")
    hostile = [
        Filters(topic=said),
        replace(sane, sources=(said,)),
        replace(sane, langs=(said,)),
        replace(sane, keyword=said),
        replace(sane, sentiments=(said,)),
        replace(sane, author=said),
        replace(sane, author=f"hackernews:{said}"),
    ]
    with open_briefly(filled, Settings(home=filled)) as visit, visit.read() as cursor:
        before = questions.count(cursor, sane)
        for filters in hostile:
            with suppress(GroundswellError):  # a sentence of ours; any other error fails
                for _ in asked(cursor, filters):
                    pass
            for number, write in enumerate(export.WRITERS.values()):
                with suppress(GroundswellError):
                    write(cursor, filters, filled / "exports" / f"{number}.csv")
        assert questions.count(cursor, sane) == before > 0


async def test_a_filter_that_is_no_text_is_refused_in_our_own_words(filled: Path) -> None:
    with (
        pytest.raises(GroundswellError),
        open_briefly(filled, Settings(home=filled)) as visit,
        visit.read() as cursor,
    ):
        questions.count(cursor, Filters(topic=LONE))


@pytest.mark.parametrize("said", SQL)
async def test_no_parameter_of_a_route_becomes_sql(said: str, filled: Path) -> None:
    sendable = said.replace(LONE, "\ufffd")
    async with served(filled) as client:
        whole = (await client.get("/api/sample/posts.csv")).text
        for parameter in ("source", "lang", "keyword", "sentiment", "author", "since", "until"):
            answer = await client.get("/api/sample/posts.csv", params={parameter: sendable})
            assert answer.status_code in (200, 400), (parameter, answer.text)
            assert answer.status_code == 400 or len(answer.text) <= len(whole)
        for path in ("status", "stored", "copies", "state"):
            place = dict.fromkeys(("topic", "source", "route"), sendable)
            answer = await client.get(f"/api/{path}", params=place)
            assert answer.status_code in (200, 400), (path, answer.text)
            assert "OpenAI" not in answer.text
        assert (await client.get("/api/sample/posts.csv")).text == whole
