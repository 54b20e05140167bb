"""Locks that go with their process: a killed run never blocks the next one."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from groundswell.errors import HomeError, HomeIsOwned


@contextmanager
def job_lock(home: Path, job: str) -> Iterator[None]:
    """Holds ``locks/<job>.lock`` of the home. Raises ``HomeIsOwned`` when another process does.

    ``job`` is built from topic slugs and source names only, never from data.
    """
    folder = home / "locks"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / f"{job}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise HomeError(
            f"{folder} cannot be written ({error.strerror}). Check its owner and rights, or give "
            "another folder with --home."
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise HomeIsOwned(
            f"{job.replace('.', ' from ')} is being collected by another run; let it finish."
        ) from None
    try:
        yield
    finally:
        os.close(handle)
