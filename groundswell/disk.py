"""How much room a home's disk has: collecting pauses while there is too little to store safely."""

import shutil
from collections.abc import Callable
from pathlib import Path

from groundswell.errors import NearlyFull

LEAST_FREE_BYTES = 1024**3  # what writing a large database anew may need for a while
LEAST_FREE_SHARE = 0.05  # of a small disk: a gigabyte may be all it has

Usage = Callable[[Path], tuple[int, int, int]]  # total, used and free bytes, as shutil gives them


def least_free(total_bytes: int, wanted_bytes: int | None) -> int:
    """The bytes that must stay free: ``wanted_bytes``, else 1 GiB or 5 % of the disk, whichever is
    less. Five per cent of a large disk would be hundreds of gigabytes, a gigabyte all of a small
    one."""
    if wanted_bytes is not None:
        return wanted_bytes
    return min(LEAST_FREE_BYTES, int(LEAST_FREE_SHARE * total_bytes))


def nearly_full(
    home: Path, wanted_bytes: int | None, usage: Usage = shutil.disk_usage
) -> NearlyFull | None:
    """Why nothing more may be collected into ``home`` now; None while there is room. A home that
    does not exist yet is judged by the folder it will be made in."""
    folder = next(path for path in (home, *home.absolute().parents) if path.exists())
    total, _, free = usage(folder)
    least = least_free(total, wanted_bytes)
    if free >= least:
        return None
    return NearlyFull(
        f"The disk of {home} is nearly full: {_size(free)} are free and {_size(least)} must stay "
        "so. Collecting pauses until there is room again; what was collected before is kept. Free "
        "some space, or set GROUNDSWELL_LEAST_FREE_BYTES."
    )


def refuse_nearly_full(
    home: Path, wanted_bytes: int | None, usage: Usage = shutil.disk_usage
) -> None:
    """Raises ``NearlyFull`` while nothing more may be collected into ``home``."""
    if (error := nearly_full(home, wanted_bytes, usage)) is not None:
        raise error


def _size(count: int) -> str:
    return f"{count / 1e9:,.1f} GB" if count >= 1e9 else f"{count / 1e6:,.1f} MB"
