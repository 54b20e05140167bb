"""Makes batches of invented posts fast: seeded, Zipf words, a burst in time, no row in Python."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from groundswell.spool import META, SCHEMA, Batch, _metadata

START = datetime(2025, 1, 20, tzinfo=UTC)
DAYS = 60
WORDS = 200_000
AUTHORS = 300_000
SOURCES = ("bluesky", "hackernews", "mastodon", "rss")
LANGS = ("en", "en", "en", "en", "en", "de", "fr", "es", "ja", "und")
TOPIC = "bench-story"


class Maker:
    """Batches of one seeded stream of posts, about 20 words each. ``repeats`` is the share of
    posts that were in an earlier batch already."""

    def __init__(self, *, total: int, seed: int = 1, repeats: float = 0.0) -> None:
        self._total = total
        self._repeats = repeats
        self._random = np.random.default_rng(seed)
        self._made = 0
        weight = 1 / np.arange(1, WORDS + 1) ** 1.05
        self._word_odds = np.cumsum(weight) / weight.sum()
        self._words = pa.array([f"word{n:06d}" for n in range(WORDS)])

    def write(self, folder: Path, seq: int, posts: int) -> Path:
        """The next ``posts`` posts as batch file ``seq`` in ``folder``."""
        batch = Batch(
            source="bluesky", topic=TOPIC, route="search", run_id="bench", seq=seq,
            written_at=START + timedelta(days=DAYS, seconds=seq),
            cursor_from=str(seq) if seq else None, cursor_to=str(seq + 1), pages=posts // 100,
        )  # fmt: skip
        meta = {META: json.dumps(_metadata(batch)).encode()}
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{batch.written_at:%Y%m%dT%H%M%S%f}-{seq:06d}-bench.parquet"
        pq.write_table(self._table(posts).replace_schema_metadata(meta), path, compression="zstd")
        return path

    def _table(self, posts: int) -> pa.Table:
        again = int(posts * self._repeats) if self._made else 0
        numbers = np.concatenate(
            [
                np.arange(self._made, self._made + posts - again),
                self._random.choice(max(self._made, 1), size=again, replace=False),
            ]
        )
        self._made += posts - again
        columns = self._columns(numbers)
        return pa.table(
            [columns.get(f.name, pa.nulls(posts, f.type)).cast(f.type) for f in SCHEMA],
            schema=SCHEMA,
        )

    def _columns(self, numbers: np.ndarray[Any, Any]) -> dict[str, pa.Array]:
        posts = len(numbers)
        words, text = self._texts(posts)
        uri = _joined("at://did:plc:bench/app.bsky.feed.post/", numbers)
        author = (AUTHORS * _noise(numbers, 3) ** 2).astype(np.int64)
        posted = pa.array(self._moments(numbers), pa.timestamp("us", tz="UTC"))
        seen = pc.add(posted, pa.scalar(timedelta(minutes=3)))
        truth = pa.array(np.zeros(posts, dtype=bool))
        columns: dict[str, pa.Array] = {
            "source": pa.array(SOURCES).take(pa.array((_noise(numbers, 5) ** 2 * 4).astype(int))),
            "uri": uri,
            "url": uri,
            "first_seen_at": seen,
            "created_at": posted,
            "posted_at": posted,
            "text": text,
            "text_truncated": truth,
            "skewed": truth,
            "author_id": _joined("did:plc:", author),
            "author": _joined("sample-user-", author),
            "author_name": _joined("Sample User ", author),
            "lang": pa.array(LANGS).take(pa.array((_noise(numbers, 7) * 10).astype(int))),
            "lang_confidence": pa.array(np.full(posts, 0.9)),
            "tokens": words,
            "raw": pc.binary_join_element_wise('{"text":"', text, '"}', "").cast(pa.binary()),
            "matches": _matches(posts),
            "scores": self._scores(numbers),
        }
        columns |= {name: _empty_lists(posts) for name in ("links", "tags", "mentions", "labels")}
        for offset, name in enumerate(("likes", "reposts", "replies", "quotes")):
            columns[name] = pa.array((1 / (_noise(numbers, 11 + offset) + 1e-4)).astype(np.int64))
        return columns

    def _moments(self, numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Rising with the number, give or take an hour; nearly half of all in the third day."""
        place = numbers / self._total
        days = np.interp(place, [0, 0.1, 0.55, 1], [0, 2, 3, DAYS])
        micros = ((days * 86_400 + _noise(numbers, 2) * 3_600) * 1e6).astype(np.int64)
        return micros + int(START.timestamp() * 1e6)

    def _texts(self, posts: int) -> tuple[pa.Array, pa.Array]:
        lengths = self._random.integers(10, 31, posts)
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        picks = np.searchsorted(self._word_odds, self._random.random(int(offsets[-1])))
        picks = np.minimum(picks, WORDS - 1)
        words = pa.ListArray.from_arrays(pa.array(offsets), self._words.take(pa.array(picks)))
        return words, pc.binary_join(words, " ")

    def _scores(self, numbers: np.ndarray[Any, Any]) -> pa.Array:
        posts = len(numbers)
        compound = np.round(_noise(numbers, 17) * 2 - 1, 4)
        missing = _noise(numbers, 19) < 0.2
        label = np.where(compound >= 0.05, 2, np.where(compound <= -0.05, 0, 1))
        label[missing] = 3
        names = pa.array(["negative", "neutral", "positive", "not_scored"])
        one = pa.StructArray.from_arrays(
            [
                pa.array(["vader"] * posts), pa.array(["3.3.2"] * posts),
                pa.nulls(posts, pa.string()),
                names.take(pa.array(label)), pa.array(compound, mask=missing),
                pa.nulls(posts, pa.float64()), pa.nulls(posts, pa.string()),
            ],
            names=["model", "version", "target", "label", "value", "confidence", "reason"],
        )  # fmt: skip
        return pa.ListArray.from_arrays(pa.array(np.arange(posts + 1, dtype=np.int32)), one)


def _noise(numbers: np.ndarray[Any, Any], salt: int) -> np.ndarray[Any, Any]:
    """0 to 1, the same for the same number: a repeated post keeps its author and its time."""
    mixed = (numbers.astype(np.uint64) + np.uint64(salt)) * np.uint64(0x9E3779B97F4A7C15 + 2 * salt)
    mixed ^= mixed >> np.uint64(31)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(29)
    return (mixed >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def _joined(prefix: str, numbers: np.ndarray[Any, Any]) -> pa.Array:
    return pc.binary_join_element_wise(prefix, pa.array(numbers).cast(pa.string()), "")


def _empty_lists(posts: int) -> pa.Array:
    offsets = pa.array(np.zeros(posts + 1, dtype=np.int32))
    return pa.ListArray.from_arrays(offsets, pa.array([], pa.string()))


def _matches(posts: int) -> pa.Array:
    one = pa.StructArray.from_arrays(
        [pa.array([TOPIC] * posts), pa.array(["q1"] * posts), pa.array(["search"] * posts)],
        names=["topic", "query", "route"],
    )
    return pa.ListArray.from_arrays(pa.array(np.arange(posts + 1, dtype=np.int32)), one)
