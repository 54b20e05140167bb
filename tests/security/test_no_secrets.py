"""A planted secret is nowhere: not in logs, errors, tracebacks, tables, files, CSVs or routes."""

import logging
import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from collectors import SOURCES
from groundswell.settings import Settings
from tests.collectors.bluesky_server import PASSWORD
from tests.conformance.case import CANARY
from tests.conformance.cases import CASES
from tests.conformance.world import World
from tests.groundswell.store.traces import traces
from tests.security.aimed import canary_of
from tests.security.homes import csvs, states, tables

pytestmark = pytest.mark.slow

SECRETS = tuple(n for n, f in Settings.model_fields.items() if f.annotation == SecretStr | None)
# What the fake sites grant for a session, which is as good as a password while it lasts.
GRANTED = (r"\btoken-000\d\b", r"\baccess-\d\b", r"\brefresh-\d\b")
NEEDLES = (CANARY, PASSWORD, *map(canary_of, SECRETS))


class Telling(httpx.AsyncBaseTransport):
    """A site that says all ``secrets`` and all it was sent: in a body, an error, an address, a
    header. Each of ``statuses`` is answered once, then ``inner`` is asked."""

    def __init__(
        self, inner: httpx.AsyncBaseTransport | None, statuses: list[int], secrets: list[str]
    ) -> None:
        self._inner = inner or httpx.AsyncHTTPTransport()
        self._statuses, self._secrets = statuses, secrets

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        told = f"{request.url} {dict(request.headers)} {body.decode('utf-8', 'replace')}"
        if not self._statuses:
            return await self._inner.handle_async_request(request)
        status = self._statuses.pop(0)
        headers = {"X-Told": str(request.url), "Content-Type": "text/html"}
        if status == 302:
            headers["Location"] = str(request.url.copy_add_param("told", "again"))
        said = f"<html>{' '.join(self._secrets)} {told}</html>".encode()
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(said))

    async def aclose(self) -> None:
        await self._inner.aclose()


@pytest.fixture(params=sorted(SOURCES))
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[list[int]], World]]:
    """Makes the small world of a source, with every secret set, before a site that tells."""
    site = tmp_path / "site"
    site.mkdir()
    with ExitStack() as stack:
        case = stack.enter_context(CASES[request.param](site))
        own = {name: SecretStr(canary_of(name)) for name in SECRETS}
        own |= {name: value for name in SECRETS if (value := getattr(case.settings, name))}
        settings = case.settings.model_copy(update={**own, "request_tries": 2})

        def made(statuses: list[int]) -> World:
            secrets = [value.get_secret_value() for value in own.values()]
            wire = Telling(case.transport, statuses, secrets)
            return World(replace(case, settings=settings, transport=wire), tmp_path / "home")

        yield made


async def test_a_planted_secret_is_nowhere(
    world: Callable[[list[int]], World], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    said: list[str] = []
    with caplog.at_level(logging.DEBUG):
        for statuses in ([], [200], [302, 404], [401] * 3, [429, 500]):
            small = world(list(statuses))
            outcome = await small.run()
            pages, error = await replace(small.case).outcome()
            said += [repr(outcome), str(outcome), repr(pages), repr(small.case.settings)]
            said += traceback.format_exception(error)
    home = tmp_path / "home"
    shown = [str(content) for content in (await csvs(home)).values()]
    whole = "\n".join([*said, *shown, await states(home), tables(home), caplog.text])
    found = [needle for needle in NEEDLES if needle in whole]
    found += [str(one[0]) for form in GRANTED if (one := re.search(form, whole))]
    assert found == []
    assert "***" in whole  # it was told, so it could have leaked
    assert [name for needle in NEEDLES for name in traces(home, needle)] == []
    assert [str(path) for path in home.rglob("*") if any(n in path.name for n in NEEDLES)] == []


async def test_a_session_is_kept_in_no_file(
    world: Callable[[list[int]], World], tmp_path: Path
) -> None:
    await world([]).run()
    home = tmp_path / "home"
    for granted in ("token-0001", "access-1", "refresh-1"):
        assert traces(home, granted) == []
