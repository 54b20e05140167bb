"""A small world for bluesky in which the contract is tried."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
from pydantic import SecretStr

from collectors.bluesky.collector import Bluesky
from groundswell.settings import Settings
from tests.collectors.asks import SINCE, ask, topic
from tests.collectors.bluesky_server import ENTRY, HANDLE, PASSWORD, FakeBluesky
from tests.collectors.bluesky_views import at_time, make_view
from tests.collectors.web import Reply
from tests.conformance.case import HOSTILE, Case, changed, noting


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

    def stumble(replies: Sequence[Reply]) -> None:
        site.next_answers = [
            httpx.Response(reply.status, headers=reply.headers, stream=httpx.ByteStream(reply.body))
            for reply in replies
        ]

    def spoil(reply: Reply) -> None:
        stumble([reply] * 200)

    yield Case(
        make=lambda http: Bluesky(settings, http),
        wanted=ask(topic("deepseek")),
        settings=settings,
        items=5,
        rejects=1,
        spoil=spoil,
        stumble=stumble,
        grow=site.grow,
        page_size=100,
        ceiling=10_000,
        transport=httpx.MockTransport(site),
        mend=lambda raw: changed(raw, "uri", to=make_view(9_999)["uri"]),
        remove=site.remove,
        edit=site.edit,
        noted=noting(site, "views"),
    )
