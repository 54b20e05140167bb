"""Finds the files that ship with the project: topics, sample, models, theme."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled(name: str) -> Path:
    """Path of a shipped file or folder, such as ``"topics"`` or ``"sample"``.

    In the wheel it lies in ``groundswell/data``; in a checkout in the repository's ``data``.
    """
    inside = _PACKAGE / "data" / name
    return inside if inside.exists() else _PACKAGE.parent / "data" / name
