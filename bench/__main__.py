"""Runs every benchmark of this folder and passes their promises on: ``python -m bench``."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench._promise import is_quick

FOLDER = Path(__file__).resolve().parent
LIMIT_S = 1_800  # a benchmark that hangs must not hang the others


def main(argv: Sequence[str] | None = None) -> int:
    """Prints one line of JSON a promise; 1 when one does not hold or a benchmark breaks."""
    options = ["--quick"] if is_quick(argv, __doc__ or "") else []
    held = [run(name, options) for name in benchmarks()]
    return int(not all(held))


def benchmarks(folder: Path = FOLDER) -> Iterator[str]:
    """Names of the modules that can be run alone, in order of the alphabet."""
    for path in sorted(folder.glob("[!_]*.py")):
        if "\ndef main(" in path.read_text(encoding="utf-8"):
            yield path.stem


def run(name: str, options: Sequence[str] = ()) -> bool:
    """Runs one benchmark in a process of its own, so that none warms another's caches; whether
    all it promised holds. What it says on stderr is shown as it comes."""
    command = [sys.executable, "-m", f"bench.{name}", *options]
    try:
        done = subprocess.run(
            command, cwd=FOLDER.parent, stdout=subprocess.PIPE, text=True, timeout=LIMIT_S
        )
    except subprocess.TimeoutExpired:
        return broken(name, f"stopped after {LIMIT_S} s")
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    for line in lines:
        print(line, flush=True)
    if any(json.loads(line).get("holds") is False for line in lines):
        return False
    if done.returncode or not lines:
        return broken(name, f"ended with code {done.returncode} after {len(lines)} promises")
    return True


def broken(name: str, reason: str) -> bool:
    """Prints a promise that does not hold because its benchmark broke; False."""
    nothing = dict.fromkeys(["value", "unit", "baseline", "ratio", "goal"])
    print(json.dumps({"name": name, **nothing, "holds": False, "reason": reason}), flush=True)
    return False


if __name__ == "__main__":
    sys.exit(main())
