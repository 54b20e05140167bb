"""Draws in the store: what they were made for, what they add, and what each post stands for."""

import numpy as np
import pytest
from duckdb import DuckDBPyConnection

from groundswell.errors import WrongUse
from groundswell.store import draws
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.labelled import NOW, PREDICTED, TARGET, draw, give, gold, queue, spoken
from tests.groundswell.store.making import rows


def test_a_draw_is_kept_with_what_it_was_made_for(drawn: DuckDBPyConnection) -> None:
    (one,) = draws.draws(drawn, "story", TARGET)
    assert (one.draw, one.posts, one.size, one.left_posts) == (1, 40, 20, 20)
    assert (one.query, one.model, one.version, one.seed) == ("q1", "lite", "1", "story/OpenAI/1")
    ((weights,),) = rows(drawn, "SELECT sum(1 / inclusion) FROM drawn")
    assert weights == pytest.approx(40, abs=4)
    assert {name for (name,) in rows(drawn, "SELECT DISTINCT predicted FROM drawn")} == {*PREDICTED}


def test_a_later_draw_adds_and_keeps_what_was_drawn(drawn: DuckDBPyConnection, take: Take) -> None:
    first = queue(drawn)
    for post_no in first:
        give(drawn, post_no, "against")
    take(spoken(range(40, 100), seq=1))
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
    take(spoken(range(40), seq=1, version="2"))
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


def test_two_draws_together_are_right_on_average(con: DuckDBPyConnection, take: Take) -> None:
    """Also where posts came between them that are otherwise than those before."""
    take(spoken(range(60)))
    take(spoken(range(60, 90), seq=1))
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
