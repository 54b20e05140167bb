"""Small posts and batches for tests, written by us; nobody in them exists."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from groundswell.post import Post
from groundswell.scoring.score import Reading, Score
from groundswell.spool import Batch, Match, ScoredPost

SEEN = datetime(2025, 1, 29, 12, tzinfo=UTC)


def make_post(number: int = 0, **changes: Any) -> Post:
    """A plain English post, one minute apart from its neighbours by ``number``."""
    values: dict[str, Any] = {
        "source": "bluesky",
        "uri": f"at://did:plc:sample{number % 7}/app.bsky.feed.post/{number}",
        "first_seen_at": SEEN,
        "created_at": SEEN - timedelta(hours=5) + timedelta(minutes=number % 240),
        "text": f"OpenAI accuses DeepSeek of distillation, take {number}",
        "author_id": f"did:plc:sample{number % 7}",
        "author": f"sample-user-{number % 7}.example",
        "likes": number % 5,
        "raw": b'{"sample": true}',
    }
    return Post(**(values | changes))


def scored(post: Post, *, topic: str = "story", compound: float | None = 0.4) -> ScoredPost:
    """``post`` with an English reading and one match."""
    label = "not_scored" if compound is None else "positive" if compound >= 0.35 else "neutral"
    score = Score(model="vader", version="3.3.2", label=label, value=compound)
    return ScoredPost(
        post=post,
        reading=Reading(lang="en", lang_confidence=0.9, scores=(score,)),
        tokens=tuple(dict.fromkeys(post.text.lower().replace(",", "").split())),
        matches=(Match(topic=topic, query="0123456789ab", route="search"),),
    )


def make_batch(posts: Sequence[Post] = (), *, seq: int = 0, **changes: Any) -> Batch:
    """A batch of ``posts`` for the topic ``story``."""
    values: dict[str, Any] = {
        "source": "bluesky",
        "topic": "story",
        "route": "search",
        "run_id": "run-1",
        "seq": seq,
        "written_at": SEEN + timedelta(seconds=seq),
        "posts": [scored(post) for post in posts],
    }
    return Batch(**(values | changes))
