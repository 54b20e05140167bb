"""Finds the SQL of this room: one statement, one file, named as what it asks or does."""

from functools import cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent


@cache
def question(name: str) -> str:
    """Text of ``queries/<name>.sql``: reads, with named parameters."""
    return (_HERE / "queries" / f"{name}.sql").read_text(encoding="utf-8")


@cache
def step(name: str) -> str:
    """Text of ``steps/<name>.sql``: one step of a change, inside the caller's transaction."""
    return (_HERE / "steps" / f"{name}.sql").read_text(encoding="utf-8")


def migrations() -> list[tuple[int, str, str]]:
    """Number, name and text of every migration, in order."""
    files = sorted((_HERE / "migrations").glob("[0-9][0-9][0-9][0-9]_*.sql"))
    return [(int(f.name[:4]), f.stem[5:], f.read_text(encoding="utf-8")) for f in files]
