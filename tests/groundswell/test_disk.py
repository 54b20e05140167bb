"""Collecting pauses while the disk is nearly full, says so, and goes on by itself."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from groundswell.commands import stream as streaming
from groundswell.disk import least_free, nearly_full, refuse_nearly_full
from groundswell.errors import NearlyFull
from groundswell.run import collect
from groundswell.schedule import keeper as keeping
from groundswell.settings import Settings
from groundswell.source import Ask
from groundswell.spool import Spool, read_envelope
from groundswell.store import owner as owning
from groundswell.store.owner import Owner
from groundswell.topic import load
from tests.builders import make_post
from tests.groundswell.schedule.stage import Stage
from tests.groundswell.test_run import END, START, Scripted, complete, english, page

GIB = 1024**3
FULL = NearlyFull("The disk is nearly full.")


@dataclass
class Disk:
    """A disk of so many bytes."""

    total: int
    free: int

    def __call__(self, path: Path) -> tuple[int, int, int]:
        return self.total, self.total - self.free, self.free


@pytest.mark.parametrize(
    ("total", "wanted", "least"),
    [
        (4_000 * GIB, None, GIB),
        (10 * GIB, None, GIB // 2),
        (24 * 1024**2, None, 1_258_291),
        (10 * GIB, 3 * GIB, 3 * GIB),
        (10 * GIB, 0, 0),
    ],
)
def test_a_gigabyte_or_a_twentieth_stays_free(total: int, wanted: int | None, least: int) -> None:
    assert least_free(total, wanted) == least


def test_the_last_byte_above_is_room_and_the_first_below_is_none(tmp_path: Path) -> None:
    assert nearly_full(tmp_path, None, Disk(100 * GIB, GIB)) is None
    error = nearly_full(tmp_path, None, Disk(100 * GIB, GIB - 1))
    assert error is not None
    assert (error.exit_code, error.reason) == (3, "nearly_full")
    assert str(tmp_path) in str(error)
    assert "1.1 GB are free and 1.1 GB must stay so" in str(error)


def test_a_home_that_is_not_there_yet_is_judged_by_its_folder(tmp_path: Path) -> None:
    asked: list[Path] = []

    def usage(path: Path) -> tuple[int, int, int]:
        asked.append(path)
        return GIB, GIB, 0

    with pytest.raises(NearlyFull):
        refuse_nearly_full(tmp_path / "new" / "home", None, usage)
    assert asked == [tmp_path]


def test_a_run_that_meets_it_keeps_what_it_has_and_names_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "story.toml"
    path.write_text('title = "Story"\nquery = "openai"\n[sources.bluesky]\n')
    newest = complete(END - (END - START) / 2, END)
    pages = [
        page(make_post(1, text="openai"), coverage=(newest,)),
        page(make_post(2, text="openai"), coverage=(complete(START, newest.start),)),
    ]
    ask, spool = Ask(topic=load(path), span=(START, END), now=END), Spool(tmp_path)
    looks = iter([FULL])

    def look() -> None:
        raise next(looks)

    outcome = asyncio.run(collect(Scripted(*pages), ask, spool, english, look_for_room=look))
    assert (outcome.state, outcome.reason) == ("partial", "nearly_full")
    (envelope,) = [read_envelope(file) for file in spool.waiting()]
    assert [(c.window.start, c.window.status) for c in envelope.coverage] == [
        (newest.start, "complete"),
        (START, "gap"),
    ]
    assert outcome.counts.posts == 1


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Owner]:
    one = Owner(tmp_path, Settings(home=tmp_path))
    yield one
    one.stop()


def test_the_pages_say_so_while_it_lasts(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    assert owner.trouble is None
    with monkeypatch.context() as full:
        full.setattr(owning, "nearly_full", lambda *_: FULL)
        assert owner.trouble == str(FULL)
    assert owner.trouble is None


def test_what_is_due_waits_for_room_and_then_runs_once(
    owner: Owner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(home=tmp_path, owner=owner)
    job = stage.add("bluesky")
    with monkeypatch.context() as full:
        full.setattr(keeping, "nearly_full", lambda *_: FULL)
        for _ in range(3):
            stage.passes(hours=1)
        assert stage.names() == []
    stage.passes(seconds=30)
    assert stage.names() == [job.name]


class Followed:
    """A stream that is followed until it is stopped or there is no room."""

    def __init__(self, begun: list[str], stop: Callable[[], bool]) -> None:
        self._begun, self._is_last = begun, stop

    async def follow(
        self, stop: asyncio.Event, upkeep: object, has_room: Callable[[], bool]
    ) -> None:
        self._begun.append("followed")
        while has_room():
            if self._is_last():
                stop.set()
                return
            await asyncio.sleep(0)


def test_the_stream_pauses_and_goes_on_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    looks = iter([None, None, FULL, FULL, FULL, FULL, None, None, None])
    monkeypatch.setattr(streaming, "nearly_full", lambda *_: next(looks))
    monkeypatch.setattr(streaming, "LOOK_S", 0.001)
    begun: list[str] = []

    def begin() -> Followed:
        return Followed(begun, lambda: len(begun) == 2)

    asyncio.run(streaming._until_stopped(begin, Settings(home=tmp_path)))  # type: ignore[arg-type]  # it follows like one
    assert begun == ["followed", "followed"]
    assert capsys.readouterr().err.count(str(FULL)) == 1
