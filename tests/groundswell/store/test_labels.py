"""Labels and draws in the store: what goes with a post, who agrees, and what each stands for."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from duckdb import DuckDBPyConnection

from groundswell.errors import WrongUse
from groundswell.labels.file import Given
from groundswell.post import Hiding
from groundswell.store import draws, labels, questions
from groundswell.store.purge import Wish, purge
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import HOUR, T0, batch, deletion, post, read, rows, scored

TARGET = "OpenAI"
NOW = datetime(2025, 2, 1, tzinfo=UTC)
PREDICTED = ("against", "none", "favor", "not_scored")


@pytest.fixture
def drawn(con: DuckDBPyConnection, take: Take) -> DuckDBPyConnection:
    """Forty posts that speak of the target, half of them drawn."""
    fill(take, range(40))
    draw(con, 20)
    return con


def fill(take: Take, numbers: range, *, seq: int = 0, version: str = "1") -> None:
    posts = [
        read(
            scored(post(n, author_id=f"sample-user-{n}", author=f"sample-user-{n}")),
            {TARGET: PREDICTED[n % 4]},
            version=version,
        )
        for n in numbers
    ]
    take(batch(seq, posts, targets={"story": [TARGET, "DeepSeek"]}))


def draw(con: DuckDBPyConnection, size: int, query: str = "q1") -> draws.Draw:
    return draws.draw(con, "story", TARGET, query=query, size=size, now=NOW)


def queue(con: DuckDBPyConnection, labeller: str = "ada", limit: int = 99) -> list[int]:
    table = labels.label_queue(con, "story", TARGET, labeller, limit)
    return [int(post_no) for post_no in table["post_no"]]


def give(
    con: DuckDBPyConnection, post_no: int, label: str, labeller: str = "ada", minute: int = 0
) -> None:
    at = NOW + timedelta(minutes=minute)
    labels.give(con, "story", TARGET, post_no, labeller=labeller, label=label, at=at, took_s=2.5)


def gold(con: DuckDBPyConnection) -> pd.DataFrame:
    return questions.gold(con, "story", TARGET)


def number_of(con: DuckDBPyConnection, post_no: int) -> int:
    ((uri,),) = con.execute("SELECT uri FROM posts WHERE post_no = ?", [post_no]).fetchall()
    return int(str(uri).rpartition("/")[2])


def hiding(number: int, *, lifted: bool = False) -> Hiding:
    seen_at = T0 + (2 if lifted else 1) * HOUR
    return Hiding(source="bluesky", uri=post(number).uri, seen_at=seen_at, lifted=lifted)


def _known(value: Any) -> Any:
    return None if pd.isna(value) else value


def test_a_draw_is_kept_with_what_it_was_made_for(drawn: DuckDBPyConnection) -> None:
    (one,) = draws.draws(drawn, "story", TARGET)
    assert (one.draw, one.posts, one.size, one.left_posts) == (1, 40, 20, 20)
    assert (one.query, one.model, one.version, one.seed) == ("q1", "lite", "1", "story/OpenAI/1")
    ((weights,),) = rows(drawn, "SELECT sum(1 / inclusion) FROM drawn")
    assert weights == pytest.approx(40, abs=4)
    assert {name for (name,) in rows(drawn, "SELECT DISTINCT predicted FROM drawn")} == {*PREDICTED}


def test_the_queue_is_blind_and_each_labeller_has_the_same(drawn: DuckDBPyConnection) -> None:
    table = labels.label_queue(drawn, "story", TARGET, "ada", 5)
    assert list(table.columns) == [
        *("post_no", "source", "posted_at", "text", "quoted_text", "card_text", "alt_text"),
        "parent_text",
    ]
    first = queue(drawn)
    assert len(first) == 20
    give(drawn, first[0], "against")
    assert queue(drawn) == first[1:]
    assert queue(drawn, "ben") == first
    give(drawn, first[1], "skip")
    assert queue(drawn) == first[2:]


def test_what_is_replied_to_is_shown_but_not_what_is_hidden(
    con: DuckDBPyConnection, take: Take
) -> None:
    reply = post(2, reply_to=post(1).uri, quote_of=post(3).uri, quoted_text="said three")
    posts = [read(scored(one), {TARGET: "against"}) for one in (post(1), reply, post(3))]
    take(batch(0, posts, targets={"story": [TARGET]}))
    draw(con, 3)

    def context() -> tuple[object, object]:
        table = labels.label_queue(con, "story", TARGET, "ada", 9)
        row = table[table["text"] == reply.text].iloc[0]
        return _known(row["parent_text"]), _known(row["quoted_text"])

    assert context() == (post(1).text, "said three")
    take(batch(1, hidings=[hiding(n) for n in (1, 3)]))
    assert context() == (None, None)


def test_gold_is_what_labellers_agree_on(drawn: DuckDBPyConnection) -> None:
    one, two, three, four, five, six = queue(drawn)[:6]
    give(drawn, one, "against")
    for labeller in ("ada", "ben"):
        give(drawn, two, "favor", labeller)
        give(drawn, four, "unclear", labeller)
    give(drawn, three, "none", "ada")
    give(drawn, three, "against", "ben")
    give(drawn, five, "skip")
    give(drawn, six, "none", "ada")
    give(drawn, six, "skip", "ben")
    said = gold(drawn).set_index("post_no")["truth"].to_dict()
    assert said == {one: "against", two: "favor", six: "none"}
    progress = questions.label_progress(drawn, "story", TARGET)
    assert (progress.drawn, progress.gold, progress.unclear) == (20, 3, 1)
    assert (progress.differing, progress.skipped, progress.open) == (1, 1, 14)
    assert progress.missing == {"labels": 97, "against": 29, "none": 29, "favor": 29}
    table = labels.label_queue(drawn, "story", TARGET, "eve", 9, differing=True)
    assert table["post_no"].tolist() == [three]
    give(drawn, three, "against", "eve")
    assert gold(drawn).set_index("post_no")["truth"][three] == "against"
    give(drawn, three, "none", "eve")
    give(drawn, three, "none", "ben")  # ben thinks again
    assert gold(drawn).set_index("post_no")["truth"][three] == "none"


def test_gold_says_what_the_model_says_and_what_a_post_stands_for(
    drawn: DuckDBPyConnection,
) -> None:
    for post_no in queue(drawn):
        give(drawn, post_no, "none")
    table = gold(drawn)
    assert list(table.columns) == [
        *("post_no", "source", "uri", "author_no", "posted_at", "truth", "predicted", "weight"),
        *("query", "model", "version", "model_now", "version_now"),
    ]
    numbers = [number_of(drawn, post_no) for post_no in table["post_no"]]
    assert table["predicted"].tolist() == [PREDICTED[number % 4] for number in numbers]
    assert table["weight"].sum() == pytest.approx(40, abs=4)
    assert set(table["query"]) == {"q1"}
    assert set(table["version"]) == {"1"}
    assert table["posted_at"].is_monotonic_increasing


def test_undo_takes_the_last_label_back(drawn: DuckDBPyConnection) -> None:
    one, two = queue(drawn)[:2]
    give(drawn, one, "against", minute=1)
    give(drawn, two, "favor", minute=2)
    give(drawn, one, "none", "ben", minute=3)
    assert labels.undo(drawn, "story", TARGET, "ada") == two
    assert queue(drawn)[0] == two
    assert labels.undo(drawn, "story", TARGET, "ada") == one
    assert labels.undo(drawn, "story", TARGET, "ada") is None
    assert gold(drawn)["truth"].tolist() == ["none"]


def test_a_later_draw_adds_and_keeps_what_was_drawn(drawn: DuckDBPyConnection, take: Take) -> None:
    first = queue(drawn)
    for post_no in first:
        give(drawn, post_no, "against")
    fill(take, range(40, 100), seq=1)
    assert draw(drawn, 30).size == 30
    later = queue(drawn)
    assert len(later) == 30
    assert not set(later) & set(first)
    for post_no in later:
        give(drawn, post_no, "none")
    table = gold(drawn)
    assert len(table) == 50
    # The draws together stand for all posts that there are now.
    assert table["weight"].sum() == pytest.approx(100, abs=8)
    old = table["post_no"].isin(first)
    assert table["weight"][old].max() < table["weight"][~old].max()


def test_a_draw_for_another_query_counts_no_earlier_one(
    drawn: DuckDBPyConnection,
) -> None:
    for post_no in queue(drawn):
        give(drawn, post_no, "against")
    assert set(gold(drawn)["query"]) == {"q1"}
    draw(drawn, 5, query="q2")
    table = gold(drawn)
    assert len(table) == 20  # kept by the later draw, for themselves
    assert set(table["query"]) == {"q2"}
    assert table["weight"].tolist() == [1.0] * 20


def test_a_model_that_came_later_is_told(drawn: DuckDBPyConnection, take: Take) -> None:
    give(drawn, queue(drawn)[0], "against")
    fill(take, range(40), seq=1, version="2")
    (row,) = gold(drawn).to_dict("records")
    assert (row["version"], row["version_now"]) == ("1", "2")


def test_what_was_never_read_or_is_all_drawn_cannot_be_drawn(
    drawn: DuckDBPyConnection, take: Take
) -> None:
    with pytest.raises(WrongUse, match="groundswell rescore story"):
        draws.draw(drawn, "story", "DeepSeek", query="q", size=5, now=NOW)
    assert draw(drawn, 5_000).size == 20
    with pytest.raises(WrongUse, match="All 40 posts"):
        draw(drawn, 1)
    with pytest.raises(WrongUse, match="at once"):
        draw(drawn, 0)


@pytest.mark.parametrize("how", ["deleted", "account", "purged", "source", "older"])
def test_a_post_that_goes_takes_its_labels_along(
    drawn: DuckDBPyConnection, take: Take, home: Path, how: str
) -> None:
    first = queue(drawn)[0]
    give(drawn, first, "against")
    give(drawn, queue(drawn)[0], "none")
    gone = deletion(number_of(drawn, first))
    if how == "deleted":
        take(batch(5, deletions=[gone]))
    elif how == "account":
        whole = deletion(author=number_of(drawn, first))
        take(batch(5, deletions=[whole]))
        purge(drawn, home, Wish(author=f"sample-user-{number_of(drawn, first)}"))
    elif how == "purged":
        purge(drawn, home, Wish(uri=gone.uri))
    elif how == "source":
        purge(drawn, home, Wish(source="bluesky"))
    else:
        purge(drawn, home, Wish(older_than=T0 + HOUR))
    left = len(rows(drawn, "FROM labels"))
    assert left == (0 if how in ("source", "older") else 1)
    assert rows(drawn, f"FROM drawn WHERE post_no = {first}") == []
    assert len(gold(drawn)) == left


def test_a_purged_topic_leaves_no_label_and_no_draw(drawn: DuckDBPyConnection, home: Path) -> None:
    give(drawn, queue(drawn)[0], "against")
    purge(drawn, home, Wish(topic="story"))
    assert [rows(drawn, f"FROM {table}") for table in ("labels", "drawn", "draws")] == [[], [], []]


def test_what_is_hidden_counts_nowhere_and_comes_back_with_its_label(
    drawn: DuckDBPyConnection, take: Take
) -> None:
    one, two = queue(drawn)[:2]
    give(drawn, one, "against")
    give(drawn, one, "none", "ben")
    before = questions.label_progress(drawn, "story", TARGET)
    numbers = [number_of(drawn, post_no) for post_no in (one, two)]
    take(batch(5, hidings=[hiding(number) for number in numbers]))
    progress = questions.label_progress(drawn, "story", TARGET)
    assert (progress.drawn, progress.differing) == (18, 0)
    assert not {one, two} & {*queue(drawn), *queue(drawn, "eve")}
    assert labels.labels(drawn, "story", TARGET).empty
    assert labels.labellers(drawn, "story", TARGET) == []
    assert labels.label_agreement(drawn, "story", TARGET).posts == 0
    with pytest.raises(WrongUse, match="The post is gone"):
        give(drawn, one, "against")
    take(batch(6, hidings=[hiding(number, lifted=True) for number in numbers]))
    assert questions.label_progress(drawn, "story", TARGET) == before


def test_an_edited_post_is_to_be_labelled_anew(drawn: DuckDBPyConnection, take: Take) -> None:
    first = queue(drawn)[0]
    give(drawn, first, "against")
    number = number_of(drawn, first)
    account = {"author_id": f"sample-user-{number}", "author": f"sample-user-{number}"}
    edited = post(number, text="other words", first_seen_at=T0 + HOUR, **account)
    take(batch(5, [read(scored(edited), {TARGET: "none"})]))
    assert gold(drawn).empty
    assert queue(drawn)[0] == first


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


def test_the_mark_of_gold_changes_with_it(drawn: DuckDBPyConnection) -> None:
    marks = [questions.gold_mark(drawn, "story", TARGET)]

    def note() -> None:
        marks.append(questions.gold_mark(drawn, "story", TARGET))

    first = queue(drawn)[0]
    give(drawn, first, "against")
    note()
    give(drawn, first, "none")
    note()
    labels.undo(drawn, "story", TARGET, "ada")
    draw(drawn, 2)
    note()
    assert len(set(marks)) == 4
    assert questions.gold_mark(drawn, "story", TARGET) == marks[-1]


def test_who_labels_and_how_far_they_agree(drawn: DuckDBPyConnection) -> None:
    for minute, post_no in enumerate(queue(drawn)[:4]):
        give(drawn, post_no, "against" if minute else "none", minute=minute)
        give(drawn, post_no, "against", "ben")
    give(drawn, queue(drawn)[0], "skip")
    ada, ben = labels.labellers(drawn, "story", TARGET)
    assert (ada.labeller, ada.labels, ada.skips, ada.took_s) == ("ada", 4, 1, 2.5)
    assert (ben.labels, ben.skips, ben.last_at) == (4, 0, NOW)
    said = labels.label_agreement(drawn, "story", TARGET)
    assert (said.labellers, said.posts, said.same) == (("ada", "ben"), 4, 0.75)


@pytest.mark.parametrize("label", ["", "pro", "AGAINST"])
def test_only_labels_are_labels(drawn: DuckDBPyConnection, label: str) -> None:
    with pytest.raises(WrongUse, match="A label is one of"):
        give(drawn, queue(drawn)[0], label)


def test_two_draws_together_are_right_on_average(con: DuckDBPyConnection, take: Take) -> None:
    """Also where posts came between them that are otherwise than those before."""
    fill(take, range(60))
    fill(take, range(60, 90), seq=1)
    con.execute("UPDATE stances SET stance = 'against' WHERE post_no > 60")
    con.execute("CREATE TEMP TABLE late AS SELECT * FROM stances WHERE post_no > 60")
    against = rows(con, "SELECT count(*) FROM stances WHERE stance = 'against'")[0][0]
    found = []
    for number in range(25):
        con.begin()
        # The seed is made of the number of the draw.
        con.execute(
            "INSERT INTO draws VALUES "
            "('story', 'OpenAI', ?, 's', now(), 'other', 'lite', '1', 1, 1, 1)",
            [100 * number],
        )
        con.execute("DELETE FROM stances WHERE post_no > 60")
        draw(con, 20)
        con.execute("INSERT INTO stances FROM late")
        draw(con, 20)
        con.execute(
            "INSERT INTO labels SELECT topic, target, post_no, 'ada', 'none', now(), NULL "
            "FROM drawn WHERE place IS NOT NULL"
        )
        table = gold(con)
        found.append(table["weight"][table["predicted"] == "against"].sum())
        con.rollback()
    error = np.std(found) / len(found) ** 0.5
    assert abs(np.mean(found) - against) < 4 * error
    assert error < 2
