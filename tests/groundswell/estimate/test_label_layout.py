"""Labels laid over bins: phases with enough in each, and weights that stand for all posts."""

from collections import Counter

import numpy as np
import pytest

from groundswell.estimate.counts import Gold
from groundswell.estimate.labels import LEAST_IN_PHASE, lay_out
from tests.groundswell.estimate.stories import hour, labelled, single

BINS = [single(place, 100 * (place + 1), 30 * (place + 1)) for place in range(9)]


def test_weights_sum_to_the_posts_of_each_cell() -> None:
    layout, labels = lay_out(BINS, labelled(90, 10, 20, 80, range(9)))
    assert layout.phases == 3
    for phase in range(3):
        inside = [bin_ for bin_, of in zip(BINS, layout.phase, strict=True) if of == phase]
        of_hits = labels.weight[(labels.phase == phase) & labels.predicted].sum()
        of_rest = labels.weight[(labels.phase == phase) & ~labels.predicted].sum()
        assert of_hits == pytest.approx(sum(bin_.hits for bin_ in inside))
        assert of_rest == pytest.approx(sum(bin_.posts - bin_.hits for bin_ in inside))


def test_places_are_shares_of_all_posts() -> None:
    layout, labels = lay_out(BINS, labelled(90, 10, 20, 80, range(9)))
    assert layout.place[0] == pytest.approx(50 / 4_500)
    assert np.all(np.diff(layout.place) > 0)
    assert set(labels.place) == set(layout.place)


def test_phases_follow_labels_and_become_more_with_them() -> None:
    for count, phases in ((100, 3), (400, 4), (900, 9 - 1)):
        gold = labelled(count // 4, count // 4, count // 4, count // 4, range(9))
        layout, _ = lay_out(BINS, gold)
        assert layout.phases == phases
        assert set(layout.phase) == set(range(phases))


def test_too_few_labels_in_a_phase_make_one_of_all() -> None:
    bunched = labelled(50, 50, 50, 50, range(1)) + labelled(3, 4, 3, 4, range(8, 9))
    assert LEAST_IN_PHASE > 14
    layout, labels = lay_out(BINS, bunched)
    assert layout.phases == 1
    assert set(layout.phase) == {0}
    assert labels.weight.sum() == pytest.approx(4_500)


def test_unknown_authors_are_each_by_themselves() -> None:
    gold = [
        Gold(at=hour(1), truth=True, predicted=True, author=author)
        for author in ("a", None, "a", None, 1, "1")
    ]
    _, labels = lay_out(BINS, gold)
    assert sorted(Counter(labels.author.tolist()).values()) == [1, 1, 1, 1, 2]
