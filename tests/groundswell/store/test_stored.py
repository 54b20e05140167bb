"""Stored posts come back as they were; absorbed once more with newer scores, only those change."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from duckdb import DuckDBPyConnection

from groundswell.errors import WrongUse
from groundswell.post import Post
from groundswell.scoring.score import NOT_SCORED, Reading, Score
from groundswell.spool import ScoredPost
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.stored import StoredPost, page, stored_post
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import HOUR, T0, batch, deletion, post, rows, scored, window
from tests.groundswell.store.recount import check

STORY = Filters(topic="story")
FULL: dict[str, Any] = {
    "text_truncated": True,
    "instance": "one.example",
    "indexed_at": T0 - timedelta(minutes=2),
    "version": "v1",
    "edited_at": T0 - timedelta(minutes=1),
    "lang_declared": "en",
    "reply_to": "at://did:plc:sample/900",
    "thread_root": "at://did:plc:sample/901",
    "quote_of": "at://did:plc:sample/902",
    "quoted_text": "what was quoted",
    "card_url": "https://example.org/card",
    "card_text": "a card",
    "alt_text": "a picture",
    "links": ("https://example.org/a", "https://example.org/b"),
    "tags": ("AI",),
    "mentions": ("sample-user-9",),
    "labels": ("spoiler",),
}
NOT_KEPT: dict[str, Any] = {"likes": None, "raw": b""}
# All that scoring anew must not touch.
REST = (
    "SELECT * EXCLUDE (lang, lang_confidence) FROM posts ORDER BY post_no",
    "SELECT * FROM matches ORDER BY ALL",
    "SELECT * FROM engagement ORDER BY ALL",
    "SELECT * FROM sightings ORDER BY ALL",
    "SELECT * FROM edits ORDER BY ALL",
    "SELECT * FROM cursors ORDER BY ALL",
    "SELECT * FROM coverage ORDER BY ALL",
    "SELECT * FROM quarantine ORDER BY ALL",
    "SELECT * FROM raw_files ORDER BY ALL",
    "SELECT * FROM raw_items ORDER BY ALL",
    "SELECT * FROM notices ORDER BY ALL",
)


def _page(con: DuckDBPyConnection, *more: Any) -> list[StoredPost]:
    return [stored_post(record) for record in page(con, "story", *more)["posts"]]


def _again(
    one: StoredPost, value: float | None, version: str = "2", lang: str = "en"
) -> ScoredPost:
    label = NOT_SCORED if value is None else "negative" if value < 0 else "positive"
    score = Score(model="vader", version=version, label=label, value=value)
    reading = Reading(lang=lang, lang_confidence=0.8, scores=(score,))
    return ScoredPost(post=one.post, reading=reading, tokens=(), matches=())


def _rest(con: DuckDBPyConnection) -> list[Any]:
    return [rows(con, sql) for sql in REST] + [questions.sources(con).to_csv()]


def test_a_post_comes_back_as_it_was(con: DuckDBPyConnection, take: Take) -> None:
    bare = Post(source="rss", uri="urn:x", first_seen_at=T0, text="hardly anything is known")
    take(batch(0, [scored(post(1, **FULL)), scored(bare, None)]))
    first, second = _page(con)
    assert first.post == bare
    assert second.post == post(1, **FULL | NOT_KEPT)
    assert second.scored_by == {("vader", "1", None)}


def test_it_survives_the_way_through_json(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(1, **FULL))]))
    told = orjson.loads(orjson.dumps(page(con, "story")))
    assert [stored_post(record) for record in told["posts"]] == _page(con)


def test_pages_are_whole_newest_first_and_of_one_topic(con: DuckDBPyConnection, take: Take) -> None:
    same_time = [scored(post(n, created_at=T0 - HOUR)) for n in range(20, 25)]
    take(batch(0, [scored(post(n)) for n in range(5)] + same_time))
    take(batch(1, [scored(post(50), topics=("other",)), scored(post(51, withheld="noindex"))]))
    seen: list[StoredPost] = []
    place, pages = None, 0
    while pages == 0 or place is not None:
        said = page(con, "story", place, 3)
        seen += [stored_post(record) for record in said["posts"]]
        place, pages = said["next"], pages + 1
    assert pages == 4
    assert len({one.post.uri for one in seen}) == len(seen) == 10
    times = [one.post.created_at for one in seen]
    assert times == sorted(times, key=str, reverse=True)
    assert seen == _page(con)


@pytest.mark.parametrize("place", ["", "7", "x.y", "1.2.3", "1;DROP TABLE posts.1"])
def test_a_place_that_is_none_is_wrong_use(con: DuckDBPyConnection, place: str) -> None:
    with pytest.raises(WrongUse, match="is no place"):
        page(con, "story", place)


def test_newer_scores_stand_beside_the_old_and_count(con: DuckDBPyConnection, take: Take) -> None:
    posts = [scored(post(n, version="v1"), 0.5) for n in range(6)]
    take(batch(0, posts, coverage=[window(-1, 0)], cursor_to="c1"))
    edited = post(1, version="v2", text="edited", created_at=T0 + HOUR, first_seen_at=T0 + 2 * HOUR)
    take(batch(1, [scored(edited, 0.5)], cursor_from="c1", cursor_to="c2"))
    before, version = _rest(con), rows(con, "SELECT max(group_no) FROM batches")
    anew = [_again(one, None if n == 0 else -0.25) for n, one in enumerate(_page(con))]
    take(batch(2, anew, route="rescore"))
    check(con)
    assert _rest(con) == before
    assert rows(con, "SELECT max(group_no) FROM batches") > version
    said = questions.totals(con, STORY)
    assert (said.negative, said.not_scored, said.positive, said.mean_compound) == (5, 1, 0, -0.25)
    assert rows(con, "SELECT version, count(*) FROM scores GROUP BY ALL ORDER BY ALL") == [
        ("1", 6),
        ("2", 6),
    ]
    assert all(len(one.scored_by) == 2 for one in _page(con))


def test_the_same_scores_again_change_nothing(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(n)) for n in range(4)]))
    take(batch(1, [_again(one, -0.25) for one in _page(con)], route="rescore"))
    before = _rest(con), rows(con, "SELECT * FROM scores"), questions.totals(con, STORY)
    take(batch(2, [_again(one, -0.25) for one in _page(con)], route="rescore", run_id="again"))
    assert (_rest(con), rows(con, "SELECT * FROM scores"), questions.totals(con, STORY)) == before
    check(con)


def test_the_language_goes_with_the_newest_score(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(9), version="0")]))
    take(batch(1, [scored(post(n), lang="en") for n in range(2)]))
    take(batch(2, [_again(one, None, "2", "de") for one in _page(con)], route="rescore"))
    assert set(questions.posts(con, STORY, "newest", 5)["lang"]) == {"de"}
    take(batch(3, [_again(one, 0.9, "0", "fr") for one in _page(con)]))
    assert rows(con, "SELECT count(*) FROM scores WHERE version = '0'") == [(3,)]
    assert set(questions.posts(con, STORY, "newest", 5)["lang"]) == {"de"}
    assert questions.totals(con, STORY).not_scored == 3
    check(con)


def test_what_went_or_changed_meanwhile_stays_so(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(n)) for n in range(4)]))
    waiting = [_again(one, -0.25) for one in _page(con)]
    con.execute("DELETE FROM posts WHERE uri LIKE '%/3'")  # a purged topic leaves no tombstone
    for table in ("facts", "matches", "scores", "tokens", "engagement", "raw_items"):
        con.execute(f"DELETE FROM {table} WHERE post_no NOT IN (SELECT post_no FROM posts)")  # noqa: S608  # names of ours
    con.execute("DELETE FROM rollup_hour")
    con.execute(
        "INSERT INTO rollup_hour SELECT date_trunc('hour', posted_at), topic, source, lang, "
        "sentiment, 1, 1, 5000, 25000000, 0, 0 FROM facts"
    )
    edited = post(1, text="edited", first_seen_at=T0 + HOUR)
    take(batch(1, [scored(edited)], deletions=[deletion(2)]))
    take(batch(2, waiting, route="rescore"))
    check(con)
    found = questions.posts(con, STORY, "newest", 9)
    assert dict(zip(found["text"], found["sentiment"], strict=True)) == {
        "sample text number0": "negative",
        "edited": "positive",
    }
