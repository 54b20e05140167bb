"""The page that compares sources: what it says, where its numbers lead, and how it is addressed."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import download
from dashboard.csv_bytes import csv_bytes
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner
from tests.dashboard import stories
from tests.dashboard.conftest import Open

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


def opened(url: str) -> Filters:
    """The posts behind an address, read without the dashboard's own code."""
    query = parse_qs(urlsplit(url).query)
    return Filters(
        topic=query["topic"][0],
        sources=tuple(query.get("source", ())),
        target=query["target"][0],
        stances=tuple(query.get("stance", ())),
    )


def cells(app: AppTest) -> Iterator[str]:
    """All addresses in the tables of sources and of differences."""
    for table in app.dataframe:
        for column in table.value:
            yield from (cell for cell in table.value[column] if str(cell).startswith("posts?"))


def test_the_answer_comes_first_then_the_chart_and_the_tables(
    story: Owner, open_page: Open
) -> None:
    app = open_page(story, "compare")
    assert "OpenAI" in app.header[0].value
    assert headings(app) == ["Share against per hour, by source", "Each source", "Differences"]
    assert len(app.get("plotly_chart")) == 1
    assert len(app.get("plotly_chart")[0].proto.alt) > 20
    assert sources(app)["source"].tolist() == ["Bluesky", "Hacker News", "all together"]


def test_every_number_opens_exactly_its_posts(story: Owner, open_page: Open) -> None:
    found = list(cells(open_page(story, "compare")))
    assert len(found) == 3 * 5 + 2
    with story.read() as cursor:
        for url in found:
            number = int(urlsplit(url).fragment.replace(",", ""))
            assert questions.count(cursor, opened(url)) == number


def test_what_is_not_corrected_says_so(story: Owner, open_page: Open) -> None:
    said = " ".join(caption.value for caption in open_page(story, "compare").caption)
    assert "chance of sampling alone" in said
    assert "the model may err differently in each source" in said
    assert "in the mean" in said


def test_the_gap_of_a_source_is_warned_of(story: Owner, open_page: Open) -> None:
    warnings = " ".join(one.value for one in open_page(story, "compare").warning)
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
