"""What an instance says of itself before it is asked for posts: software, name, and what it shows.

Read first because a closed feed may answer ``[]``, which is not "no posts" (Mastodon 4.5, 2025).
"""

import re
from dataclasses import dataclass
from typing import Any

from collectors._fields import at, text
from collectors._http import Http
from collectors._instances import key_of
from groundswell.errors import BadAnswer, Closed

SOURCE = "mastodon"

# "2.7.2 (compatible; Pleroma 2.5.0)": software that speaks the interface names itself so.
_COMPATIBLE = re.compile(r"\(compatible; ([^)]{1,80})\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A server. ``domain`` is what stands behind the @ of its members. ``ids_tell_time``: ids are
    Mastodon's, of milliseconds. ``only`` is the part of its tag timelines that strangers may see,
    ``local`` or ``remote``; None is all."""

    base: str
    software: str
    domain: str
    ids_tell_time: bool = False
    only: str | None = None

    @property
    def key(self) -> str:
        """Its name in every table."""
        return key_of(self.base)


async def look_at(http: Http, base: str) -> Instance:
    """The instance at ``base``. Raises ``SourceError``: ``Closed`` also when it keeps its tag
    timelines for members or has switched them off."""
    try:
        answer = await http.get(f"{base}/api/v2/instance")
    except Closed as error:
        if error.status != 404:
            raise
        answer = await http.get(f"{base}/api/v1/instance")  # Pleroma, Friendica, Mastodon 3
    said = http.json_of(answer)
    version = text(at(said, "version"))
    if version is None:
        raise BadAnswer(
            f"{SOURCE}: {answer.url} answered {answer.status}, but does not say which version it "
            "runs, so it is not an instance. Check the address in a browser.",
            source=SOURCE,
        )
    return Instance(
        base=base,
        software=_software(said, version),
        domain=_domain(said, base),
        ids_tell_time=_is_mastodon(said, version),
        only=_visible_part(said, base),
    )


def _domain(said: Any, base: str) -> str:
    """Given as ``domain`` or, in the first version of the interface, as ``uri``."""
    named = text(at(said, "domain")) or text(at(said, "uri")) or base
    return named.rpartition("://")[2].partition("/")[0].lower()


def _software(said: Any, version: str) -> str:
    if other := _COMPATIBLE.search(version):
        return other[1]
    if "gotosocial" in (text(at(said, "source_url")) or "").lower():
        return f"GoToSocial {version}"
    return f"Mastodon {version}"


def _is_mastodon(said: Any, version: str) -> bool:
    """Forks of Mastodon count too: they keep its ids."""
    return _software(said, version).startswith("Mastodon ") and not version.startswith("0.")


def _visible_part(said: Any, base: str) -> str | None:
    access = at(said, "configuration", "timelines_access", "hashtag_feeds")
    if not isinstance(access, dict):  # before Mastodon 4.5, and other software
        return None
    shown = [part for part in ("local", "remote") if access.get(part) == "public"]
    if not shown:
        raise Closed(
            f"{SOURCE}: {key_of(base)} shows its tag timelines to members only, or not at all. "
            "It is closed by its owners; take another instance into the topic.",
            source=SOURCE,
        )
    return None if len(shown) == 2 else shown[0]
