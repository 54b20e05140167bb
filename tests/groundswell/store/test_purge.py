"""Purging by hand leaves nothing behind, not even in unused parts of a file."""

from pathlib import Path
from typing import Any

import pytest

from groundswell.errors import HomeFull, WrongUse
from groundswell.post import Rejected
from groundswell.settings import Settings
from groundswell.spool import ScoredPost, Spool
from groundswell.store import questions
from groundswell.store import rewrite as rewriting
from groundswell.store import visit as visiting
from groundswell.store.filters import Filters
from groundswell.store.owner import Visit, open_briefly
from groundswell.store.purge import Wish, count
from tests.groundswell.store.making import T0, batch, deletion, post, rows, scored, window
from tests.groundswell.store.recount import check

SECRET = "xylophone"


def _secret(number: int, **changes: object) -> ScoredPost:
    values = {"text": f"my {SECRET} song", "raw": SECRET.encode(), "quoted_text": SECRET}
    return scored(post(number, **(values | changes)))


def _bytes_with(home: Path, needle: str) -> list[str]:
    """Files of the home that hold ``needle`` in plain bytes."""
    files = [path for path in home.rglob("*") if path.is_file()]
    return [str(path.relative_to(home)) for path in files if needle.encode() in path.read_bytes()]


def _fill(home: Path) -> None:
    spool = Spool(home)
    spool.write(
        batch(
            0,
            [_secret(1), scored(post(2)), scored(post(3), topics=("story", "other"))],
            coverage=[window(-1, 0)],
            cursor_to="c1",
            rejected=[Rejected(source="bluesky", reason="bad", raw=SECRET.encode(), seen_at=T0)],
        )
    )


def _purge(home: Path, wish: Wish) -> int:
    with open_briefly(home, Settings(home=home)) as visit:
        return visit.purge(wish).posts


def _posts(visit: Visit, topic: str = "story") -> int:
    with visit.read() as cur:
        return questions.count(cur, Filters(topic=topic))


def test_not_a_byte_of_a_purged_post_is_left(home: Path) -> None:
    spool = Spool(home)
    spool.write(batch(0, [_secret(1), scored(post(2))]))
    with open_briefly(home, Settings(home=home)):
        pass
    spool.write(batch(1, [_secret(1, first_seen_at=T0, text=f"{SECRET} again", version="v2")]))
    assert _bytes_with(home, SECRET)
    assert _purge(home, Wish(uri=post(1).uri)) == 1
    assert _bytes_with(home, SECRET) == []
    with open_briefly(home, Settings(home=home)) as visit:
        assert _posts(visit) == 1


@pytest.mark.parametrize("name", ["sample-user-1", "@sample-user-1", "did:plc:sample-user-1"])
def test_an_author_goes_by_name_or_id_and_stays_away(home: Path, name: str) -> None:
    Spool(home).write(batch(0, [scored(post(n)) for n in range(10)]))
    settings = Settings(home=home)
    with open_briefly(home, settings) as visit, visit.read() as cur:
        assert count(cur, Wish(author=name)) == 2
    assert _purge(home, Wish(author=name)) == 2
    Spool(home).write(batch(1, [scored(post(11)), scored(post(12))]))
    with open_briefly(home, settings) as visit:
        assert _posts(visit) == 9
        with visit.read() as cur:
            check(cur)
    assert _bytes_with(home, "Sample User 1") == []


def test_what_is_not_stored_yet_stays_away_too(home: Path) -> None:
    Spool(home).write(batch(0, [scored(post(5))]))
    assert _purge(home, Wish(uri=post(1).uri)) == 0
    assert _purge(home, Wish(author="sample-user-2")) == 0
    Spool(home).write(batch(1, [scored(post(n)) for n in (1, 2, 3)]))
    with open_briefly(home, Settings(home=home)) as visit:
        assert _posts(visit) == 2


def test_a_topic_goes_whole_and_shared_posts_stay(home: Path) -> None:
    _fill(home)
    with open_briefly(home, Settings(home=home)) as visit, visit.read() as cur:
        assert count(cur, Wish(topic="story")) == 3
    assert _purge(home, Wish(topic="story")) == 2
    with open_briefly(home, Settings(home=home)) as visit:
        assert (_posts(visit), _posts(visit, "other")) == (0, 1)
        with visit.read() as cur:
            check(cur)
            assert rows(cur, "SELECT count(*) FROM removed_hour") == [(0,)]
            assert questions.sources(cur, "story").empty
            assert questions.route_state(cur, "story", "bluesky", "search").cursor is None
            assert questions.quarantine(cur, "story", 9).empty
    assert _bytes_with(home, SECRET) == []


def test_a_purged_topic_can_be_collected_anew(home: Path) -> None:
    _fill(home)
    _purge(home, Wish(topic="story"))
    _fill(home)
    with open_briefly(home, Settings(home=home)) as visit:
        assert _posts(visit) == 3


def test_a_source_narrows_the_wish(home: Path) -> None:
    Spool(home).write(batch(0, [scored(post(1)), scored(post(1, source="mastodon"))]))
    assert _purge(home, Wish(uri=post(1).uri, source="mastodon")) == 1
    with open_briefly(home, Settings(home=home)) as visit, visit.read() as cur:
        assert rows(cur, "SELECT source FROM posts") == [("bluesky",)]
        assert rows(cur, "SELECT source, reason FROM tombstones") == [
            ("mastodon", "purged by hand")
        ]


def test_one_thing_at_a_time() -> None:
    wrong: list[dict[str, Any]] = [
        {},
        {"uri": "u", "author": "a"},
        {"topic": "t", "uri": "u"},
        {"older_than": T0, "author": "a", "source": "s"},
    ]
    for said in wrong:
        with pytest.raises(WrongUse, match="--uri, --author, --topic, --older-than"):
            Wish(**said)


def test_leftovers_of_upstream_deletions_go_after_a_day(home: Path) -> None:
    settings = Settings(home=home)
    Spool(home).write(batch(0, [_secret(1), scored(post(2))]))
    with open_briefly(home, settings):
        pass
    Spool(home).write(batch(1, deletions=[deletion(1)]))
    with open_briefly(home, settings):
        pass
    assert _bytes_with(home, SECRET) == ["groundswell.duckdb"]
    with open_briefly(home, settings) as visit, visit.read() as cur:
        cur.execute("UPDATE leftovers SET since = since - INTERVAL 25 HOUR")
    with open_briefly(home, settings) as visit:
        assert _bytes_with(home, SECRET) == []
        assert _posts(visit) == 1
        with visit.read() as cur:
            check(cur)
            assert rows(cur, "SELECT count(*) FROM leftovers") == [(0,)]


def test_a_home_without_room_for_a_copy_still_opens_and_says_so(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=home)
    Spool(home).write(batch(0, [_secret(1), scored(post(2))]))
    with open_briefly(home, settings):
        pass
    with monkeypatch.context() as full:
        full.setattr(rewriting, "rewrite", _no_room)
        full.setattr(visiting, "rewrite", _no_room)
        with pytest.raises(HomeFull), open_briefly(home, settings) as visit:
            visit.purge(Wish(uri=post(1).uri))
        with open_briefly(home, settings) as visit, visit.read() as cur:
            assert questions.count(cur, Filters(topic="story")) == 1
            kinds = list(questions.notices(cur, None, 9)["kind"])
            assert kinds == ["no_room_to_rewrite", "purged"]
    with open_briefly(home, settings):
        assert _bytes_with(home, SECRET) == []


def _no_room(*_: object) -> None:
    raise HomeFull("No space left.")
