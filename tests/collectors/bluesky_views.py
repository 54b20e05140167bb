"""Post views in the recorded shape of Bluesky's answers, written by us; nobody in them exists."""

from datetime import UTC, datetime, timedelta
from typing import Any

NOON = datetime(2025, 1, 29, 12, tzinfo=UTC)
SEEN = datetime(2025, 2, 1, tzinfo=UTC)
LABELER = "did:plc:samplelabeler"


def did_of(number: int) -> str:
    return f"did:plc:sample{number}"


def uri_of(number: int, author: int = 17) -> str:
    return f"at://{did_of(author)}/app.bsky.feed.post/3k{number:08d}"


def at_time(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def make_author(number: int = 17, **changes: Any) -> dict[str, Any]:
    author = {
        "did": did_of(number),
        "handle": f"sample-user-{number}.example",
        "displayName": f"Sample User {number}",
        "labels": [],
        "createdAt": "2024-05-01T10:00:00.000Z",
    }
    return author | changes


def make_view(number: int = 0, *, record: dict[str, Any] | None = None, **changes: Any) -> Any:
    """A plain post one minute after the last one, with ``record`` merged into its record."""
    time = at_time(NOON + timedelta(minutes=number))
    view = {
        "uri": uri_of(number),
        "cid": f"bafyreisample{number}",
        "author": make_author(),
        "record": {
            "$type": "app.bsky.feed.post",
            "text": f"OpenAI accuses DeepSeek of distillation, take {number}",
            "createdAt": time,
            "langs": ["en"],
            **(record or {}),
        },
        "likeCount": 3,
        "repostCount": 2,
        "replyCount": 1,
        "quoteCount": 0,
        "indexedAt": time,
        "labels": [],
    }
    return view | changes


def label(value: str, **changes: Any) -> dict[str, Any]:
    return {"src": LABELER, "uri": uri_of(0), "val": value, "cts": at_time(NOON)} | changes


def facet(text: str, part: str, **feature: Any) -> dict[str, Any]:
    """A facet over ``part`` of ``text``, in bytes as the site counts them."""
    start = text.encode().index(part.encode())
    kind = f"app.bsky.richtext.facet#{feature.pop('kind')}"
    return {
        "index": {"byteStart": start, "byteEnd": start + len(part.encode())},
        "features": [{"$type": kind, **feature}],
    }


def quoted(number: int = 5, *, kind: str = "viewRecord", **changes: Any) -> dict[str, Any]:
    """The view of a quoted post as embeds carry it: its record is called ``value`` there."""
    record: dict[str, Any] = {"$type": f"app.bsky.embed.record#{kind}", "uri": uri_of(number)}
    if kind == "viewRecord":
        record |= {
            "cid": f"bafyreisample{number}",
            "author": make_author(5),
            "value": {"text": "words of the quoted post", "createdAt": at_time(NOON)},
            "labels": [],
        }
    return record | changes
