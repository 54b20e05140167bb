"""Makes batches of invented posts fast: seeded, Zipf words, a burst in time, no row in Python."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow
import pyarrow.compute
import pyarrow.parquet as pq
from numpy.typing import NDArray

from groundswell.spool import SCHEMA, Batch, Spool

START = datetime(2025, 1, 20, tzinfo=UTC)
DAYS = 60
WORDS = 200_000
AUTHORS = 300_000
SOURCES = ("bluesky", "hackernews", "mastodon", "rss")
LANGS = ("en", "en", "en", "en", "en", "de", "fr", "es", "ja", "und")
SENTIMENTS = ("negative", "neutral", "positive", "not_scored")
STANCES = ("against", "none", "favor", "not_scored")
TARGETS = {"Acme": 0.9, "Zenith": 0.5}  # share of posts that speak of each
TOPIC = "bench-story"

Column: TypeAlias = Any  # an Arrow array; its type stubs know few of the ways to make one
Numbers: TypeAlias = NDArray[Any]
pa: Any = pyarrow
pc: Any = pyarrow.compute


class Maker:
    """Batches of one seeded stream of ``total`` posts, about 20 words each. ``repeats`` is the
    share of posts that were in an earlier batch already. With ``stances`` each was read towards
    ``TARGETS`` too, else by VADER alone."""

    def __init__(
        self, *, total: int, seed: int = 1, repeats: float = 0.0, stances: bool = False
    ) -> None:
        self.repeats = repeats
        self._stances = stances
        self._total = total
        self._random = np.random.default_rng(seed)
        self._made = 0
        weight = 1 / np.arange(1, WORDS + 1) ** 1.05
        self._word_odds = np.cumsum(weight) / weight.sum()
        self._words = pa.array([f"word{n:06d}" for n in range(WORDS)])

    def write(self, spool: Spool, seq: int, posts: int) -> Path:
        """The next ``posts`` posts as batch ``seq``, as a collector would leave it."""
        path = spool.write(
            Batch(
                source="bluesky",
                topic=TOPIC,
                route="search",
                run_id="bench",
                seq=seq,
                written_at=START + timedelta(days=DAYS, seconds=seq),
                cursor_from=str(seq) if seq else None,
                cursor_to=str(seq + 1),
                pages=posts // 100,
                targets={TOPIC: list(TARGETS)} if self._stances else {},
            )
        )
        table = self._table(posts).replace_schema_metadata(pq.read_metadata(path).metadata)
        pq.write_table(table, path, compression="zstd")
        return path

    def _table(self, posts: int) -> Any:
        again = int(posts * self.repeats) if self._made else 0
        fresh = np.arange(self._made, self._made + posts - again)
        known = self._random.choice(max(self._made, 1), size=again, replace=False)
        self._made += len(fresh)
        columns = self._columns(np.concatenate([fresh, known]))
        empty = {field.name: pa.nulls(posts, field.type) for field in SCHEMA}
        filled = [(empty | columns)[field.name].cast(field.type) for field in SCHEMA]
        return pa.table(filled, schema=SCHEMA)

    def _columns(self, numbers: Numbers) -> dict[str, Column]:
        posts = len(numbers)
        words, text = self._texts(posts)
        uri = _named("at://did:plc:bench/app.bsky.feed.post/", numbers)
        author = (AUTHORS * _noise(numbers, 3) ** 2).astype(np.int64)
        posted = pa.array(self._moments(numbers), pa.timestamp("us", tz="UTC"))
        no = pa.array(np.zeros(posts, dtype=bool))
        columns: dict[str, Column] = {
            "source": pa.array(SOURCES).take(_places(_noise(numbers, 5) ** 2, len(SOURCES))),
            "uri": uri,
            "url": uri,
            "first_seen_at": pc.add(posted, pa.scalar(timedelta(minutes=3))),
            "created_at": posted,
            "posted_at": posted,
            "text": text,
            "text_truncated": no,
            "skewed": no,
            "author_id": _named("did:plc:", author),
            "author": _named("sample-user-", author),
            "author_name": _named("Sample User ", author),
            "lang": pa.array(LANGS).take(_places(_noise(numbers, 7), len(LANGS))),
            "lang_confidence": pa.array(np.full(posts, 0.9)),
            "tokens": words,
            "raw": pc.binary_join_element_wise('{"text":"', text, '"}', "").cast(pa.binary()),
            "matches": _one_each(posts, _matches(posts)),
            "scores": _read(numbers) if self._stances else _one_each(posts, _scores(numbers)),
        }
        columns |= {name: _no_words(posts) for name in ("links", "tags", "mentions", "labels")}
        for salt, name in enumerate(("likes", "reposts", "replies", "quotes"), 11):
            columns[name] = pa.array((1 / (_noise(numbers, salt) + 1e-4)).astype(np.int64))
        return columns

    def _moments(self, numbers: Numbers) -> Numbers:
        """Rising with the number, give or take an hour; nearly half of all on the third day."""
        days = np.interp(numbers / self._total, [0, 0.1, 0.55, 1], [0, 2, 3, DAYS])
        micros = ((days * 86_400 + _noise(numbers, 2) * 3_600) * 1e6).astype(np.int64)
        moments: Numbers = micros + int(START.timestamp() * 1e6)
        return moments

    def _texts(self, posts: int) -> tuple[Column, Column]:
        lengths = self._random.integers(10, 31, posts)
        ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        picks = np.searchsorted(self._word_odds, self._random.random(int(ends[-1])))
        chosen = self._words.take(pa.array(np.minimum(picks, WORDS - 1)))
        words = pa.ListArray.from_arrays(pa.array(ends), chosen)
        return words, pc.binary_join(words, " ")


def _noise(numbers: Numbers, salt: int) -> Numbers:
    """0 to 1, the same for the same number: a repeated post keeps its author and its time."""
    mixed = (numbers.astype(np.uint64) + np.uint64(salt)) * np.uint64(0x9E3779B97F4A7C15 + 2 * salt)
    mixed ^= mixed >> np.uint64(31)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(29)
    noise: Numbers = (mixed >> np.uint64(11)).astype(np.float64) / float(1 << 53)
    return noise


def _places(noise: Numbers, count: int) -> Column:
    return pa.array((noise * count).astype(np.int64))


def _named(prefix: str, numbers: Numbers) -> Column:
    return pc.binary_join_element_wise(prefix, pa.array(numbers).cast(pa.string()), "")


def _one_each(posts: int, entries: Column) -> Column:
    return pa.ListArray.from_arrays(pa.array(np.arange(posts + 1, dtype=np.int32)), entries)


def _no_words(posts: int) -> Column:
    ends = pa.array(np.zeros(posts + 1, dtype=np.int32))
    return pa.ListArray.from_arrays(ends, pa.array([], pa.string()))


def _matches(posts: int) -> Column:
    return pa.StructArray.from_arrays(
        [pa.array([said] * posts) for said in (TOPIC, "q1", "search")],
        names=["topic", "query", "route"],
    )


def _scores(numbers: Numbers) -> Column:
    posts = len(numbers)
    compound = np.round(_noise(numbers, 17) * 2 - 1, 4)
    missing = _noise(numbers, 19) < 0.2
    label = np.where(compound >= 0.05, 2, np.where(compound <= -0.05, 0, 1))
    label[missing] = SENTIMENTS.index("not_scored")
    columns = {
        "model": pa.array(["vader"] * posts),
        "version": pa.array(["3.3.2"] * posts),
        "target": pa.nulls(posts, pa.string()),
        "label": pa.array(SENTIMENTS).take(pa.array(label)),
        "value": pa.array(compound, mask=missing),
        "confidence": pa.nulls(posts, pa.float64()),
        "reason": pa.nulls(posts, pa.string()),
    }
    return pa.StructArray.from_arrays(list(columns.values()), names=list(columns))


def _read(numbers: Numbers) -> Column:
    """Of each post what VADER says, what lite says of it and of its irony, and, of the targets that
    it speaks of, its stance."""
    posts, kinds = len(numbers), 3 + len(TARGETS)
    told = np.ones((posts, kinds), dtype=bool)
    for place, share in enumerate(TARGETS.values(), 3):
        told[:, place] = _noise(numbers, 30 + place) < share
    post, kind = np.nonzero(told)
    plain = _scores(numbers)
    words = np.array([*SENTIMENTS, *STANCES, "no irony"])
    label = np.stack([_noise(numbers, 40 + n) * 4 for n in range(kinds)], 1).astype(np.int64)
    label += np.array([0, 0, 0] + [4] * len(TARGETS))
    label[:, 0] = pc.index_in(plain.field("label"), pa.array(SENTIMENTS)).to_numpy()
    label[:, 2] = 8
    shown = label[post, kind]
    value = np.round(_noise(numbers, 51)[post], 4)
    names = pa.array([None, None, None, *TARGETS], pa.string())
    columns = {
        "model": pa.array(["vader", "lite", "lite-irony", *["lite"] * len(TARGETS)]).take(kind),
        "version": pa.array(["3.3.2", *["1"] * (kinds - 1)]).take(kind),
        "target": names.take(kind),
        "label": pa.array(words.tolist()).take(shown),
        "value": pc.if_else(kind == 0, plain.field("value").take(post), value),
        "confidence": pa.array(np.round(_noise(numbers, 53)[post], 4), mask=kind == 0),
        "reason": pa.nulls(len(kind), pa.string()),
    }
    ends = np.concatenate([[0], np.cumsum(told.sum(axis=1))]).astype(np.int32)
    entries = pa.StructArray.from_arrays(list(columns.values()), names=list(columns))
    return pa.ListArray.from_arrays(pa.array(ends), entries)
