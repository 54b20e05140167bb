"""Entries of a feed as posts."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

from pydantic import TypeAdapter, ValidationError

from collectors._set_aside import context_of, context_text, item_of
from collectors._wire_json import write_json
from collectors.rss.entry import Entry, Feed, NotAFeed
from collectors.rss.from_json import JSON_FEED, from_json
from collectors.rss.state import fingerprint
from groundswell.post import Item, Post, Rejected
from groundswell.source import Page, SetAside
from groundswell.text import http_links

LONGEST_ID = 400
ENTRY, ITEM = "entry", "item"  # what is set aside: an entry as it was read, or one of JSON Feed

_ENTRY = TypeAdapter(Entry)


def posts_of(page: Page, feed: Feed) -> Iterator[Item]:
    """Each distinct entry as a post, each unreadable one as a reject, in the order of the feed."""
    key = page.instance or page.url
    seen: set[str] = set()
    for place, (entry, name) in enumerate(
        zip(feed.entries, names_of(feed.entries), strict=True), start=1
    ):
        uri = f"{key}#{name}"
        if uri in seen:  # the same entry twice, word for word
            continue
        seen.add(uri)
        if entry.title or entry.text or http_links([entry.link]):
            yield _post(entry, uri, key, page)
        else:
            reason = "the entry has neither title nor text nor link"
            yield _rejected(page, reason, write_json(entry), f"entry {place}", ENTRY)
    for place, bad in enumerate(feed.unreadable, start=1):
        yield _rejected(page, bad.reason, bad.raw.encode(), f"unreadable entry {place}", ITEM)


def feed_of(kept: SetAside) -> Feed | None:
    """The feed that an item set aside would be alone; None when it is a whole document."""
    kind = context_of(kept).get("kind")
    if kind == ENTRY:
        try:
            return Feed(version="", entries=(_ENTRY.validate_json(kept.raw),))
        except ValidationError as error:
            raise NotAFeed(str(error.errors()[0]["msg"])) from None
    if kind == ITEM:
        return from_json(write_json({"version": JSON_FEED, "items": [item_of(kept)]}))
    return None


def names_of(entries: Sequence[Entry]) -> list[str]:
    """What tells each entry from the others of its feed, the same at every poll: its guid, else
    its link, else a hash of title and date. Entries that share one also get such a hash."""
    short = [_bounded(entry.guid or entry.link or fingerprint(entry)) for entry in entries]
    prints = [fingerprint(entry) for entry in entries]
    distinct = set(zip(short, prints, strict=True))  # the same entry twice shares nothing
    times = Counter(name for name, _ in distinct)
    return [
        f"{name}~{own}" if times[name] > 1 else name
        for name, own in zip(short, prints, strict=True)
    ]


def _bounded(name: str) -> str:
    return name if len(name) <= LONGEST_ID else hashlib.sha256(name.encode()).hexdigest()


def _post(entry: Entry, uri: str, key: str, page: Page) -> Post:
    address = http_links([entry.link])
    link = address[0] if address else None
    parts = (entry.title, entry.text if entry.text != entry.title else None)
    edited = entry.published and entry.updated and entry.updated > entry.published
    return Post(
        source=page.source,
        uri=uri,
        url=link,
        instance=key,
        first_seen_at=page.fetched_at,
        text="\n\n".join(part for part in parts if part),
        text_truncated=entry.excerpt,
        author=entry.author,
        created_at=entry.published or entry.updated,
        edited_at=entry.updated if edited else None,
        version=entry.updated.isoformat() if entry.updated else None,
        lang_declared=entry.lang,
        card_url=link,
        links=entry.links,
        tags=entry.tags,
        replies=entry.comments,
        raw=write_json(entry),
    )


def _rejected(page: Page, reason: str, raw: bytes, place: str, kind: str) -> Rejected:
    return Rejected(
        source=page.source,
        reason=f"RSS: {reason}",
        raw=raw,
        seen_at=page.fetched_at,
        url=page.url,
        place=place,
        context=context_text({"kind": kind}),
    )
