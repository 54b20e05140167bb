"""What stands beside the charts of the pages: how to set the period, and what pictures say."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import panel
from groundswell.store.owner import Owner
from tests.dashboard.conftest import Open

OVER_TIME = ["volume", "stance", "sentiment"]


def layouts(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec)["layout"] for chart in app.get("plotly_chart")]


def beside(app: AppTest) -> list[dict[str, Any]]:
    """What the browser is told of each chart."""
    return [json.loads(tools.proto.json) for tools in app.get("bidi_component")]


def test_charts_over_time_are_dragged_along_time(story: Owner, open_page: Open) -> None:
    app = open_page(story)
    assert [tools["chart"] for tools in beside(app)] == [
        f"{name}_chart" for name in [*OVER_TIME, "keywords"]
    ]
    for layout, tools in zip(layouts(app), beside(app), strict=True):
        over_time = tools["chart"] != "keywords_chart"
        assert (layout["dragmode"], tools["brush"]) == ("select" if over_time else False, over_time)
        assert tools["pick"]
        if over_time:
            assert layout["selectdirection"] == "h"
    said = [caption.value for caption in app.caption]
    assert sum(panel.HOW_TO_BRUSH in one for one in said) == len(OVER_TIME)


def test_coverage_is_not_dragged(story: Owner, open_page: Open) -> None:
    app = open_page(story, "sources")
    assert [(one["brush"], one["pick"]) for one in beside(app)] == [(False, False)]
    assert layouts(app)[0]["dragmode"] is False


def test_the_way_back_is_there_while_a_period_is_chosen(story: Owner, open_page: Open) -> None:
    def buttons(app: AppTest) -> list[str | None]:
        return [button.key for button in app.button if button.label == "Show the whole period"]

    assert buttons(open_page(story)) == []
    app = open_page(story, from_="2025-01-28T00:00")
    assert buttons(app) == [f"{name}_whole" for name in OVER_TIME]
    app.button(key="volume_whole").click().run()
    assert buttons(app) == []
    assert "from" not in app.query_params
    assert app.header[0].value.startswith("336 posts")


@pytest.mark.parametrize("view", ["overview", "compare", "sources"])
def test_pictures_hold_their_source_and_no_markup(
    hostile: Owner, view: str, open_page: Open
) -> None:
    tools = beside(open_page(hostile, view))
    assert tools
    for one in tools:
        assert one["lines"][-1].startswith("SYNTHETIC SAMPLE")
        assert not set("<>&") & set("".join([one["title"], *one["lines"]]))
        assert "\\" not in one["title"]
