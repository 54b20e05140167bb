"""A disk without room and a home that cannot be written: one clear line, nothing lost."""

import errno
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from groundswell.cli import main
from tests.collectors.fake_hackernews import FakeSearch
from tests.groundswell.commands.conftest import TOPIC, hits, printed

pytestmark = pytest.mark.disks

HITS = 600


def disk(name: str) -> Path:
    if name not in os.environ:
        pytest.skip(f"{name} names no disk; .ci/bad-disks makes one")
    return Path(os.environ[name])


def run(site: FakeSearch, home: Path, *words: str, least_free: str = "") -> Result:
    environment = {
        "GROUNDSWELL_LEAST_FREE_BYTES": least_free,
        "GROUNDSWELL_HOME": str(home),
        "GROUNDSWELL_HACKERNEWS_URL": site.web.url,
        "GROUNDSWELL_ALLOW_PRIVATE_ADDRESSES": "1",
    }
    return CliRunner(env=environment).invoke(main, list(words))


def fill(folder: Path) -> Path:
    """Takes the last byte of the disk that ``folder`` lies on."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
    return filler


def test_a_full_disk_is_said_and_costs_nothing() -> None:
    home = disk("GROUNDSWELL_FULL_DISK") / "home"
    (home / "topics").mkdir(parents=True)
    (home / "topics" / "story.toml").write_text(TOPIC)
    site = FakeSearch(hits(HITS))
    with site.serving():
        assert run(site, home, "collect", "story", "--until", "2025-01-29").exit_code == 0
        before = printed(run(site, home, "status", "story", "--json"))[0]["posts"]
        filler = fill(home.parent)
        paused = run(site, home, "collect", "story")
        assert (paused.exit_code, "nearly full" in paused.stderr) == (3, True)
        full = run(site, home, "collect", "story", least_free="0")
        assert full.exit_code == 1
        assert "space" in full.stderr
        assert "Traceback" not in full.output
        filler.unlink()
        assert run(site, home, "collect", "story").exit_code == 0
        after = printed(run(site, home, "status", "story", "--json"))[0]["posts"]
    assert (0 < before < HITS, after) == (True, HITS)


@pytest.mark.parametrize("words", [("status",), ("collect", "openai-deepseek"), ("demo",)])
def test_a_home_that_cannot_be_written_is_said(words: tuple[str, ...]) -> None:
    home = disk("GROUNDSWELL_FIXED_DISK")
    site = FakeSearch()
    with site.serving():
        result = run(site, home, *words, "--home", str(home))
    assert result.exit_code == 1
    assert str(home) in result.stderr
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output
