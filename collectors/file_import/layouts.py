"""The exports we know by their columns, and the names that columns of other files go by.

4CAT's columns differ by data source: read in digitalmethodsinitiative/4cat (``map_item`` of bsky,
twitterv2, twitter-import, tiktok, reddit; ``items_to_csv``), twarc's in DocNow/twarc-csv, 2026-11.
"""

from dataclasses import dataclass
from typing import Literal

from groundswell.text import TEXT_NAMES

Kind = Literal[
    "text",
    "name",
    "id",
    "time",
    "count",
    "list",
    "tags",
    "handles",
    "links",
    "url",
    "language",
    "flag",
]
Fields = dict[str, tuple[str, ...]]  # field of a post → its columns, the best first

# What a column can become. ``title`` is put before the text; ``deleted_at`` makes a deletion.
KINDS: dict[str, Kind] = {
    "uri": "id",
    "source": "name",
    "url": "url",
    "instance": "name",
    "author_id": "id",
    "author": "name",
    "author_name": "name",
    "created_at": "time",
    "indexed_at": "time",
    "edited_at": "time",
    "first_seen_at": "time",
    "version": "name",
    "title": "text",
    "text": "text",
    "lang_declared": "language",
    "reply_to": "id",
    "thread_root": "id",
    "quote_of": "id",
    "quoted_text": "text",
    "card_url": "url",
    "card_text": "text",
    "alt_text": "text",
    "links": "links",
    "tags": "tags",
    "mentions": "handles",
    "likes": "count",
    "reposts": "count",
    "replies": "count",
    "quotes": "count",
    "labels": "list",
    "withheld": "name",
    "deleted_at": "flag",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One known export. It is recognised when all ``needs`` are among a file's columns.

    ``utc`` says that its times without offset are UTC by its own documentation. ``link`` makes
    the url from an id. ``source`` names the site when ids equal those of our own collector.
    ``repeats`` are columns that mark a row as a repetition of another's post: its counts are
    the original's and must not be counted twice. ``advice`` is shown before importing.
    """

    name: str
    needs: frozenset[str]
    fields: Fields
    utc: bool = False
    link: str | None = None
    source: str | None = None
    repeats: tuple[str, ...] = ()
    advice: str | None = None


_X = "These are posts of X: its terms allow handing on ids only. Say --origin x to keep to that."

GROUNDSWELL = Layout(
    name="Groundswell posts",
    needs=frozenset({"source", "uri", "first_seen_at", "text"}),
    fields={name: (name,) for name in KINDS if name != "title"},
    utc=True,
)
TWARC = Layout(
    name="twarc",
    needs=frozenset({"id", "text", "author_id", "author.username"}),
    fields={
        "uri": ("id",),
        "created_at": ("created_at",),
        "text": ("text",),
        "author": ("author.username",),
        "author_name": ("author.name",),
        "author_id": ("author_id", "author.id"),
        "lang_declared": ("lang",),
        "reply_to": ("referenced_tweets.replied_to.id",),
        "quote_of": ("referenced_tweets.quoted.id",),
        "quoted_text": ("referenced_tweets.quoted.text",),
        "thread_root": ("conversation_id",),
        "links": ("entities.urls",),
        "tags": ("entities.hashtags",),
        "mentions": ("entities.mentions",),
        "likes": ("public_metrics.like_count",),
        "reposts": ("public_metrics.retweet_count",),
        "replies": ("public_metrics.reply_count",),
        "quotes": ("public_metrics.quote_count",),
    },
    utc=True,
    link="https://x.com/i/web/status/{}",
    repeats=("referenced_tweets.retweeted.id",),
    advice=_X,
)
FOURCAT = Layout(
    name="4CAT",
    needs=frozenset({"id", "thread_id", "body", "timestamp"}),
    fields={
        "uri": ("id",),
        "thread_root": ("thread_id",),
        "created_at": ("unix_timestamp", "timestamp"),
        "title": ("subject", "title"),
        "text": ("body",),
        "author": ("author",),
        "author_name": ("author_fullname", "author_full", "author_display_name", "author_name"),
        "author_id": ("author_id",),
        "url": ("link", "url", "post_url", "tiktok_url", "permalink"),
        "lang_declared": ("languages", "language_guess", "language"),
        "reply_to": ("replied_to_post", "reply_to", "parent_id", "parent"),
        "quote_of": ("quoted_post",),
        "tags": ("hashtags", "tags"),
        "mentions": ("mentions",),
        "links": ("urls", "links"),
        "labels": ("labels",),
        "likes": ("likes", "like_count", "num_likes", "score"),
        "reposts": ("retweet_count", "repost_count", "shares", "share_count"),
        "replies": ("reply_count", "replies", "comments", "num_comments", "comment_count"),
        "quotes": ("quote_count",),
    },
    utc=True,  # ``items_to_csv`` writes ``timestamp`` with utcfromtimestamp
    repeats=("is_retweet",),
)
BLUESKY = Layout(
    name="Bluesky posts (4CAT NDJSON)",
    needs=frozenset({"uri", "record.text", "author.handle"}),
    fields={
        "uri": ("uri",),
        "version": ("cid",),
        "created_at": ("record.created_at", "record.createdAt"),
        "indexed_at": ("indexed_at", "indexedAt"),
        "text": ("record.text",),
        "author": ("author.handle",),
        "author_name": ("author.display_name", "author.displayName"),
        "author_id": ("author.did",),
        "lang_declared": ("record.langs",),
        "reply_to": ("record.reply.parent.uri",),
        "thread_root": ("record.reply.root.uri",),
        "quote_of": ("embed.record.uri",),
        "quoted_text": ("embed.record.value.text",),
        "card_url": ("embed.external.uri",),
        "card_text": ("embed.external.title",),
        "labels": ("labels",),
        "likes": ("like_count", "likeCount"),
        "reposts": ("repost_count", "repostCount"),
        "replies": ("reply_count", "replyCount"),
        "quotes": ("quote_count", "quoteCount"),
    },
    source="bluesky",
)
ZEESCHUIMER_X = Layout(
    name="X posts (Zeeschuimer or 4CAT NDJSON)",
    needs=frozenset({"rest_id", "legacy.full_text", "legacy.created_at"}),
    fields={
        "uri": ("rest_id",),
        "created_at": ("legacy.created_at",),
        "text": ("legacy.full_text",),
        "author": ("core.user_results.result.legacy.screen_name",),
        "author_name": ("core.user_results.result.legacy.name",),
        "author_id": ("legacy.user_id_str",),
        "lang_declared": ("legacy.lang",),
        "reply_to": ("legacy.in_reply_to_status_id_str",),
        "quote_of": ("legacy.quoted_status_id_str",),
        "thread_root": ("legacy.conversation_id_str",),
        "likes": ("legacy.favorite_count",),
        "reposts": ("legacy.retweet_count",),
        "replies": ("legacy.reply_count",),
        "quotes": ("legacy.quote_count",),
    },
    link="https://x.com/i/web/status/{}",
    advice=_X,
)
ZEESCHUIMER_TIKTOK = Layout(
    name="TikTok posts (Zeeschuimer NDJSON)",
    needs=frozenset({"id", "desc", "createTime", "author.uniqueId"}),
    fields={
        "uri": ("id",),
        "created_at": ("createTime",),
        "text": ("desc",),
        "author": ("author.uniqueId",),
        "author_name": ("author.nickname",),
        "author_id": ("author.id",),
        "likes": ("stats.diggCount",),
        "reposts": ("stats.shareCount",),
        "replies": ("stats.commentCount",),
    },
)
LAYOUTS = (GROUNDSWELL, BLUESKY, ZEESCHUIMER_X, ZEESCHUIMER_TIKTOK, TWARC, FOURCAT)

# For files of no known layout: names in lower case with "_" for all but letters and digits.
ADDRESSES = ("url", "link")
SYNONYMS: Fields = {
    "uri": (
        *("uri", "id", "post_id", "tweet_id", "status_id", "comment_id", "message_id", "id_str"),
        *("guid", "hn_id", "objectid", "response_id", "permalink", "post_url", "tweet_url"),
        *ADDRESSES,  # only where there is no id
    ),
    "source": ("source", "platform"),
    "url": ("url", "link", "permalink", "post_url", "tweet_url"),
    "author": (
        "author",
        "author_username",
        "username",
        "user_name",
        "screen_name",
        "handle",
        "user",
    ),
    "author_name": ("author_name", "display_name", "author_display_name", "name"),
    "author_id": ("author_id", "user_id"),
    "created_at": (
        "created_at",
        "created_utc",
        "created",
        "published_at",
        "published",
        "posted_at",
        "timestamp",
        "unix_timestamp",
        "datetime",
        "time_utc",
        "date_time",
        "date",
        "time",
        "created_time",
    ),
    "edited_at": ("edited_at", "updated_at"),
    "first_seen_at": ("first_seen_at", "collected_at", "retrieved_at"),
    "title": ("title", "subject", "headline"),
    "text": TEXT_NAMES,
    "lang_declared": ("lang_declared", "lang", "language"),
    "reply_to": ("reply_to", "in_reply_to", "in_reply_to_id", "in_reply_to_status_id", "parent_id"),
    "thread_root": ("thread_root", "thread_id", "conversation_id"),
    "quote_of": ("quote_of", "quoted_status_id"),
    "quoted_text": ("quoted_text",),
    "card_url": ("card_url",),
    "card_text": ("card_text",),
    "alt_text": ("alt_text",),
    "links": ("links", "urls"),
    "tags": ("tags", "hashtags"),
    "mentions": ("mentions",),
    "likes": ("likes", "like_count", "likes_count", "favorite_count", "favourites_count", "score"),
    "reposts": ("reposts", "repost_count", "retweet_count", "reblogs_count", "shares"),
    "replies": ("replies", "reply_count", "num_comments", "comments", "descendants"),
    "quotes": ("quotes", "quote_count"),
    "labels": ("labels",),
    "deleted_at": ("deleted_at", "deleted", "is_deleted"),
}
