"""Looks at one stored post or comment again, on the Lemmy whose number for it is known."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from collectors._fields import at, text
from collectors._http import Http
from collectors._instances import PROVENANCE
from collectors._wire_json import read_json
from collectors.lemmy.fields import is_comment, thing_of
from collectors.lemmy.site import SOURCE, Site
from collectors.lemmy.views import Sight
from groundswell.errors import BadAnswer, Closed
from groundswell.source import Page, Stored

# What Lemmy says of one that it does not show to strangers any more: 400 up to 0.18, 404 since.
_GONE = ("couldnt_find_post", "couldnt_find_comment", "not_found")

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """``kind`` is ``post`` or ``comment``; ``number`` is that of one server."""

    uri: str
    kind: str
    number: int


def groups_of(stored: Sequence[Stored]) -> dict[str, list[Numbered]]:
    """What to ask for, by the key of the instance. Without the item as it was received no number is
    known; how many such there are is logged."""
    groups: dict[str, list[Numbered]] = {}
    unknown = 0
    for post in stored:
        view = _view(post)
        key, number = text(at(view, PROVENANCE, "instance")), at(thing_of(view), "id")
        if key is None or not isinstance(number, int):
            unknown += 1
            continue
        kind = "comment" if is_comment(view) else "post"
        groups.setdefault(key, []).append(Numbered(uri=post.uri, kind=kind, number=number))
    if unknown:
        _LOG.warning("lemmy: %d posts came without a number to ask for them again", unknown)
    return groups


async def recheck_page(http: Http, site: Site, one: Numbered) -> Page:
    """What the site answers about one post or comment. Raises ``SourceError``, but not when it
    says itself that it has none such: that is an answer, too."""
    url, gone = f"{site.base}/api/{site.api}/{one.kind}", None
    body: object = {}
    try:
        body = http.json_of(await http.get(url, params={"id": one.number}))
    except Closed as error:
        gone = next((word for word in _GONE if word in str(error)), None)
        if gone is None:
            raise
    view = at(body, f"{one.kind}_view")
    if gone is None and not isinstance(view, dict):
        raise BadAnswer(
            f"{SOURCE}: {url} answered without a {one.kind}. It may run an unknown version.",
            source=SOURCE,
        )
    return Page(
        source=SOURCE,
        route="item",
        url=f"{url}?id={one.number}",
        fetched_at=datetime.now(UTC),
        body={f"{one.kind}s": [view]} if gone is None else {},
        instance=site.key,
        context={
            "uri": one.uri,
            "gone": f"{site.key}: {gone}" if gone else None,
            "sight": Sight(languages=site.languages),
        },
    )


def _view(post: Stored) -> object:
    try:
        return read_json(post.raw) if post.raw else None
    except ValueError:  # cut or mended by hand
        return None
