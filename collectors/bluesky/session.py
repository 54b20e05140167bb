"""The session of one run: kept between runs, renewed when it ends, never shared.

An access token lasts two hours; the refresh token that renews it is single use, so every change
is on disk before the new token is used, and each run takes a session file that no other run
holds. Logins are scarce (30 in five minutes, 300 a day): at most one a run, none while one is
kept.
"""

import hashlib
import itertools
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

from collectors.bluesky.account import SOURCE, Account, Session
from groundswell.errors import HomeError, HomeIsOwned, LoginRefused, StateError
from groundswell.locks import job_lock


class Login:
    """The session a run works with. ``entry`` is the server that the login is made at."""

    def __init__(self, account: Account, file: Path) -> None:
        self._account, self._file = account, file
        self.entry = account.entry
        self._session: Session | None = None
        self._logged_in = False

    async def session(self) -> Session:
        """The kept session, else a new login. Raises ``LoginRefused``, ``StateError``,
        ``HomeError``, and what ``Http.post`` raises."""
        if self._session is None and (kept := load(self._file, self._account.identifier)):
            self._session = self._account.hide(kept)
        return self._session or await self._log_in()

    async def renewed(self) -> Session:
        """The next session, after the server refused this one: by a refresh, else by the one
        login that a run may make. Raises ``LoginRefused`` when it was made already."""
        if self._session is None:
            return await self.session()
        try:
            return self._keep(await self._account.refreshed(self._session))
        except LoginRefused:
            if self._logged_in:
                raise
            return await self._log_in()

    async def _log_in(self) -> Session:
        self._logged_in = True
        return self._keep(await self._account.log_in())

    def _keep(self, session: Session) -> Session:
        save(self._file, session)
        self._session = session
        return session


@contextmanager
def own_file(home: Path, account: Account) -> Iterator[Path]:
    """A session file that nobody else uses while this lasts: the first one that is free."""
    named = hashlib.sha256(f"{account.entry} {account.identifier}".encode()).hexdigest()[:12]
    with ExitStack() as stack:
        for number in itertools.count(1):
            name = f"{SOURCE}-{named}" if number == 1 else f"{SOURCE}-{named}-{number}"
            try:
                stack.enter_context(job_lock(home, f"session-{name}"))
            except HomeIsOwned:
                continue
            yield home / "sessions" / f"{name}.json"
            return


def load(file: Path, identifier: str) -> Session | None:
    """The session in ``file``, None when there is none. Raises ``StateError`` when it is not a
    session of this account."""
    try:
        session = Session(**json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise _distrusted(file, "cannot be read") from error
    if session.identifier != identifier:
        raise _distrusted(file, f"belongs to {session.identifier}")
    return session


def save(file: Path, session: Session) -> None:
    """Writes ``session`` durably, readable by its owner only, in the place of the last one."""
    temporary = file.with_name(f".tmp.{uuid.uuid4().hex}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as written:
            json.dump(asdict(session), written)
            written.flush()
            os.fsync(written.fileno())
        temporary.replace(file)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise HomeError(
            f"{file.parent} cannot be written ({error.strerror}), and a session that is not kept "
            "costs a login each run. Check its owner and rights."
        ) from error


def _distrusted(file: Path, why: str) -> StateError:
    return StateError(f"The session file {file} {why}. Delete it; the next run logs in anew.")
