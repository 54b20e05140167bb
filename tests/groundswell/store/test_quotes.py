"""Which posts are offered for quoting, in which order, and what is told beside each."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from groundswell.scoring.score import Score
from groundswell.spool import ScoredPost
from groundswell.store import quotes
from groundswell.store.filters import Filters
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import HOUR, T0, batch, deletion, post, read, rows, scored
from tests.groundswell.store.test_voices import ACME, NAMELESS, compared

STORY = Filters(topic="story")
LONG = "this is said in words of its own, number"


def said(number: int, stance: str = "against", *, sure: float = 0.75, **changes: Any) -> ScoredPost:
    """A post of an account of its own that can be quoted."""
    values: dict[str, Any] = {
        "text": f"{LONG} {number}",
        "author_id": f"did:{number}",
        "author": f"user-{number}",
    }
    one = read(scored(post(number, **(values | changes))), {"Acme": stance})
    scores = tuple(
        replace(score, confidence=sure) if score.target == "Acme" else score
        for score in one.reading.scores
    )
    assert all(isinstance(score, Score) for score in scores)
    return replace(one, reading=replace(one.reading, scores=scores))


def offered(con: DuckDBPyConnection, side: quotes.Side = "against", limit: int = 9) -> list[str]:
    """Their addresses, in order, without what all have in common."""
    numbers = quotes.quotable(con, STORY, "Acme", side, limit)
    table = quotes.quotes(con, STORY, "Acme", numbers)
    assert table["post_no"].tolist() == numbers
    return [str(uri).rpartition("/")[2] for uri in table["uri"]]


def taken(take: Take, posts: Sequence[ScoredPost]) -> None:
    take(batch(0, posts, **ACME))


def test_confidence_and_engagement_rank(con: DuckDBPyConnection, take: Take) -> None:
    taken(
        take,
        [
            said(1, sure=0.9, likes=0),
            said(2, sure=0.9, likes=100),
            said(3, sure=0.5, likes=100),
            said(4, sure=0.9, likes=None),  # as the mean of the others' logarithms
            said(5, "favor"),
            said(6, "none"),
        ],
    )
    assert offered(con) == ["2", "4", "3", "1"]
    assert offered(con, "favor") == ["5"]
    assert offered(con, limit=2) == ["2", "4"]


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "too short a shout"},
        {"text": f"https://example.org/{'a/' * 50} @one @two @three @four @five @six"},
        {"text": f"RT @somebody: {LONG}"},
        {"text": f"{LONG} 1", "card_text": f"{LONG} 1"},
        {"text": f"Breaking: {LONG}", "quoted_text": LONG},
        {"source": "rss"},
        {"labels": NAMELESS},
        {"url": None},
        {"author": None, "author_id": None, "author_name": None},
        {"withheld": "noindex", "text": "", "raw": b""},
    ],
)  # fmt: skip
def test_what_is_not_worth_quoting_is_left_out(
    con: DuckDBPyConnection, take: Take, changes: dict[str, Any]
) -> None:
    taken(take, [said(1, likes=999, **changes), said(2)])
    assert offered(con) == ["2"]


def test_one_an_account_the_next_best_where_the_best_is_no_quotation(
    con: DuckDBPyConnection, take: Take
) -> None:
    mine: dict[str, Any] = {"author_id": "did:me", "author": "me"}
    taken(
        take,
        [
            said(1, likes=99, text="too short", **mine),
            said(2, likes=50, **mine),
            said(3, likes=40, **mine),
            said(4, likes=1),
        ],
    )
    assert offered(con) == ["2", "4"]


def test_who_is_nameless_once_is_not_quoted_at_all(con: DuckDBPyConnection, take: Take) -> None:
    mine: dict[str, Any] = {"author_id": "did:me", "author": "me"}
    taken(take, [said(1, **mine), said(2, "none", labels=NAMELESS, **mine), said(3)])
    assert offered(con) == ["3"]


def test_of_those_that_say_the_same_the_first(con: DuckDBPyConnection, take: Take) -> None:
    group = [said(9), said(5, likes=999), said(7)]  # 9 was first
    taken(take, [*group, said(1, likes=0)])
    compared(take, group)
    assert offered(con) == ["9", "1"]


def test_one_loud_account_does_not_hide_the_others(con: DuckDBPyConnection, take: Take) -> None:
    mine: dict[str, Any] = {"author_id": "did:me", "author": "me"}
    loud = [said(n, **mine, likes=900 + n) for n in range(40)]
    taken(take, [*loud, said(50, likes=1), said(51, likes=0)])
    assert offered(con, limit=3) == ["39", "50", "51"]


def test_what_went_is_not_there_any_more(con: DuckDBPyConnection, take: Take) -> None:
    taken(take, [said(1), said(2), said(3)])
    numbers = quotes.quotable(con, STORY, "Acme", "against", 9)
    take(batch(1, deletions=[deletion(1)]))
    con.execute("INSERT INTO hidden SELECT post_no, 'x' FROM posts WHERE uri = $1", [post(2).uri])
    con.execute("DELETE FROM facts WHERE post_no IN (SELECT post_no FROM hidden)")
    con.execute("DELETE FROM stances WHERE post_no IN (SELECT post_no FROM hidden)")
    left = quotes.quotes(con, STORY, "Acme", numbers)
    assert left["uri"].tolist() == [post(3).uri]
    assert offered(con) == ["3"]


def test_filters_are_heeded(con: DuckDBPyConnection, take: Take) -> None:
    taken(take, [said(1), said(2, source="hackernews"), said(600)])
    late = replace(STORY, since=T0 - HOUR, sources=("bluesky",))
    assert len(quotes.quotable(con, late, "Acme", "against", 9)) == 1
    only = replace(STORY, author="bluesky:did:600")
    assert len(quotes.quotable(con, only, "Acme", "against", 9)) == 1
    assert quotes.quotable(con, STORY, "Nobody", "against", 9) == []


def test_what_is_told_beside_a_quotation(con: DuckDBPyConnection, take: Take) -> None:
    parent = said(2, "none", text="what was said before")
    child = said(1, reply_to=post(2).uri, version="v1")
    taken(take, [parent, child])
    (number,) = quotes.quotable(con, STORY, "Acme", "against", 9)
    (row,) = quotes.quotes(con, STORY, "Acme", [number]).to_dict("records")
    assert (row["stance"], row["confidence"], row["edits"], row["raw"]) == (
        "against",
        0.75,
        0,
        True,
    )
    assert row["wording_at"] == row["last_seen_at"] == T0
    assert (row["parent_text"], row["parent_author"]) == ("what was said before", "user-2")
    edit: dict[str, Any] = {"version": "v2", "first_seen_at": T0 + HOUR, "reply_to": post(2).uri}
    take(batch(1, [said(1, **edit)], **ACME))
    take(batch(2, [said(1, **(edit | {"first_seen_at": T0 + 2 * HOUR}))], **ACME))
    (row,) = quotes.quotes(con, STORY, "Acme", [number]).to_dict("records")
    assert (row["wording_at"], row["last_seen_at"]) == (T0 + HOUR, T0 + 2 * HOUR)
    assert row["first_seen_at"] == T0
    assert row["edits"] == 1
    assert row["replaced_at"] is not None


@pytest.mark.parametrize("how", ["hidden", "deleted", "nameless", "withheld"])
def test_what_a_post_answers_is_told_only_where_it_may_be(
    con: DuckDBPyConnection, take: Take, how: str
) -> None:
    known: dict[str, dict[str, Any]] = {
        "nameless": {"labels": NAMELESS},
        "withheld": {"withheld": "noindex", "text": "", "author": None, "raw": b""},
    }
    more = known.get(how, {})
    taken(take, [said(2, "none", **more), said(1, reply_to=post(2).uri)])
    if how == "deleted":
        take(batch(1, deletions=[deletion(2)]))
    if how == "hidden":
        con.execute(
            "INSERT INTO hidden SELECT post_no, 'x' FROM posts WHERE uri = $1", [post(2).uri]
        )
    numbers = quotes.quotable(con, STORY, "Acme", "against", 9)
    (row,) = quotes.quotes(con, STORY, "Acme", numbers).to_dict("records")
    told = [row[name] for name in ("parent_url", "parent_author", "parent_name")]
    assert all(value is None or value != value for value in told)  # NaN
    assert (row["parent_text"] == f"{LONG} 2") is (how == "nameless")


def test_nothing_asked_is_nothing_told(con: DuckDBPyConnection) -> None:
    assert quotes.quotes(con, STORY, "Acme", []).empty
    assert rows(con, "SELECT count(*) FROM facts") == [(0,)]
