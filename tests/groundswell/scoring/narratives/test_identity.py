"""Who is who from run to run: ids follow posts through growth, merging, splitting and loss."""

from hypothesis import given
from hypothesis import strategies as st

from groundswell.scoring.narratives.identity import Heir, Known, PostKey, heirs

Group = frozenset[PostKey]


def keys(*numbers: int) -> Group:
    return frozenset(("sample", f"{n:04}") for n in numbers)


def known(name: str, *numbers: int) -> Known:
    return Known(id=name, side="against", terms=(name,), keys=keys(*numbers))


def told(groups: list[Group], before: list[Known], *gone: int) -> list[Heir]:
    present = frozenset().union(*groups, *(one.keys for one in before)) - keys(*gone)
    return heirs(groups, before, present=present, seed="t")


def test_more_than_half_of_the_posts_carry_the_id() -> None:
    (heir,) = told([keys(1, 2, 3, 9)], [known("a", 1, 2, 3, 4, 5)])
    assert heir == Heir(id="a", terms=("a",), merged=(), split_from=None)


def test_half_of_the_posts_do_not() -> None:
    (heir,) = told([keys(1, 2)], [known("a", 1, 2, 3, 4)])
    assert heir.id != "a"
    assert heir.split_from == "a"


def test_posts_that_went_do_not_count() -> None:
    (heir,) = told([keys(1, 2)], [known("a", 1, 2, 3, 4)], 3, 4)
    assert heir.id == "a"


def test_mostly_new_posts_keep_the_id_and_give_a_new_name() -> None:
    (heir,) = told([keys(*range(100))], [known("a", 1, 2, 3)])
    assert (heir.id, heir.terms) == ("a", ())


def test_a_merge_keeps_the_larger_and_tells_of_the_other() -> None:
    (heir,) = told([keys(*range(8))], [known("b", 0, 1, 2), known("a", 3, 4, 5, 6, 7)])
    assert heir == Heir(id="a", terms=("a",), merged=("b",), split_from=None)


def test_equal_ones_merge_into_the_first_by_id() -> None:
    (heir,) = told([keys(1, 2, 3, 4)], [known("b", 1, 2), known("a", 3, 4)])
    assert (heir.id, heir.merged) == ("a", ("b",))


def test_a_split_leaves_the_id_with_the_larger_part() -> None:
    large, small = told([keys(1, 2, 3), keys(4, 5)], [known("a", 1, 2, 3, 4, 5)])
    assert (large.id, large.split_from) == ("a", None)
    assert small.id != "a"
    assert (small.split_from, small.terms) == ("a", ())


def test_what_was_never_told_is_new() -> None:
    (heir,) = told([keys(8, 9)], [known("a", 1, 2, 3)])
    assert heir.split_from is None
    assert len(heir.id) == 12


def test_an_id_in_use_is_not_given_again() -> None:
    (first,) = told([keys(1, 2, 3)], [])
    before = [Known(id=first.id, side="against", terms=(), keys=keys(50, 51, 52))]
    (again,) = told([keys(1, 2, 3)], before)
    assert again.id != first.id


@st.composite
def partitions(draw: st.DrawFn) -> list[Group]:
    groups: dict[int, set[int]] = {}
    for number, place in enumerate(draw(st.lists(st.integers(0, 4), min_size=1, max_size=30))):
        groups.setdefault(place, set()).add(number)
    return [keys(*group) for group in groups.values()]


def as_known(groups: list[Group]) -> list[Known]:
    return [
        Known(id=f"k{n}", side="against", terms=(f"k{n}",), keys=one)
        for n, one in enumerate(groups)
    ]


@given(partitions(), partitions(), st.randoms(use_true_random=False))
def test_order_is_of_no_matter_and_ids_are_given_once(
    now: list[Group], before: list[Group], chance: object
) -> None:
    found = told(now, as_known(before))
    ids = [one.id for one in found]
    assert len(set(ids)) == len(ids)
    turned = told(now[::-1], as_known(before)[::-1])[::-1]
    assert {(one.id, group) for one, group in zip(found, now, strict=True)} == {
        (one.id, group) for one, group in zip(turned, now, strict=True)
    }


@given(partitions(), st.data())
def test_growth_never_takes_an_id_away(before: list[Group], data: st.DataObject) -> None:
    grown = [
        one | {("sample", f"new-{n}-{m}") for m in range(data.draw(st.integers(0, 60)))}
        for n, one in enumerate(before)
    ]
    found = told(grown, as_known(before))
    assert [one.id for one in found] == [f"k{n}" for n in range(len(before))]
    assert not any(one.merged or one.split_from for one in found)


@given(partitions())
def test_merging_all_ends_all_but_one(before: list[Group]) -> None:
    (heir,) = told([frozenset().union(*before)], as_known(before))
    assert {heir.id, *heir.merged} == {f"k{n}" for n in range(len(before))}
    largest = max(len(one) for one in before)
    assert len(before[int(heir.id[1:])]) == largest
