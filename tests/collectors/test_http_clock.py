"""A clock that runs ahead would call the coming hours read: it is found before anything is."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from collectors._http import Http
from collectors._waits import clock_ahead_s
from groundswell.errors import ClockWrong
from groundswell.settings import Settings
from groundswell.tally import counting
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


def at(*offsets: timedelta) -> httpx.MockTransport:
    """Sites whose clocks differ from ``START`` by ``offsets``, one after the other."""
    moments = iter(offsets)

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"{}", headers=dated(START + next(moments)))

    return httpx.MockTransport(answer)


@pytest.mark.parametrize(
    ("offsets", "said"),
    [
        ([timedelta(minutes=-4)], "about 4 minutes ahead of the sites"),
        ([timedelta(hours=2)], "about 120 minutes behind the sites"),
        ([timedelta(seconds=61)], "about 1 minute behind"),
        ([timedelta(seconds=-59)], None),
        ([timedelta(minutes=-9), timedelta(minutes=-3)], "3 minutes ahead"),
        ([timedelta(minutes=-9), timedelta(0), timedelta(hours=1)], None),
    ],
    ids=["ahead", "behind", "a minute", "less", "the nearest counts", "one site agrees"],
)
async def test_a_clock_that_is_off_is_warned_of(
    offsets: list[timedelta], said: str | None, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path)
    with counting() as tally:
        async with Http(
            settings, source="sample", transport=at(*offsets), now=Clock(START).now
        ) as http:
            for number in range(len(offsets)):
                await http.get(f"https://site-{number}.example/")
    assert tally.warning is None if said is None else said in str(tally.warning)
