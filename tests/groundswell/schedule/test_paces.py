"""What sources want, learned without loading them here; and what of it nobody has scheduled."""

import time
from pathlib import Path

import pytest

from collectors import SOURCES
from groundswell.schedule.paces import Paces, missing, required

PATIENCE_S = 60.0
PACES = {
    "rss": {"source": "rss", "every_s": 900, "recheck_every_s": None, "paid": False},
    "reddit": {"source": "reddit", "every_s": 900, "recheck_every_s": 86_400, "paid": False},
    "gold": {"source": "gold", "every_s": 900, "recheck_every_s": 86_400, "paid": True},
}


def job(kind: str, *sources: str, topic: str = "story") -> dict[str, object]:
    return {"kind": kind, "topic": topic, "sources": list(sources)}


def test_the_sources_say_how_often_they_want_to_be_asked(tmp_path: Path) -> None:
    paces = Paces(tmp_path)
    assert paces.known() == {}
    paces.start()
    end_s = time.monotonic() + PATIENCE_S
    while not paces.known():
        assert time.monotonic() < end_s
        time.sleep(0.05)
    assert paces.known()["youtube"]["every_s"] == (
        SOURCES["youtube"].capabilities.collect_every.total_seconds()
    )
    paces.stop()


def test_asking_can_be_ended_before_it_is_answered(tmp_path: Path) -> None:
    paces = Paces(tmp_path)
    paces.start()
    paces.stop()
    paces.stop()
    assert paces.known() == {}


@pytest.mark.parametrize(
    ("jobs", "wanted"),
    [
        ([], []),
        ([job("collect", "rss")], []),
        ([job("collect", "rss", "reddit")], ["reddit"]),
        ([job("collect", "reddit", topic="other")], []),
        ([job("collect", "reddit"), job("refresh", "reddit")], []),
        ([job("collect", "reddit"), job("refresh")], []),
        ([job("collect", "reddit"), job("refresh", "reddit", topic="other")], ["reddit"]),
    ],
)
def test_what_the_terms_ask_for_and_nobody_does(
    jobs: list[dict[str, object]], wanted: list[str]
) -> None:
    assert [pace["source"] for pace in missing(PACES, jobs, "story")] == wanted


def test_what_costs_money_is_not_required_though_it_is_missing() -> None:
    both = [job("collect", "reddit", "gold"), job("collect", "rss", topic="other")]
    assert [pace["source"] for pace in missing(PACES, both, "story")] == ["reddit", "gold"]
    assert required(PACES, both) == [{"topic": "story", "source": "reddit", "every_s": 86_400}]
    assert required({}, both) == []


def test_only_x_costs_money() -> None:
    assert [name for name, one in SOURCES.items() if one.capabilities.paid] == ["x"]
