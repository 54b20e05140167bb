"""A run of a job as a process of its own: started, watched, asked to end, killed."""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from groundswell.errors import HomeError, HomeIsOwned
from groundswell.logs import plain
from groundswell.settings import Settings
from groundswell.store.jobs import Job

BEAT_S = 20.0
LOG_CAP_BYTES = 4 * 1024**2  # of one run; a longer log begins anew
TAIL_BYTES = 4_000
LINES_TOLD = 3
_LOGIN = "GROUNDSWELL_LOGIN_"


class Child(Protocol):
    """A run that this process started."""

    pid: int

    def exit_code(self) -> int | None:
        """None while it runs; below 0: the signal that ended it. What it left running is ended."""
        ...

    def ask(self) -> None:
        """Asks it to write the batch it is at, and end."""
        ...

    def kill(self) -> None:
        """Ends it, and all it started, now."""
        ...

    def heartbeat_at(self) -> datetime | None:
        """When it last gave a sign of life (UTC); None: not yet."""
        ...

    def last_words(self) -> str:
        """The last lines it said, for people; may quote sites."""
        ...


class Process:
    """A run in a session of its own, whose log is ``logs/<job>.log`` of the home."""

    def __init__(self, popen: "subprocess.Popen[bytes]", lock: Path, log: Path) -> None:
        self.pid = popen.pid
        self._popen, self._lock, self._log = popen, lock, log

    def exit_code(self) -> int | None:
        """See ``Child``. It is looked at before it is buried: until then its number, which is also
        that of its group, is nobody else's."""
        if self._popen.returncode is None:
            ended = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is None:
                self._keep_log_short()
                return None
            self.kill()
            self._popen.wait()
            self._hang_up()
        return self._popen.returncode

    def ask(self) -> None:
        """See ``Child``."""
        self._popen.terminate()

    def kill(self) -> None:
        """See ``Child``."""
        if self._popen.returncode is None:
            with suppress(ProcessLookupError, PermissionError):  # macOS says so of the dead
                os.killpg(self.pid, signal.SIGKILL)

    def heartbeat_at(self) -> datetime | None:
        """See ``Child``."""
        return heartbeat_at(self._lock)

    def last_words(self) -> str:
        """See ``Child``."""
        with self._log.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - TAIL_BYTES))
            said = file.read().decode("utf-8", "replace").splitlines()
        return " · ".join([plain(line.strip()) for line in said if line.strip()][-LINES_TOLD:])

    def _keep_log_short(self) -> None:
        if self._log.stat().st_size > LOG_CAP_BYTES:
            os.truncate(self._log, 0)

    def _hang_up(self) -> None:
        if self._popen.stdin is not None:
            self._popen.stdin.close()


def start(job: Job, settings: Settings, *, beat_s: float = BEAT_S) -> Process:
    """Starts a run of ``job`` on the home of ``settings``. Raises ``HomeError``."""
    return start_words(job.name, command_of(job), settings, beat_s=beat_s)


def start_words(
    name: str, words: Sequence[str], settings: Settings, *, beat_s: float = BEAT_S
) -> Process:
    """Starts ``groundswell`` with ``words`` as a run of the job ``name``. Raises ``HomeError``, and
    ``HomeIsOwned`` when another run of it goes on.

    The lock is taken here and handed to the run: nobody sees a run without its lock.
    """
    lock, log = lock_of(settings.home, name), log_of(settings.home, name)
    try:
        for folder in (lock.parent, log.parent):
            folder.mkdir(parents=True, exist_ok=True)
        handle = _taken(name, lock)
        try:
            bounds = ["--beat-s", beat_s, "--memory-bytes", settings.job_memory_bytes]
            argv = ["--lock", handle, *bounds, "--", *words, "--home", settings.home]
            started = Process(_popen([str(word) for word in argv], log, handle), lock, log)
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(started.pid).encode(), 0)
        finally:
            os.close(handle)
    except OSError as error:
        raise HomeError(
            f"{name} could not be started ({error.strerror}). Look at the rights and the space of "
            f"{settings.home}."
        ) from error
    return started


def command_of(job: Job) -> list[str]:
    """The words after ``groundswell`` that run ``job`` once."""
    if job.kind == "stream":
        return ["stream"]
    sources = [word for source in job.sources for word in ("--source", source)]
    return [job.kind, job.topic or "", *sources]


def lock_of(home: Path, job: str) -> Path:
    """The file whose lock a run of ``job`` holds, and whose time is its heartbeat."""
    return home / "locks" / f"job.{job}.lock"


def log_of(home: Path, job: str) -> Path:
    """What the latest run of ``job`` said."""
    return home / "logs" / f"{job}.log"


def heartbeat_at(lock: Path) -> datetime | None:
    """When the holder of ``lock`` last gave a sign of life (UTC); None when there is no file."""
    try:
        return datetime.fromtimestamp(lock.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def holder(lock: Path) -> int | None:
    """The process that holds ``lock``; None when it is free: the lock goes with its process, while
    the number of a dead one may be another's."""
    try:
        handle = os.open(lock, os.O_RDONLY)
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


def _taken(name: str, lock: Path) -> int:
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise HomeIsOwned(f"{name} is running already (process {holder(lock)}).") from None
    return handle


def without_login() -> dict[str, str]:
    """The environment for a child: what the login of people needs is no business of a collector."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_LOGIN)}


def _popen(argv: Sequence[str], log: Path, handle: int) -> "subprocess.Popen[bytes]":
    """Its own session, so that Ctrl-C reaches only who started it; an open pipe, whose end tells
    the run that its owner is gone; a file for what it says, which no dead reader can stop up."""
    log.write_bytes(b"")
    with log.open("ab") as output:  # appending: it may be cut short while it is written
        return subprocess.Popen(
            [sys.executable, "-m", "groundswell.confined", *argv],
            env=without_login(),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(handle,),
        )
