"""The README does what it says: every command line in it is run, every source is listed."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from collectors import SOURCES
from groundswell.cli import COMMANDS, main
from tests.collectors.fake_hackernews import FakeSearch, story

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
LINES = [line for block in BLOCKS for line in block.splitlines() if line]
TO_THE_END = ("make demo", "groundswell serve")  # run until stopped: each has a test of its own


@pytest.fixture
def site() -> Iterator[FakeSearch]:
    at = int(datetime(2025, 1, 29, tzinfo=UTC).timestamp())
    search = FakeSearch([story(at + n, f"OpenAI and DeepSeek, take {n}") for n in range(5)])
    with search.serving():
        yield search


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: FakeSearch) -> Path:
    """A folder with what the README's commands name, and a home that is empty."""
    (tmp_path / "data").symlink_to(ROOT / "data")
    rows = "comment,created_at\nOpenAI has no right to complain about DeepSeek,2025-01-29 10:00\n"
    for name in ("survey.csv", "comments.csv"):
        (tmp_path / name).write_text(rows, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GROUNDSWELL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GROUNDSWELL_HACKERNEWS_URL", site.web.url)
    monkeypatch.setenv("GROUNDSWELL_ALLOW_PRIVATE_ADDRESSES", "1")
    return tmp_path


def run(line: str) -> Result:
    program, *words = shlex.split(line)
    assert program == "groundswell"
    return CliRunner().invoke(main, words)


def test_every_command_line_works_in_the_order_of_the_page(place: Path) -> None:
    ran = [line for line in LINES if line not in TO_THE_END]
    assert len(ran) >= 6
    for line in ran:
        result = run(line)
        assert result.exit_code == 0, (line, result.output)
    assert (place / "january" / "posts.csv").read_text().count("OpenAI") >= 5
    assert "compound" in (place / "scored.csv").read_text()


def test_serve_tells_its_address_and_ends_when_asked(place: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "groundswell.cli", "serve"],
        env=os.environ | {"GROUNDSWELL_PORT": "0"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert re.search(r"http://127\.0\.0\.1:\d+", child.stdout.readline())
    child.send_signal(signal.SIGTERM)
    assert child.wait(timeout=30) == 0


def test_make_demo_is_the_demo_command() -> None:
    said = subprocess.run(
        ["make", "--no-print-directory", "-n", "-o", ".venv/.ready", "demo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip().endswith("groundswell demo")


def test_pages_keep_to_their_length() -> None:
    assert README.count("\n") <= 150
    assert (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").count("\n") <= 150
    assert README[: README.index("```sh")].count("\n") < 40


def test_pictures_and_files_it_points_to_are_there() -> None:
    targets = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert targets
    assert [t for t in targets if not (ROOT / t).is_file()] == []


def test_every_source_has_its_row() -> None:
    rows = re.findall(r"^\| `([a-z]+)` \|", README, re.MULTILINE)
    assert sorted(rows) == sorted(SOURCES)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_helps_with_an_example(command: str) -> None:
    said = CliRunner().invoke(main, [command, "--help"])
    assert said.exit_code == 0
    assert f"Example: groundswell {command}" in " ".join(said.output.split())
