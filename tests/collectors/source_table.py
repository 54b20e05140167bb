"""The README's table of sources, made of what each declares.

``python -m tests.collectors.source_table`` writes it.
"""

from pathlib import Path
from typing import Any

from collectors import SOURCES
from groundswell.source import Capabilities

BEGIN, END = "<!-- sources -->", "<!-- end of sources -->"
README = Path(__file__).resolve().parents[2] / "README.md"
_HEAD = (
    "| source | without a key | past windows | how far back | counts | deletions | handed on |",
    "|---|---|---|---|---|---|---|",
)


def table() -> str:
    """The sources as Markdown, in order of their names."""
    rows = [_row(name, source.capabilities) for name, source in sorted(SOURCES.items())]
    return "\n".join([*_HEAD, *rows])


def filled(text: str) -> str:
    """``text`` with the table between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def _row(name: str, can: Capabilities) -> str:
    past = "yes" if can.since and can.until else "no"
    cells = [
        f"`{name}`",
        "yes" if can.keyless else _keys(can),
        past,
        can.history,
        ", ".join(can.engagement) or "none",
        "said by the site" if can.deletion_signal else "looked for",
        {"text": "text", "ids": "ids only", "link": "title and link"}[can.redistribution],
    ]
    return f"| {' | '.join(cells)} |"


def _keys(can: Capabilities) -> str:
    names: list[Any] = [f"`GROUNDSWELL_{name.upper()}`" for name in can.needs]
    return f"no: {', '.join(names)}"


if __name__ == "__main__":
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")
