"""One process owns a home: others are told, readers are never blocked, stopping is clean."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from groundswell.errors import (
    DatabaseTooNew,
    HomeError,
    HomeIsOwned,
    QueryTimeout,
    ShuttingDown,
    StoreError,
)
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store import owner as owning
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.home_lock import CARD_NAME, take
from groundswell.store.owner import Owner, hold, open_briefly, served_by
from groundswell.store.purge import Wish
from tests.groundswell.store.making import batch, post, rows, scored

STORY = Filters(topic="story")
FOREVER = "SELECT count(*) FROM range(1000000) AS a(x), range(1000000) AS b(y) WHERE x + y = 7"
HOLDING = """
import sys, time
from pathlib import Path
from groundswell.settings import Settings
from groundswell.store.owner import Owner
home = Path(sys.argv[1])
owner = Owner(home, Settings(home=home), url=sys.argv[2] if len(sys.argv) > 2 else None)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def owner(home: Path) -> Iterator[Owner]:
    one = Owner(home, Settings(home=home), url="http://127.0.0.1:8701")
    yield one
    one.stop()


def _eventually(done: Callable[[], bool], limit_s: float = 20.0) -> None:
    end_s = time.monotonic() + limit_s
    while not done():
        assert time.monotonic() < end_s, "it did not happen in time"
        time.sleep(0.02)


def _count(one: Owner) -> int:
    with one.read() as cur:
        return questions.count(cur, STORY)


def _process(home: Path, *more: str) -> subprocess.Popen[str]:
    held = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(home), *more],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert held.stdout is not None
    assert held.stdout.readline() == "held\n"
    return held


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_it_absorbs_what_lies_and_what_comes(home: Path, owner: Owner) -> None:
    spool = Spool(home)
    spool.write(batch(0, [scored(post(n)) for n in range(3)]))
    assert (owner.version, owner.topic_version("story")) == (0, 0)
    owner.start()
    _eventually(lambda: owner.version > 0)  # a moment after the posts can be read
    assert _count(owner) == 3
    before = owner.version
    spool.write(batch(1, [scored(post(9), topics=("story", "other"))]))
    owner.absorb_now()
    _eventually(lambda: owner.version > before)
    assert _count(owner) == 4
    assert owner.topic_version("other") == owner.topic_version("story") == owner.version
    assert owner.topic_version("third") == 0
    assert owner.trouble is None


def test_the_version_survives_and_never_falls(home: Path) -> None:
    Spool(home).write(batch(0, [scored(post(0))]))
    with open_briefly(home, Settings(home=home)):
        pass
    one = Owner(home, Settings(home=home))
    first = one.version
    assert first > 0
    one.stop()
    one.stop()


def test_a_purge_is_noticed(home: Path, owner: Owner) -> None:
    Spool(home).write(batch(0, [scored(post(n)) for n in range(3)]))
    owner.start()
    _eventually(lambda: owner.version > 0)
    before = owner.topic_version("story")
    assert owner.purge(Wish(uri=post(1).uri)).posts == 1
    assert owner.topic_version("story") > before
    assert _count(owner) == 2
    Spool(home).write(batch(1, [scored(post(7))]))
    owner.absorb_now()
    _eventually(lambda: owner.topic_version("story") > before + 1)
    assert _count(owner) == 3


def test_the_card_says_who_and_opens_only_for_us(home: Path, owner: Owner) -> None:
    card = served_by(home)
    assert card is not None
    assert (card.pid, card.url, card.token) == (os.getpid(), "http://127.0.0.1:8701", owner.token)
    assert (home / CARD_NAME).stat().st_mode & 0o777 == 0o600
    owner.stop()
    assert served_by(home) is None
    assert not (home / CARD_NAME).exists()


def test_a_second_owner_is_told_where_the_first_serves(home: Path) -> None:
    first = _process(home, "http://127.0.0.1:8701")
    try:
        said = f"{home} is already served at http://127.0.0.1:8701 (process {first.pid})"
        with pytest.raises(HomeIsOwned) as second:
            Owner(home, Settings(home=home))
        assert (str(second.value), second.value.url) == (said, "http://127.0.0.1:8701")
        with pytest.raises(HomeIsOwned) as brief, open_briefly(home, Settings(home=home)):
            pass
        assert brief.value.url == "http://127.0.0.1:8701"
    finally:
        _end(first)


def test_the_lock_goes_with_a_killed_owner(home: Path) -> None:
    first = _process(home, "http://127.0.0.1:8701")
    _end(first)
    assert (home / CARD_NAME).exists()
    assert served_by(home) is None
    with open_briefly(home, Settings(home=home)) as visit, visit.read() as cur:
        assert questions.count(cur, STORY) == 0


def test_a_passing_command_is_waited_for(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = take(home)
    threading.Timer(0.3, lock.release).start()
    with open_briefly(home, Settings(home=home)):
        pass
    lock = take(home)
    monkeypatch.setattr(owning, "PATIENCE_S", 0.1)
    with pytest.raises(HomeIsOwned, match=f"in use by process {os.getpid()}. Wait") as error:
        Owner(home, Settings(home=home))
    assert error.value.url is None
    lock.release()


def test_a_half_written_card_is_no_card(home: Path) -> None:
    lock = take(home)
    (home / CARD_NAME).write_text('{"pid": ')
    assert served_by(home) is None
    (home / CARD_NAME).write_text(json.dumps({"pid": 1, "url": "u", "token": "t"}))
    assert served_by(home) is None
    lock.release()


def test_a_question_has_a_time_limit_and_the_next_one_works(owner: Owner) -> None:
    with pytest.raises(QueryTimeout, match=r"longer than 0\.2 s"), owner.read(0.2) as cur:
        cur.execute(FOREVER).fetchall()
    assert _count(owner) == 0


def test_stopping_ends_readers_kindly_and_refuses_new_ones(home: Path) -> None:
    one = Owner(home, Settings(home=home))
    one.start()
    ended: list[BaseException] = []
    reading = threading.Event()

    def read() -> None:
        try:
            with one.read(60) as cur:
                reading.set()
                cur.execute(FOREVER).fetchall()
        except StoreError as error:
            ended.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    assert reading.wait(10)
    one.stop()
    reader.join(10)
    assert [type(error) for error in ended] == [ShuttingDown]
    with pytest.raises(ShuttingDown), one.read():
        pass
    with open_briefly(home, Settings(home=home)):
        pass


def test_readers_are_not_blocked_and_see_whole_batches(home: Path, owner: Owner) -> None:
    spool = Spool(home)
    owner.start()
    seen: list[int] = []
    for seq in range(12):
        spool.write(batch(seq, [scored(post(seq * 10 + n)) for n in range(10)]))
        owner.absorb_now()
        with owner.read() as cur:
            both = rows(
                cur, "SELECT (SELECT count(*) FROM posts), (SELECT sum(posts) FROM rollup_hour)"
            )
        seen.append(both[0][0])
        assert both[0][0] % 10 == 0
        assert (both[0][1] or 0) == both[0][0]
    _eventually(lambda: _count(owner) == 120)
    assert seen == sorted(seen)


def test_trouble_is_told_and_passes(
    home: Path, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise HomeError("No space left.")

    monkeypatch.setattr(owning, "AFTER_TROUBLE_S", 0.05)
    with monkeypatch.context() as broken:
        broken.setattr(owning, "absorb", full)
        Spool(home).write(batch(0, [scored(post(1))]))
        owner.start()
        _eventually(lambda: owner.trouble == "No space left.")
    _eventually(lambda: owner.trouble is None and _count(owner) == 1)


def test_the_slot_holds_one_owner(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owning, "_held", None)
    with pytest.raises(StoreError, match="groundswell serve"):
        owning.owner()
    assert hold(owner) is owning.owner() is owner


def test_a_newer_database_is_refused_unchanged(home: Path) -> None:
    with open_briefly(home, Settings(home=home)) as visit, visit.read() as cur:
        cur.execute("INSERT INTO migrations VALUES (9999, 'from the future', now())")
    size = (home / "groundswell.duckdb").stat().st_size
    for _ in range(2):
        with (
            pytest.raises(DatabaseTooNew, match="has shape 9999"),
            open_briefly(home, Settings(home=home)),
        ):
            pass
    assert (home / "groundswell.duckdb").stat().st_size == size


def test_a_damaged_database_is_named(home: Path) -> None:
    home.mkdir()
    (home / "groundswell.duckdb").write_bytes(b"this is not a database" * 1000)
    with pytest.raises((StoreError, HomeError), match=r"groundswell\.duckdb|cannot be used"):
        Owner(home, Settings(home=home))
    with pytest.raises((StoreError, HomeError)):
        Owner(home, Settings(home=home))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_home_is_named(home: Path) -> None:
    home.mkdir(mode=0o500)
    with pytest.raises(HomeError, match="--home"):
        Owner(home, Settings(home=home))


def test_an_owner_ends_when_asked_by_a_signal(home: Path) -> None:
    """The absorber is no daemon: a process that forgets ``stop`` would hang instead of losing."""
    first = _process(home)
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=20)
    with open_briefly(home, Settings(home=home)):
        pass


def test_idle_moments_are_used_for_upkeep(
    home: Path, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owning, "TIDY_EVERY_S", 0.0)
    Spool(home).write(batch(0, [scored(post(n)) for n in range(3)]))
    owner.start()

    def sealed() -> bool:
        with owner.read() as cur:
            return rows(cur, "SELECT next FROM counters WHERE name = 'sealed'") == [(4,)]

    _eventually(sealed)
