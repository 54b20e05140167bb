"""The figure of stances: counts, a line, and a band only where one was computed."""

import json
from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from dashboard import palette
from dashboard.charts import grid
from dashboard.charts.stance import stance
from tests.dashboard.charts.frames import HOUR, START, counts, gaps, hours

SIDES = ["against", "none", "favor", "not_scored"]


def series(*rows: tuple[int, int, int, int, int]) -> pd.DataFrame:
    """Rows of (hour, against, none, favor, not scored), as the database answers."""
    table = pd.DataFrame(
        {
            "bucket_start": pd.to_datetime([START + row[0] * HOUR for row in rows], utc=True),
            "posts": [sum(row[1:]) for row in rows],
            **{side: [row[place] for row in rows] for place, side in enumerate(SIDES, 1)},
        }
    )
    return table.astype({"bucket_start": "datetime64[us, UTC]"})


def drawn(
    sides: pd.DataFrame,
    shares: dict[str, list[float | None]],
    holes: Any = (),
    events: tuple[datetime, ...] = (),
) -> dict[str, Any]:
    unread, width = gaps(*holes), hours(4)
    volume = grid.volume(counts((0, "rss", 90, 90)), unread, width, ["rss"])
    table = grid.stance(sides, volume, width).assign(
        **{name: pd.Series(shares.get(name, [None] * 4), dtype="Float64") for name in
           ("share", "low", "high")}
    )  # fmt: skip
    figure: dict[str, Any] = json.loads(stance(table, unread, width, events).to_json())
    return figure


def trace(figure: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(t for t in figure["data"] if t["name"] == name)
    return found


FULL = series(*((hour, 40, 30, 20, 10) for hour in range(4)))
LINE: dict[str, list[float | None]] = {"share": [0.4, 0.5, 0.6, 0.5]}


def test_nobody_spoke_is_zero_and_nothing_read_is_missing() -> None:
    figure = drawn(series((0, 4, 3, 2, 1)), {}, holes=[("rss", 2, 3)])
    assert trace(figure, "Against")["y"] == [4, 0, None, 0]
    assert trace(figure, "Takes no side")["y"] == [3, 0, None, 0]
    assert trace(figure, "Not scored")["y"] == [1, 0, None, 0]


def test_without_labels_there_is_a_line_and_no_band() -> None:
    names = [t["name"] for t in drawn(FULL, LINE)["data"]]
    assert "Share against" in names
    assert "95% interval" not in names


def test_the_band_stops_where_none_could_be_given() -> None:
    shares = {**LINE, "low": [0.3, None, 0.5, 0.4], "high": [0.5, None, 0.7, 0.6]}
    band = trace(drawn(FULL, shares), "95% interval")
    assert band["y"] == [0.5, 0.3, 0.5, None, 0.7, 0.6, 0.4, 0.5, 0.7, None]
    assert band["x"][:3] == ["2025-01-29T10:30:00", "2025-01-29T10:30:00", "2025-01-29T10:30:00"]
    assert trace(drawn(FULL, shares), "Share against")["customdata"] == [
        ", 95% interval 30% to 50%", "", ", 95% interval 50% to 70%",
        ", 95% interval 40% to 60%",
    ]  # fmt: skip


def test_few_posts_are_hollow_and_have_neither_line_nor_band() -> None:
    few = series((0, 40, 30, 20, 10), (1, 3, 2, 1, 0))
    shares = {**LINE, "low": [0.3, 0.1, None, None], "high": [0.5, 0.9, None, None]}
    figure = drawn(few, shares)
    assert trace(figure, "Share against")["y"] == [0.4, None, None, None]
    assert trace(figure, "Share, n under 30")["y"][:2] == [None, 0.5]
    assert len(trace(figure, "95% interval")["y"]) == 4


@pytest.mark.parametrize("side", SIDES)
def test_every_side_has_its_look_and_its_name(side: str) -> None:
    assert trace(drawn(FULL, LINE), palette.STANCE_NAME[side])["marker"] == palette.stance_fill(
        side
    )


def test_critical_is_one_colour_on_all_charts() -> None:
    assert palette.stance_color("against") == palette.SENTIMENT_COLOR["negative"]
    assert palette.stance_color("favor") == palette.SENTIMENT_COLOR["positive"]
