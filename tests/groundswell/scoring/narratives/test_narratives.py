"""Narratives of made-up posts: found, named, answered, and the same again whatever the order."""

from collections.abc import Sequence
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.scoring import keywords
from groundswell.scoring.narratives import Known, Narrative, find, names
from tests.groundswell.scoring.narratives.argued import posts, said


def kinds(one: Narrative) -> set[str]:
    return {part.key[1].split("-")[0] for part in one.parts}


def sides(**counts: int) -> dict[str, list]:  # type: ignore[type-arg]  # of Said
    return {
        "against": [one for kind, n in counts.items() if kind != "jobs" for one in posts(kind, n)],
        "favor": posts("jobs", counts.get("jobs", 0)),
    }


def known_of(found: list[Narrative]) -> list[Known]:
    return [
        Known(id=n.id, side=n.side, terms=n.terms, keys=frozenset(p.key for p in n.parts))
        for n in found
    ]


def test_each_argument_is_one_narrative_by_words_alone() -> None:
    found = find(sides(paper=9, wages=8, dogs=7, jobs=6), [], encode=None, seed="t")
    assert [(one.side, kinds(one), len(one.parts)) for one in found] == [
        ("against", {"paper"}, 9),
        ("against", {"wages"}, 8),
        ("against", {"dogs"}, 7),
        ("favor", {"jobs"}, 6),
    ]


def test_an_encoder_is_heard_when_there_is_one() -> None:
    """It says that dogs and wages are one argument: words alone would not."""

    def encode(texts: Sequence[str]) -> np.ndarray:
        return np.array([[1.0, 0.0] if "paper" in text else [0.0, 1.0] for text in texts])

    found = find(sides(paper=9, wages=8, dogs=7), [], encode=encode, seed="t")
    assert [kinds(one) for one in found] == [{"wages", "dogs"}, {"paper"}]


def test_names_are_words_that_the_others_do_not_use() -> None:
    found = find(sides(paper=20, wages=18, dogs=16, jobs=30), [], encode=None, seed="t")
    named = {next(iter(kinds(one))): one.terms for one in found}
    assert set(named["paper"]) & {"paper", "burn paper", "river", "smoke"}
    assert "🐕" in named["dogs"]
    assert not set(named["paper"]) & set(named["wages"])


def test_what_one_account_repeats_is_no_name() -> None:
    loud = [said("dogs", n, author=f"sample-user-{n % 3}") for n in range(9)]
    found = find({"against": [*loud, *posts("paper", 9)], "favor": []}, [], encode=None, seed="t")
    (dogs,) = [one for one in found if kinds(one) == {"dogs"}]
    assert dogs.terms == ()


def test_few_texts_or_few_accounts_are_no_narrative() -> None:
    two = [said("dogs", n, author=f"sample-user-{n % 2}") for n in range(9)]
    assert find({"against": posts("paper", 4), "favor": two}, [], encode=None, seed="t") == []
    assert find({}, [], encode=None, seed="t") == []


def test_copies_count_once_and_belong_all_the_same() -> None:
    first = said("dogs", 0)
    again = [said("dogs", n, copies=first.copies) for n in range(1, 30)]
    assert find({"against": [first, *again]}, [], encode=None, seed="t") == []
    more = posts("dogs", 5, first=40)
    (found,) = find({"against": [*again, first, *more]}, [], encode=None, seed="t")
    assert len(found.parts) == 35
    assert {part.key for part in found.parts if part.closeness is not None} == {
        one.key for one in (first, *more)
    }


def test_the_counter_narrative_is_about_the_same_thing() -> None:
    def answer(n: int) -> str:
        return f"Wages of the night shift rose again, said manager {n}, ask the union"

    favor = [*posts("jobs", 20)]
    for n, one in enumerate(posts("wages", 8, first=50)):
        favor.append(type(one)(key=one.key, text=answer(n), author=one.author, at=one.at,
                               copies=one.copies))  # fmt: skip
    found = find({"against": posts("wages", 8), "favor": favor}, [], encode=None, seed="t")
    against, _, answering = found
    assert against.counter == answering.id
    assert answering.counter == against.id
    assert against.nearness is not None
    assert 0.2 <= against.nearness <= 1


def test_nothing_answers_what_speaks_of_something_else() -> None:
    found = find(sides(paper=9, jobs=9), [], encode=None, seed="t")
    assert [one.counter for one in found] == [None, None]


@settings(max_examples=6, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_posts_changes_nothing(chance: Random) -> None:
    both = sides(paper=9, wages=8, dogs=7, jobs=6)
    before = find(both, [], encode=None, seed="t")
    shuffled = {side: chance.sample(ones, len(ones)) for side, ones in both.items()}
    assert find(shuffled, [], encode=None, seed="t") == before


@settings(max_examples=6, deadline=None)
@given(
    st.fixed_dictionaries({k: st.integers(0, 12) for k in ("paper", "wages", "dogs", "jobs")}),
)
def test_more_posts_keep_ids_and_names(more: dict[str, int]) -> None:
    first = {"paper": 9, "wages": 8, "dogs": 7, "jobs": 6}
    before = find(sides(**first), [], encode=None, seed="t")
    grown = sides(**{kind: count + more[kind] for kind, count in first.items()})
    after = find(grown, known_of(before), encode=None, seed="t")
    assert {(one.id, frozenset(kinds(one))) for one in after} == {
        (one.id, frozenset(kinds(one))) for one in before
    }
    named = {one.id: one.terms[:3] for one in before if one.terms}
    assert {one.id: one.terms[:3] for one in after if one.id in named} == named
    assert not any(one.merged or one.split_from for one in after)


def test_ids_differ_between_targets() -> None:
    both = sides(paper=9)
    (here,), (there,) = (find(both, [], encode=None, seed=seed) for seed in ("a", "b"))
    assert here.id != there.id


def test_what_a_target_is_called_is_no_name() -> None:
    both = sides(paper=20, wages=18, jobs=30)
    before = find(both, [], encode=None, seed="t")
    paper = next(one for one in before if kinds(one) == {"paper"})
    assert {"smoke", "river"} <= set(paper.terms)
    called = find(both, [], encode=None, seed="t", targets=["Smoke", "hangs river"])
    terms = next(one for one in called if kinds(one) == {"paper"}).terms
    assert "smoke" not in terms
    assert "river" in terms


def test_names_rank_as_log_odds_does() -> None:
    paper, jobs = posts("paper", 20), posts("jobs", 30)
    (ours,) = names.name([range(20)], paper, jobs)
    counts = [keywords.count((keywords.terms(p.text), p.author) for p in x) for x in (paper, jobs)]
    ranked = keywords.log_odds(*counts)
    words = [term for term in ranked["term"] if " " not in term]
    assert list(ours) == sorted(words)[: len(ours)]  # all are used equally often: by the alphabet
    assert len(ours) == names.KEPT
