"""Stance facts follow their posts and the targets of their topics, whatever becomes of either."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from groundswell.post import Hiding
from groundswell.spool import Batch, ScoredPost, Spool
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.purge import Wish, purge
from groundswell.store.retention import keep_to_terms
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import HOUR, T0, batch, deletion, post, read, rows, scored
from tests.groundswell.store.recount import check

STORY = Filters(topic="story")
ASKED = {"story": ["Acme", "Zenith"]}
SAID = "SELECT uri[-1:], target, stance FROM stances JOIN posts USING (post_no) ORDER BY ALL"


def _told(seq: int, posts: Sequence[ScoredPost] = (), **changes: object) -> Batch:
    return batch(seq, posts, **{"targets": ASKED} | changes)


def test_a_post_has_a_stance_for_each_target_it_speaks_of(
    con: DuckDBPyConnection, take: Take
) -> None:
    both = read(scored(post(1)), {"Acme": "against", "Zenith": "favor", "Nobody": "none"})
    take(_told(0, [both, read(scored(post(2)), {"Acme": "not_scored"}), read(scored(post(3)), {})]))
    assert rows(con, SAID) == [
        ("1", "Acme", "against"),
        ("1", "Zenith", "favor"),
        ("2", "Acme", "not_scored"),
    ]
    by = "SELECT DISTINCT confidence, model FROM stances JOIN models ON reader = rank"
    assert rows(con, by) == [(0.75, "lite")]
    check(con)


def test_a_topic_has_only_stances_towards_its_own_targets(
    con: DuckDBPyConnection, take: Take
) -> None:
    shared = read(
        scored(post(1), topics=("story", "other", "silent")), {"Acme": "none", "Zenith": "favor"}
    )
    take(batch(0, [shared], targets={"story": ["Acme"], "other": ["Zenith", "Acme"]}))
    assert rows(con, "SELECT topic, target FROM stances ORDER BY ALL") == [
        ("other", "Acme"),
        ("other", "Zenith"),
        ("story", "Acme"),
    ]
    check(con)


def test_a_topic_that_changes_its_targets_is_settled_by_the_next_batch(
    con: DuckDBPyConnection, take: Take
) -> None:
    said = {"Acme": "against", "Zenith": "favor"}
    take(batch(0, [read(scored(post(1)), said)]))
    assert rows(con, SAID) == []  # nobody told which targets there are
    take(batch(1, targets={"story": ["Zenith"]}))
    assert rows(con, SAID) == [("1", "Zenith", "favor")]
    take(batch(2, [read(scored(post(2)), said)], targets={"story": ["Acme"]}))
    assert rows(con, SAID) == [("1", "Acme", "against"), ("2", "Acme", "against")]
    take(batch(3, [read(scored(post(3)), said)]))  # it does not speak of targets: nothing changes
    assert len(rows(con, SAID)) == 3
    take(batch(4, targets={"story": []}))
    assert rows(con, SAID) == []
    check(con)


def test_the_targets_written_last_stand_in_whatever_order_batches_come(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(batch(7, [read(scored(post(1)), {"Acme": "none"})], targets={"story": ["Acme"]}))
    take(batch(3, run_id="late", targets={"story": ["Zenith"]}))
    assert rows(con, SAID) == [("1", "Acme", "none")]
    assert questions.targets(con, "story").to_dict("list") == {"target": ["Acme"], "posts": [1]}


def test_an_edit_takes_the_stances_of_the_old_text_along(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(_told(0, [read(scored(post(1, version="1")), {"Acme": "against", "Zenith": "none"})]))
    edited = post(1, version="2", text="sorry", first_seen_at=T0 + HOUR)
    take(_told(1, [read(scored(edited), {"Zenith": "favor"})]))
    assert rows(con, SAID) == [("1", "Zenith", "favor")]
    check(con)


def test_who_goes_or_is_hidden_takes_no_stance_and_who_is_shown_again_does(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(_told(0, [read(scored(post(n)), {"Acme": "against"}) for n in range(5)]))
    place = {"source": "bluesky", "uri": post(2).uri, "reason": "asked for"}
    hide = Hiding(**place, seen_at=T0 + HOUR, lifted=False)
    take(batch(1, deletions=[deletion(1), deletion(author=3)], hidings=[hide]))
    assert [uri for uri, _, _ in rows(con, SAID)] == ["0", "4"]
    check(con)
    take(batch(2, hidings=[Hiding(**place, seen_at=T0 + 2 * HOUR, lifted=True)]))
    assert [uri for uri, _, _ in rows(con, SAID)] == ["0", "2", "4"]
    check(con)


def test_what_expires_goes_on_counting(con: DuckDBPyConnection, take: Take, home: Path) -> None:
    take(_told(0, [read(scored(post(n)), {"Acme": "against"}) for n in range(3)]))
    assert keep_to_terms(con, home, Spool(home), {"bluesky": timedelta(days=1)}) is not None
    assert questions.stance_totals(con, STORY, "Acme")["against"].item() == 3
    check(con)


@pytest.mark.parametrize("wish", [Wish(topic="story"), Wish(source="bluesky")])
def test_what_is_purged_leaves_no_stance(
    con: DuckDBPyConnection, take: Take, home: Path, wish: Wish
) -> None:
    kept = read(scored(post(1), topics=("story", "other")), {"Acme": "none"})
    take(_told(0, [kept, read(scored(post(2)), {"Acme": "none"})]))
    purge(con, home, wish)
    assert rows(con, SAID) == []
    assert rows(con, "SELECT topic FROM targets") == ([] if wish.topic else [("story",)])
    check(con)


def test_a_match_with_another_topic_brings_its_stances(con: DuckDBPyConnection, take: Take) -> None:
    asked = {"story": ["Acme"], "other": ["Zenith"]}
    once = scored(post(1))
    take(batch(0, [read(once, {"Acme": "against"})], targets=asked))
    again = scored(post(1), topics=("other",))
    take(batch(1, [read(again, {"Zenith": "favor"})], targets=asked))
    assert rows(con, "SELECT topic, target, stance FROM stances ORDER BY ALL") == [
        ("other", "Zenith", "favor"),
        ("story", "Acme", "against"),
    ]
    check(con)


def test_the_newest_version_of_the_model_in_use_is_the_one_shown(
    con: DuckDBPyConnection, take: Take
) -> None:
    plain = scored(post(1), 0.5)
    take(_told(0, [plain]))
    shown = "SELECT sentiment, compound, irony FROM facts"
    assert rows(con, shown) == [("positive", 0.5, None)]
    for seq, (model, version, sentiment, stance, expected) in enumerate(
        [
            ("lite", "1-linear", "neutral", "none", "neutral"),
            ("lite", "1", "negative", "against", "negative"),
            (
                "lite",
                "2-linear",
                "positive",
                "favor",
                "negative",
            ),  # stands in; the encoder has read
            ("lite", "2", "not_scored", "not_scored", "not_scored"),
            ("hub", "big", "neutral", "favor", "neutral"),
            ("lite", "3", "negative", "against", "neutral"),
        ],
        start=1,
    ):
        again = read(plain, {"Acme": stance}, model=model, version=version, sentiment=sentiment)
        take(_told(seq, [again]))
        assert rows(con, shown)[0][:2] == (expected, 0.5)
        check(con)
    assert rows(con, SAID) == [("1", "Acme", "favor")]
    assert rows(con, shown) == [("neutral", 0.5, 0.25)]
    assert questions.scored_by(con, "story").to_dict("records") == [
        {"model": "hub", "version": "big", "posts": 1}
    ]


def test_a_home_of_before_stances_keeps_its_readings_and_says_which_model_gave_them(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(batch(0, [scored(post(1), 0.5), scored(post(2), None), scored(post(3), 0.1)]))
    take(batch(1, [read(scored(post(3)), {})]))
    assert questions.scored_by(con, "story").to_dict("records") == [
        {"model": "vader", "version": "1", "posts": 2},
        {"model": "lite", "version": "1", "posts": 1},
    ]
    assert questions.targets(con, "story").empty
    assert questions.stance_series(con, STORY, "hour", "Acme").empty
    assert questions.stance_totals(con, STORY, "Acme").iloc[0].tolist() == [0] * 12
