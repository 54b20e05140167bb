"""What a post is, and what else comes in with posts: that one is gone, hidden or unreadable."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

TEXT_CAP_BYTES = 64 * 1024
ACCOUNT_DELETED = "account-deleted"  # label: the site shows the post, and its author no more
SKEW_LIMIT = timedelta(hours=24)
CLOCK_TOLERANCE = timedelta(minutes=5)
EARLIEST_PLAUSIBLE = datetime(1995, 1, 1, tzinfo=UTC)
LATEST_PLAUSIBLE = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One public post as a source showed it. Unknown is None, never 0 or ""; times are aware UTC.

    ``uri`` with ``source`` is the identity: stable over edits, queries, runs and instances.
    ``text`` is plain text (title first, then body), cleaned and bounded by ``clean_text``.
    """

    source: str
    uri: str
    first_seen_at: datetime
    text: str
    text_truncated: bool = False
    url: str | None = None
    instance: str | None = None
    author_id: str | None = None  # the site's stable key of the account, never shown alone
    author: str | None = None  # handle or user name, as shown
    author_name: str | None = None
    created_at: datetime | None = None  # claimed by the author's client; may be absurd
    indexed_at: datetime | None = None  # the site's own word, where it gives one
    version: str | None = None  # sorts or differs when the post was edited (cid, edited_at)
    edited_at: datetime | None = None
    lang_declared: str | None = None  # the author's tag, primary subtag in lower case; a hint
    reply_to: str | None = None  # uri of the parent
    thread_root: str | None = None  # uri of the first post of the thread
    quote_of: str | None = None  # uri of the quoted post
    quoted_text: str | None = None
    card_url: str | None = None  # link card
    card_text: str | None = None  # its title and description
    alt_text: str | None = None  # texts of its pictures
    links: tuple[str, ...] = ()  # http(s) only
    tags: tuple[str, ...] = ()  # without '#', as written
    mentions: tuple[str, ...] = ()  # handles without '@'
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    quotes: int | None = None
    labels: tuple[str, ...] = ()  # self-labels and moderation labels as given
    announced_at: datetime | None = None  # when the site itself told of this version, as streams do
    withheld: str | None = None  # why text and author must not be kept, e.g. "no-unauthenticated"
    raw: bytes = b""  # the item as received, JSON; kept apart from the tables charts read


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """A post or a whole account that must go. Exactly one of ``uri`` and ``author_id`` is set."""

    source: str
    seen_at: datetime
    uri: str | None = None
    author_id: str | None = None
    reason: str = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One item that could not become a post: kept whole in quarantine, counted, shown."""

    source: str
    reason: str  # a sentence for people
    raw: bytes
    seen_at: datetime
    stage: str = "parse"  # parse | clean | score | import
    field_name: str | None = None  # which field was wrong, if one was
    url: str | None = None  # where it came from, secrets cut out
    place: str | None = None  # position inside the answer or file, e.g. "line 17"
    instance: str | None = None  # the server asked; the loop that collects fills it in
    context: str | None = None  # JSON of the source's own: what else reading it again needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Hiding:
    """A post or a whole account that is not to be shown until the site says otherwise, or, with
    ``lifted``, is shown again. Exactly one of ``uri`` and ``author_id`` is set. Nothing is erased.
    """

    source: str
    seen_at: datetime
    uri: str | None = None
    author_id: str | None = None
    reason: str = "deactivated"
    lifted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A stored post that was asked for and is not there, without a word why. It may be gone, hidden
    or only unreachable for the moment: one sighting of this changes nothing that is shown."""

    source: str
    uri: str
    seen_at: datetime


Item: TypeAlias = Post | Deletion | Hiding | Missing | Rejected


def posted_at(post: Post) -> datetime:
    """The time charts use: the earlier of claimed and first seen, UTC. Never None, never future."""
    if post.created_at is None or post.created_at < EARLIEST_PLAUSIBLE:
        return post.first_seen_at
    return min(post.created_at, post.first_seen_at)


def is_skewed(post: Post) -> bool:
    """Whether the claimed time cannot be trusted: missing, absurd, in the future, or more than
    24 h from the site's own time. Such posts are charted by ``posted_at`` and counted."""
    created = post.created_at
    if created is None or created < EARLIEST_PLAUSIBLE:
        return True
    if created > post.first_seen_at + CLOCK_TOLERANCE:
        return True
    return post.indexed_at is not None and abs(created - post.indexed_at) > SKEW_LIMIT
