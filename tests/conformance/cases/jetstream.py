"""A small world for jetstream in which the contract is tried."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors.jetstream import run as jetstream_run
from collectors.jetstream import wire as jetstream_wire
from collectors.jetstream.collector import Jetstream
from collectors.jetstream.events import POSTS
from groundswell.settings import Settings
from tests.collectors.asks import NOW, SINCE, ask, topic
from tests.collectors.sites.jetstream import DID, FakeJetstream, Fault, in_us, parts
from tests.collectors.web import Reply
from tests.conformance.case import HOSTILE, Case


async def no_rest(wait_s: float, stop: asyncio.Event) -> None:
    """Waits are counted by the tests of the line, not here."""


def _told(did: str) -> bytes:
    """A whole frame, in the words of the older wire."""
    made = NOW - timedelta(hours=1)
    record = {"$type": POSTS, "text": "openai, mended", "createdAt": made.isoformat()}
    commit = {"operation": "create", "collection": POSTS, "rkey": "mended", "record": record}
    event = {"kind": "commit", "did": did, "time_us": in_us(made), "commit": commit}
    return json.dumps(event).encode()


@contextmanager
def case(home: Path) -> Iterator[Case]:
    with FakeJetstream() as site, pytest.MonkeyPatch.context() as patch:
        patch.setattr(jetstream_run, "IDLE_S", 0.2)
        patch.setattr(jetstream_run, "PATIENCE_S", 0.2)
        patch.setattr(jetstream_wire, "TICK_S", 0.02)
        site.create("a", "openai a", us=in_us(NOW - timedelta(hours=3)))
        site.create("b", f"{HOSTILE}", us=in_us(NOW - timedelta(hours=2)))
        site.send(b"{cut", us=in_us(NOW - timedelta(hours=1)))
        site.delete("gone", us=in_us(NOW - timedelta(minutes=50)))
        settings = Settings(home=home, **site.settings_changes(), request_rate_per_s=1e6)

        def stumble(replies: Sequence[Reply]) -> None:
            site.script = [Fault(refused=reply) for reply in replies]

        def grow(count: int, since: datetime) -> list[str]:
            step = timedelta(hours=1) / (count + 1)
            first = len(site.log)
            site.publish(count, start=since + step, step=step)
            return [site.uri_of(event) for event in site.log[first:]]

        def later() -> int:
            return int(site.log[-1]["us"]) + 1_000_000

        def remove(uri: str) -> None:
            did, rkey = parts(uri)
            site.delete(rkey, did=did, us=later())

        def noted() -> Callable[[str], None]:
            return lambda uri: put_back(uri, site.record_of(uri))

        def put_back(uri: str, record: Any) -> None:
            did, rkey = parts(uri)
            site.create(rkey, record, did=did, us=later())

        yield Case(
            make=lambda http: Jetstream(settings, http, rest=no_rest),
            wanted=ask(topic("openai", jetstream={}), since=SINCE),
            settings=settings,
            items=4,
            rejects=1,
            spoil=lambda reply: stumble([reply] * 10_000),
            stumble=stumble,
            grow=grow,
            page_size=20,  # there are none; a slice is made of time
            mend=lambda _: _told(DID),
            remove=remove,
            edit=site.edit,
            noted=noted,
            end_account=lambda uri: site.account(False, "deleted", did=parts(uri)[0], us=later()),
        )
