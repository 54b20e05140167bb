"""DuckDB 1.5 and 2 say the same, and each goes on with a file of the other."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

REPO = Path(__file__).resolve().parents[3]
OTHER = os.environ.get("GROUNDSWELL_DUCKDB15_PYTHON", "")

other_duckdb = pytest.mark.skipif(
    not OTHER, reason="GROUNDSWELL_DUCKDB15_PYTHON names no Python with DuckDB 1.5"
)


def _run(python: str, home: Path, first: int) -> tuple[str, dict[str, Any]]:
    done = subprocess.run(
        [python, "-W", "ignore", "-m", "tests.groundswell.store.core", str(home), str(first)],
        cwd=REPO, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    return said["duckdb"], said["said"]


def test_the_core_runs_as_a_script(tmp_path: Path) -> None:
    _, said = _run(sys.executable, tmp_path / "home", 0)
    assert "posts=23" in said["0"]["totals"]
    assert "copies=3" in said["0"]["totals"]


@other_duckdb
def test_both_versions_say_the_same(tmp_path: Path) -> None:
    version, here = _run(sys.executable, tmp_path / "here", 0)
    other_version, there = _run(OTHER, tmp_path / "there", 0)
    assert other_version.startswith("1.5")
    assert other_version != version
    assert here == there


@other_duckdb
def test_each_goes_on_with_a_file_of_the_other(tmp_path: Path) -> None:
    there_and_back, alone = tmp_path / "shared", tmp_path / "alone"
    for number, python in enumerate((sys.executable, OTHER, sys.executable, OTHER)):
        _, shared = _run(python, there_and_back, number * 100)
        _, own = _run(sys.executable, alone, number * 100)
        assert shared == own
