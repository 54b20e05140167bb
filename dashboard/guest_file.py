"""The list of who may come in, read anew when the home's ``.env`` changes: a run of a page asks."""

import logging
from hashlib import sha256
from pathlib import Path

from dashboard.access import Guests, Role
from groundswell.errors import GroundswellError
from groundswell.settings import GuestLists, load_guests

_log = logging.getLogger(__name__)


class GuestFile:
    """The lists of a home as they are now. While they cannot be read, nobody is on them: somebody
    may just have been taken off."""

    def __init__(self, home: Path, lists: GuestLists) -> None:
        """``lists`` as they were at the start. Raises ``WrongUse`` for an entry that is neither an
        address nor a domain, and for empty lists."""
        self._home = home
        self._known: tuple[str, Guests | None] = (self._mark(), guests_of(lists))

    def role_of(self, address: str) -> Role | None:
        """The highest role of ``address`` or of its domain; None when neither is on a list."""
        guests = self._now()
        return guests.role_of(address) if guests else None

    def _now(self) -> Guests | None:
        mark = self._mark()
        before, guests = self._known
        if mark == before:
            return guests
        guests = self._read()
        self._known = (mark, guests)
        return guests

    def _read(self) -> Guests | None:
        try:
            guests = guests_of(load_guests(self._home))
        except GroundswellError as error:
            _log.error("Nobody can sign in until the lists are mended: %s", error)
            return None
        _log.info("The lists of who may sign in were read anew.")
        return guests

    def _mark(self) -> str:
        """Of what stands in the file, since two changes may bear one time. It is small."""
        try:
            return sha256((self._home / ".env").read_bytes()).hexdigest()
        except FileNotFoundError:
            return "no file"
        except OSError as error:
            return f"not readable: {error.strerror}"


def guests_of(lists: GuestLists) -> Guests:
    """Who is on the ``lists``. Raises ``WrongUse`` as ``Guests`` does."""
    return Guests(
        {
            Role.VIEWER: lists.login_viewers,
            Role.LABELLER: lists.login_labellers,
            Role.OPERATOR: lists.login_operators,
        }
    )
