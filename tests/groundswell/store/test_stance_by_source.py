"""What each source says of a target equals what is counted of that source alone."""

import pandas as pd
import pytest
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.errors import WrongUse
from groundswell.settings import Settings
from groundswell.spool import ScoredPost, Spool
from groundswell.store import questions
from groundswell.store.absorb import absorb
from groundswell.store.database import open_database
from groundswell.store.filters import STANCES, Filters
from groundswell.store.stance import SERIES
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import HOUR, T0, batch, post, read, scored

SOURCES = ("bluesky", "hackernews", "rss")
STORY = Filters(topic="story")

Said = tuple[int, int | None, str, str]  # hours before T0, author, stance, source
_said = st.tuples(
    st.integers(0, 400),
    st.none() | st.integers(0, 3),
    st.sampled_from(STANCES),
    st.sampled_from(SOURCES),
)


def told(said: list[Said]) -> list[ScoredPost]:
    posts: list[ScoredPost] = []
    for number, (hours, author, stance, source) in enumerate(said):
        who = f"did:plc:{author}" if author is not None else None
        one = post(
            number, source=source, uri=f"{source}:{number}", author_id=who, author=who,
            created_at=T0 - hours * HOUR,
        )  # fmt: skip
        posts.append(read(scored(one), {"Acme": stance}))
    return posts


@given(said=st.lists(_said, max_size=40))
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_each_source_is_what_it_is_when_asked_alone(
    tmp_path_factory: pytest.TempPathFactory, said: list[Said]
) -> None:
    home = tmp_path_factory.mktemp("home")
    con, spool = open_database(home, Settings(home=home)), Spool(home)
    try:
        spool.write(batch(0, told(said), targets={"story": ["Acme"]}))
        assert absorb(con, home, spool) is not None
        for bucket in ("hour", "day", "week"):
            check(con, said, bucket)
    finally:
        con.close()


def check(con: DuckDBPyConnection, said: list[Said], bucket: str) -> None:
    found = questions.stance_by_source(con, STORY, bucket, "Acme", SOURCES)
    assert found.totals["source"].tolist() == list(SOURCES)
    for source in SOURCES:
        alone = Filters(topic="story", sources=(source,))
        series = found.series[found.series["source"] == source].drop(columns="source")
        expected = questions.stance_series(con, alone, bucket, "Acme")
        pd.testing.assert_frame_equal(series.reset_index(drop=True), expected)
        (total,) = found.totals[found.totals["source"] == source].to_dict("records")
        whole = questions.stance_totals(con, alone, "Acme").to_dict("records")[0]
        assert {name: total[name] for name in (*SERIES, "accounts")} == whole
        known = {author for _, author, _, of in said if of == source and author is not None}
        assert total["accounts"] == len(known)
    whole = questions.stance_totals(con, STORY, "Acme").to_dict("records")[0]
    assert found.totals[[*SERIES, "accounts"]].sum().to_dict() == whole


def test_only_sources_asked_for_are_told(con: DuckDBPyConnection, take: Take) -> None:
    said = told([(1, 1, "against", "rss"), (1, 1, "none", "bluesky")])
    take(batch(0, said, targets={"story": ["Acme"]}))
    found = questions.stance_by_source(con, STORY, "day", "Acme", ("rss", "x"))
    assert found.totals["posts"].tolist() == [1, 0]
    assert found.series["source"].tolist() == ["rss"]
    assert questions.stance_by_source(con, STORY, "day", "Acme", ()).totals.empty


def test_more_sources_than_a_key_holds_are_told_too(con: DuckDBPyConnection, take: Take) -> None:
    many = [f"s{number}" for number in range(32)]
    said = [
        *told([(number, number % 3, "against", name) for number, name in enumerate(many)]),
        *told([(1, None, "none", "rss")]),
    ]
    take(batch(0, said, targets={"story": ["Acme"]}))
    found = questions.stance_by_source(con, STORY, "hour", "Acme", many)
    assert found.totals["source"].tolist() == many
    assert found.totals[["posts", "accounts"]].to_numpy().tolist() == [[1, 1]] * 32
    assert found.series["source"].tolist() == many


def test_a_bucket_that_is_none(con: DuckDBPyConnection) -> None:
    with pytest.raises(WrongUse, match="century"):
        questions.stance_by_source(con, STORY, "century", "Acme", SOURCES)
