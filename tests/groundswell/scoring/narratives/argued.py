"""Posts that argue, made up: three arguments against a target and one for it, in our own words."""

from datetime import UTC, datetime, timedelta

from groundswell.scoring.narratives import PostKey, Said

START = datetime(2025, 1, 29, tzinfo=UTC)
ARGUMENTS = {
    "paper": "They burn paper in the printing works and the smoke hangs over river number {n}",
    "wages": "Wages of the night shift were cut again, said driver {n} of the union",
    "dogs": "My dog {n} barks at their delivery van 🐕",
    "jobs": "The new depot brings steady jobs to village {n}, and that matters here",
}


def said(kind: str, n: int, *, author: str | None = None, copies: PostKey | None = None) -> Said:
    """The ``n``-th post that makes the argument ``kind``; each by an account of its own."""
    key = ("sample", f"{kind}-{n:03}")
    return Said(
        key=key,
        text=ARGUMENTS[kind].format(n=n),
        author=author or f"sample-user-{kind}-{n}",
        at=START + timedelta(minutes=n),
        copies=copies or key,
    )


def posts(kind: str, count: int, first: int = 0) -> list[Said]:
    """``count`` posts that make one argument."""
    return [said(kind, n) for n in range(first, first + count)]
