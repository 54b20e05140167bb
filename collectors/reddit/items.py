"""Submissions and comments of Reddit as posts, deletions and rejects.

They are read wherever they stand: in listings, in trees of comments, and in what "more" brings.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from collectors._fields import at, count, distinct, items, text
from collectors._wire_json import write_json
from groundswell.post import ACCOUNT_DELETED, Deletion, Item, Missing, Post, Rejected
from groundswell.source import Page
from groundswell.text import http_links

SOURCE = "reddit"
SUBMISSION, COMMENT, MORE = "t3", "t1", "more"

# What Reddit shows in place of a text that was taken away, and of an author who is no more.
GONE = {"[deleted]": "deleted", "[removed]": "removed"}
NOBODY = "[deleted]"

_NUMBER = re.compile(r"[0-9A-Za-z]{1,16}")  # base 36 today
_URI = re.compile(
    rf"https://www\.reddit\.com/comments/({_NUMBER.pattern})(?:/_/({_NUMBER.pattern}))?"
)
_LINK = re.compile(r"https?://[^\s<>\"\])]{1,2000}")


class _Unreadable(Exception):
    """One field is not what the site documents."""

    def __init__(self, field_name: str, reason: str) -> None:
        super().__init__(reason)
        self.field_name = field_name


def uri_of(submission: str, comment: str | None = None) -> str:
    """The stable address of a submission or of a comment, by their ids without ``t3_``, ``t1_``."""
    whole = f"https://www.reddit.com/comments/{submission}"
    return f"{whole}/_/{comment}" if comment else whole


def name_of(uri: str) -> str | None:
    """Reddit's own name of what stands at ``uri``, such as ``t1_abc``; None for other addresses."""
    found = _URI.fullmatch(uri)
    return (f"t1_{found[2]}" if found[2] else f"t3_{found[1]}") if found else None


def things(value: Any) -> Iterator[Any]:
    """Whatever stands where an answer has its items: in listings, trees, and lists of "more".

    Trees are as deep as a talk is long, so that this does not go down by calling itself.
    """
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(reversed(node))
            continue
        for thing in (*items(at(node, "children")), *items(at(node, "things"))):
            yield thing
            waiting.append(at(thing, "data", "replies"))
        waiting.extend(part for part in (at(node, "json"), at(node, "data")) if part)


def not_shown(value: Any) -> list[Any]:
    """The data of every "more" stub in an answer."""
    return [at(thing, "data") for thing in things(value) if at(thing, "kind") == MORE]


def created(thing: Any) -> datetime | None:
    """When a submission or comment was made, UTC; None when unreadable."""
    seconds = at(thing, "data", "created_utc")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def read_page(page: Page) -> Iterator[Item]:
    """Everything in one answer; what was asked for by name and not given is ``Missing``."""
    shown = set()
    for place, thing in enumerate(things(page.body), start=1):
        if at(thing, "kind") == MORE:
            continue
        item = read_thing(thing, page, f"item {place}")
        shown.add(item.uri if isinstance(item, Post | Deletion) else None)
        yield item
    for uri in page.context.get("uris", ()):
        if uri not in shown:
            yield Missing(source=SOURCE, uri=uri, seen_at=page.fetched_at)


def without_answers(thing: Any) -> Any:
    """A submission or comment without the comments below it, which are items of their own."""
    own = at(thing, "data")
    if not isinstance(own, dict):
        return thing
    return {**thing, "data": {name: value for name, value in own.items() if name != "replies"}}


def read_thing(thing: Any, page: Page, place: str) -> Post | Deletion | Rejected:
    """One submission or comment. Never raises."""
    try:
        return _item(at(thing, "kind"), at(thing, "data"), created(thing), page)
    except _Unreadable as problem:
        return Rejected(
            source=SOURCE,
            reason=f"Reddit: {problem}",
            raw=write_json(without_answers(thing)),
            seen_at=page.fetched_at,
            field_name=problem.field_name,
            url=page.url,
            place=place,
        )


def _item(kind: Any, own: Any, made: datetime | None, page: Page) -> Post | Deletion:
    if kind not in (SUBMISSION, COMMENT):
        raise _Unreadable("kind", "the item is neither a submission nor a comment")
    uri = _uri(kind, own)
    body = text(at(own, "body" if kind == COMMENT else "selftext"))
    why = text(at(own, "removed_by_category")) or GONE.get((body or "").strip())
    if why:
        return Deletion(source=SOURCE, uri=uri, seen_at=page.fetched_at, reason=why)
    said = "\n\n".join(part.strip() for part in (text(at(own, "title")), body) if part)
    if made is None:
        raise _Unreadable("created_utc", "the item has no readable time")
    if not said.strip():
        raise _Unreadable("body", "the item has neither title nor text")
    return _post(kind, own, uri, said, made, page)


def _post(kind: str, own: dict[str, Any], uri: str, said: str, made: datetime, page: Page) -> Post:
    card = _card(own) if kind == SUBMISSION else None
    edited = _edited(own)
    author = text(at(own, "author"))
    author = None if author == NOBODY else author
    quoted = next(iter(items(at(own, "crosspost_parent_list"))), None)
    return Post(
        source=SOURCE,
        uri=uri,
        url=_address(own) or uri,
        instance=_subreddit(own),
        first_seen_at=page.fetched_at,
        text=said,
        author_id=text(at(own, "author_fullname")) or author,
        author=author,
        created_at=made,
        version=(edited or made).isoformat(),
        edited_at=edited,
        reply_to=_named(at(own, "parent_id"), own) if kind == COMMENT else None,
        thread_root=_named(at(own, "link_id"), own) if kind == COMMENT else None,
        quote_of=_named(at(own, "crosspost_parent"), own),
        quoted_text="\n\n".join(
            part for part in (text(at(quoted, "title")), text(at(quoted, "selftext"))) if part
        )
        or None,
        card_url=card,
        links=distinct([*([card] if card else []), *http_links(_LINK.findall(said))]),
        likes=_score(own),
        replies=count(at(own, "num_comments")),
        labels=_labels(own, author),
        raw=write_json({key: value for key, value in own.items() if key != "replies"}),
    )


def _labels(own: dict[str, Any], author: str | None) -> tuple[str, ...]:
    """Of a deleted account Reddit goes on to show the posts, without its name."""
    nsfw = ("nsfw",) if at(own, "over_18") is True else ()
    is_gone = author is None and "author" in own
    return (*nsfw, ACCOUNT_DELETED) if is_gone else nsfw


def _uri(kind: str, own: Any) -> str:
    number = text(at(own, "id"))
    if number is None or not _NUMBER.fullmatch(number):
        raise _Unreadable("id", "the item has no id")
    if kind == SUBMISSION:
        return uri_of(number)
    link = (text(at(own, "link_id")) or "").removeprefix("t3_")
    if not _NUMBER.fullmatch(link):
        raise _Unreadable("link_id", "the comment does not say where it belongs")
    return uri_of(link, number)


def _named(name: Any, own: Any) -> str | None:
    """The address of what a name such as ``t1_abc`` means, seen from one item."""
    kind, _, number = (text(name) or "").partition("_")
    if not _NUMBER.fullmatch(number):
        return None
    if kind == SUBMISSION:
        return uri_of(number)
    link = (text(at(own, "link_id")) or "").removeprefix("t3_")
    return uri_of(link, number) if kind == COMMENT and _NUMBER.fullmatch(link) else None


def _address(own: Any) -> str | None:
    path = text(at(own, "permalink"))
    found = http_links([f"https://www.reddit.com{path}"]) if path and path.startswith("/") else ()
    return found[0] if found else None


def _card(own: Any) -> str | None:
    if at(own, "is_self") is not False:
        return None
    found = http_links([text(at(own, "url")) or ""])
    return found[0] if found else None


def _subreddit(own: Any) -> str | None:
    name = text(at(own, "subreddit"))
    return f"r/{name}" if name else None


def _edited(own: Any) -> datetime | None:
    """False when never, seconds since 1970 when known; older edits are only true."""
    return created({"data": {"created_utc": at(own, "edited")}})


def _score(own: Any) -> int | None:
    """Likes less dislikes, fuzzed by the site; None while it is hidden, and below 0, where it
    counts no likes."""
    return None if at(own, "score_hidden") is True else count(at(own, "score"))
