"""Finds the SQL of this room: one statement, one file, named as what it asks or does."""

from functools import cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent


@cache
def question(name: str, **parts: str) -> str:
    """Text of ``queries/<name>.sql``: reads, with named parameters.

    A question about a selection of posts says ``{chosen}`` or ``{cells}`` where the selection
    stands, and ``{page}`` where a few of it are taken; ``parts`` names the file of
    ``queries/parts`` that is put there. A part may hold places for those named after it.
    """
    text = _read("queries", name)
    for place, part in parts.items():
        text = text.replace("{" + place + "}", _read("queries/parts", part))
    return text


@cache
def step(name: str) -> str:
    """Text of ``steps/<name>.sql``: one step of a change, inside the caller's transaction."""
    return _read("steps", name)


def migrations() -> list[tuple[int, str, str]]:
    """Number, name and text of every migration, in order."""
    files = sorted((_HERE / "migrations").glob("[0-9][0-9][0-9][0-9]_*.sql"))
    return [(int(f.name[:4]), f.stem[5:], f.read_text(encoding="utf-8")) for f in files]


def _read(folder: str, name: str) -> str:
    return (_HERE / folder / f"{name}.sql").read_text(encoding="utf-8")
