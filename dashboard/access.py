"""What a visitor may do: by the login where there is one, else by where the server can be reached.

One slot a process, filled before the first page: pages are executed, not imported.
"""

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol

import streamlit as st

from groundswell.errors import WrongUse

_ADDRESS = re.compile(r"[!-?A-~]+@[!-?A-~]+")  # printable ASCII around the only @


class Role(IntEnum):
    """What somebody may do; each may do what those before may."""

    VIEWER = 1
    LABELLER = 2
    OPERATOR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """``address`` as the login knows it, None without a login or before it; ``role`` None: may see
    nothing."""

    address: str | None = None
    role: Role | None = None


class Guests:
    """Who is on the list: addresses (``name@example.org``) and whole domains (``@example.org``)."""

    def __init__(self, entries: Mapping[Role, Iterable[str]]) -> None:
        """Raises ``WrongUse`` for an entry that is neither, and for an empty list."""
        self._roles: dict[str, Role] = {}
        for role in sorted(entries):  # who stands twice has the higher
            for entry in entries[role]:
                self._roles[_entry(entry)] = role
        if not self._roles:
            raise WrongUse(
                "Nobody could sign in: name addresses in GROUNDSWELL_LOGIN_VIEWERS, _LABELLERS or "
                "_OPERATORS, such as '[\"@example.org\"]'."
            )

    def role_of(self, address: str) -> Role | None:
        """The highest role of ``address`` or of its domain; None when neither is on the list."""
        if not _ADDRESS.fullmatch(address):
            return None
        name, domain = address.lower().split("@")
        found = (self._roles.get(entry) for entry in (f"{name}@{domain}", f"@{domain}"))
        return max((role for role in found if role is not None), default=None)


class GuestList(Protocol):
    """What says who may come in."""

    def role_of(self, address: str) -> Role | None:
        """The role of ``address``; None for who may not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """How a signed-in person becomes a visitor. ``believes``: also an address that the provider
    does not say it verified. After ``longest_s`` seconds one signs in anew."""

    guests: GuestList
    believes: bool = False
    longest_s: float = 12 * 3600.0

    def visitor(self, claims: Mapping[str, Any], now_s: float) -> Visitor:
        """Who the ``claims`` of the provider are about; ``now_s`` is seconds since 1970."""
        signed_in_s = claims.get("iat")
        if claims.get("is_logged_in") is not True or not isinstance(signed_in_s, int | float):
            return Visitor()
        if not -60 < now_s - signed_in_s <= self.longest_s:  # a minute: clocks differ
            return Visitor()
        address, verified = claims.get("email"), claims.get("email_verified", self.believes)
        if not isinstance(address, str):
            return Visitor(address="")
        role = self.guests.role_of(address) if verified is True else None
        return Visitor(address=address.lower(), role=role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """``login`` decides; without one everybody has the role ``everybody``."""

    login: Login | None = None
    everybody: Role = Role.VIEWER


_held = Access()


def hold(access: Access) -> None:
    """Makes ``access`` what pages of this process go by."""
    global _held  # one slot a process, like the owner's
    _held = access


def has_login() -> bool:
    """Whether people sign in here."""
    return _held.login is not None


def visitor() -> Visitor:
    """Who looks at the page of this run, and what they may do."""
    return _visitor(_claims)


def is_welcome() -> bool:
    """Whether the visitor may see the pages still: lists change and logins end meanwhile."""
    return visitor().role is not None


def while_welcome(give: Callable[[], bytes]) -> Callable[[], bytes]:
    """``give`` for the visitor of this run, to be asked after it, as downloads are. It raises
    ``WrongUse`` once the visitor may see nothing any more."""
    claims = _claims() if has_login() else {}

    def given() -> bytes:
        if _visitor(lambda: claims).role is None:
            raise WrongUse("You may not see this any more: sign in anew.")
        return give()

    return given


def may_label() -> bool:
    """Whether the visitor may write labels."""
    return _may(Role.LABELLER)


def may_operate() -> bool:
    """Whether the visitor may change the schedule, topics and their events: a job sends requests
    in the owner's name, and some cost money."""
    return _may(Role.OPERATOR)


def otherwise(on_the_machine: str) -> str:
    """Why not, in words: who could, or that it is done ``on_the_machine`` itself."""
    return "Your role does not include this." if has_login() else on_the_machine


def _visitor(claims: Callable[[], Mapping[str, Any]]) -> Visitor:
    if _held.login is None:
        return Visitor(role=_held.everybody)
    return _held.login.visitor(claims(), time.time())


def _may(role: Role) -> bool:
    held = visitor().role
    return held is not None and held >= role


def _claims() -> Mapping[str, Any]:
    """What the signed cookie of the browser says of its user; Streamlit checked the signature."""
    return st.user.to_dict()


def _entry(text: str) -> str:
    entry = text.strip().lower()
    whole = f"x{entry}" if entry.startswith("@") else entry
    if not _ADDRESS.fullmatch(whole):
        raise WrongUse(
            f"“{text.strip()[:60]}” is neither an address (name@example.org) nor a domain "
            "(@example.org). Mend it in GROUNDSWELL_LOGIN_VIEWERS, _LABELLERS or _OPERATORS."
        )
    return entry
