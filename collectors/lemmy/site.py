"""What a Lemmy says of itself: its version, which decides the interface, and its languages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from collectors._fields import at, items, text
from collectors._http import Http
from collectors._instances import key_of
from groundswell.errors import BadAnswer, Closed

SOURCE = "lemmy"

_MAJOR = re.compile(r"(\d{1,4})\.")
_CODE = re.compile(r"[a-z]{2,3}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A server. ``api`` is ``v3`` (pages by number) or ``v4`` (since 1.0, pages by cursor);
    ``languages`` are codes by the number that posts give, without the undetermined one."""

    base: str
    version: str
    api: str
    languages: Mapping[int, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Its name in every table."""
        return key_of(self.base)


async def look_at(http: Http, base: str) -> Site:
    """The Lemmy at ``base``. Raises ``SourceError``."""
    try:
        answer = await http.get(f"{base}/api/v3/site")
    except Closed as error:
        if error.status != 404:
            raise
        answer = await http.get(f"{base}/api/v4/site")  # once v3 is gone for good
    said = http.json_of(answer)
    version = text(at(said, "version"))
    major = _MAJOR.match(version or "")
    if version is None or major is None:
        raise BadAnswer(
            f"{SOURCE}: {answer.url} answered {answer.status}, but does not say which version it "
            "runs, so it is no Lemmy. Check the address in a browser.",
            source=SOURCE,
        )
    api = "v4" if int(major[1]) >= 1 else "v3"
    return Site(base=base, version=version, api=api, languages=_languages(said))


def _languages(said: Any) -> dict[int, str]:
    pairs = ((at(one, "id"), at(one, "code")) for one in items(at(said, "all_languages")))
    return {
        number: code
        for number, code in pairs
        if isinstance(number, int) and isinstance(code, str) and _CODE.fullmatch(code)
        if code != "und"
    }
