"""The share that is gone since: in words, in the table, and on the page."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.still_there import finding, shown
from dashboard.words import withheld_words
from groundswell.post import Deletion
from groundswell.spool import Spool
from groundswell.store.owner import Owner
from tests.dashboard import stories

NAMES = ["source", "collected", "deleted", "hidden", "withheld", "expired"]


def _table(*rows: tuple[str, int, int, int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=NAMES)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "Nothing that was collected is known to be gone since"),
        ([("rss", 9, 0, 0, 4, 4)], "Nothing that was collected is known to be gone since"),
        ([("rss", 100, 2, 1, 0, 0)], "3% of the posts collected are gone since"),
        (
            [("bluesky", 100, 0, 9, 0, 0), ("rss", 100, 2, 1, 0, 0)],
            "6% of the posts collected are gone since, most from Bluesky",
        ),
        ([("rss", 1000, 1, 0, 0, 0)], "under 1% of the posts collected are gone since"),
    ],
)
def test_the_finding(rows: list[tuple[str, int, int, int, int, int]], said: str) -> None:
    assert finding(_table(*rows)) == said


def test_the_table_names_sources_and_shares() -> None:
    (row,) = shown(_table(("hackernews", 200, 10, 10, 1, 2))).to_dict("records")
    assert (row["source"], row["gone"], row["collected"]) == ("Hacker News", "10%", 200)


def test_why_a_text_is_not_there() -> None:
    assert "as long as the source allows" in withheld_words("expired")
    assert "no-unauthenticated" in withheld_words("no-unauthenticated")


@pytest.fixture
def thinned(tmp_path: Path) -> Iterator[Owner]:
    """The story after half of its Bluesky posts went."""
    posts = stories.story()
    stories.write_topic(tmp_path)
    stories.fill(tmp_path, posts)
    stories.open_home(tmp_path).stop()
    bluesky = [post for post in posts if post.source == "bluesky"]
    gone = [
        Deletion(source="bluesky", uri=post.uri, seen_at=post.first_seen_at + timedelta(days=1))
        for post in bluesky[::2]
    ]
    marked = stories.batch([], "bluesky")
    values = {name: getattr(marked, name) for name in type(marked).__dataclass_fields__}
    Spool(tmp_path).write(
        type(marked)(**(values | {"deletions": gone, "run_id": "later", "route": "stream"}))
    )
    owner = stories.open_home(tmp_path)
    yield owner
    owner.stop()


def test_the_page_says_it(thinned: Owner, open_page: Callable[..., AppTest]) -> None:
    app = open_page(thinned, "sources")
    assert not app.exception
    (said,) = [header.value for header in app.header if "gone since" in header.value]
    assert said.endswith("of the posts collected are gone since, most from Bluesky")
    tables = [frame.value for frame in app.dataframe if "gone" in frame.value.columns]
    assert len(tables) == 1
    assert set(tables[0]["source"]) >= {"Bluesky"}
