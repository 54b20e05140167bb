"""How long the questions of the pages take at ten million posts, warm, each from SQL to table."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from duckdb import DuckDBPyConnection

from bench import overview, stance
from bench._homes import filled
from bench._promise import Promise, is_quick, report

LIMIT_MS = 100
POSTS, QUICK = 10_000_000, 100_000
TIMES = 5


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the promises; 1 when one does not hold."""
    posts = QUICK if is_quick(argv, __doc__ or "") else POSTS
    with tempfile.TemporaryDirectory() as folder:
        return report(measure(filled(Path(folder), posts).cursor()))


def measure(cur: DuckDBPyConnection) -> list[Promise]:
    """One promise a question of ``bench.overview`` and ``bench.stance``."""
    asked = {f"overview_{name}": ask for name, ask in overview.asked(cur).items()}
    asked |= {f"stance_{name}": ask for name, ask in stance.asked(cur).items()}
    return [
        Promise(
            name=f"ten_million_{name}", unit="ms", goal=LIMIT_MS, at_most=True,
            value=overview.warm(ask, TIMES),
        )
        for name, ask in asked.items()
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
