"""What a batch is and how it stands in its file: rows of Parquet, and the rest in its metadata.

One file holds posts with their scores, matches and tokens as rows, and coverage, deletions,
rejects and the next cursor as JSON in the Parquet key-value metadata: one rename is atomic.
Batches of other kinds hold which posts of a topic are copies of each other, or which make the same
argument about a target.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from groundswell.coverage import Coverage
from groundswell.errors import BatchUnreadable
from groundswell.narrated import PARTS_SCHEMA, Narrated, ToldPart, narrated_of, told
from groundswell.post import Deletion, Hiding, Missing, Post, Rejected, is_skewed, posted_at
from groundswell.scoring.score import Reading

FORMAT = 1
META = b"groundswell"

_UTC = pa.timestamp("us", tz="UTC")
_TEXTS = pa.list_(pa.string())
_MATCH = pa.struct([("topic", pa.string()), ("query", pa.string()), ("route", pa.string())])
_SCORE = pa.struct(
    [
        ("model", pa.string()),
        ("version", pa.string()),
        ("target", pa.string()),
        ("label", pa.string()),
        ("value", pa.float64()),
        ("confidence", pa.float64()),
        ("reason", pa.string()),
    ]
)
_KINDS: dict[str, pa.DataType] = {
    "first_seen_at": _UTC,
    "created_at": _UTC,
    "indexed_at": _UTC,
    "edited_at": _UTC,
    "announced_at": _UTC,
    "text_truncated": pa.bool_(),
    "links": _TEXTS,
    "tags": _TEXTS,
    "mentions": _TEXTS,
    "labels": _TEXTS,
    "likes": pa.int64(),
    "reposts": pa.int64(),
    "replies": pa.int64(),
    "quotes": pa.int64(),
    "raw": pa.binary(),
}
SCHEMA = pa.schema(
    [
        *((f.name, _KINDS.get(f.name, pa.string())) for f in fields(Post)),
        ("posted_at", _UTC),
        ("skewed", pa.bool_()),
        ("lang", pa.string()),
        ("lang_confidence", pa.float64()),
        ("tokens", _TEXTS),
        ("matches", pa.list_(_MATCH)),
        ("scores", pa.list_(_SCORE)),
    ]
)
_COPY_KINDS: dict[str, pa.DataType] = {
    "source": pa.string(),
    "uri": pa.string(),
    "seen_at": _UTC,
    "group_source": pa.string(),
    "group_uri": pa.string(),
}
COPIES_SCHEMA = pa.schema(_COPY_KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which topic and which version of its query a post fits, and the route that found it."""

    topic: str
    query: str
    route: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredPost:
    """A post with all that is known of it before it is stored."""

    post: Post
    reading: Reading
    tokens: tuple[str, ...]
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A coverage window and the server it speaks of (None where a source has only one)."""

    window: Coverage
    instance: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A post that says nearly the same as others, and the post that their group goes by here.
    ``seen_at`` is the sighting whose text was compared: another text is not meant."""

    source: str
    uri: str
    seen_at: datetime
    group_source: str
    group_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """How many posts of the topic were compared, and the fingerprint of the topic before that."""

    posts: int
    fingerprint: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requeued:
    """An item of the quarantine that was read again. ``reason`` is why it still is no post, None
    when it could be read."""

    id: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """All that must enter the database together. ``posts`` may be empty: "nothing there" is a
    finding. ``cursor_from`` is the cursor the run started this batch at, ``cursor_to`` the next.

    With ``compared`` it holds, instead of posts, all ``copies`` of its topic, with ``narrated`` all
    ``parts`` of the narratives about one target; ``written_at`` is when the reading of their texts
    began."""

    source: str
    topic: str
    route: str
    run_id: str
    seq: int  # 0, 1, 2 … within the run
    written_at: datetime
    cursor_from: str | None = None
    cursor_to: str | None = None
    posts: Sequence[ScoredPost] = ()
    deletions: Sequence[Deletion] = ()
    hidings: Sequence[Hiding] = ()
    missing: Sequence[Missing] = ()
    rejected: Sequence[Rejected] = ()
    coverage: Sequence[Covered] = ()
    pages: int = 0
    dropped: int = 0  # items the local matcher left out
    copies: Sequence[Copy] = ()
    compared: Compared | None = None
    parts: Sequence[ToldPart] = ()
    narrated: Narrated | None = None
    retention_s: int | None = None  # how long the source lets texts be kept; None: it does not say
    checked: Sequence[str] = ()  # uris of its stored posts that were asked for again
    requeued: Sequence[Requeued] = ()
    # Names of the targets of every topic that the batch speaks for, by slug, in the topic's order.
    targets: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A batch without its rows: what the file's metadata says. ``batch_id`` names its content. With
    ``compared`` the rows are copies, with ``narrated`` parts of narratives, else posts."""

    batch_id: str
    source: str
    topic: str
    route: str
    run_id: str
    seq: int
    written_at: datetime
    cursor_from: str | None
    cursor_to: str | None
    pages: int
    dropped: int
    deletions: tuple[Deletion, ...]
    hidings: tuple[Hiding, ...]
    missing: tuple[Missing, ...]
    rejected: tuple[Rejected, ...]
    coverage: tuple[Covered, ...]
    compared: Compared | None
    narrated: Narrated | None
    retention_s: int | None
    checked: tuple[str, ...]
    requeued: tuple[Requeued, ...]
    targets: Mapping[str, tuple[str, ...]]


def read_envelope(path: Path) -> Envelope:
    """What a batch file says of itself. Raises ``BatchUnreadable`` with the reason."""
    try:
        metadata = pq.read_metadata(path).metadata or {}
        said = json.loads(metadata[META])
    except (OSError, pa.ArrowException, KeyError, ValueError) as error:
        raise BatchUnreadable(f"{path.name} is not a batch: {error}") from error
    if said.get("format") != FORMAT:
        raise BatchUnreadable(f"{path.name} has format {said.get('format')}, not {FORMAT}.")
    try:
        return _envelope(said, path.stem)
    except (KeyError, TypeError, ValueError) as error:
        raise BatchUnreadable(f"{path.name} has damaged metadata: {error!r}") from error


def table_of(batch: Batch) -> pa.Table:
    """The content of a batch's file."""
    meta = {META: json.dumps(_metadata(batch), ensure_ascii=True).encode()}
    if batch.narrated is not None:
        rows, schema = [asdict(part) for part in batch.parts], PARTS_SCHEMA
    elif batch.compared is not None:
        rows, schema = [asdict(copy) for copy in batch.copies], COPIES_SCHEMA
    else:
        rows, schema = [_row(scored) for scored in batch.posts], SCHEMA
    return pa.Table.from_pylist(rows, schema=schema).replace_schema_metadata(meta)


def _row(scored: ScoredPost) -> dict[str, Any]:
    post, reading = scored.post, scored.reading
    row: dict[str, Any] = {f.name: getattr(post, f.name) for f in fields(Post)}
    row |= {"posted_at": posted_at(post), "skewed": is_skewed(post)}
    row |= {"lang": reading.lang, "lang_confidence": reading.lang_confidence}
    row |= {"tokens": scored.tokens, "matches": [asdict(m) for m in scored.matches]}
    row["scores"] = [asdict(score) for score in reading.scores]
    return row


def _metadata(batch: Batch) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "source": batch.source,
        "topic": batch.topic,
        "route": batch.route,
        "run_id": batch.run_id,
        "seq": batch.seq,
        "written_at": batch.written_at.isoformat(),
        "cursor_from": batch.cursor_from,
        "cursor_to": batch.cursor_to,
        "pages": batch.pages,
        "dropped": batch.dropped,
        "deletions": [_jsonable(asdict(d)) for d in batch.deletions],
        "hidings": [_jsonable(asdict(h)) for h in batch.hidings],
        "missing": [_jsonable(asdict(m)) for m in batch.missing],
        "rejected": [_jsonable(asdict(r)) for r in batch.rejected],
        "coverage": [
            {"instance": c.instance, **_jsonable(asdict(c.window))} for c in batch.coverage
        ],
        "compared": asdict(batch.compared) if batch.compared else None,
        "narrated": told(batch.narrated),
        "retention_s": batch.retention_s,
        "checked": list(batch.checked),
        "requeued": [asdict(r) for r in batch.requeued],
        "targets": {topic: list(names) for topic, names in batch.targets.items()},
    }


def _jsonable(values: dict[str, Any]) -> dict[str, Any]:
    return {key: _plain(value) for key, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value


def _envelope(said: dict[str, Any], batch_id: str) -> Envelope:
    same = ("source", "topic", "route", "run_id", "seq", "cursor_from", "cursor_to")
    counts = ("pages", "dropped")
    deletions = tuple(Deletion(**_timed(d, "seen_at")) for d in said["deletions"])
    rejected = tuple(
        Rejected(**{**_timed(r, "seen_at"), "raw": base64.b64decode(r["raw"])})
        for r in said["rejected"]
    )
    coverage = tuple(_covered(c) for c in said["coverage"])
    compared = said.get("compared")
    return Envelope(
        batch_id=batch_id,
        written_at=datetime.fromisoformat(said["written_at"]),
        deletions=deletions,
        hidings=tuple(Hiding(**_timed(h, "seen_at")) for h in said.get("hidings", ())),
        missing=tuple(Missing(**_timed(m, "seen_at")) for m in said.get("missing", ())),
        rejected=rejected,
        coverage=coverage,
        compared=Compared(**compared) if compared else None,
        narrated=narrated_of(said.get("narrated")),
        retention_s=said.get("retention_s"),
        checked=tuple(said.get("checked", ())),
        requeued=tuple(Requeued(**r) for r in said.get("requeued", ())),
        targets={topic: tuple(names) for topic, names in said.get("targets", {}).items()},
        **{key: said[key] for key in (*same, *counts)},
    )


def _covered(said: dict[str, Any]) -> Covered:
    window = {key: value for key, value in said.items() if key != "instance"}
    return Covered(window=Coverage(**_timed(window, "start", "end")), instance=said["instance"])


def _timed(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return values | {name: datetime.fromisoformat(values[name]) for name in names}
