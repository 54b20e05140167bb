"""Posts and comments of Lemmy as Posts: both interfaces, pure, one view at a time.

A community is where something is said, not what is said, so it is no tag: a query would match all
of a community by its name. Shapes are from the types that LemmyNet publishes for 0.18 to 1.0.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from collectors._fields import at, count, distinct, lines, text
from collectors._instances import PROVENANCE
from collectors._set_aside import context_of, context_text
from collectors._wire_json import write_json
from collectors.lemmy.fields import (
    counts_of,
    edited_of,
    first_text,
    is_comment,
    parent_number,
    published_of,
    read_time,
    thing_of,
    uri_of,
    views_of,
)
from collectors.lemmy.markdown import read_markdown
from collectors.lemmy.site import SOURCE
from groundswell.post import Deletion, Item, Post, Rejected
from groundswell.source import Page, SetAside
from groundswell.text import http_links


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What ``pages()`` knows that a page does not say: codes of languages by number, addresses of
    comments by number, and the highest counts seen of a uri elsewhere."""

    languages: Mapping[int, str] = field(default_factory=dict)
    uris: Mapping[int, str] = field(default_factory=dict)
    most: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class _Unreadable(Exception):
    def __init__(self, field_name: str, why: str) -> None:
        super().__init__(f"Lemmy: {field_name} {why}")
        self.field_name = field_name


def read_views(page: Page) -> Iterator[Item]:
    """Each view of a page as a post, a deletion or a reject."""
    sight = page.context.get("sight", Sight())
    for place, view in enumerate(views_of(page.body), start=1):
        try:
            yield _item(view, page, sight)
        except _Unreadable as error:
            yield Rejected(
                source=SOURCE,
                reason=str(error),
                raw=write_json(view),
                seen_at=page.fetched_at,
                field_name=error.field_name,
                url=page.url,
                place=f"view {place}",
                context=context_text(_context(view, sight)),
            )


def sight_again(kept: SetAside) -> Sight:
    """What an item that was set aside can be read with."""
    known = context_of(kept)
    languages, uris = known.get("languages", {}), known.get("uris", {})
    return Sight(
        languages={int(number): code for number, code in languages.items()},
        uris={int(number): uri for number, uri in uris.items()},
    )


def _context(view: Any, sight: Sight) -> dict[str, Any]:
    """What reading the view again needs beside it."""
    language, above = count(at(thing_of(view), "language_id")) or 0, parent_number(view) or 0
    return {
        "languages": {str(n): sight.languages[n] for n in [language] if n in sight.languages},
        "uris": {str(n): sight.uris[n] for n in [above] if n in sight.uris},
    }


def _item(view: Any, page: Page, sight: Sight) -> Item:
    thing, uri = thing_of(view), uri_of(view)
    if not isinstance(thing, dict):
        raise _Unreadable("post", "is missing")
    if uri is None:
        raise _Unreadable("ap_id", "is missing")
    gone = [word for word in ("deleted", "removed") if thing.get(word) is True]
    if at(view, "creator", "deleted") is True:
        gone.append("account deleted")
    if gone:
        return Deletion(source=SOURCE, uri=uri, seen_at=page.fetched_at, reason=gone[0])
    return _post(view, uri, page, sight)


def _post(view: dict[str, Any], uri: str, page: Page, sight: Sight) -> Post:
    thing, created_at = thing_of(view), published_of(view)
    if created_at is None:
        raise _Unreadable("published", "is not a time")
    edited_at = read_time(edited_of(view))
    return Post(
        source=SOURCE,
        uri=uri,
        url=next(iter(http_links([uri])), None),
        instance=page.instance,
        first_seen_at=page.fetched_at,
        created_at=created_at,
        version=edited_at.isoformat() if edited_at else None,
        edited_at=edited_at,
        lang_declared=sight.languages.get(count(thing.get("language_id")) or 0),
        labels=_labels(view),
        raw=write_json({**view, PROVENANCE: {"instance": page.instance}}),
        **_author(view),
        **_words(view),
        **_thread(view, sight),
        **_most_counts(view, uri, sight),
    )


def _words(view: dict[str, Any]) -> dict[str, Any]:
    """Title and body of a post with its link, or the text of a comment."""
    thing = thing_of(view)
    title = None if is_comment(view) else text(thing.get("name"))
    body = read_markdown(text(thing.get("content" if is_comment(view) else "body")) or "")
    if is_comment(view) and not isinstance(thing.get("content"), str):
        raise _Unreadable("content", "is missing")
    if not is_comment(view) and title is None:
        raise _Unreadable("name", "is missing")
    address = () if is_comment(view) else http_links([thing.get("url")])
    about = [thing.get("embed_title"), thing.get("embed_description")]
    return {
        "text": "\n\n".join(part for part in (title, body.text) if part),
        "links": distinct([*address, *body.links]),
        "mentions": body.names,
        "card_url": address[0] if address else None,
        "card_text": lines(about) if address else None,
        "alt_text": lines([None if is_comment(view) else thing.get("alt_text"), *body.alts]),
    }


def _thread(view: dict[str, Any], sight: Sight) -> dict[str, Any]:
    """What a comment answers. ``path`` is the way of numbers down to it: ``0.12.34``."""
    if not is_comment(view):
        return {}
    root, above = text(at(view, "post", "ap_id")), parent_number(view)
    parents = {None: None, 0: root}
    return {"reply_to": parents.get(above, sight.uris.get(above or 0)), "thread_root": root}


def _author(view: dict[str, Any]) -> dict[str, Any]:
    creator = view.get("creator")
    actor = first_text(creator, ("ap_id", "actor_id"))
    name = text(at(creator, "name"))
    if actor is None or name is None:
        raise _Unreadable("creator", "is missing")
    try:
        host = urlsplit(actor).hostname
    except ValueError:  # "https://["
        host = None
    return {
        "author_id": actor,
        "author": f"{name}@{host}" if host else name,
        "author_name": text(at(creator, "display_name")),
    }


def _labels(view: dict[str, Any]) -> tuple[str, ...]:
    is_bot = at(view, "creator", "bot_account") is True
    is_sensitive = at(view, "post", "nsfw") is True
    return tuple(name for name, on in (("bot", is_bot), ("sensitive", is_sensitive)) if on)


def _most_counts(view: dict[str, Any], uri: str, sight: Sight) -> dict[str, Any]:
    known, own = sight.most.get(uri, {}), counts_of(view)
    return {name: max(own.get(name, 0), known.get(name, 0)) for name in {*known, *own}}
