"""A clock that runs ahead would call the coming hours read: it is found before anything is."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from collectors._http import Http
from collectors._waits import clock_ahead_s
from groundswell.errors import ClockWrong
from groundswell.settings import Settings
from tests.collectors.clock import START, Clock
from tests.collectors.web import Reply, Web, in_turn

SETTINGS = Settings(allow_private_addresses=True)


def dated(moment: datetime, age_s: int = 0) -> httpx.Headers:
    return httpx.Headers({"Date": format_datetime(moment, usegmt=True), "Age": str(age_s)})


@pytest.mark.parametrize(
    ("headers", "ahead_s"),
    [
        (dated(START), 0.0),
        (dated(START - timedelta(hours=1)), 3600.0),
        (dated(START - timedelta(hours=1), age_s=3600), 0.0),
        (dated(START + timedelta(hours=1)), -3600.0),
        (httpx.Headers(), None),
        (httpx.Headers({"Date": "today"}), None),
    ],
    ids=["same", "ahead", "cached", "behind", "no date", "no time"],
)
def test_how_far_the_clock_is_ahead(headers: httpx.Headers, ahead_s: float | None) -> None:
    assert clock_ahead_s(headers, START) == ahead_s


def telling_the_time() -> Web:
    now = format_datetime(datetime.now(UTC), usegmt=True)
    return Web(in_turn(Reply(body=b"{}", headers={"Date": now})))


async def test_an_hour_ahead_stops_the_run_and_says_what_to_do() -> None:
    clock = Clock(datetime.now(UTC) + timedelta(hours=1))
    with telling_the_time() as web:
        async with Http(SETTINGS, source="sample", sleep=clock.sleep, now=clock.now) as http:
            with pytest.raises(ClockWrong, match=r"60 minutes.*Set the clock"):
                await http.get(web.url)


async def test_a_few_minutes_are_no_matter() -> None:
    clock = Clock(datetime.now(UTC) + timedelta(minutes=5))
    with telling_the_time() as web:
        async with Http(SETTINGS, source="sample", sleep=clock.sleep, now=clock.now) as http:
            assert (await http.get(web.url)).body == b"{}"
