"""The lock on a home's database: it goes with its process, and says who holds it."""

import fcntl
import json
import os
import random
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from groundswell.errors import HomeIsOwned
from groundswell.store.trouble import home_errors

LOCK_NAME = "owner.lock"
CARD_NAME = "owner.json"
PAUSE_S = (0.005, 0.030)  # jitter keeps two waiting commands from asking in step


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerCard:
    """Who serves a home. ``token`` opens the routes at ``url``; never log or show it."""

    pid: int
    url: str
    token: str


class HomeLock:
    """Sole right to open a home's database. Ends with ``release`` or with the process."""

    def __init__(self, home: Path, handle: int) -> None:
        self._home = home
        self._handle = handle

    def show(self, card: OwnerCard) -> None:
        """Leaves the card where commands look for it: mode 0600, by rename."""
        with home_errors(self._home):
            temporary = self._home / f".{CARD_NAME}.{os.getpid()}"
            temporary.unlink(missing_ok=True)
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(asdict(card), file)
            temporary.replace(self._home / CARD_NAME)

    def release(self) -> None:
        """Lets go, taking an own card along."""
        if _card(self._home, os.getpid()) is not None:
            (self._home / CARD_NAME).unlink(missing_ok=True)
        os.close(self._handle)


def take(home: Path, *, patience_s: float = 0.0) -> HomeLock:
    """The lock of ``home``. Waits up to ``patience_s`` for a passing command, never for a server.

    Raises ``HomeIsOwned`` with the server's url (None: a command that does not serve), and
    ``HomeError`` when the folder cannot be written.
    """
    end_s = time.monotonic() + patience_s
    with home_errors(home):
        home.mkdir(parents=True, exist_ok=True)
        handle = os.open(home / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not _taken(handle):
            if served_by(home) is not None or time.monotonic() >= end_s:
                raise _owned(home)
            time.sleep(random.uniform(*PAUSE_S))  # jitter, no secret
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
    except BaseException:
        os.close(handle)
        raise
    return HomeLock(home, handle)


def served_by(home: Path) -> OwnerCard | None:
    """Who serves ``home`` now; None when nobody does, even if a killed server left its card."""
    with home_errors(home):
        holder = _holder(home)
        return _card(home, holder) if holder is not None else None


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(home: Path) -> int | None:
    """The process that holds the lock, None when it is free."""
    try:
        handle = os.open(home / LOCK_NAME, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        written = os.pread(handle, 32, 0)
        return int(written) if written.isdigit() else None
    finally:
        os.close(handle)
    return None


def _card(home: Path, pid: int) -> OwnerCard | None:
    try:
        said = json.loads((home / CARD_NAME).read_text(encoding="utf-8"))
        card = OwnerCard(pid=int(said["pid"]), url=str(said["url"]), token=str(said["token"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None  # nobody serves, or a killed server left half a card
    return card if card.pid == pid else None


def _owned(home: Path) -> HomeIsOwned:
    card = served_by(home)
    if card is not None:
        return HomeIsOwned(
            f"{home} is already served at {card.url} (process {card.pid})", url=card.url
        )
    holder = _holder(home)
    who = f"process {holder}" if holder is not None else "another process"
    return HomeIsOwned(
        f"{home} is in use by {who}. Wait for it to finish, then run the command again."
    )
