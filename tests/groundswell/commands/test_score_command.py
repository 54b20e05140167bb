"""``score``: one call for a file of texts, with a target or without."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from groundswell.cli import main

LEAD = (
    "It's funny how OpenAI, which has been consuming our data without permission, is now accusing "
    "DeepSeek of the same thing"
)


def score(*words: str) -> Result:
    return CliRunner().invoke(main, ["score", *words])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "texts.csv"
    with path.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([["text", "about"], [LEAD, "OpenAI"], [LEAD, "DeepSeek"]])
    return path


def stances(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as opened:
        return [row["stance"] for row in csv.DictReader(opened)]


def test_one_target_for_all_or_one_a_row(file: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "out.csv")
    done = score(str(file), "--out", out, "--target", "OpenAI", "--alias", "ChatGPT")
    assert done.exit_code == 0, done.output
    assert "2 rows, 2 scored, 0 not scored, 2 with a stance" in done.stderr
    assert stances(Path(out)) == ["against", "against"]
    done = score(str(file), "--out", out, "--target-column", "about", "--json")
    assert '"stances": 2' in done.stdout
    assert stances(Path(out)) == ["against", "none"]
    assert score(str(file), "--out", out).exit_code == 0
    assert stances(Path(out)) == ["", ""]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--target", "A", "--target-column", "about"), "either --target or --target-column"),
        (("--alias", "A"), "--alias is another name"),
        (("--target", "  "), "1 to 300 characters"),
        (("--target", "x" * 301), "1 to 300 characters"),
        (("--target-column", "whom"), "no column “whom”"),
    ],
)
def test_a_wrong_call_is_told(
    file: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = score(str(file), "--out", str(tmp_path / "out.csv"), *words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == [file]


def heed_interrupts() -> None:
    """A shell lets what it starts in the background ignore SIGINT, and its children with it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_stopped_run_leaves_no_draft(tmp_path: Path, number: int, code: int) -> None:
    big = tmp_path / "big.csv"
    big.write_text("text\n" + "".join(f"{LEAD[:-6]} {n}\n".replace(",", "") for n in range(60_000)))
    child = subprocess.Popen(
        [sys.executable, "-m", "groundswell.cli", "score", big.name, "--out", "out.csv"],
        cwd=tmp_path,
        env=os.environ,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,
    )
    deadline_s = time.monotonic() + 60
    while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert child.poll() is None
    child.send_signal(number)
    assert child.wait(timeout=30) == code
    assert list(tmp_path.iterdir()) == [big]
