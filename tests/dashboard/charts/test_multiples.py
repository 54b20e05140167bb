"""The figure of small multiples: one axis for all cells, and nothing that the table has not."""

import json
from typing import Any

import pandas as pd
import pytest

from dashboard import palette
from dashboard.charts.multiples import MEASURES, Measure, multiples
from tests.dashboard.charts.frames import HOUR, START, gaps, hours

GRID = hours(3)
HOSTILE = "<b>x</b> & co"


def table(*cells: tuple[str, str], **changes: list[float | None]) -> pd.DataFrame:
    """Three hours of each source and target: 10, 40 and 50 posts of 100."""
    columns: dict[str, list[float | None]] = {
        "posts": [10, 40, 50],
        "of": [100, 100, 100],
        "share": [0.5, 0.25, 0.75],
        "low": [None, 0.2, 0.7],
        "high": [None, 0.3, 0.8],
    }
    parts = [
        pd.DataFrame({"source": source, "target": target, "bucket_start": GRID.starts()}).assign(
            **{
                name: pd.Series(values, dtype="Float64")
                for name, values in (columns | changes).items()
            }
        )
        for source, target in cells
    ]
    whole = pd.concat(parts, ignore_index=True)
    return whole.assign(attention=whole["posts"] / whole["of"])


CELLS = [(source, target) for source in ("bluesky", "hackernews") for target in ("A", "B")]


def figure(rows: pd.DataFrame, measure: Measure, holes: Any = ()) -> dict[str, Any]:
    made = multiples(rows, gaps(*holes), GRID, [START + HOUR], measure)
    found: dict[str, Any] = json.loads(made.to_json())
    return found


def of_cell(made: dict[str, Any], number: int) -> list[dict[str, Any]]:
    suffix = "" if number == 1 else str(number)
    return [trace for trace in made["data"] if trace["xaxis"] == f"x{suffix}"]


@pytest.mark.parametrize("measure", MEASURES)
def test_all_cells_share_both_axes(measure: Measure) -> None:
    layout = figure(table(*CELLS), measure)["layout"]
    for axis in "xy":
        ranges = {tuple(layout[f"{axis}axis{suffix}"]["range"]) for suffix in ("", "2", "3", "4")}
        assert len(ranges) == 1
        assert all(layout[f"{axis}axis{n}"]["matches"] == axis for n in (2, 3, 4))
    titles = [note["text"] for note in layout["annotations"]]
    for said in ("Bluesky on A", "Bluesky on B", "Hacker News on A", "Hacker News on B"):
        assert titles.count(said) == 1


def test_a_share_of_few_posts_is_hollow_and_a_band_is_drawn_where_there_is_one() -> None:
    made = figure(table(("bluesky", "A")), "share against")
    traces = {trace["name"]: trace for trace in made["data"]}
    assert traces["Share against"]["y"] == [None, 0.25, 0.75]
    assert traces["Share, n under 30"]["y"] == [0.5, None, None]
    assert set(traces["95% interval"]["y"]) == {0.3, 0.8, 0.7, 0.2, None}
    assert traces["Share against"]["line"]["color"] == palette.stance_color("against")
    assert made["layout"]["yaxis"]["range"][1] >= 0.8


def test_attention_is_the_share_of_the_source_s_own_posts() -> None:
    rows = pd.concat([table(("bluesky", "A")), table(("rss", "A"), of=[20, 0, 50])])
    made = figure(rows.assign(attention=rows["posts"] / rows["of"].where(rows["of"] > 0)),
                  "attention")  # fmt: skip
    full, hollow = of_cell(made, 1)
    assert full["y"] == [0.1, 0.4, 0.5]
    assert hollow["y"] == [None, None, None]
    full, hollow = of_cell(made, 2)
    assert full["y"] == [None, None, 1.0]
    assert hollow["y"] == [0.5, None, None]
    assert full["marker"]["color"] == palette.source_color("rss")


def test_posts_are_counts() -> None:
    (bars,) = figure(table(("bluesky", "A"), posts=[3, None, 0]), "posts")["data"]
    assert bars["y"] == [3, None, 0]


def test_only_the_gaps_of_a_source_are_grey_in_its_cells() -> None:
    made = figure(table(*CELLS), "posts", holes=[("hackernews", 0, 1)])
    grey = [shape for shape in made["layout"]["shapes"] if shape["type"] == "rect"]
    assert {shape["xref"] for shape in grey} == {"x3", "x4"}
    assert {shape["yref"] for shape in grey} == {"y3 domain", "y4 domain"}
    lines = [shape for shape in made["layout"]["shapes"] if shape["type"] == "line"]
    assert len(lines) == 4


def test_each_kind_of_trace_stands_in_the_legend_once() -> None:
    bare: list[float | None] = [None, None, None]
    rows = pd.concat([table(("bluesky", "A"), low=bare, high=bare), table(("rss", "A"))])
    shown = [trace["name"] for trace in figure(rows, "share against")["data"]
             if trace["showlegend"]]  # fmt: skip
    assert sorted(shown) == ["95% interval", "Share against", "Share, n under 30"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"posts": [0.0, None, 0.0]}, "no posts"),
        ({"share": [None, None, None]}, "too unsure to draw"),
    ],
)
def test_an_empty_cell_says_why(changes: dict[str, list[float | None]], says: str) -> None:
    made = figure(table(("bluesky", "A"), **changes), "share against")
    assert says in [note["text"] for note in made["layout"]["annotations"]]


def test_no_name_is_markup() -> None:
    assert "<b>" not in json.dumps(figure(table((HOSTILE, HOSTILE)), "posts")["layout"])


def test_a_dozen_cells_stay_inside_the_figure() -> None:
    cells = [(f"s{row}", f"t{column}") for row in range(8) for column in range(3)]
    layout = figure(table(*cells), "posts")["layout"]
    assert layout["height"] > 1_000
    for name, axis in layout.items():
        if "axis" in name:
            assert 0 <= axis["domain"][0] < axis["domain"][1] <= 1
