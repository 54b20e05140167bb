"""One status as a Post: pure, one at a time, whatever software its server runs.

One post has another id on each server but one ActivityPub address, which is its identity. Counts
are what one server saw, so they are lower bounds; of several servers the highest is kept.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from collectors._fields import at, count, distinct, text
from collectors._instances import PROVENANCE
from collectors._set_aside import context_text
from collectors._wire_json import write_json
from collectors.mastodon.content import around, message, quoted
from collectors.mastodon.instance import SOURCE
from collectors.mastodon.people import author, mentions
from collectors.mastodon.rights import NOT_INDEXABLE, labels_of, withheld_for
from collectors.mastodon.sight import Sight
from groundswell.post import Deletion, Hiding, Item, Post, Rejected
from groundswell.source import Page
from groundswell.text import http_links

COUNTS = {
    "likes": "favourites_count",
    "reposts": "reblogs_count",
    "replies": "replies_count",
    "quotes": "quotes_count",
}

_LANG = re.compile(r"[a-z]{2,3}", re.ASCII)
_SHOWN_TO_ALL = ("public", "unlisted")


class _Unreadable(Exception):
    def __init__(self, field_name: str, why: str) -> None:
        super().__init__(f"Mastodon: {field_name} {why}")
        self.field_name = field_name


def read_timeline(page: Page) -> Iterator[Item]:
    """The posts of a timeline, and rejects. What is not for all to see brings nothing, nor does a
    withheld post that the topic's query does not match."""
    sight = page.context.get("sight", Sight())
    for place, status in enumerate(page.body, start=1):
        if _visibility(status) not in (_SHOWN_TO_ALL if sight.options.unlisted else ("public",)):
            continue
        try:
            post = _post(_unwrapped(status), page, sight)
        except _Unreadable as error:
            yield _rejected(status, page, error, f"status {place}")
        else:
            kept = _with_rights(post, sight)
            if not (kept.withheld and sight.query and not sight.query.matches(post)):
                yield kept


def read_recheck(page: Page) -> Iterator[Item]:
    """What became of one stored post: the post of today, or that it is gone or hidden."""
    uri, answered = page.context["uri"], page.context["answered"]
    if answered != 200:
        reason = f"{page.instance} answered {answered}"
        yield Deletion(source=SOURCE, uri=uri, seen_at=page.fetched_at, reason=reason)
        return
    sight = page.context.get("sight", Sight())
    try:
        post = _post(_unwrapped(page.body), page, sight)
    except _Unreadable as error:
        yield _rejected(page.body, page, error, "status")
        return
    if _visibility(page.body) not in _SHOWN_TO_ALL:
        yield Hiding(source=SOURCE, uri=uri, seen_at=page.fetched_at, reason="no longer public")
    else:
        yield _with_rights(replace(post, uri=uri), sight)


def identity(status: Any) -> str | None:
    """The ActivityPub address of a status (of what it boosts, if it is a boost), None without."""
    return text(at(_inner(status), "uri"))


def counts_of(status: Any) -> dict[str, int]:
    """The counts a status states, by their names in ``Post``."""
    found = {name: count(at(_inner(status), key)) for name, key in COUNTS.items()}
    return {name: number for name, number in found.items() if number is not None}


def read_time(value: Any) -> datetime | None:
    """A written time as UTC, which it is when it names no zone; None when it is no time."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is None:
            return None
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _inner(status: Any) -> Any:
    boosted = at(status, "reblog")
    return boosted if isinstance(boosted, dict) else status


def _unwrapped(status: Any) -> dict[str, Any]:
    """The status itself; of a boost, what it boosts: a boost has no words of its own."""
    inner = _inner(status)
    if not isinstance(inner, dict):
        raise _Unreadable("the status", "is not an object")
    return inner


def _visibility(status: Any) -> str:
    return text(at(_inner(status), "visibility")) or "public"


def _post(status: dict[str, Any], page: Page, sight: Sight) -> Post:
    """With all its words, and ``withheld`` set where they must not be kept."""
    uri, created_at = text(status.get("uri")), read_time(status.get("created_at"))
    if uri is None:
        raise _Unreadable("uri", "is missing")
    if created_at is None:
        raise _Unreadable("created_at", "is not a time")
    if "content" not in status:
        raise _Unreadable("content", "is missing")
    if (written_by := author(status, sight)) is None:
        raise _Unreadable("account.acct", "is missing")
    edited_at = read_time(status.get("edited_at"))
    return Post(
        source=SOURCE,
        uri=uri,
        url=next(iter(http_links([status.get("url"), uri])), None),
        instance=page.instance,
        first_seen_at=page.fetched_at,
        text=message(status),
        created_at=created_at,
        version=edited_at.isoformat() if edited_at else None,
        edited_at=edited_at,
        lang_declared=_language(status.get("language")),
        reply_to=sight.uris.get(text(status.get("in_reply_to_id")) or ""),
        mentions=distinct(mentions(status, sight)),
        labels=labels_of(status),
        withheld=withheld_for(status),
        raw=_raw(status, page.instance),
        **written_by,
        **around(status),
        **quoted(status, sight.uris),
        **_most_counts(status, uri, sight),
    )


def _with_rights(post: Post, sight: Sight) -> Post:
    """The post as it may be kept: of a withheld one no more than that it was there, and when."""
    refused = post.withheld or (
        NOT_INDEXABLE if sight.options.indexable_only and NOT_INDEXABLE in post.labels else None
    )
    if refused is None:
        return post
    return Post(
        source=SOURCE,
        uri=post.uri,
        instance=post.instance,
        first_seen_at=post.first_seen_at,
        text="",
        created_at=post.created_at,
        version=post.version,
        likes=post.likes,
        reposts=post.reposts,
        replies=post.replies,
        quotes=post.quotes,
        withheld=refused,
    )


def _language(tag: Any) -> str | None:
    primary = tag.replace("_", "-").split("-")[0].lower() if isinstance(tag, str) else ""
    return primary if _LANG.fullmatch(primary) else None


def _most_counts(status: dict[str, Any], uri: str, sight: Sight) -> dict[str, Any]:
    known, own = sight.most.get(uri, {}), counts_of(status)
    return {name: max(own.get(name, 0), known.get(name, 0)) for name in {*known, *own}}


def _raw(status: dict[str, Any], instance: str | None) -> bytes:
    """As received, but for the words of a quoted author who opted out; with the server whose id it
    holds, which must be known to ask for it again."""
    kept = {**status, PROVENANCE: {"instance": instance}}
    quote = status.get("quote")
    inner = quote.get("quoted_status", quote) if isinstance(quote, dict) else None
    if isinstance(inner, dict) and withheld_for(inner):
        kept["quote"] = {"uri": inner.get("uri"), "withheld": withheld_for(inner)}
    return write_json(kept)


def _rejected(status: Any, page: Page, error: _Unreadable, place: str) -> Rejected:
    return Rejected(
        source=SOURCE,
        reason=str(error),
        raw=write_json(_without_words(status)),
        seen_at=page.fetched_at,
        field_name=error.field_name,
        url=page.url,
        place=place,
        context=context_text(_context(status, page)),
    )


def _context(status: Any, page: Page) -> dict[str, Any]:
    """What reading the status again needs beside it."""
    sight = page.context.get("sight", Sight())
    above = text(at(_inner(status), "in_reply_to_id")) or ""
    uris = {above: sight.uris[above]} if above in sight.uris else {}
    return {"domain": sight.domain, "uris": uris}


def _without_words(status: Any) -> Any:
    """A status that could not be read, as quarantine may keep it."""
    inner = _inner(status)
    reason = withheld_for(inner) if isinstance(inner, dict) else None
    return {"uri": identity(status), "withheld": reason} if reason else status
