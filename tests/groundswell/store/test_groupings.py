"""Groups of copies: led by the first, never of posts that went or changed, read later wins."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.settings import Settings
from groundswell.spool import Batch, Compared, Copy, Spool, read_envelope
from groundswell.store import questions
from groundswell.store.absorb import absorb
from groundswell.store.copies import state
from groundswell.store.database import open_database
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner, open_briefly
from groundswell.store.purge import Wish
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import HOUR, T0, batch, deletion, post, rows, scored
from tests.groundswell.store.recount import check

STORY = Filters(topic="story")
LATER = T0 + HOUR


def copy(number: int, group: int, **changes: Any) -> Copy:
    one, leader = post(number), post(group)
    values: dict[str, Any] = {
        "source": one.source,
        "uri": one.uri,
        "seen_at": T0,
        "group_source": leader.source,
        "group_uri": leader.uri,
    }
    return Copy(**(values | changes))


def grouping(
    *groups: Iterable[int], at: datetime = LATER, topic: str = "story", **changes: Any
) -> Batch:
    """A batch that says which posts by number are copies; each group goes by its smallest."""
    copies = [copy(number, min(group)) for group in groups for number in group]
    values: dict[str, Any] = {
        "source": "copies",
        "route": "copies",
        "topic": topic,
        "run_id": f"grouping-{at}",
        "written_at": at,
        "copies": copies,
        "compared": Compared(posts=10, fingerprint="f"),
    }
    return batch(0, **(values | changes))


def stored(con: DuckDBPyConnection, topic: str = "story") -> dict[str, str]:
    """The last part of each post's uri, and of that which leads its group."""
    check(con)
    said = f"""
        SELECT split_part(p.uri, '/', 4), split_part(l.uri, '/', 4)
        FROM copies AS c JOIN posts AS p USING (post_no) JOIN posts AS l ON c.group_no = l.post_no
        WHERE topic = '{topic}' ORDER BY 1
    """  # noqa: S608  # a topic of ours
    return dict(rows(con, said))


def sizes(con: DuckDBPyConnection, f: Filters = STORY) -> dict[str, int]:
    table = questions.posts(con, f, "newest", 100)
    return {uri.rsplit("/", 1)[1]: n for uri, n in zip(table["uri"], table["copies"], strict=True)}


def test_a_batch_of_copies_comes_back_whole(tmp_path: Path) -> None:
    path = Spool(tmp_path).write(grouping([1, 2], [5, 6]))
    envelope = read_envelope(path)
    assert envelope.compared == Compared(posts=10, fingerprint="f")
    assert (envelope.topic, envelope.written_at, envelope.coverage) == ("story", LATER, ())
    assert [row["uri"][-1] for row in pq.read_table(path).to_pylist()] == ["1", "2", "5", "6"]
    assert read_envelope(Spool(tmp_path).write(batch(0))).compared is None


def test_the_first_to_say_it_leads(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(n)) for n in range(7)]))  # the higher the number, the older
    take(grouping([1, 2, 3], [5, 6]))
    assert stored(con) == {"1": "3", "2": "3", "3": "3", "5": "6", "6": "6"}
    assert sizes(con) == {"0": 1, "1": 3, "2": 3, "3": 3, "4": 1, "5": 2, "6": 2}
    share = questions.copies_share(con, STORY)
    assert (share.posts, share.copies, share.compared_at) == (7, 3, LATER)


def test_never_compared_is_not_without_copies(con: DuckDBPyConnection, take: Take) -> None:
    assert questions.copies_share(con, STORY).copies is None
    take(batch(0, [scored(post(n)) for n in range(3)]))
    share = questions.copies_share(con, STORY)
    assert (share.posts, share.copies, share.compared_at) == (3, None, None)
    take(grouping())
    assert questions.copies_share(con, STORY).copies == 0


def test_a_selection_keeps_what_the_topic_knows(con: DuckDBPyConnection, take: Take) -> None:
    """The first to say it may lie outside the selection: what is inside is a copy all the same."""
    take(batch(0, [scored(post(n), text_of(n)) for n in range(6)]))
    take(grouping([0, 5], [2, 3]))
    recent = Filters(topic="story", since=T0 - timedelta(minutes=2))
    assert questions.copies_share(con, recent).copies == 2
    assert sizes(con, recent) == {"0": 2, "1": 1, "2": 2}
    by_word = Filters(topic="story", keyword="number3")
    assert questions.copies_share(con, by_word).posts == 1


def text_of(number: int) -> float:
    return number / 10


def test_the_loudest_of_each_group_once(con: DuckDBPyConnection, take: Take) -> None:
    quiet = [scored(post(n, likes=None)) for n in (8, 9)]
    take(batch(0, [scored(post(n)) for n in range(7)] + quiet))  # likes are the number
    take(grouping([1, 5, 6], [2, 4], [8, 9]))
    said = questions.loudest_once(con, STORY, 10)
    assert [uri.rsplit("/", 1)[1] for uri in said["uri"]] == ["6", "4", "3", "0", "9"]
    assert list(said["copies"]) == [3, 2, 1, 1, 2]
    assert list(said.columns) == list(questions.posts(con, STORY, "newest", 1).columns)
    early = Filters(topic="story", until=T0 - timedelta(minutes=4))
    assert [uri[-1] for uri in questions.loudest_once(con, early, 2)["uri"]] == ["6", "9"]
    assert list(questions.posts(con, STORY, "loudest", 3)["likes"]) == [6, 5, 4]
    hidden = Filters(topic="story", sources=("rss",))
    assert questions.loudest_once(con, hidden, 3).empty


def test_topics_have_groups_of_their_own(con: DuckDBPyConnection, take: Take) -> None:
    both = [scored(post(n), topics=("story", "other")) for n in range(3)]
    take(batch(0, [*both, scored(post(3))]))
    take(grouping([0, 1, 3]), grouping([1, 2, 3], topic="other"))
    assert stored(con) == {"0": "3", "1": "3", "3": "3"}
    assert stored(con, "other") == {"1": "2", "2": "2"}  # 3 is not of this topic
    assert sizes(con)["1"] == 3
    assert sizes(con, Filters(topic="other"))["1"] == 2


def test_a_leader_that_goes_is_followed_and_a_pair_parts(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(batch(0, [scored(post(n)) for n in range(7)]))
    take(grouping([1, 2, 3], [5, 6]))
    take(batch(1, deletions=[deletion(3), deletion(6)]))
    assert stored(con) == {"1": "2", "2": "2"}
    assert sizes(con) == {"0": 1, "1": 2, "2": 2, "4": 1, "5": 1}
    take(batch(2, deletions=[deletion(author=1)]))
    assert stored(con) == {}


def test_an_edited_post_leaves_and_comes_back_by_grouping(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(batch(0, [scored(post(n, version="1")) for n in range(4)]))
    take(grouping([0, 1, 2]))
    edited = post(2, version="2", text="another text", first_seen_at=T0 + HOUR)
    take(batch(1, [scored(edited), scored(post(1, version="1"))]))
    assert stored(con) == {"0": "1", "1": "1"}
    stale = grouping([0, 1, 2], at=LATER + HOUR)  # its texts were read before the edit
    take(stale)
    assert stored(con) == {"0": "1", "1": "1"}
    copies = [copy(0, 0), copy(1, 0), copy(2, 0, seen_at=T0 + HOUR)]
    take(grouping(at=LATER + 2 * HOUR, copies=copies))
    assert stored(con) == {"0": "2", "1": "2", "2": "2"}


def test_a_hidden_post_leaves(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(n)) for n in range(4)]))
    take(grouping([0, 1, 2]))
    hidden = post(2, withheld="noindex", text="", author=None, author_id=None, raw=b"",
                  first_seen_at=T0 + HOUR)  # fmt: skip
    take(batch(1, [scored(hidden, None)]))
    assert stored(con) == {"0": "1", "1": "1"}
    take(grouping(at=LATER + HOUR, copies=[copy(0, 0), copy(2, 0, seen_at=T0 + HOUR)]))
    assert stored(con) == {}


def test_a_post_dated_earlier_leads(con: DuckDBPyConnection, take: Take) -> None:
    claimed = {"created_at": None}
    take(batch(0, [scored(post(n, first_seen_at=T0 + n * HOUR, **claimed)) for n in range(3)]))
    seen = [copy(n, 0, seen_at=T0 + n * HOUR) for n in range(3)]
    take(grouping(at=LATER, copies=seen))
    assert set(stored(con).values()) == {"0"}
    take(batch(1, [scored(post(2, first_seen_at=T0 - HOUR, **claimed))]))
    assert set(stored(con).values()) == {"2"}


def test_read_later_wins_and_the_same_again_changes_nothing(
    con: DuckDBPyConnection, take: Take, home: Path
) -> None:
    take(batch(0, [scored(post(n)) for n in range(4)]))
    late = grouping([0, 1, 2], at=LATER + HOUR)
    take(late, grouping([2, 3], at=LATER))
    assert set(stored(con)) == {"0", "1", "2"}
    assert questions.copies_share(con, STORY).compared_at == LATER + HOUR
    before = rows(con, "SELECT * FROM copies"), rows(con, "SELECT * FROM batches")
    Spool(home).write(late)  # as if the owner had been killed between commit and removal
    take()
    assert (rows(con, "SELECT * FROM copies"), rows(con, "SELECT * FROM batches")) == before
    assert Spool(home).waiting() == []


def test_copies_ask_no_source_and_no_place(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(n)) for n in range(2)], cursor_to="c1"))
    before = questions.sources(con).to_csv(), rows(con, "SELECT * FROM cursors")
    take(grouping([0, 1]))
    assert (questions.sources(con).to_csv(), rows(con, "SELECT * FROM cursors")) == before
    assert rows(con, "SELECT posts FROM batches ORDER BY written_at") == [(2,), (0,)]
    assert rows(con, "SELECT count(*) FROM posts") == [(2,)]


def test_a_purge_takes_groups_along(home: Path) -> None:
    both = [scored(post(n), topics=("story", "other")) for n in range(3)]
    Spool(home).write(batch(0, both))
    for topic in ("story", "other"):
        Spool(home).write(grouping([0, 1, 2], topic=topic))
    with open_briefly(home, Settings(home=home)) as visit:
        visit.purge(Wish(topic="story"))
        visit.purge(Wish(uri=post(2).uri))
        with visit.read() as cur:
            assert stored(cur) == {}
            assert stored(cur, "other") == {"0": "1", "1": "1"}
            assert rows(cur, "SELECT topic FROM groupings") == [("other",)]


def test_a_damaged_file_of_copies_is_set_aside_and_the_old_groups_stay(
    con: DuckDBPyConnection, take: Take, home: Path
) -> None:
    take(batch(0, [scored(post(n)) for n in range(3)]))
    take(grouping([0, 1]))
    path = Spool(home).write(grouping([0, 1, 2], at=LATER + HOUR))
    whole = path.read_bytes()
    path.write_bytes(b"PAR1" + bytes(200) + whole[204:])  # the end, which says what it is, stays
    take(batch(1, [scored(post(3))]))
    assert set(stored(con)) == {"0", "1"}
    assert questions.count(con, STORY) == 4
    assert list(questions.notices(con, None, 5)["kind"]) == ["batch_unreadable"]


def test_grouping_is_due_when_posts_came_went_or_changed(
    con: DuckDBPyConnection, take: Take
) -> None:
    def regroup(hours: int) -> None:
        take(grouping(at=LATER + hours * HOUR,
                      compared=Compared(posts=3, fingerprint=state(con, "story").now)))  # fmt: skip
        assert not state(con, "story").due

    assert not state(con, "story").due
    assert (state(con, "story").now, state(con, "story").grouped_at) == (None, None)
    changes = [
        batch(0, [scored(post(n, version="1")) for n in range(3)]),
        batch(1, [scored(post(7, version="1"))]),
        batch(2, [scored(post(1, version="2", text="edited", first_seen_at=T0 + HOUR))]),
        batch(3, [scored(post(2, version="1", created_at=T0 - 9 * HOUR))]),
        batch(4, deletions=[deletion(0)]),
        batch(5, [scored(post(9), topics=("other",))]),
        batch(6, [scored(post(9), topics=("story",))]),
    ]
    for hours, change in enumerate(changes):
        take(change)
        assert state(con, "story").due == (change.seq != 5), change.seq
        regroup(hours)
        again = batch(change.seq, change.posts, run_id="again", deletions=change.deletions)
        take(again)
        assert not state(con, "story").due, change.seq


def test_pages_learn_of_new_groups(home: Path) -> None:
    Spool(home).write(batch(0, [scored(post(n)) for n in range(3)]))
    with open_briefly(home, Settings(home=home)):
        pass
    Spool(home).write(grouping([0, 1]))
    with open_briefly(home, Settings(home=home)) as visit, visit.read() as cur:
        newest = rows(cur, "SELECT max(group_no) FROM batches")[0][0]
        assert set(stored(cur)) == {"0", "1"}
    owner = Owner(home, Settings(home=home))
    try:
        assert owner.topic_version("story") == newest
    finally:
        owner.stop()


_numbers = st.sets(st.integers(0, 8), min_size=1, max_size=4)


@given(
    groups=st.lists(_numbers, max_size=3),
    steps=st.lists(
        st.tuples(st.sampled_from(["edit", "delete", "again"]), st.integers(0, 8)), max_size=6
    ),
)
@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_whatever_happens_groups_are_whole(
    tmp_path_factory: pytest.TempPathFactory,
    groups: Sequence[set[int]],
    steps: Sequence[tuple[str, int]],
) -> None:
    home = tmp_path_factory.mktemp("home")
    con = open_database(home, Settings(home=home))
    apart = [group.difference(*groups[:n]) for n, group in enumerate(groups)]
    batches = [batch(0, [scored(post(n, version="1")) for n in range(9)])]
    batches += [grouping(*(group for group in apart if group))]
    for seq, (what, number) in enumerate(steps, start=1):
        seen = T0 + (seq * HOUR if what == "edit" else timedelta())
        again = post(number, version=f"edit-{seq}" if what == "edit" else "1", first_seen_at=seen)
        gone = [deletion(number)] if what == "delete" else []
        batches.append(batch(seq, [] if gone else [scored(again)], deletions=gone))
    try:
        for one in batches:
            Spool(home).write(one)
            while absorb(con, home, Spool(home)) is not None:
                continue
            check(con)
        left = {n for what, n in steps if what != "again"}
        expected = [{n for n in group if n not in left} for group in apart]
        assert set(stored(con)) == {str(n) for group in expected if len(group) > 1 for n in group}
    finally:
        con.close()
