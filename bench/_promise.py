"""What a benchmark prints: one line of JSON a promise, with the number it is held to."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Sets of labelled posts lie beside the repository, never in it; a promise says so where absent.
EVAL = Path(__file__).resolve().parents[1].parent / "shared" / "eval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A measured number. ``goal`` holds the value, or the ratio to the baseline if ``by_ratio``;
    at least that, or at most if ``at_most``. ``value`` None: not measured, for ``reason``."""

    name: str
    unit: str
    goal: float
    value: float | None = None
    baseline: float | None = None
    by_ratio: bool = False
    at_most: bool = False
    reason: str | None = None

    @property
    def ratio(self) -> float | None:
        """Value by baseline, None without either."""
        return self.value / self.baseline if self.value is not None and self.baseline else None

    @property
    def holds(self) -> bool | None:
        """Whether the promise holds; None when it was not measured."""
        held = self.ratio if self.by_ratio else self.value
        if held is None:
            return None
        return held <= self.goal if self.at_most else held >= self.goal

    def line(self) -> str:
        """The promise as JSON with keys in a fixed order."""
        said: dict[str, Any] = {"name": self.name, "value": _short(self.value), "unit": self.unit}
        said |= {"baseline": _short(self.baseline), "ratio": _short(self.ratio)}
        compared = "<=" if self.at_most else ">="
        said |= {"goal": f"{'ratio ' if self.by_ratio else ''}{compared} {self.goal:g}"}
        said["holds"] = self.holds
        return json.dumps(said | ({"reason": self.reason} if self.reason else {}))


def report(promises: Sequence[Promise]) -> int:
    """Prints each promise; the exit code: 1 when one does not hold."""
    for promise in promises:
        print(promise.line(), flush=True)
    return int(any(promise.holds is False for promise in promises))


def is_quick(argv: Sequence[str] | None, what: str) -> bool:
    """Whether ``--quick`` was said. ``argv`` None reads the command line."""
    parser = ArgumentParser(description=what)
    parser.add_argument("--quick", action="store_true", help="Smaller sizes, under half a minute.")
    return bool(parser.parse_args(sys.argv[1:] if argv is None else argv).quick)


def labelled(name: str, split: str = "dev") -> list[dict[str, str]]:
    """Rows of a labelled set beside the repository; empty when it is not there."""
    path = EVAL / name / f"{split}.tsv"
    if not path.is_file():
        return []
    header, *lines = path.read_text(encoding="utf-8").split("\n")
    names = header.split("\t")
    return [dict(zip(names, line.split("\t"), strict=True)) for line in lines if line]


def _short(number: float | None) -> float | None:
    return None if number is None else float(f"{number:.4g}")
