"""Loud accounts, how unevenly posts are spread, and the filter on one account, counted by hand."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.settings import Settings
from groundswell.spool import Compared, Copy, ScoredPost, Spool
from groundswell.store import contrast, export, questions, voices
from groundswell.store.absorb import absorb
from groundswell.store.database import open_database
from groundswell.store.filters import STANCES, Filters
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import HOUR, T0, batch, deletion, post, read, scored

STORY = Filters(topic="story")
NAMELESS = ("not-indexable",)
ACME = {"targets": {"story": ["Acme"]}}

Said = tuple[int | None, str | None]  # author, stance towards Acme (None: does not speak of it)
_said = st.tuples(st.none() | st.integers(0, 12), st.none() | st.sampled_from(STANCES))


def by(author: int) -> Filters:
    """The filter on one of the invented accounts."""
    return replace(STORY, author=f"bluesky:did:plc:sample-user-{author}")


def one(number: int, who: int | None, stance: str | None = None, **changes: Any) -> ScoredPost:
    """A post of an account that goes by its number."""
    named = {
        "author_id": None if who is None else f"did:plc:sample-user-{who}",
        "author": None if who is None else f"sample-user-{who}",
    }
    said = scored(post(number, **(named | changes)))
    return said if stance is None else read(said, {"Acme": stance})


def compared(take: Take, *groups: Sequence[ScoredPost]) -> None:
    """Says which posts say nearly the same."""
    copies = [
        Copy(
            source=said.post.source, uri=said.post.uri, seen_at=said.post.first_seen_at,
            group_source=group[0].post.source, group_uri=group[0].post.uri,
        )
        for group in groups
        for said in group
    ]  # fmt: skip
    told = Compared(posts=9, fingerprint="f")
    take(batch(90, source="copies", route="copies", copies=copies, compared=told))


@given(said=st.lists(_said, max_size=60))
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_voices_equal_a_count_by_hand(
    tmp_path_factory: pytest.TempPathFactory, said: list[Said]
) -> None:
    home = tmp_path_factory.mktemp("home")
    con, spool = open_database(home, Settings(home=home)), Spool(home)
    try:
        spool.write(batch(0, [one(n, *who) for n, who in enumerate(said)], **ACME))
        assert absorb(con, home, spool) is not None
        told = voices.voices(con, STORY, "Acme", 5)
        counts = Counter(author for author, _ in said if author is not None)
        found = told.concentration
        assert (found.posts, found.unknown) == (counts.total(), len(said) - counts.total())
        assert found.accounts == len(counts)
        ranked = sorted(counts.values(), reverse=True)
        for percent, top in ((1, found.top_1), (10, found.top_10)):
            most = -(-len(ranked) * percent // 100)
            assert top == (most, sum(ranked[:most]))
        if ranked:
            alike = 1 / sum((n / counts.total()) ** 2 for n in ranked)
            assert found.effective == pytest.approx(alike)
        assert told.table["posts"].tolist() == ranked[:5]
        assert told.table["place"].tolist() == list(range(1, min(5, len(ranked)) + 1))
        for row in told.table.to_dict("records"):
            author = int(row["author"].rpartition("-")[2])
            stances = Counter(stance for who, stance in said if who == author)
            assert row["silent"] == stances[None]
            assert [row[name] for name in STANCES] == [stances[name] for name in STANCES]
            filters = replace(STORY, author=row["account"])
            assert questions.count(con, filters) == row["posts"]
    finally:
        con.close()


def test_first_and_last_post_and_engagement(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [one(n, 1, likes=n) for n in (3, 9)], **ACME))
    take(batch(1, [one(n, 2, likes=None) for n in (4, 5)], **ACME))
    table = voices.voices(con, STORY, None, 9).table.set_index("author")
    loud, quiet = table.loc["sample-user-1"], table.loc["sample-user-2"]
    assert (loud["first_at"], loud["last_at"]) == (T0 - 9 * HOUR / 60, T0 - 3 * HOUR / 60)
    assert loud["engagement"] == 12
    assert quiet.isna()["engagement"]
    assert quiet["silent"] == 2


def test_who_is_not_to_be_named_is_counted_and_not_told(
    con: DuckDBPyConnection, take: Take
) -> None:
    shy = [one(n, 1, labels=NAMELESS if n == 2 else ()) for n in range(4)]
    take(batch(0, [*shy, *(one(n, 2) for n in range(5, 8))], **ACME))
    told = voices.voices(con, STORY, None, 9)
    assert (told.concentration.accounts, told.concentration.posts, told.unnamed) == (2, 7, 1)
    assert told.table["author"].tolist() == ["sample-user-2"]
    assert told.table["place"].tolist() == [2]
    assert "sample-user-1" not in told.table.to_csv()
    assert questions.count(con, by(1)) == 0
    assert questions.posts(con, by(1), "newest", 9).empty
    assert voices.account(con, "bluesky:did:plc:sample-user-1") is None


def test_an_account_goes_by_the_name_of_its_newest_post(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(batch(0, [one(1, 1, author="new"), one(9, 1, author="old")]))
    told = voices.account(con, "bluesky:did:plc:sample-user-1")
    assert told is not None
    assert (told.source, told.author, told.author_name) == ("bluesky", "new", "Sample User 1")
    assert voices.voices(con, STORY, None, 9).table["author"].tolist() == ["new"]


def test_an_account_without_an_id_goes_by_its_name(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [one(n, None, author="a:b c") for n in range(3)]))
    (account,) = voices.voices(con, STORY, None, 9).table["account"]
    assert account == "bluesky:a:b c"
    assert questions.count(con, replace(STORY, author=account)) == 3


@pytest.mark.parametrize(
    "author",
    ["", ":", "bluesky", "bluesky:", "rss:did:plc:sample-user-1", "' OR 1=1 --", "x" * 999],
)
def test_an_account_that_is_none_has_no_posts(
    con: DuckDBPyConnection, take: Take, author: str
) -> None:
    take(batch(0, [one(n, 1, "against") for n in range(3)], **ACME))
    f = replace(STORY, author=author)
    assert questions.count(con, f) == questions.totals(con, f).posts == 0
    assert voices.account(con, author) is None


def test_every_question_and_file_heeds_the_account(
    con: DuckDBPyConnection, take: Take, home: Path
) -> None:
    posts = [one(n, n % 3, "against" if n % 2 else "favor") for n in range(30)]
    take(batch(0, posts, **ACME))
    f = by(2)
    assert questions.count(con, f) == questions.totals(con, f).posts == 10
    assert questions.totals(con, f).authors == 1
    assert questions.timeline(con, f, "hour")["posts"].sum() == 10
    assert questions.facets(con, f).set_index("facet")["posts"]["source"] == 10
    assert set(questions.posts(con, f, "newest", 99)["author"]) == {"sample-user-2"}
    assert set(questions.loudest_once(con, f, 99)["author"]) == {"sample-user-2"}
    assert questions.copies_share(con, f).posts == 10
    assert questions.stance_series(con, f, "day", "Acme")["posts"].sum() == 10
    assert questions.crowds(con, f, "Acme").set_index("variant")["posts"]["all"] == 10
    terms = questions.term_counts(con, f).set_index("term")["posts"]
    assert terms["sample"] == contrast.term_posts(con, f).max() == 10
    towards = replace(f, target="Acme", stances=("against",), keyword="sample")
    assert questions.count(con, towards) == 5
    for name in ("posts", "stance", "series", "keywords"):
        whole, part = home / "exports" / f"{name}.csv", home / "exports" / f"{name}2.csv"
        export.WRITERS[name](con, STORY, whole)
        export.WRITERS[name](con, f, part)
        assert part.read_bytes() != whole.read_bytes()
    assert (home / "exports" / "posts2.csv").read_text().count("sample-user-2") >= 10
    assert "sample-user-1" not in (home / "exports" / "posts2.csv").read_text()


def test_who_says_one_thing_three_times_is_told(con: DuckDBPyConnection, take: Take) -> None:
    loud = [one(n, 1, text=f"the same {n}") for n in (5, 6, 7, 8)]
    twice = [one(n, 2) for n in (10, 11)]
    shy = [one(n, 3, labels=NAMELESS) for n in (20, 21, 22)]
    take(batch(0, [*loud, *twice, *shy, one(30, 1)]))
    assert voices.repeaters(con, STORY, 9).compared is False
    compared(take, loud, twice, shy)
    told = voices.repeaters(con, STORY, 9)
    assert (told.compared, told.accounts, told.unnamed) == (True, 2, 1)
    (row,) = told.table.to_dict("records")
    assert (row["author"], row["times"], row["texts"], row["posts"]) == ("sample-user-1", 4, 1, 5)
    assert row["text"] == "the same 8"  # the first of them in time
    assert voices.repeaters(con, replace(STORY, since=T0 - 7 * HOUR / 60), 9).accounts == 1
    take(batch(1, deletions=[deletion(n) for n in (5, 6)]))
    assert voices.repeaters(con, STORY, 9).table.empty


def test_nothing_collected_is_no_error(con: DuckDBPyConnection) -> None:
    told = voices.voices(con, STORY, "Acme", 9)
    assert told.table.empty
    assert told.concentration.effective is None
    assert told.concentration.top_1 == told.concentration.top_10 == (0, 0)
    assert voices.repeaters(con, STORY, 9).table.empty
