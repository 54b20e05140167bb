"""Labels in the store: what goes with a post, who agrees, and what is left to do."""

from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from groundswell.errors import WrongUse
from groundswell.store import labels, questions
from groundswell.store.purge import Wish, purge
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.labelled import (
    NOW,
    PREDICTED,
    TARGET,
    draw,
    give,
    gold,
    hiding,
    known,
    number_of,
    queue,
)
from tests.groundswell.store.making import HOUR, T0, batch, deletion, post, read, rows, scored


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
        return known(row["parent_text"]), known(row["quoted_text"])

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
    assert progress.missing == {"labels": 97, "against": 9, "none": 9, "favor": 9}
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
        *("query", "model", "version", "model_now", "version_now", "beside"),
    ]
    assert not table["beside"].any()
    numbers = [number_of(drawn, post_no) for post_no in table["post_no"]]
    assert table["predicted"].tolist() == [PREDICTED[number % 4] for number in numbers]
    assert table["weight"].sum() == pytest.approx(40, abs=4)
    assert set(table["query"]) == {"q1"}
    assert set(table["version"]) == {"1"}
    assert table["posted_at"].is_monotonic_increasing


def test_gold_says_whether_another_target_is_spoken_against(
    con: DuckDBPyConnection, take: Take
) -> None:
    said = [{TARGET: "none"}, *({TARGET: "against", "Rival": s} for s in ("none", "against"))]
    posts = [read(scored(post(n)), stances) for n, stances in enumerate(said)]
    take(batch(0, posts, targets={"story": [TARGET, "Rival"]}))
    draw(con, 3)
    for post_no in queue(con):
        give(con, post_no, "none")
    table = gold(con)
    numbers = [number_of(con, post_no) for post_no in table["post_no"]]
    assert dict(zip(numbers, table["beside"], strict=True)) == {0: False, 1: False, 2: True}


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
