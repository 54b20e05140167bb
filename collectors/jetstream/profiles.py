"""What authors say of themselves: before a post is kept, its author's profile has to be known.

A stream carries records and no labels. Authors who ask to be shown to signed-in users only say so
on their profile, and handles stand there too. Kept in memory alone, so that nothing of an account
that goes is left behind; of authors of posts that fit a topic alone, so that few are asked for.
"""

import time
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from collectors._fields import at, items, text
from collectors._http import Http
from collectors.bluesky.post import SOURCE
from groundswell.errors import SourceError
from groundswell.settings import Settings

METHOD = "/xrpc/app.bsky.actor.getProfiles"
PROFILES_A_CALL = 25
MOST_KEPT = 50_000
KEPT_S = 24 * 3600.0  # then read anew: who opts out today is heeded tomorrow
PAUSE_S = 60.0  # after a failure
TURN_S = 15.0
HASTY = {"request_tries": 2, "request_timeout_s": 10.0, "request_patience_s": 5.0}


@dataclass(frozen=True, slots=True)
class _Kept:
    author: dict[str, Any]
    read_s: float


class Profiles:
    """The profiles of authors met. ``trouble`` is why the last question failed, None if not."""

    def __init__(self, settings: Settings, http: Http | None = None) -> None:
        self._settings, self._http = settings.model_copy(update=HASTY), http
        self._url = settings.bluesky_public_url.rstrip("/") + METHOD
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._not_before_s = 0.0
        self.trouble: str | None = None

    def of(self, did: str) -> dict[str, Any] | None:
        """The author as a post view shows one (did, handle, displayName, labels), None when not
        known or known for too long."""
        kept = self._kept.get(did)
        if kept is None or time.monotonic() - kept.read_s > KEPT_S:
            return None
        self._kept.move_to_end(did)
        return kept.author

    def forget(self, did: str) -> None:
        """The account changed: what was known of it is no longer so."""
        self._kept.pop(did, None)

    async def read(self, dids: Iterable[str]) -> None:
        """Asks for all of ``dids``; those that the site does not show stay unknown. The stream must
        not wait for it: what was not asked in ``TURN_S`` is left for the next time, and after a
        failure nothing is asked for a minute."""
        if time.monotonic() < self._not_before_s:
            return
        wanted, begun_s = list(dict.fromkeys(dids)), time.monotonic()
        self.trouble = None
        try:
            async with self._client() as http:
                for first in range(0, len(wanted), PROFILES_A_CALL):
                    if time.monotonic() - begun_s > TURN_S:
                        self.trouble = f"{len(wanted) - first} profiles are still to be asked for."
                        return
                    actors = wanted[first : first + PROFILES_A_CALL]
                    said = await http.get_json(self._url, params={"actors": actors})
                    self._keep(items(at(said, "profiles")))
        except SourceError as error:
            self.trouble = str(error)
            self._not_before_s = time.monotonic() + PAUSE_S

    def _client(self) -> AbstractAsyncContextManager[Http]:
        """A new one each time: a client that met failures asks no more."""
        return nullcontext(self._http) if self._http else Http(self._settings, source=SOURCE)

    def _keep(self, profiles: Iterable[Any]) -> None:
        names = ("did", "handle", "displayName", "labels")
        for profile in profiles:
            if did := text(at(profile, "did")):
                author = {name: profile[name] for name in names if name in profile}
                self._kept[did] = _Kept(author, time.monotonic())
                self._kept.move_to_end(did)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
