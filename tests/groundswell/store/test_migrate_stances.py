"""A home from before stances opens with its readings as they were, and goes on from there."""

from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store import migrate as migrating
from groundswell.store import questions, sql
from groundswell.store.absorb import absorb
from groundswell.store.database import open_database
from groundswell.store.filters import Filters
from groundswell.store.rewrite import rewrite
from tests.groundswell.store.making import T0, batch, post, read, rows, scored
from tests.groundswell.store.recount import check

STORY = Filters(topic="story")
OLD = """
    INSERT INTO models VALUES ('vader', '1', 1), ('vader', '2', 2);
    INSERT INTO matches VALUES (1, 'story', 'q1', 'search'), (2, 'story', 'q1', 'search');
    INSERT INTO scores VALUES
        (1, 'vader', '1', NULL, 'positive', 0.5, NULL, NULL),
        (1, 'vader', '2', NULL, 'negative', -0.5, NULL, NULL),
        (2, 'vader', '1', NULL, 'not_scored', NULL, NULL, 'language');
    INSERT INTO facts BY NAME
    SELECT
        'story' AS topic, post_no, 'bluesky' AS source, 'en' AS lang, $at AS posted_at,
        CASE post_no WHEN 1 THEN -0.5 END AS compound,
        CASE post_no WHEN 1 THEN 'negative' ELSE 'not_scored' END AS sentiment,
        false AS skewed, false AS withheld
    FROM (SELECT unnest([1, 2]) AS post_no);
"""


@pytest.fixture
def old(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose database has shape 8, with two posts that VADER has read."""
    known = sql.migrations()
    with monkeypatch.context() as before:
        before.setattr(migrating, "migrations", lambda: [one for one in known if one[0] <= 8])
        con = open_database(home, Settings(home=home))
    for statement in OLD.split(";\n"):
        if statement.strip():
            con.execute(statement, {"at": T0} if "$at" in statement else None)
    con.close()
    return home


def test_readings_stay_and_say_which_model_gave_them(old: Path) -> None:
    con = open_database(old, Settings(home=old))
    assert rows(con, "SELECT post_no, compound, sentiment, irony, reader FROM facts") == [
        (1, -0.5, "negative", None, 2),
        (2, None, "not_scored", None, 1),
    ]
    assert questions.scored_by(con, "story")["version"].tolist() == ["2", "1"]
    assert questions.stance_series(con, STORY, "hour", "Acme").empty
    con.close()


def test_a_post_that_is_scored_anew_then_has_its_stance(old: Path) -> None:
    con, spool = open_database(old, Settings(home=old)), Spool(old)
    con.execute("DELETE FROM matches; DELETE FROM scores; DELETE FROM facts")
    for seq, one in enumerate((scored(post(1)), read(scored(post(1)), {"Acme": "against"}))):
        spool.write(batch(seq, [one], targets={"story": ["Acme"]}))
        assert absorb(con, old, spool) is not None
    assert questions.stance_totals(con, STORY, "Acme")["against"].item() == 1
    check(con)
    con.close()


def test_a_database_written_anew_answers_the_same(home: Path) -> None:
    con, spool = open_database(home, Settings(home=home)), Spool(home)
    spool.write(batch(0, [read(scored(post(1)), {"Acme": "favor"})], targets={"story": ["Acme"]}))
    assert absorb(con, home, spool) is not None
    before = _answers(con)
    con.close()
    rewrite(home, Settings(home=home))
    con = open_database(home, Settings(home=home))
    assert _answers(con) == before
    check(con)
    con.close()


def _answers(con: DuckDBPyConnection) -> list[object]:
    views = "SELECT * FROM readings JOIN stance_readings USING (post_no)"
    return [
        con.execute(views).fetchall(),
        questions.stance_totals(con, STORY, "Acme").to_dict("records"),
        questions.scored_by(con, "story").to_dict("records"),
    ]
