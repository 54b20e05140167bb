"""What a browser says of a drag or a click is checked before anybody uses it."""

import re
from typing import Any

import pytest

from dashboard import chart_tools
from dashboard.chart_tools import Point

NOTHING: list[dict[str, Any]] = [
    {},
    {"from": 1},
    {"from": None, "to": 2, "x": 1, "y": None, "plot": "xy"},
    {"from": "1", "to": "2", "x": "1", "y": 2, "plot": "xy"},
    {"from": float("nan"), "to": 2, "x": float("inf"), "y": 2, "plot": "xy"},
    {"from": True, "to": 2, "x": True, "y": 2, "plot": "xy"},
    {"from": [1], "to": {}, "x": 1, "y": 2, "plot": 3},
]


@pytest.mark.parametrize("said", NOTHING)
def test_what_is_no_number_is_passed_over(said: dict[str, Any]) -> None:
    heard: list[object] = []
    chart_tools._brushed(said, lambda low, high: heard.extend((low, high)))
    chart_tools._picked(said, heard.append)
    assert heard == []


def test_numbers_are_handed_on() -> None:
    heard: list[object] = []
    chart_tools._brushed({"from": 3, "to": 1.5}, lambda low, high: heard.extend((low, high)))
    chart_tools._picked({"x": 1, "y": 2, "plot": "x2y2" * 99}, heard.append)
    assert heard == [3.0, 1.5, Point(x=1.0, y=2.0, plot="x2y2x2y2x")]
    chart_tools._brushed({"from": 3, "to": 1.5}, None)
    chart_tools._picked({"x": 1, "y": 2, "plot": "xy"}, None)


def test_the_address_of_a_file_changes_with_the_files() -> None:
    paths = chart_tools.files()
    assert sorted(path.name for path in paths.values()) == ["chart.css", "chart.js"]
    (folder,) = {path.rpartition("/")[0] for path in paths}
    assert re.fullmatch(r"/_stcore/bidi-components/groundswell\.chart-[0-9a-f]{12}", folder)
