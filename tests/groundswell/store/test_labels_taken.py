"""Labels that came as a file: taken once, the latest stands, each reject is told."""

from datetime import timedelta

import pandas as pd
from duckdb import DuckDBPyConnection

from groundswell.labels.file import Given
from groundswell.store import labels, questions
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.labelled import NOW, TARGET, draw, give, gold, number_of, queue
from tests.groundswell.store.making import batch, post, read, scored


def given(number: int, label: str, line: int = 2, minute: int = 0, **changes: object) -> Given:
    values: dict[str, object] = {
        "line": line,
        "source": None,
        "uri": f"at://did:plc:sample/{number}",
        "target": TARGET,
        "labeller": "ben",
        "label": label,
        "labelled_at": NOW + timedelta(minutes=minute),
    }
    return Given(**(values | changes))  # type: ignore[arg-type]  # the fields' types are mixed


def test_labels_from_a_file_are_taken_once_and_the_latest_stands(
    drawn: DuckDBPyConnection,
) -> None:
    file = [
        given(3, "none", 2),
        given(3, "against", 3, minute=5),
        given(4, "favor", 4, source="bluesky"),
        given(4, "favor", 5, source="mastodon"),
        given(999, "favor", 6),
    ]
    done = labels.take(drawn, "story", file)
    assert (done.taken, done.known, done.older) == (2, 0, 1)
    assert [reject.line for reject in done.rejects] == [5, 6]
    assert all("has this uri" in reject.reason for reject in done.rejects)
    again = labels.take(drawn, "story", file)
    assert (again.taken, again.known) == (0, 2)
    older = labels.take(drawn, "story", [given(3, "favor", minute=-1), given(4, "none", minute=1)])
    assert (older.taken, older.older) == (1, 1)
    said = labels.labels(drawn, "story", TARGET)
    assert sorted(zip(said["uri"].str[-1], said["label"], strict=True)) == [
        ("3", "against"), ("4", "none"),
    ]  # fmt: skip


def test_labels_of_posts_that_were_not_drawn_are_kept_and_measure_nothing(
    drawn: DuckDBPyConnection,
) -> None:
    asked = {number_of(drawn, post_no) for post_no in queue(drawn)}
    other = next(number for number in range(40) if number not in asked)
    done = labels.take(drawn, "story", [given(other, "against")])
    assert (done.taken, done.undrawn) == (1, 1)
    assert gold(drawn).empty
    assert questions.label_progress(drawn, "story", TARGET).elsewhere == 1
    assert pd.isna(labels.labels(drawn, "story", TARGET)["weight"][0])


def test_the_address_of_who_is_not_to_be_named_is_not_told_but_found_again(
    con: DuckDBPyConnection, take: Take
) -> None:
    shy = post(1, labels=("not-indexable",))
    take(batch(0, [read(scored(shy), {TARGET: "none"})], targets={"story": [TARGET]}))
    draw(con, 1)
    give(con, queue(con)[0], "against")
    uri = gold(con)["uri"][0]
    assert "sample/1" not in uri
    assert labels.labels(con, "story", TARGET)["uri"].tolist() == [uri]
    assert labels.take(con, "story", [given(0, "none", uri=uri)]).taken == 1
