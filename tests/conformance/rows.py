"""The rows of the contract and its table: ``python -m tests.conformance.rows`` writes the docs."""

import importlib
from collections.abc import Iterator
from pathlib import Path

from collectors import SOURCES
from tests.conformance.bypassed import BYPASSED

FOLDER = Path(__file__).resolve().parent
DOC = FOLDER.parents[1] / "docs" / "conformance.md"
HEAD = """# What every source is tried in

Each row is a test, each column a source; `python -m tests.conformance.rows` writes this page.
● the test runs for this source; a number says below why it does not fit.

"""


def rows() -> list[str]:
    """Names of all tests of this folder that are tried on each source, in order."""
    return [name for module in sorted(FOLDER.glob("test_*.py")) for name in _tests(module.stem)]


def page() -> str:
    """The table as Markdown."""
    names = sorted(SOURCES)
    reasons = sorted(set(BYPASSED.values()))
    lines = [f"| | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for row in rows():
        cells = [_cell(BYPASSED.get((row, name)), reasons) for name in names]
        lines.append(f"| {row.replace('_', ' ')} | {' | '.join(cells)} |")
    notes = [f"{place}. {reason}" for place, reason in enumerate(reasons, start=1)]
    return HEAD + "\n".join([*lines, "", *notes, ""])


def _cell(reason: str | None, reasons: list[str]) -> str:
    return "●" if reason is None else str(reasons.index(reason) + 1)


def _tests(module: str) -> Iterator[str]:
    made = importlib.import_module(f"tests.conformance.{module}")
    for name, value in vars(made).items():
        wants = getattr(value, "__annotations__", {})
        if name.startswith("test_") and wants.keys() & {"case", "world", "name"}:
            yield name.removeprefix("test_")


if __name__ == "__main__":
    DOC.write_text(page(), encoding="utf-8")
