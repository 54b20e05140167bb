"""One GET through a client of its own, and the error it ends with."""

from typing import Any

import pytest

from collectors._http import Answer, Http
from groundswell.errors import SourceError
from groundswell.settings import Settings
from tests.collectors.clock import Clock
from tests.collectors.web import Reply, Web

OK = Reply(body=b'{"ok": true}')
OPEN = Settings(allow_private_addresses=True, request_timeout_s=5.0)


async def fetch(
    web: Web, path: str = "/", clock: Clock | None = None, settings: Settings = OPEN, **how: Any
) -> Answer:
    """One GET through a client of its own."""
    clock = clock or Clock()
    async with Http(settings, source="sample", sleep=clock.sleep, now=clock.now) as http:
        return await http.get(web.url + path, **how)


async def error_of(web: Web, clock: Clock | None = None, **how: Any) -> SourceError:
    """The error one GET ends with."""
    with pytest.raises(SourceError) as caught:
        await fetch(web, clock=clock, **how)
    assert caught.value.source == "sample"
    return caught.value
