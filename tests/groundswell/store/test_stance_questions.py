"""Series and totals of stance equal a count by hand, and crowds are counted as they say."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.errors import WrongUse
from groundswell.settings import Settings
from groundswell.spool import Batch, Compared, Copy, ScoredPost, Spool
from groundswell.store import questions, stored
from groundswell.store.absorb import absorb
from groundswell.store.database import open_database
from groundswell.store.filters import STANCES, Filters
from groundswell.store.stance import BESIDE, SERIES
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import T0, batch, deletion, post, read, scored

STORY = Filters(topic="story")
BUCKETS = ("hour", "day", "week")

Said = tuple[int, int | None, str]  # hours before T0, author, stance
_said = st.tuples(
    st.integers(0, 400), st.none() | st.integers(0, 3), st.sampled_from(STANCES)
)  # fmt: skip


def _told(seq: int, posts: Sequence[ScoredPost], **changes: Any) -> Batch:
    return batch(seq, posts, **{"targets": {"story": ["Acme"]}} | changes)


def _speaking(said: Sequence[Said]) -> list[ScoredPost]:
    posts = []
    for number, (hours, author, stance) in enumerate(said):
        who = f"did:plc:{author}" if author is not None else None
        at = T0 - timedelta(hours=hours)
        one = post(number, author_id=who, author=who, created_at=at)
        posts.append(read(scored(one), {"Acme": stance}))
    return posts


def _start(at: datetime, bucket: str) -> datetime:
    day = at.replace(hour=0)
    week = day - timedelta(days=day.weekday())
    return {"hour": at, "day": day, "week": week}[bucket]


def _by_hand(said: Sequence[Said], bucket: str | None) -> dict[datetime, dict[str, int]]:
    """``SERIES`` of each bin, counted one author after the other."""
    unknown = count(100)
    bins: dict[datetime, dict[int, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for hours, author, stance in said:
        at = T0 - timedelta(hours=hours)
        start = _start(at, bucket) if bucket else T0
        bins[start][next(unknown) if author is None else author][stance] += 1
    sums: dict[datetime, dict[str, int]] = {}
    for start, voices in bins.items():
        sums[start] = {name: sum(v[name] for v in voices.values()) for name in STANCES}
        sums[start] |= {"posts": sum(v.total() for v in voices.values()), "authors": len(voices)}
        sums[start]["posts_sq"] = sum(v.total() ** 2 for v in voices.values())
        for side in ("against", "favor"):
            sums[start][f"{side}_sq"] = sum(v[side] ** 2 for v in voices.values())
            sums[start][f"{side}_posts"] = sum(v[side] * v.total() for v in voices.values())
    return sums


@given(said=st.lists(_said, max_size=40))
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_series_and_totals_equal_a_count_by_hand(
    tmp_path_factory: pytest.TempPathFactory, said: list[Said]
) -> None:
    home = tmp_path_factory.mktemp("home")
    con, spool = open_database(home, Settings(home=home)), Spool(home)
    try:
        spool.write(_told(0, _speaking(said)))
        assert absorb(con, home, spool) is not None
        for bucket in BUCKETS:
            table = questions.stance_series(con, STORY, bucket, "Acme")
            assert list(table) == ["bucket_start", *SERIES]
            starts = [start.to_pydatetime() for start in table["bucket_start"]]
            assert starts == sorted(starts)
            rows = table[list(SERIES)].to_dict("records")
            assert dict(zip(starts, rows, strict=True)) == _by_hand(said, bucket)
        (whole,) = questions.stance_totals(con, STORY, "Acme").to_dict("records")
        known = {author for _, author, _ in said if author is not None}
        assert whole.pop("accounts") == len(known)
        assert whole == (_by_hand(said, None).get(T0) or dict.fromkeys(SERIES, 0))
    finally:
        con.close()


def test_buckets_begin_where_those_of_the_timeline_do(con: DuckDBPyConnection, take: Take) -> None:
    early = post(1, created_at=datetime(1969, 12, 30, 5, 30, tzinfo=UTC))
    take(_told(0, [read(scored(one), {"Acme": "none"}) for one in (early, post(2), post(3))]))
    for bucket in ("hour", "day", "week"):
        expected = questions.timeline(con, STORY, bucket)["bucket_start"].drop_duplicates()
        table = questions.stance_series(con, STORY, bucket, "Acme")
        assert table["bucket_start"].tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("changes", "posts"),
    [
        ({}, 6),
        ({"since": T0 - timedelta(minutes=3, seconds=30)}, 4),
        ({"sources": ("rss",)}, 1),
        ({"langs": ("de",)}, 1),
        ({"sentiments": ("negative",)}, 1),
        ({"keyword": "number3"}, 1),
        ({"target": "Acme", "stances": ("against",)}, 3),
        ({"target": "Acme", "keyword": "sample", "stances": ("against", "favor")}, 4),
        ({"target": "Zenith"}, 2),
        ({"target": "Nobody"}, 0),
    ],
)
def test_the_series_is_of_the_selection(
    con: DuckDBPyConnection, take: Take, changes: dict[str, Any], posts: int
) -> None:
    asked = {"targets": {"story": ["Acme", "Zenith"]}}
    stances = ("against", "none", "favor", "against", "not_scored", "against")
    said = [{"Acme": stance} | ({"Zenith": "none"} if n in (1, 2) else {})
            for n, stance in enumerate(stances)]  # fmt: skip
    made = [
        read(
            scored(post(n, source="rss" if n == 5 else "bluesky"), lang="de" if n == 4 else "en"),
            said[n],
            sentiment="negative" if n == 0 else "neutral",
        )
        for n in range(6)
    ]
    take(batch(0, [*made, scored(post(9))], **asked))
    f = Filters(topic="story", **changes)
    assert questions.stance_totals(con, f, "Acme")["posts"].item() == posts
    assert questions.stance_series(con, f, "hour", "Acme")["posts"].sum() == posts
    if f.target == "Acme":
        table = questions.posts(con, f, "newest", 99)
        assert len(table) == posts == questions.count(con, f) == questions.totals(con, f).posts
        assert questions.facets(con, f)["posts"].sum() == 3 * posts
        assert questions.term_counts(con, f).set_index("term")["posts"].get("sample", 0) == posts


def test_what_stands_beside_is_counted_in_each_bucket(con: DuckDBPyConnection, take: Take) -> None:
    said = [
        (0, {"Acme": "against", "Zenith": "against"}),
        (0, {"Acme": "favor", "Zenith": "against", "Orbit": "against"}),
        (0, {"Acme": "against", "Zenith": "favor"}),
        (0, {"Zenith": "against"}),
        (1, {"Acme": "none", "Zenith": "none"}),
        (2, {"Acme": "not_scored", "Orbit": "against"}),
    ]
    posts = [
        read(scored(post(n, created_at=T0 - timedelta(hours=hours))), stances)
        for n, (hours, stances) in enumerate(said)
    ]
    take(batch(0, posts, targets={"story": ["Acme", "Zenith", "Orbit"]}))
    table = questions.stance_series(con, STORY, "hour", "Acme", beside=True)
    assert list(table) == ["bucket_start", *SERIES, *BESIDE]
    assert table[list(BESIDE)].to_numpy().tolist() == [[1, 0, 0], [0, 0, 0], [2, 1, 1]]
    plain = questions.stance_series(con, STORY, "hour", "Acme")
    pd.testing.assert_frame_equal(table[list(plain)], plain)
    none = questions.stance_series(con, STORY, "hour", "Nobody", beside=True)
    assert list(none) == list(table)
    assert none.empty


def test_a_bucket_that_is_none_is_refused(con: DuckDBPyConnection) -> None:
    with pytest.raises(WrongUse, match="hour, day, week"):
        questions.stance_series(con, STORY, "year", "Acme")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"stances": ("against",)}, "name the target"),
        ({"target": "Acme", "stances": ("against", "hostile")}, "“hostile” is no stance"),
    ],
)
def test_filters_of_stance_that_make_no_sense_are_refused(
    changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(WrongUse, match=said):
        Filters(topic="story", **changes)


def test_targets_come_in_the_order_of_the_topic_also_without_posts(
    con: DuckDBPyConnection, take: Take
) -> None:
    asked = {"story": ["Zenith", "Acme", "Nobody"]}
    take(batch(0, [read(scored(post(n)), {"Acme": "none"}) for n in (1, 2)], targets=asked))
    assert questions.targets(con, "story").to_dict("list") == {
        "target": ["Zenith", "Acme", "Nobody"],
        "posts": [0, 2, 0],
    }


def _crowd(con: DuckDBPyConnection, variant: str) -> dict[str, Any]:
    table = questions.crowds(con, STORY, "Acme").set_index("variant")
    return {str(name): value for name, value in table.loc[variant].to_dict().items()}


def _compared(take: Take, *groups: Sequence[ScoredPost]) -> None:
    copies = [
        Copy(
            source=one.post.source, uri=one.post.uri, seen_at=one.post.first_seen_at,
            group_source=group[0].post.source, group_uri=group[0].post.uri,
        )
        for group in groups
        for one in group
    ]  # fmt: skip
    compared = Compared(posts=9, fingerprint="f")
    take(batch(9, source="copies", route="copies", copies=copies, compared=compared))


def _one(number: int, stance: str, **changes: Any) -> ScoredPost:
    return read(scored(post(number, **changes)), {"Acme": stance})


def test_before_texts_are_compared_only_accounts_are_counted_otherwise(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(_told(0, [_one(n, "against", author_id="did:plc:loud") for n in range(3)]))
    take(_told(1, [_one(7, "favor"), _one(8, "none", author=None, author_id=None)]))
    assert questions.crowds(con, STORY, "Acme")["variant"].tolist() == ["all", "one_vote_each"]
    assert _crowd(con, "all") == {
        "posts": 5, "against": 3, "none": 1, "favor": 1, "not_scored": 0,
    }  # fmt: skip
    assert _crowd(con, "one_vote_each") == {
        "posts": 3, "against": 1, "none": 1, "favor": 1, "not_scored": 0,
    }  # fmt: skip
    assert questions.crowds(con, STORY, "Nobody").empty


def test_a_vote_is_split_by_how_an_account_s_posts_stand(
    con: DuckDBPyConnection, take: Take
) -> None:
    mine = [_one(n, stance, author_id="did:plc:a") for n, stance in enumerate(STANCES)]
    take(_told(0, [*mine, _one(7, "favor")]))
    said = _crowd(con, "one_vote_each")
    assert (said["posts"], said["against"], said["favor"]) == (2, 0.25, 1.25)


def test_copies_count_once_and_repeaters_not_at_all(con: DuckDBPyConnection, take: Take) -> None:
    loud = [_one(n, "against", author_id="did:plc:loud") for n in range(3)]
    shared = [_one(4, "favor"), _one(5, "none")]
    take(_told(0, [*loud, *shared, _one(6, "against")]))
    _compared(take, loud, shared)
    once = _crowd(con, "copies_once")
    assert (once["posts"], once["against"], once["favor"], once["none"]) == (3, 2, 0, 1)  # 5 led 4
    quiet = _crowd(con, "without_repeaters")
    assert (quiet["posts"], quiet["against"]) == (3, 1)
    take(batch(10, deletions=[deletion(0)]))  # twice is no habit
    assert _crowd(con, "without_repeaters")["against"] == 3


@pytest.mark.parametrize(
    ("there", "here", "posts"),
    [
        ({"author": "sample_user@sample.example"},
         {"author": "sample-user.sample.example.ap.brid.gy"}, 1),
        ({"author": "sample.bsky.example@bsky.brid.gy"}, {"author": "Sample.bsky.example"}, 1),
        ({"author": "a@sample.example", "author_name": "Sample User 17 "},
         {"author": "b.example", "author_name": "sample user 17"}, 1),
        ({"author": "a@sample.example"}, {"author": "b.example"}, 2),
        ({"author": "a@sample.example", "source": "bluesky"}, {"author": "a.sample.example"}, 2),
        ({"author": "a@sample.example", "created_at": T0 - timedelta(hours=30)},
         {"author": "a.sample.example"}, 2),
        ({"author": None, "author_id": None}, {"author": None, "author_id": None}, 2),
    ],
)  # fmt: skip
def test_what_a_bridge_carries_over_counts_once(
    con: DuckDBPyConnection, take: Take, there: dict[str, Any], here: dict[str, Any], posts: int
) -> None:
    named = {"author_name": None}
    first = _one(20, "against", **named | {"source": "mastodon", "author_id": "m"} | there)
    second = _one(10, "against", **named | {"source": "bluesky", "author_id": "b"} | here)
    take(_told(0, [first, second]))
    _compared(take, [first, second])
    assert _crowd(con, "bridges_joined")["posts"] == posts
    assert _crowd(con, "all")["posts"] == 2


def test_texts_of_parents_are_those_that_are_kept_and_shown(
    con: DuckDBPyConnection, take: Take
) -> None:
    withheld = post(2, withheld="noindex", text="", author=None, author_id=None, raw=b"")
    take(batch(0, [scored(post(1)), scored(withheld), scored(post(3)), scored(post(4))]))
    take(batch(1, deletions=[deletion(3)]))
    con.execute("INSERT INTO hidden SELECT post_no, 'x' FROM posts WHERE uri = $1", [post(4).uri])
    uris = [post(n).uri for n in range(6)]
    assert stored.texts_of(con, "bluesky", uris) == {post(1).uri: "sample text number1"}
    assert stored.texts_of(con, "rss", uris) == {}
    assert stored.texts_of(con, "bluesky", []) == {}


def test_the_columns_are_whole_numbers(con: DuckDBPyConnection, take: Take) -> None:
    take(_told(0, _speaking([(0, 1, "against"), (1, None, "favor")])))
    table: pd.DataFrame = questions.stance_series(con, STORY, "day", "Acme")
    assert {str(kind) for kind in table[list(SERIES)].dtypes} == {"int64"}
    assert str(table["bucket_start"].dtype) == "datetime64[us, UTC]"


def test_a_home_may_be_asked_where_no_target_was_ever_told(home: Path) -> None:
    con = open_database(home, Settings(home=home))
    assert questions.crowds(con, STORY, "Acme").empty
    assert questions.targets(con, "story").empty
    assert questions.scored_by(con, "story").empty
    con.close()
