"""Agreement: the published example, a library's numbers, and what is not defined."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.labels.agreement import Agreement, agreement

# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: four observers.
PUBLISHED = {
    "A": "1 2 3 3 2 1 4 1 2 - - -",
    "B": "1 2 3 3 2 2 4 1 2 5 - 3",
    "C": "- 3 3 3 2 3 4 2 2 5 1 -",
    "D": "1 2 3 3 2 4 4 1 2 5 1 -",
}
Rows = list[dict[str, str]]


def by_post(table: dict[str, str]) -> Rows:
    columns = {name: line.split() for name, line in table.items()}
    posts = range(len(next(iter(columns.values()))))
    return [
        {name: column[post] for name, column in columns.items() if column[post] != "-"}
        for post in posts
    ]


def test_the_published_example() -> None:
    said = agreement(by_post(PUBLISHED))
    assert said.alpha.value == pytest.approx(0.743, abs=0.0005)
    assert said.posts == 11
    assert said.kappa is None
    assert said.alpha.low is not None
    assert said.alpha.high is not None
    assert said.alpha.low < 0.743 < said.alpha.high


@settings(max_examples=30)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["ada", "ben", "eve"]),
            st.sampled_from(["against", "none", "favor", "unclear"]),
            min_size=1,
        ),
        min_size=2,
        max_size=40,
    )
)
def test_alpha_is_that_of_a_library(votes: Rows) -> None:
    shared = [said for said in votes if len(said) > 1]
    labels = {label for said in shared for label in said.values()}
    mine = agreement(votes)
    if len(labels) < 2:
        assert mine.alpha.value is None
        return
    assert mine.alpha.value == pytest.approx(_library(shared).alpha())


@settings(max_examples=30)
@given(st.lists(st.tuples(*[st.sampled_from(["against", "none", "favor"])] * 2), min_size=2))
def test_kappa_is_that_of_a_library(pairs: list[tuple[str, str]]) -> None:
    votes = [{"ada": one, "ben": other} for one, other in pairs]
    mine = agreement(votes)
    assert mine.kappa is not None
    if len({label for pair in pairs for label in pair}) < 2:
        assert mine.kappa.value is None
        return
    assert mine.kappa.value == pytest.approx(_library(votes).kappa())
    assert mine.same == pytest.approx(sum(a == b for a, b in pairs) / len(pairs))


def test_without_shared_posts_there_is_nothing_to_say() -> None:
    nobody = agreement([{"ada": "against"}, {"ben": "none"}])
    assert nobody == Agreement(labellers=(), posts=0, same=None, alpha=nobody.alpha, kappa=None)
    assert (nobody.alpha.value, nobody.alpha.low) == (None, None)
    assert agreement([]).posts == 0


def test_full_agreement_is_one_and_chance_is_about_nothing() -> None:
    full = agreement([{"ada": label, "ben": label} for label in "abcabc"])
    assert (full.same, full.alpha.value) == (1.0, 1.0)
    assert full.kappa is not None
    assert full.kappa.value == 1.0
    chance = agreement([{"ada": a, "ben": b} for a in "abc" for b in "abc" for _ in range(20)])
    assert chance.kappa is not None
    assert chance.kappa.value == pytest.approx(0)
    assert chance.kappa.low is not None
    assert chance.kappa.low < 0


def _library(votes: Rows) -> Any:
    library = pytest.importorskip("nltk.metrics.agreement", reason="nltk is not installed")
    rows = [(name, post, label) for post, said in enumerate(votes) for name, label in said.items()]
    return library.AnnotationTask(data=rows)
