"""Questions, answers and comments of Stack Exchange as posts, missing ones and rejects."""

import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from collectors._fields import at, text, texts
from collectors._links import links_of
from collectors._set_aside import context_text
from collectors._wire_json import write_json
from collectors.stackexchange.sites import SOURCE, host_of
from groundswell.errors import StateError
from groundswell.post import ACCOUNT_DELETED, Item, Missing, Post, Rejected
from groundswell.source import Page
from groundswell.text import html_to_text

Kind: TypeAlias = Literal["question", "answer", "comment"]

ID_FIELDS: dict[Kind, str] = {
    "question": "question_id",
    "answer": "answer_id",
    "comment": "comment_id",
}
MOST_NUMBER = 2**53


class _Unreadable(Exception):
    """One field is not what the API documents."""

    def __init__(self, field_name: str, reason: str) -> None:
        super().__init__(reason)
        self.field_name = field_name


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stored post is. ``parent`` of a comment is the post below which it stands, of kind
    ``parent_kind``, in the thread of the question ``thread``; None for all others."""

    site: str
    kind: Kind
    number: str
    parent: str | None = None
    parent_kind: str | None = None
    thread: str | None = None


def uri_of(site: str, kind: str, number: str) -> str:
    """The stable address of a post: ``stackoverflow/answer/123``."""
    return f"{site}/{kind}/{number}"


def place_of(uri: str, raw: bytes = b"") -> Place:
    """Where the post of a stored ``uri`` is; ``raw`` tells of a comment what it stands below.

    Raises ``StateError`` for a uri that is none of this source's.
    """
    site, _, rest = uri.partition("/")
    kind, _, number = rest.partition("/")
    if kind not in ID_FIELDS or not number.isdigit():
        raise StateError(
            f"“{uri}” is stored as a post of Stack Exchange but is no address of one. Take it out "
            f"with `groundswell purge --uri {uri}`."
        )
    own = json.loads(raw) if raw else {}
    return Place(
        site=site,
        kind=kind,
        number=number,
        parent=item_id(own, "post"),
        parent_kind=text(at(own, "groundswell", "parent_kind")),
        thread=text(at(own, "groundswell", "thread")),
    )


def item_id(item: Mapping[str, Any], kind: str) -> str | None:
    """The number of an item as text, None when there is none to trust."""
    number = item.get(f"{kind}_id")
    if isinstance(number, bool) or not isinstance(number, int):
        return None
    return str(number) if 0 < number < MOST_NUMBER else None


def read_page(page: Page) -> Iterator[Item]:
    """Each item of a page as a post or a reject, then those asked for that are not in it."""
    shown: set[str] = set()
    for place, item in enumerate(page.body["items"], start=1):
        try:
            post = _read(item, page)
        except _Unreadable as problem:
            yield _rejected(item, problem, page, f"item {place}")
            continue
        shown.add(post.uri)
        yield post
    for kind, number in page.context.get("asked", ()):
        uri = uri_of(page.instance or "", kind, number)
        if uri not in shown and not _is_among(page.body["items"], kind, number):
            yield Missing(source=SOURCE, uri=uri, seen_at=page.fetched_at)


def _read(item: Any, page: Page) -> Post:
    if not isinstance(item, dict):
        raise _Unreadable("", "an item is not an object")
    for kind in ("comment", "answer", "question"):
        if ID_FIELDS[kind] in item:  # answers carry the id of their question too
            number = item_id(item, kind)
            if number is None:
                raise _Unreadable(ID_FIELDS[kind], f"the {kind} has no number")
            return _post(item, kind, number, page)
    raise _Unreadable("question_id", "the item is no question, answer or comment")


def _post(item: dict[str, Any], kind: Kind, number: str, page: Page) -> Post:
    site, owner = page.instance or "", item.get("owner")
    parent_kind, parent, thread = _above(item, kind, page)
    body = text(item.get("body"))
    title = html.unescape(text(item.get("title")) or "") if kind == "question" else ""
    words = "\n\n".join(part for part in (title, html_to_text(body or "")) if part)
    if not words:
        raise _Unreadable("body", f"the {kind} has no text")
    user = item_id(owner, "user") if isinstance(owner, dict) else None
    name = text(at(owner, "display_name"))
    edited = _moment(item.get("last_edit_date"))
    return Post(
        source=SOURCE,
        uri=uri_of(site, kind, number),
        url=_url(site, kind, number, parent, thread),
        instance=site,
        first_seen_at=page.fetched_at,
        text=words,
        author_id=f"{site}/{user}" if user else None,
        author=html.unescape(name) if name else None,
        created_at=_created_at(item),
        version=str(item["last_edit_date"]) if edited else _edited(item),
        edited_at=edited,
        reply_to=uri_of(site, parent_kind, parent) if parent_kind and parent else None,
        thread_root=uri_of(site, "question", thread) if thread else None,
        links=links_of(body),
        tags=tuple(texts(item.get("tags"))) if kind == "question" else (),
        likes=_count(item.get("score")),
        replies=_count(item.get("answer_count")),
        labels=_labels(item, owner),
        raw=write_json({**item, "groundswell": {"parent_kind": parent_kind, "thread": thread}}),
    )


def _labels(item: dict[str, Any], owner: Any) -> tuple[str, ...]:
    closed = ("closed",) if item.get("closed_date") else ()
    is_gone = at(owner, "user_type") == "does_not_exist"
    return (*closed, ACCOUNT_DELETED) if is_gone else closed


def _above(
    item: dict[str, Any], kind: Kind, page: Page
) -> tuple[str | None, str | None, str | None]:
    """Kind and number of the post an item answers, and the number of its thread's question."""
    if kind == "answer":
        question = item_id(item, "question")
        return "question", question, question
    if kind == "comment":
        parent = item_id(item, "post")
        parent_kind, thread = page.context.get("posts", {}).get(parent, (None, None))
        return text(item.get("post_type")) or parent_kind, parent, thread
    return None, None, None


def _url(site: str, kind: Kind, number: str, parent: str | None, thread: str | None) -> str:
    """The link that CC BY-SA asks for; the API gives one with questions only, so it is made."""
    host = host_of(site)
    if kind == "question":
        return f"https://{host}/q/{number}"
    if kind == "answer":
        return f"https://{host}/a/{number}"
    return f"https://{host}/questions/{thread or parent}#comment{number}_{parent}"


def _created_at(item: dict[str, Any]) -> datetime:
    made = _moment(item.get("creation_date"))
    if made is None:
        raise _Unreadable("creation_date", "the item has no readable time")
    return made


def _moment(seconds: Any) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _edited(item: dict[str, Any]) -> str | None:
    """Comments say that they were edited, not when."""
    return "edited" if item.get("edited") is True else None


def _count(value: Any) -> int | None:
    """A number of people. A score below 0 does not say how many liked it: None."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < MOST_NUMBER else None


def _is_among(items: Any, kind: str, number: str) -> bool:
    """Whether an item was shown after all, though it could not be read."""
    return any(isinstance(item, dict) and item_id(item, kind) == number for item in items)


def _rejected(item: Any, problem: _Unreadable, page: Page, place: str) -> Rejected:
    return Rejected(
        source=SOURCE,
        reason=f"Stack Exchange: {problem}",
        raw=write_json(item),
        seen_at=page.fetched_at,
        field_name=problem.field_name or None,
        url=page.url,
        place=place,
        context=_context(item, page),
    )


def _context(item: Any, page: Page) -> str | None:
    """What a comment that is read again needs to know of the post it stands below."""
    parent = item_id(item, "post") if isinstance(item, dict) else None
    posts = page.context.get("posts", {})
    return context_text({"posts": {parent: posts[parent]}}) if parent in posts else None
