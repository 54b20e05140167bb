"""The audit of a query: what of its finds is on topic, what each word brings, what it misses."""

from datetime import UTC, datetime
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.audit import Label, audit
from groundswell.audit.shares import share
from groundswell.post import Post
from groundswell.query import parse

QUERY = parse('(acme OR "acme works") AND (smoke OR soot*)')


def post(number: int, text: str, **changes: Any) -> Post:
    values: dict[str, Any] = {
        "source": "sample",
        "uri": f"urn:sample:{number}",
        "text": text,
        "first_seen_at": datetime(2025, 1, 29, tzinfo=UTC),
        "author_id": f"sample-user-{number}",
    }
    return Post(**(values | changes))


def labelled(on: int, off: int, weight: float = 1.0) -> dict[tuple[str, str], Label]:
    return {
        ("sample", f"urn:sample:{n}"): Label(on_topic=n < on, weight=weight)
        for n in range(on + off)
    }


@given(st.integers(1, 200), st.data(), st.floats(0.1, 1_000))
def test_the_interval_holds_what_a_score_test_does_not_refuse(
    size: int, data: st.DataObject, weight: float
) -> None:
    hits = data.draw(st.integers(0, size))
    ours = share([(n < hits, weight) for n in range(size)])
    assert ours.share == pytest.approx(hits / size)
    assert ours.effective == pytest.approx(size)
    for end in (ours.low, ours.high):
        if 1e-9 < end < 1 - 1e-9:
            error = sqrt(end * (1 - end) / size)
            assert abs(hits / size - end) == pytest.approx(1.959964 * error, rel=1e-4, abs=1e-9)


def test_it_is_the_interval_of_the_textbook() -> None:
    found = share([(n < 5, 2.0) for n in range(10)])
    assert (found.low, found.high) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    none = share([(False, 1.0)] * 10)
    assert (none.low, none.high) == pytest.approx((0.0, 0.2775), abs=1e-4)


@given(st.lists(st.tuples(st.booleans(), st.floats(0.1, 100)), min_size=1, max_size=60))
def test_weights_never_make_it_surer(sample: list[tuple[bool, float]]) -> None:
    found = share(sample)
    assert 0 <= found.low <= found.share + 1e-9
    assert found.share - 1e-9 <= found.high <= 1
    assert 1 - 1e-9 <= found.effective <= len(sample) + 1e-9


def test_heavy_posts_count_for_more() -> None:
    found = share([(True, 30.0), (False, 10.0)])
    assert found.share == 0.75
    assert found.effective == pytest.approx(1.6)


def test_there_is_no_share_of_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        share([])


def test_precision_is_of_what_was_labelled_and_refused_for_few() -> None:
    posts = [post(n, "acme smoke") for n in range(50)]
    done = audit(QUERY, posts, {"Acme": labelled(36, 4), "Zenith": labelled(29, 0)})
    acme, zenith = done.precision
    assert acme.share is not None
    assert (acme.labelled, acme.off_topic, acme.share.share) == (40, 4, 0.9)
    assert 0.7 < acme.share.low < 0.9 < acme.share.high < 1
    assert (zenith.labelled, zenith.share) == (29, None)


def test_each_alternative_says_what_it_brings_alone() -> None:
    posts = [
        post(0, "acme smoke"),
        post(1, "acme works, soot and smoke"),
        post(2, "acme: sooty windows"),
        post(3, "nothing of it any more"),
    ]
    done = audit(
        QUERY, posts, {"Acme": {("sample", "urn:sample:2"): Label(on_topic=False, weight=1)}}
    )
    told = {one.term: (one.group, one.posts, one.alone, one.off_topic) for one in done.alternatives}
    assert told == {
        "acme": (1, 3, 2, 1),
        '"acme works"': (1, 1, 0, 0),
        "smoke": (2, 2, 1, 0),
        "soot*": (2, 2, 1, 1),
    }
    assert (done.posts, done.unmatched, done.compared) == (4, 1, 1)


def test_completeness_comes_from_how_often_alternatives_meet() -> None:
    texts = ["acme smoke"] * 40 + ["acme soot"] * 20 + ["acme smoke and soot"] * 20
    posts = [post(n, text) for n, text in enumerate(texts)]
    first, second = audit(QUERY, posts, {}).recall
    assert first.recall is None  # nobody says "acme works"
    assert second.recall is not None
    assert (second.first, second.others) == ("smoke", ("soot*",))
    assert (second.recall.first, second.recall.second, second.recall.both) == (60, 40, 20)
    assert second.recall.share == pytest.approx(80 / 118.1, abs=0.01)  # Chapman: 61 · 41 / 21 - 1


def test_posts_off_topic_are_left_out_of_completeness() -> None:
    posts = [post(n, "acme smoke and soot") for n in range(30)]
    off = {one.uri: Label(on_topic=False, weight=1.0) for one in posts[:25]}
    labels = {"Acme": {("sample", uri): label for uri, label in off.items()}}
    second = audit(QUERY, posts, labels).recall[1]
    assert second.recall is None


def test_a_query_without_alternatives_has_none() -> None:
    done = audit(parse("acme smoke"), [post(1, "acme smoke")], {})
    assert (done.alternatives, done.recall) == ((), ())


def test_missing_words_stand_out_and_are_not_asked_for() -> None:
    ours = [post(n, f"acme smoke from the chimney, sooty wash number {n + 10}") for n in range(40)]
    theirs = [post(100 + n, f"train number {n + 10} is late") for n in range(40)]
    done = audit(QUERY, ours, {}, theirs)
    told = {one.term: one for one in done.missing}
    assert told["chimney"].posts == 40
    assert told["chimney"].z is not None
    assert told["chimney"].z >= 1.96
    assert not {"acme", "smoke", "sooty", "acme smoke", "sooty wash", "number", "train"} & set(told)
    assert done.compared == 40


def test_without_others_they_come_by_posts() -> None:
    texts = [f"acme smoke {'chimney' if n % 2 else ''} {n}" for n in range(10, 50)]
    ours = [post(n, text) for n, text in enumerate(texts)]
    (chimney,) = audit(QUERY, ours, {}).missing
    assert (chimney.term, chimney.posts, chimney.z) == ("chimney", 20, None)


def test_one_account_is_not_the_topic() -> None:
    ours = [post(n, f"acme smoke chimney {n}", author_id="sample-user-1") for n in range(40)]
    assert audit(QUERY, ours, {}).missing == ()
    same = [post(n, "acme smoke chimney") for n in range(40)]
    assert audit(QUERY, same, {}).missing == ()


def test_nothing_collected_is_no_error() -> None:
    done = audit(QUERY, [], {"Acme": {}})
    assert (done.posts, done.missing, done.precision[0].share) == (0, (), None)
