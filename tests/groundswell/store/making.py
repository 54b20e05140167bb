"""Invented posts and batches for the tests of the store; nobody in them exists."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from duckdb import DuckDBPyConnection

from groundswell.coverage import Coverage, Status
from groundswell.post import Deletion, Post
from groundswell.scoring.score import NOT_SCORED, Reading, Score
from groundswell.spool import Batch, Covered, Match, ScoredPost
from groundswell.text import tokens

T0 = datetime(2025, 1, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def post(number: int, **changes: Any) -> Post:
    """Post ``number``, written ``number`` minutes before T0 by one of five accounts."""
    values: dict[str, Any] = {
        "source": "bluesky",
        "uri": f"at://did:plc:sample/{number}",
        "url": f"https://example.org/{number}",
        "first_seen_at": T0,
        "created_at": T0 - timedelta(minutes=number),
        "text": f"sample text number{number}",
        "author_id": f"did:plc:sample-user-{number % 5}",
        "author": f"sample-user-{number % 5}",
        "author_name": f"Sample User {number % 5}",
        "likes": number,
        "raw": b'{"sample": %d}' % number,
    }
    return Post(**(values | changes))


def scored(
    one: Post,
    value: float | None = 0.5,
    *,
    topics: Sequence[str] = ("story",),
    version: str = "1",
    lang: str = "en",
    query: str = "q1",
) -> ScoredPost:
    """``one`` with a reading as the scorers give it; ``value`` None: not scored."""
    label = NOT_SCORED if value is None else _label(value)
    return ScoredPost(
        post=one,
        reading=Reading(
            lang=lang,
            lang_confidence=0.9,
            scores=(Score(model="vader", version=version, label=label, value=value),),
        ),
        tokens=tuple(dict.fromkeys(tokens(one.text))),
        matches=tuple(Match(topic=t, query=query, route="search") for t in topics),
    )


def read(
    one: ScoredPost,
    stances: Mapping[str, str],
    *,
    sentiment: str | None = "neutral",
    irony: float | None = 0.25,
    model: str = "lite",
    version: str = "1",
) -> ScoredPost:
    """``one`` as a model of stance reads it too: a sentiment (None: it says none), with lite irony
    (None: not scored), and towards each target that it speaks of a stance with confidence 0.75."""
    scores = [
        Score(model=model, version=version, target=target, label=stance, confidence=0.75)
        for target, stance in stances.items()
    ]
    if sentiment is not None:
        scores.append(Score(model=model, version=version, label=sentiment))
    if model == "lite":
        label = NOT_SCORED if irony is None else "irony" if irony > 0.5 else "no irony"
        scores.append(Score(model="lite-irony", version=version, label=label, value=irony))
    reading = replace(one.reading, scores=(*one.reading.scores, *scores))
    return replace(one, reading=reading)


def batch(seq: int, posts: Sequence[ScoredPost] = (), **changes: Any) -> Batch:
    """Batch ``seq`` of one run, written ``seq`` seconds after T0."""
    values: dict[str, Any] = {
        "source": "bluesky",
        "topic": "story",
        "route": "search",
        "run_id": "run-1",
        "seq": seq,
        "written_at": T0 + timedelta(seconds=seq),
        "posts": posts,
    }
    return Batch(**(values | changes))


def window(
    first_h: float,
    last_h: float,
    status: Status = "complete",
    *,
    reason: str | None = None,
    instance: str | None = None,
) -> Covered:
    """A coverage window in hours from T0."""
    said = reason if status == "complete" or reason else f"was {status}"
    return Covered(
        window=Coverage(
            start=T0 + first_h * HOUR, end=T0 + last_h * HOUR, status=status, reason=said
        ),
        instance=instance,
    )


def deletion(number: int | None = None, *, author: int | None = None) -> Deletion:
    """The end of post ``number``, or of account ``author``."""
    return Deletion(
        source="bluesky",
        seen_at=T0 + HOUR,
        uri=None if number is None else f"at://did:plc:sample/{number}",
        author_id=None if author is None else f"did:plc:sample-user-{author}",
    )


def rows(con: DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """All rows of a test's own question."""
    return con.execute(sql).fetchall()


def _label(value: float) -> str:
    return "positive" if value >= 0.05 else "negative" if value <= -0.05 else "neutral"
