"""Who wrote a status and whom it mentions, by names that are the same on every server."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from collectors._fields import at, items, text
from collectors.mastodon.sight import Sight


def author(status: Mapping[str, Any], sight: Sight) -> dict[str, Any] | None:
    """The fields of a ``Post`` for its author, None when there is none.

    The handle with its domain is the key of an account that all servers agree on: the address of an
    account is given only by newer ones, and names are never changed."""
    account = status.get("account")
    handle = _handle(text(at(account, "acct")), text(at(account, "url")), sight)
    if handle is None:
        return None
    name = text(at(account, "display_name"))
    return {"author_id": handle.lower(), "author": handle, "author_name": name}


def mentions(status: Mapping[str, Any], sight: Sight) -> Iterator[str]:
    """The handles of those it mentions; "" for one without a name."""
    for mention in items(status.get("mentions")):
        acct, url = text(at(mention, "acct")), text(at(mention, "url"))
        yield _handle(acct, url, sight) or ""


def _handle(acct: str | None, profile: str | None, sight: Sight) -> str | None:
    """``name@domain``; of a member of the asked server itself ``acct`` is the name alone."""
    if acct is None or "@" in acct:
        return acct
    try:
        host = urlsplit(profile or "").hostname
    except ValueError:  # "https://["
        host = None
    domain = sight.domain or host
    return f"{acct}@{domain}" if domain else acct
