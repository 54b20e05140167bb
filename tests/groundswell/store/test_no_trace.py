"""Whatever takes a text away, not a byte of it is left in any file of the home, server or not."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from groundswell.errors import HomeFull, StoreError
from groundswell.post import Deletion, Hiding, Rejected
from groundswell.settings import Settings
from groundswell.spool import Batch, Spool
from groundswell.store import owner as owning
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner, open_briefly
from groundswell.store.purge import Wish
from groundswell.store.rewrite import put_in_place
from tests.groundswell.store.making import HOUR, T0, batch, deletion, post, rows, scored
from tests.groundswell.store.recount import check
from tests.groundswell.store.traces import traces

SECRET = "xylophone"
STORY = Filters(topic="story")
NOW = datetime.now(UTC).replace(microsecond=0)


def _secret_batches() -> list[Batch]:
    """A post with the secret in each of its texts, an earlier version of it, one that quotes it, an
    item in quarantine that names it, and one that has nothing to do with it."""
    told = {"first_seen_at": NOW - HOUR, "created_at": NOW - 2 * HOUR, "tags": (SECRET,)}
    first = post(1, text=f"old {SECRET}", raw=SECRET.encode(), version="1", **told)
    told |= {"first_seen_at": NOW, "alt_text": SECRET, "card_text": SECRET, "author_name": SECRET}
    second = post(1, text=f"new {SECRET}", raw=SECRET.encode(), version="2", **told)
    quoting = post(
        2, text="look", quote_of=first.uri, quoted_text=SECRET, raw=SECRET.encode(),
        first_seen_at=NOW, created_at=NOW,
    )  # fmt: skip
    other = post(3, first_seen_at=NOW, created_at=NOW)
    raw = f'{{"uri": "{first.uri}", "by": "{first.author_id}", "text": "{SECRET}"}}'.encode()
    bad = Rejected(source="bluesky", reason="bad", raw=raw, seen_at=NOW - HOUR)
    return [
        batch(0, [scored(first), scored(other)], rejected=[bad]),
        batch(1, [scored(second), scored(quoting)]),
    ]


def _fill(home: Path) -> None:
    for one in _secret_batches():
        Spool(home).write(one)


def _wait(owner: Owner, posts: int) -> None:
    owner.absorb_now()

    def is_in() -> bool:
        with owner.read() as cur:
            is_there = rows(cur, "SELECT count(*) FROM posts") == [(posts,)]
        return is_there and not Spool(owner.home).waiting()

    _wait_until(is_in)


def _wait_until(said: Callable[[], bool]) -> None:
    """What the owner does after a commit is done soon, not at once."""
    for _ in range(400):
        if said():
            return
        threading.Event().wait(0.05)
    raise AssertionError("not within 20 s")


@pytest.fixture
def served(home: Path) -> Iterator[Owner]:
    owner = Owner(home, Settings(home=home, retention={"mastodon": timedelta(days=1)}))
    owner.start()
    _fill(home)
    _wait(owner, 3)
    yield owner
    owner.stop()


WISHES = [
    Wish(uri=post(1).uri),
    Wish(author="sample-user-1"),
    Wish(topic="story"),
    Wish(source="bluesky"),
    Wish(older_than=NOW - HOUR),
]


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish.kind)
def test_a_purge_on_a_living_server_leaves_no_byte(served: Owner, wish: Wish) -> None:
    assert {name.split("/")[0] for name in traces(served.home, SECRET)} >= {"raw"}
    late = post(1, text=f"late {SECRET}", version="3", first_seen_at=NOW + HOUR)
    Spool(served.home).write(batch(2, [scored(late)]))
    assert served.purge(wish).posts == (1 if wish.topic is None and wish.kind != "source" else 3)
    assert traces(served.home, SECRET) == []
    with served.read() as cur:
        check(cur)
        purged = [kind == "purged" for kind in questions.notices(cur, None, 9)["kind"]]
        assert any(purged)


def test_a_hidden_post_can_be_purged(served: Owner) -> None:
    hiding = Hiding(source="bluesky", uri=post(1).uri, seen_at=NOW)
    Spool(served.home).write(batch(2, hidings=[hiding]))
    served.absorb_now()
    assert served.purge(Wish(uri=post(1).uri)).posts == 1
    assert traces(served.home, SECRET) == []


@pytest.mark.parametrize("gone", [{"number": 1}, {"author": 1}], ids=["post", "account"])
def test_what_is_deleted_upstream_leaves_the_living_file_after_a_day(
    served: Owner, gone: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    Spool(served.home).write(batch(2, deletions=[deletion(gone.get("number"), **_author(gone))]))
    _wait(served, 2)
    _wait_until(lambda: all(name.startswith("groundswell.duckdb") for name in _left(served)))
    with served.read() as cur:
        assert SECRET not in str(rows(cur, "FROM posts")) + str(rows(cur, "FROM terms"))
    served.write(lambda con: con.execute("UPDATE leftovers SET since = since - INTERVAL 25 HOUR"))
    monkeypatch.setattr(owning, "TERMS_EVERY_S", 0.0)
    served._terms_after_s = 0.0
    served.absorb_now()
    _wait_until(lambda: not _left(served))
    with served.read() as cur:
        check(cur)


def _left(served: Owner) -> list[str]:
    return traces(served.home, SECRET)


def _author(gone: dict[str, int]) -> dict[str, int]:
    return {"author": gone["author"]} if "author" in gone else {}


def test_readers_wait_for_the_file_and_miss_nothing(served: Owner) -> None:
    stop, troubles, answers = threading.Event(), [], set()

    def read_on() -> None:
        while not stop.is_set():
            try:
                with served.read() as cur:
                    answers.add(questions.count(cur, STORY))
            except StoreError as error:
                troubles.append(error)

    readers = [threading.Thread(target=read_on) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for number in (1, 2):
            served.purge(Wish(uri=post(number).uri))
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert troubles == []
    assert answers <= {3, 2, 1}
    with served.read() as cur:
        assert questions.count(cur, STORY) == 1


def test_a_reader_who_keeps_the_file_delays_the_rewrite_and_nothing_else(served: Owner) -> None:
    with served.read() as cur:
        with pytest.raises(StoreError, match="does not let go"), served._readers.paused(0.05):
            pass
        assert questions.count(cur, STORY) == 3
    assert served.purge(Wish(uri=post(1).uri)).posts == 1
    assert traces(served.home, SECRET) == []


def test_without_room_the_purge_says_so_and_is_finished_later(
    served: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(owning, "standing_copy", _no_room)
        with pytest.raises(HomeFull):
            served.purge(Wish(uri=post(1).uri))
        with served.read() as cur:
            assert questions.count(cur, STORY) == 2
    served.stop()
    with open_briefly(served.home, Settings(home=served.home)):
        assert traces(served.home, SECRET) == []


def test_copies_left_by_a_kill_are_swept(home: Path) -> None:
    home.mkdir()
    for name in (".groundswell.duckdb.copy", ".groundswell.duckdb.copy.wal"):
        (home / name).write_text(SECRET)
    with open_briefly(home, Settings(home=home)):
        assert traces(home, SECRET) == []


def test_a_log_that_was_left_keeps_the_old_file(home: Path) -> None:
    home.mkdir()
    for name in ("groundswell.duckdb", "groundswell.duckdb.wal", "fresh"):
        (home / name).write_text(name)
    with pytest.raises(StoreError, match="still there"):
        put_in_place(home, home / "fresh")
    assert (home / "groundswell.duckdb").read_text() == "groundswell.duckdb"


def _no_room(*_: object) -> None:
    raise HomeFull("No space left.")


def test_what_a_source_may_not_keep_longer_expires_everywhere(home: Path) -> None:
    settings = Settings(home=home)
    batches = [_with_retention(one) for one in _secret_batches()]
    old = {"written_at": NOW - timedelta(days=3)}
    broken = Spool(home).write(batch(8, [scored(post(9, text=SECRET))], retention_s=1, **old))
    Spool(home).set_aside(broken, "cannot be read")
    for one in batches:
        Spool(home).write(one)
    with open_briefly(home, settings) as visit, visit.read() as cur:
        before = questions.totals(cur, STORY)
        assert questions.count(cur, STORY) == 3
    assert traces(home, SECRET)
    stricter = Settings(home=home, retention={"bluesky": timedelta(0)})
    aside = Spool(home).aside()[0][0]
    assert aside.exists()
    with open_briefly(home, stricter) as visit, visit.read() as cur:
        after = questions.totals(cur, STORY)
        assert (after.posts, after.mean_compound, after.withheld) == (
            before.posts, before.mean_compound, 3
        )  # fmt: skip
        assert after.authors == before.authors
        assert set(questions.posts(cur, STORY, "newest", 9)["withheld"]) == {"expired"}
        assert questions.term_counts(cur, STORY).empty
        assert rows(cur, "SELECT count(*) FROM authors") == [(0,)]
        check(cur)
        cur.execute("UPDATE leftovers SET since = '-infinity'")
    with open_briefly(home, stricter):
        assert traces(home, SECRET) == []
        assert traces(home, "sample-user-1") == []
        assert not aside.exists()


def test_who_opts_out_leaves_no_word_behind(home: Path) -> None:
    """BSK-27."""
    _fill(home)
    settings = Settings(home=home)
    with open_briefly(home, settings):
        pass
    hidden = post(
        1, withheld="no-unauthenticated", text="", author=None, author_id=None, raw=b"",
        first_seen_at=NOW + HOUR, version="2",
    )  # fmt: skip
    Spool(home).write(batch(5, [scored(hidden, None)]))
    with open_briefly(home, settings) as visit, visit.read() as cur:
        check(cur)
        tables = rows(cur, "SELECT table_name FROM duckdb_tables() WHERE NOT temporary")
        assert [name for (name,) in tables if SECRET in str(rows(cur, f"FROM {name}"))] == []
        cur.execute("UPDATE leftovers SET since = '-infinity'")
    with open_briefly(home, settings):
        assert traces(home, SECRET) == []


def _with_retention(one: Batch) -> Batch:
    values: dict[str, Any] = {name: getattr(one, name) for name in Batch.__dataclass_fields__}
    return Batch(**(values | {"retention_s": 30 * 86400}))


def test_a_deletion_of_what_was_never_stored_keeps_no_name(home: Path) -> None:
    gone = Deletion(source="bluesky", uri=f"at://{SECRET}/1", seen_at=T0)
    account = Deletion(source="bluesky", author_id=SECRET, seen_at=T0)
    Spool(home).write(batch(0, [scored(post(3))], deletions=[gone, account]))
    with open_briefly(home, Settings(home=home)) as visit, visit.read() as cur:
        assert rows(cur, "SELECT count(*) FROM passing_tombstones") == [(2,)]
    assert traces(home, SECRET) == []
