"""What is hidden leaves everything that is shown, keeps its rows, and comes back exactly."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.post import Hiding, Missing
from groundswell.settings import Settings
from groundswell.spool import Batch, Compared, Copy, Spool
from groundswell.store import copies, export, questions, tidy
from groundswell.store.absorb import absorb
from groundswell.store.database import open_database
from groundswell.store.filters import STANCES, Filters
from groundswell.store.retention import keep_to_terms
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import HOUR, T0, batch, deletion, post, read, rows, scored
from tests.groundswell.store.recount import check

STORY = Filters(topic="story")


def _hiding(number: int | None = None, *, author: int | None = None, **changes: Any) -> Hiding:
    values: dict[str, Any] = {
        "source": "bluesky",
        "seen_at": T0 + HOUR,
        "uri": None if number is None else post(number).uri,
        "author_id": None if author is None else f"did:plc:sample-user-{author}",
    }
    return Hiding(**(values | changes))


def _missing(number: int, hours: float) -> Missing:
    return Missing(source="bluesky", uri=post(number).uri, seen_at=T0 + hours * HOUR)


def _shown(con: DuckDBPyConnection) -> set[int]:
    return {int(uri.rpartition("/")[2]) for uri in questions.posts(con, STORY, "newest", 99)["uri"]}


def _everything(con: DuckDBPyConnection, home: Path) -> list[Any]:
    """All that pages and files say of the topic."""
    files = []
    for name, write in export.WRITERS.items():
        path = home / "exports" / f"{name}.csv"
        write(con, STORY, path)
        files.append(path.read_text(encoding="utf-8"))
    found = [Filters(topic="story", keyword=word) for word in ("number1", '"sample text"', "samp*")]
    return [
        *files,
        questions.totals(con, STORY),
        *[questions.totals(con, f) for f in found],
        *[questions.posts(con, f, "loudest", 99).to_csv(index=False) for f in (STORY, *found)],
        questions.timeline(con, STORY, "hour").to_csv(index=False),
        questions.facets(con, STORY).to_csv(index=False),
        sorted(questions.term_counts(con, STORY).itertuples(index=False, name=None)),
    ]


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("mark", [{"number": 1}, {"author": 1}])
def test_hidden_is_as_if_never_met_and_lifted_as_if_never_hidden(
    con: DuckDBPyConnection, home: Path, take: Take, mark: dict[str, int], sealed: bool
) -> None:
    numbers = (1, 6) if "author" in mark else (1,)
    take(batch(0, [scored(post(n)) for n in range(10) if n not in numbers]))
    without = _everything(con, home)
    take(batch(1, [scored(post(n)) for n in numbers]))
    if sealed:
        tidy.seal(con)
    before = _everything(con, home)
    take(batch(2, hidings=[_hiding(**mark)]))
    assert _everything(con, home) == without
    assert rows(con, "SELECT count(*) FROM posts") == [(10,)]
    check(con)
    take(batch(3, hidings=[_hiding(**mark, lifted=True, seen_at=T0 + 2 * HOUR)]))
    assert _everything(con, home) == before
    assert rows(con, "SELECT count(*) FROM hidden") == [(0,)]
    check(con)


def test_a_post_of_a_hidden_account_is_stored_hidden(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, hidings=[_hiding(author=1), _hiding(2)]))
    take(batch(1, [scored(post(n)) for n in range(4)]))
    assert _shown(con) == {0, 3}
    assert rows(con, "SELECT count(*) FROM posts") == [(4,)]
    tidy.seal(con)
    take(batch(2, hidings=[_hiding(author=1, lifted=True, seen_at=T0 + 2 * HOUR)]))
    assert _shown(con) == {0, 1, 3}
    check(con)


def test_the_mark_seen_later_stands_whatever_comes_first(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(batch(0, [scored(post(1))]))
    take(batch(1, hidings=[_hiding(1, lifted=True, seen_at=T0 + 5 * HOUR)]))
    take(batch(2, hidings=[_hiding(1, seen_at=T0 + 4 * HOUR)]))
    assert _shown(con) == {1}
    take(batch(3, hidings=[_hiding(1, seen_at=T0 + 5 * HOUR)]))
    assert _shown(con) == set()


def test_what_is_edited_or_counted_while_hidden_shows_when_lifted(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(batch(0, [scored(post(1, version="1"))]))
    tidy.seal(con)
    take(batch(1, hidings=[_hiding(1)]))
    edited = post(1, version="2", text="cherry", likes=99, first_seen_at=T0 + 2 * HOUR)
    take(batch(2, [scored(edited, -0.5, topics=("story", "other"))]))
    assert _shown(con) == set()
    check(con)
    take(batch(3, hidings=[_hiding(1, lifted=True, seen_at=T0 + 3 * HOUR)]))
    row = questions.posts(con, Filters(topic="other"), "newest", 9).iloc[0]
    assert (row["text"], row["likes"], row["compound"]) == ("cherry", 99, -0.5)
    check(con)


def test_a_hidden_post_that_is_deleted_counts_as_deleted(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(batch(0, [scored(post(1))]))
    take(batch(1, hidings=[_hiding(1)]))
    take(batch(2, deletions=[deletion(1)]))
    assert rows(con, "SELECT count(*) FROM posts") == [(0,)]
    assert rows(con, "SELECT sum(posts) FROM removed_hour") == [(1,)]
    check(con)


def test_a_group_of_copies_loses_who_is_hidden_and_is_due_when_he_is_back(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(batch(0, [scored(post(n)) for n in (1, 2, 3)]))
    alike = [
        Copy(source="bluesky", uri=post(n).uri, seen_at=T0, group_source="bluesky",
             group_uri=post(1).uri)
        for n in (1, 2, 3)
    ]  # fmt: skip
    state = copies.state(con, "story")
    compared = Compared(posts=3, fingerprint=state.now)
    take(batch(1, source="copies", route="copies", copies=alike, compared=compared))
    assert not copies.state(con, "story").due
    take(batch(2, hidings=[_hiding(3)]))
    assert questions.copies_share(con, STORY).copies == 1
    check(con)
    take(batch(3, hidings=[_hiding(3, lifted=True, seen_at=T0 + 3 * HOUR)]))
    assert copies.state(con, "story").due
    check(con)


def test_missing_once_changes_nothing_and_twice_hides(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(n)) for n in (1, 2)]))
    take(batch(1, missing=[_missing(1, 10)]))
    take(batch(2, missing=[_missing(1, 11.9), _missing(7, 11.9)]))
    assert _shown(con) == {1, 2}
    take(batch(3, missing=[_missing(1, 12)]))
    assert _shown(con) == {2}
    assert rows(con, "SELECT reason FROM hidden") == [("missing upstream",)]
    check(con)
    take(batch(4, [scored(post(1, first_seen_at=T0 + 13 * HOUR))]))
    assert _shown(con) == {1, 2}
    take(batch(5, missing=[_missing(1, 12.5)]))
    assert rows(con, "SELECT count(*) FROM missing") == [(0,)]
    take(batch(6, missing=[_missing(1, 14)]))
    assert _shown(con) == {1, 2}
    check(con)


def test_one_sighting_a_post_is_enough(
    con: DuckDBPyConnection, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidy, "COMPACT_ROWS", 2)
    for hour in range(5):
        seen = {"first_seen_at": T0 + hour * HOUR, "version": "1"}
        take(batch(hour, [scored(post(1, **seen)), scored(post(2, **seen))]))
    assert "compact_sightings" in tidy.tidy(con)
    assert rows(con, "SELECT count(*), count(DISTINCT seen_at) FROM sightings") == [(2, 1)]
    assert "compact_sightings" not in tidy.tidy(con)
    take(batch(9, missing=[_missing(1, 3), _missing(1, 6)]))
    take(batch(10, [scored(post(1, version="0", text="older", first_seen_at=T0 + 3.5 * HOUR))]))
    assert rows(con, "SELECT count(*) FROM missing") == [(1,)]
    assert _shown(con) == {1, 2}
    check(con)


def test_a_sighting_between_two_misses_begins_the_count_anew(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(batch(0, [scored(post(1))]))
    take(batch(1, missing=[_missing(1, 10)]))
    take(batch(2, [scored(post(1, first_seen_at=T0 + 11 * HOUR))]))
    take(batch(3, missing=[_missing(1, 12.5)]))
    assert _shown(con) == {1}


def test_what_a_hidden_post_said_is_not_shown_where_it_is_quoted(
    con: DuckDBPyConnection, take: Take
) -> None:
    quoting = [
        scored(post(n, quote_of=post(gone).uri, quoted_text=f"words of {gone}"))
        for n, gone in ((2, 1), (3, 9), (4, 5))
    ]
    take(batch(0, [scored(post(1)), *quoting]))
    take(batch(1, hidings=[_hiding(author=1), _hiding(9)]))
    table = questions.posts(con, STORY, "newest", 9)
    assert [text for text in table["quoted_text"] if isinstance(text, str)] == ["words of 5"]
    take(batch(2, hidings=[_hiding(author=1, lifted=True, seen_at=T0 + 2 * HOUR)]))
    assert questions.posts(con, STORY, "newest", 9)["quoted_text"].count() == 2


def test_what_became_of_the_posts_of_each_source(
    con: DuckDBPyConnection, home: Path, take: Take
) -> None:
    shy = post(9, withheld="noindex", text="", author=None, author_id=None, raw=b"")
    other = scored(post(20, source="mastodon"))
    old = scored(post(4, first_seen_at=T0 - 9999 * timedelta(days=1)))
    new = [scored(post(n)) for n in (0, 1, 2, 3, 5)]
    take(batch(0, [*new, old, scored(shy, None), other]))
    take(batch(1, deletions=[deletion(1)], hidings=[_hiding(2), _hiding(3)]))
    assert keep_to_terms(con, home, Spool(home), {"bluesky": timedelta(days=9000)}) is not None
    table = questions.still_there(con, "story")
    assert table.to_dict("records") == [
        {"source": "bluesky", "collected": 7, "deleted": 1, "hidden": 2, "withheld": 1,
         "expired": 1},
        {"source": "mastodon", "collected": 1, "deleted": 0, "hidden": 0, "withheld": 0,
         "expired": 0},
    ]  # fmt: skip
    check(con)


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("post"), st.integers(0, 7), st.integers(1, 9)),
        st.tuples(st.just("hide"), st.integers(0, 7), st.integers(1, 9)),
        st.tuples(st.just("lift"), st.integers(0, 7), st.integers(1, 9)),
        st.tuples(st.just("hide account"), st.integers(0, 3), st.integers(1, 9)),
        st.tuples(st.just("lift account"), st.integers(0, 3), st.integers(1, 9)),
        st.tuples(st.just("delete"), st.integers(0, 7), st.integers(1, 9)),
    ),
    max_size=14,
)
Event = tuple[str, int, int]


def _batch(seq: int, event: Event) -> Batch:
    kind, number, hour = event
    at = T0 + hour * HOUR
    if kind == "post":
        text = {"text": f"apple hour{hour}", "version": str(hour), "first_seen_at": at}
        one = read(scored(post(number, **text)), {"Sample": STANCES[hour % 4]})
        return batch(seq, [one], targets={"story": ["Sample"]})
    if kind == "delete":
        return batch(seq, deletions=[deletion(number)])
    place = {"author": number} if "account" in kind else {"number": number}
    lifted = kind.startswith("lift")
    return batch(seq, hidings=[_hiding(**place, lifted=lifted, seen_at=at)])


def _expected(events: Sequence[Event]) -> dict[int, str]:
    """The text of each post that must be shown."""
    deleted = {number for kind, number, _ in events if kind == "delete"}
    texts: dict[int, str] = {}
    for number in range(8):
        seen = [hour for kind, n, hour in events if kind == "post" and n == number]
        marks = [e for e in events if e[1] == number and e[0] in ("hide", "lift")]
        account = [e for e in events if e[1] == number % 5 and e[0].endswith("account")]
        if seen and number not in deleted and not (_hides(marks) or _hides(account)):
            texts[number] = f"apple hour{max(seen)}"
    return texts


def _hides(marks: Sequence[Event]) -> bool:
    last = max(((hour, kind.startswith("hide")) for kind, _, hour in marks), default=(0, False))
    return last[1]


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(events=EVENTS, order=st.randoms(use_true_random=False), upkeep=st.booleans())
def test_any_order_of_posts_marks_and_deletions_ends_as_told(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event], order: Any, upkeep: bool
) -> None:
    home = tmp_path_factory.mktemp("home")
    con, spool = open_database(home, Settings(home=home)), Spool(home)
    shuffled = list(events)
    order.shuffle(shuffled)
    try:
        for seq, event in enumerate(shuffled):
            spool.write(_batch(seq, event))
            while absorb(con, home, spool) is not None:
                continue
            if upkeep:
                tidy.seal(con)
        table = questions.posts(con, STORY, "newest", 99)
        shown = {int(uri.rpartition("/")[2]): text for uri, text in zip(
            table["uri"], table["text"], strict=True)}  # fmt: skip
        assert shown == _expected(events)
        check(con)
    finally:
        con.close()


def test_marks_against_lagging_sources_are_swept_when_old(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(batch(0, [scored(post(1))], deletions=[deletion(7)]))
    take(batch(1, hidings=[_hiding(1, lifted=True), _hiding(2), _hiding(author=1)]))
    assert tidy.sweep_marks(con) is False
    con.execute("UPDATE hidings SET noted_at = noted_at - INTERVAL 31 DAY")
    con.execute("UPDATE passing_tombstones SET noted_at = noted_at - INTERVAL 50 HOUR")
    assert tidy.sweep_marks(con) is True
    assert rows(con, "SELECT is_account FROM hidings") == [(True,)]  # of an account we know
    assert rows(con, "SELECT count(*) FROM passing_tombstones") == [(0,)]
    take(batch(2, [scored(post(7))]))
    assert rows(con, "SELECT count(*) FROM posts") == [(2,)]
