"""Looks at one stored status again, on the instance whose id for it is known."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from collectors._fields import at, text
from collectors._http import Http
from collectors._instances import PROVENANCE
from collectors._wire_json import read_json
from collectors.mastodon.instance import SOURCE, Instance
from collectors.mastodon.sight import Sight
from groundswell.errors import BadAnswer
from groundswell.source import Page, Stored

_LOG = logging.getLogger(__name__)


def groups_of(stored: Sequence[Stored]) -> dict[str, list[tuple[str, str]]]:
    """Address and id of each post, by the key of the instance to ask. Posts of which no instance
    and id is known cannot be asked for; how many is logged."""
    groups: dict[str, list[tuple[str, str]]] = {}
    unknown = 0
    for post in stored:
        place = _place(post)
        if place is None:
            unknown += 1
        else:
            groups.setdefault(place[0], []).append((post.uri, place[1]))
    if unknown:
        _LOG.warning("mastodon: %d posts came without an id to ask for them again", unknown)
    return groups


async def recheck_page(http: Http, instance: Instance, uri: str, number: str) -> Page:
    """What the instance answers about one status. 404 and 410 are answers: it is gone.

    Raises ``BadAnswer`` for a 404 that the interface did not write, as of a proxy before it.
    """
    url = f"{instance.base}/api/v1/statuses/{quote(number, safe='')}"
    answer = await http.get(url, accept_status=(200, 404, 410))
    body = {} if answer.status == 410 else http.json_of(answer)
    if answer.status == 404 and text(at(body, "error")) is None:
        raise BadAnswer(
            f"{SOURCE}: {answer.url} answered 404 without saying that the status is gone, so "
            "nothing is taken for deleted. Look at the instance in a browser.",
            source=SOURCE,
        )
    return Page(
        source=SOURCE,
        route="status",
        url=answer.url,
        fetched_at=datetime.now(UTC),
        body=body,
        instance=instance.key,
        context={
            "uri": uri,
            "answered": answer.status,
            "sight": Sight(domain=instance.domain),
        },
    )


def _place(post: Stored) -> tuple[str, str] | None:
    """The key of an instance and the id of the post there. Of a withheld post neither is kept."""
    try:
        raw = read_json(post.raw) if post.raw else None
    except ValueError:  # cut or mended by hand
        return None
    key, number = text(at(raw, PROVENANCE, "instance")), text(at(raw, "id"))
    return (key, number) if key and number else None
