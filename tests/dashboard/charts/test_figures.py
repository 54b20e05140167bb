"""The figures' JSON: traces, colours, gaps, events; and that hostile names stay names."""

import json
from datetime import timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard import palette
from dashboard.charts import grid
from dashboard.charts.keywords import keywords
from dashboard.charts.sentiment import sentiment
from dashboard.charts.timeline import event_labels, timeline
from tests.dashboard.charts.frames import HOUR, START, counts, gaps, hours

EVENTS = [START + HOUR, START - timedelta(days=3), START + 2 * HOUR]
HOSTILE = "<img src=x onerror=alert(1)> &lt;b&gt; <a href='http://evil.example'>x</a>"


def as_json(figure: go.Figure) -> dict[str, Any]:
    """What the browser gets."""
    spec: dict[str, Any] = json.loads(figure.to_json())
    return spec


def draw_timeline(rows: Any = ((0, "rss", 3, 3), (0, "bluesky", 5, 2)), holes: Any = ()) -> Any:
    frame, unread, frame_grid = counts(*rows), gaps(*holes), hours(4)
    sources = list(dict.fromkeys(frame["source"]))
    table = grid.volume(frame, unread, frame_grid, sources)
    return as_json(timeline(table, unread, frame_grid, EVENTS))


def draw_sentiment(rows: Any, holes: Any = ()) -> Any:
    frame, unread, frame_grid = counts(*rows), gaps(*holes), hours(4)
    table = grid.sentiment(frame, unread, frame_grid, ["rss"])
    return as_json(sentiment(table, unread, frame_grid, EVENTS))


def test_one_stack_a_source_in_its_own_colour() -> None:
    rss, bluesky = draw_timeline()["data"]
    assert (rss["name"], bluesky["name"]) == ("news feeds", "Bluesky")
    assert rss["y"] == [3, 0, 0, 0]
    assert rss["marker"] == palette.source_fill("rss")
    assert rss["marker"]["color"] != bluesky["marker"]["color"]


def test_bars_are_regular_not_a_date_each() -> None:
    bar = draw_timeline()["data"][0]
    assert (bar["x0"], bar["dx"]) == ("2025-01-29T10:00:00", 3_600_000)
    assert "x" not in bar


def test_a_gap_is_a_grey_band_and_a_hole_in_the_bars() -> None:
    spec = draw_timeline(rows=[(0, "rss", 3, 3)], holes=[("rss", 1, 3)])
    assert spec["data"][0]["y"] == [3, None, None, 0]
    band = next(shape for shape in spec["layout"]["shapes"] if shape["type"] == "rect")
    assert (band["x0"], band["x1"]) == ("2025-01-29T11:00:00", "2025-01-29T13:00:00")
    assert band["fillcolor"] == palette.GAP


def test_events_keep_their_numbers_when_some_are_outside() -> None:
    layout = draw_timeline()["layout"]
    assert [label["text"] for label in layout["annotations"]] == ["1", "3"]
    lines = [shape for shape in layout["shapes"] if shape["type"] == "line"]
    assert [line["x0"] for line in lines] == ["2025-01-29T11:00:00", "2025-01-29T12:00:00"]


def test_numbers_of_close_events_do_not_hide_each_other() -> None:
    events = [START, START + HOUR / 10, START + HOUR / 5, START + 3 * HOUR]
    labels = event_labels(events, hours(4))
    assert [label["yshift"] > 0 for label in labels] == [False, True, False, False]


def test_lines_are_grey_for_plotlys_black_vanishes_in_the_dark() -> None:
    for spec in (draw_timeline(), draw_sentiment([(0, "rss", 20, 20)])):
        for shape in spec["layout"]["shapes"]:
            assert shape["type"] == "rect" or shape["line"]["color"] == palette.RULE


def test_axes_carry_their_units_and_zone() -> None:
    layout = draw_timeline()["layout"]
    assert layout["xaxis"]["title"]["text"] == "Time (UTC)"
    assert layout["yaxis"]["title"]["text"] == "Posts per hour"
    assert layout["yaxis"]["rangemode"] == "tozero"


def test_a_finger_can_scroll_past_every_figure() -> None:
    table = pd.DataFrame({"term": ["a"], "posts": [1], "authors": [1]})
    for spec in (draw_timeline(), draw_sentiment([]), as_json(keywords(table))):
        assert spec["layout"]["dragmode"] is False


def test_each_class_has_its_colour_and_not_scored_its_own_stack() -> None:
    spec = draw_sentiment([(0, "rss", 12, 10)])
    bars = {trace["name"]: trace for trace in spec["data"] if trace["type"] == "bar"}
    assert {name: bar["y"][0] for name, bar in bars.items()} == {
        "Negative": 5,
        "Neutral": 5,
        "Positive": 0,
        "Not scored": 2,
    }
    for key, name in palette.SENTIMENT_NAME.items():
        assert bars[name]["marker"]["color"] == palette.SENTIMENT_COLOR[key]
    assert bars["Not scored"]["marker"]["pattern"]["shape"] == "/"


def test_the_mean_breaks_at_gaps_and_where_little_was_scored() -> None:
    rows = [(0, "rss", 20, 20), (1, "rss", 4, 4), (3, "rss", 20, 20)]
    spec = draw_sentiment(rows, holes=[("rss", 2, 3)])
    solid, thin = (trace for trace in spec["data"] if trace["type"] == "scatter")
    assert solid["y"] == [-0.25, None, None, -0.25]
    assert solid["connectgaps"] is False
    assert thin["y"] == [None, -0.25, None, None]
    assert thin["marker"]["color"] == palette.RULE
    assert solid["customdata"] == [20, 4, None, 20]


def test_the_axis_of_vader_is_its_own_range() -> None:
    axis = draw_sentiment([(0, "rss", 20, 20)])["layout"]["yaxis2"]
    assert axis["range"] == [-1, 1]
    assert axis["ticktext"] == ["−1", "0", "+1"]


def test_no_band_is_drawn_around_the_mean() -> None:
    spec = draw_sentiment([(0, "rss", 20, 20)])
    assert not any("fill" in trace or "error_y" in trace for trace in spec["data"])


def test_words_stand_in_the_order_given_from_the_top() -> None:
    table = pd.DataFrame({"term": ["first", "second"], "posts": [9, 4], "authors": [5, 3]})
    spec = as_json(keywords(table))
    axis = spec["layout"]["yaxis"]
    assert dict(zip(axis["tickvals"], axis["ticktext"], strict=True)) == {1: "first", 0: "second"}
    assert spec["data"][0]["x"] == [4, 9]
    assert spec["data"][0]["customdata"] == [3, 5]


@pytest.mark.parametrize("term", [HOSTILE, "&amp;", "<b>"])
def test_no_figure_carries_markup(term: str) -> None:
    table = pd.DataFrame({"term": [term, term], "posts": [2, 1], "authors": [1, 1]})
    specs = [as_json(keywords(table)), draw_timeline(rows=[(0, term, 1, 1)])]
    for spec in specs:
        names = [trace.get("name", "") for trace in spec["data"]]
        ticks = spec["layout"]["yaxis"].get("ticktext", [])
        assert not set("<>&") & set("".join([*names, *ticks]))


def test_empty_answers_give_empty_figures() -> None:
    assert draw_timeline(rows=[])["data"] == []
    assert as_json(keywords(pd.DataFrame({"term": [], "posts": [], "authors": []})))["data"]
