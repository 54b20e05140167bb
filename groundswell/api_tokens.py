"""Tokens with which people's scripts ask a served home: each has a name; only its hash is kept.

They lie in ``tokens.json`` of the home, which its user alone may read, so that they outlive a
restart and a running server knows a new one, or one taken away, at the next request.
"""

import hmac
import json
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from groundswell.errors import HomeError, StateError, WrongUse
from groundswell.locks import job_lock

FILE_NAME = "tokens.json"
PREFIX = "gsw_"  # lets scanners of repositories recognise one that was published
SECRET_BYTES = 32  # so much chance needs no slow hash
ROLES = ("viewer",)  # scripts read; nothing can be changed with a token
MOST = 1_000
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LOCK = "tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A token as it is kept: ``hash`` is the hexadecimal SHA-256 of it, ``made_at`` is UTC."""

    name: str
    role: str
    hash: str
    made_at: str


def add(home: Path, name: str, role: str = "viewer") -> str:
    """Makes a token for ``name`` and returns it: it is never shown again. Raises ``WrongUse`` for a
    name that is none or taken, ``HomeError``."""
    if not _NAME.fullmatch(name):
        raise WrongUse("The name of a token has 1 to 40 of a-z, 0-9 and hyphens.")
    if role not in ROLES:
        raise WrongUse(f"A token is for the role {', '.join(ROLES)}.")
    token = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    new = ApiToken(name=name, role=role, hash=_hash(token), made_at=made)

    def with_new(known: list[ApiToken]) -> list[ApiToken]:
        if any(one.name == name for one in known):
            raise WrongUse(f"There is a token {name} already. Remove it first, or name another.")
        if len(known) >= MOST:
            raise WrongUse(f"There are {MOST:,} tokens, which is the most. Remove one first.")
        return [*known, new]

    _change(home, with_new)
    return token


def remove(home: Path, name: str) -> None:
    """Takes the token ``name`` away: from the next request on it opens nothing. Raises
    ``WrongUse`` when there is none such, ``HomeError``."""

    def without(known: list[ApiToken]) -> list[ApiToken]:
        rest = [one for one in known if one.name != name]
        if len(rest) == len(known):
            raise WrongUse("There is no token of that name. `groundswell token list` shows them.")
        return rest

    _change(home, without)


def known(home: Path) -> list[ApiToken]:
    """All tokens, in the order in which they were made. Raises ``StateError`` for a file that is
    none of ours, ``HomeError``."""
    path = home / FILE_NAME
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return [ApiToken(**one) for one in said["tokens"]]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unusable(path, error) from error
    except (ValueError, KeyError, TypeError):
        raise StateError(
            f"{path} is not a file of tokens. Delete it and make the tokens anew."
        ) from None


def find(home: Path, token: str) -> ApiToken | None:
    """Whose token it is; None for a wrong one. Compared in constant time."""
    given = _hash(token)
    found = None
    for one in known(home):
        if hmac.compare_digest(one.hash, given):
            found = one
    return found


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _change(home: Path, change: Callable[[list[ApiToken]], list[ApiToken]]) -> None:
    """Writes what ``change`` makes of the tokens: mode 0600, by rename, one writer at a time."""
    path = home / FILE_NAME
    with job_lock(home, _LOCK):
        tokens = change(known(home))
        draft = home / f".{FILE_NAME}.{os.getpid()}"
        try:
            draft.unlink(missing_ok=True)
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"tokens": [asdict(one) for one in tokens]}, file, indent=1)
            draft.replace(path)
        except OSError as error:
            raise _unusable(path, error) from error


def _unusable(path: Path, error: OSError) -> HomeError:
    return HomeError(
        f"{path} cannot be used ({error.strerror}). Check its owner and rights, or give another "
        "folder with --home."
    )
