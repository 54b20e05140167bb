"""The page that compares sources: what it says, where its numbers lead, and how it is addressed."""

import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import download
from dashboard.csv_bytes import csv_bytes
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner
from tests.dashboard import stories
from tests.dashboard.conftest import Open, opened_once

WHOLE = Filters(topic=stories.SLUG)


def figure(app: AppTest) -> dict[str, Any]:
    (chart,) = app.get("plotly_chart")
    spec: dict[str, Any] = json.loads(chart.proto.spec)
    return spec


def headings(app: AppTest) -> list[str]:
    return [one.value.replace("\\", "") for one in app.subheader]


def sources(app: AppTest) -> pd.DataFrame:
    """The table of each source."""
    table: pd.DataFrame = app.dataframe[0].value
    return table


@pytest.fixture(scope="module")
def seen(story: Owner) -> AppTest:
    """The page of the story."""
    return opened_once(story, "compare")


def test_the_answer_comes_first_then_the_chart_and_the_tables(seen: AppTest) -> None:
    assert "OpenAI" in seen.header[0].value
    assert headings(seen) == ["Share against per hour, by source", "Each source", "Differences"]
    assert len(seen.get("plotly_chart")) == 1
    assert len(seen.get("plotly_chart")[0].proto.alt) > 20
    assert sources(seen)["source"].tolist() == ["Bluesky", "Hacker News", "all together"]


def test_what_is_not_corrected_says_so(seen: AppTest) -> None:
    said = " ".join(caption.value for caption in seen.caption)
    assert "chance of sampling alone" in said
    assert "the model may err differently in each source" in said
    assert "in the mean" in said


def test_the_gap_of_a_source_is_warned_of(seen: AppTest) -> None:
    warnings = " ".join(one.value for one in seen.warning)
    assert "Not read" in warnings
    assert "of Bluesky" in warnings


@pytest.mark.parametrize(
    ("measure", "trace"),
    [("attention", "Share of the source's posts"), ("posts", "Posts")],
)
def test_what_is_drawn_stands_in_the_address(
    story: Owner, open_page: Open, measure: str, trace: str
) -> None:
    app = open_page(story, "compare", measure=measure)
    assert figure(app)["data"][0]["name"] == trace
    assert app.query_params["measure"] in (measure, [measure])


def test_the_baseline_stands_in_the_address(story: Owner, open_page: Open) -> None:
    app = open_page(story, "compare", baseline="bluesky")
    assert "Differences from Bluesky" in headings(app)
    assert app.dataframe[1].value["second"].tolist() == ["Bluesky"]


@pytest.mark.parametrize("name", ["measure", "baseline"])
def test_a_hostile_address_shows_the_default(story: Owner, open_page: Open, name: str) -> None:
    app = open_page(story, "compare", **{name: "<script>alert(1)</script>"})
    assert not app.exception
    assert headings(app) == ["Share against per hour, by source", "Each source", "Differences"]


def test_one_source_alone_says_what_to_do(story: Owner, open_page: Open) -> None:
    app = open_page(story, "compare", source="hackernews")
    assert "Only Hacker News has posts here" in app.info[0].value
    assert [link.label for link in app.link_button if "2 sources" in link.label] == [
        "Compare 2 sources without the filter on sources"
    ]
    assert "Differences" not in headings(app)


def test_filters_on_sides_are_said_not_to_count(story: Owner, open_page: Open) -> None:
    whole = sources(open_page(story, "compare"))
    app = open_page(story, "compare", target="OpenAI", stance=["against"])
    assert sources(app)["posts"].tolist() == whole["posts"].tolist()
    assert any("do not count here" in caption.value for caption in app.caption)


def test_the_tables_as_csv_hold_what_is_shown(
    story: Owner, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables: dict[str, pd.DataFrame] = {}

    def noted(_label: str, table: Callable[[], pd.DataFrame], *, name: str, key: str) -> None:
        assert name.endswith(".csv")
        tables[key] = pd.read_csv(io.BytesIO(csv_bytes(table())))

    monkeypatch.setattr(download, "as_csv", noted)
    app = open_page(story, "compare")
    shown = sources(app)
    shares = 100 * tables["compare_sources_csv"]["against_share"]
    assert shown["against_share"].tolist() == pytest.approx(shares.tolist())
    numbers = [int(urlsplit(url).fragment.replace(",", "")) for url in shown["posts"]]
    assert numbers == tables["compare_sources_csv"]["posts"].tolist()
    assert (
        tables["compare_differences_csv"]["reading"].tolist()
        == app.dataframe[1].value["reading"].tolist()
    )
