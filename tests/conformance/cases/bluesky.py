"""A small world for bluesky in which the contract is tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
from pydantic import SecretStr

from collectors.bluesky import Bluesky
from groundswell.settings import Settings
from tests.collectors.asks import SINCE, ask, topic
from tests.collectors.bluesky_server import ENTRY, HANDLE, PASSWORD, FakeBluesky
from tests.collectors.bluesky_views import at_time, make_view
from tests.collectors.web import Reply
from tests.conformance.case import HOSTILE, Case


@contextmanager
def case(home: Path) -> Iterator[Case]:
    site = FakeBluesky(
        [
            *(make_view(n, indexedAt=at_time(SINCE + timedelta(hours=n))) for n in range(3)),
            make_view(3, record={"text": f"{HOSTILE} deepseek"}, likeCount=None),
            make_view(4, uri=None),
        ]
    )
    settings = Settings(
        home=home,
        request_rate_per_s=1e6,
        bluesky_url=f"https://{ENTRY}",
        bluesky_handle=HANDLE,
        bluesky_app_password=SecretStr(PASSWORD),
    )

    def spoil(reply: Reply) -> None:
        site.next_answers = [
            httpx.Response(reply.status, headers=reply.headers, stream=httpx.ByteStream(reply.body))
            for _ in range(200)
        ]

    yield Case(
        make=lambda http: Bluesky(settings, http),
        wanted=ask(topic("deepseek")),
        settings=settings,
        items=5,
        rejects=1,
        spoil=spoil,
        transport=httpx.MockTransport(site),
    )
