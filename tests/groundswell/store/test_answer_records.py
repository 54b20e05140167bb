"""Answers of the database as records that JSON takes."""

import json

import duckdb

from groundswell.store.rows import json_records, records

EVERYTHING = """
SELECT NULL::INTEGER AS number, 'nan'::DOUBLE AS measure, NULL::TIMESTAMPTZ AS never,
       TIMESTAMPTZ '2025-01-29 01:00:00+01' AS seen_at, ['a', 'b'] AS terms, 'text' AS said
"""


def test_what_is_unknown_is_none_and_times_are_in_utc() -> None:
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'America/New_York'")
        (row,) = json_records(con.execute(EVERYTHING).df())
    assert row == {
        "number": None,
        "measure": None,
        "never": None,
        "seen_at": "2025-01-29T00:00:00+00:00",
        "terms": ["a", "b"],
        "said": "text",
    }
    assert json.loads(json.dumps(row)) == row


def test_only_the_rows_that_are_left_are_given() -> None:
    with duckdb.connect() as con:
        answer = con.execute("SELECT range AS number FROM range(3)")
        answer.fetchone()
        assert records(answer) == [{"number": 1}, {"number": 2}]
        assert records(answer) == []
