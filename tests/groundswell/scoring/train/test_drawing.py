"""Examples are drawn in a fixed mixture that can be gone on with after a stop."""

from collections.abc import Sequence

import pytest

from groundswell.scoring.lite.mixture import HEADS
from groundswell.scoring.lite.pieces import Pair, Row
from groundswell.scoring.train.drawing import BATCH, MIXTURE, ROUND, Drawing, fewer_positives
from groundswell.scoring.train.examples import SETS, Example


class Letters:
    """Stands in for the vocabulary: a piece a letter."""

    def rows(self, pairs: Sequence[Pair]) -> list[Row]:
        return [Row(ids=[ord(c) % 97 for c in text + "."], first=1) for text, _ in pairs]


def sets() -> dict[str, list[Example]]:
    heads = {**SETS, "sayings": "target", "written": "target"}
    return {
        name: [
            Example(
                text=f"{name} {'x' * n}",
                head=head,
                label=n % len(HEADS[head]),
                target=None if head in ("sentiment", "irony") else f"t{n}",
            )
            for n in range(40)
        ]
        for name, head in heads.items()
    }


def drawing(seed: int = 1) -> Drawing:
    return Drawing(sets(), Letters(), seed)  # type: ignore[arg-type]  # needs only its rows


def drawn(of: Drawing, number: int) -> list[Example]:
    return [example for _, batch in of.batches(number) for example in batch]


def test_a_round_holds_the_mixture_in_batches_of_one_length() -> None:
    batches = list(drawing().batches(0))
    assert [len(rows) for rows, _ in batches] == [BATCH] * (ROUND // BATCH)
    texts = [example.text for _, batch in batches for example in batch]
    assert {name: sum(name in text for text in texts) for name in MIXTURE} == MIXTURE
    spread = [max(len(r.ids) for r in rows) - min(len(r.ids) for r in rows) for rows, _ in batches]
    assert sum(spread) / len(spread) < 12


def test_a_round_is_the_same_for_the_same_seed_and_number() -> None:
    assert drawn(drawing(), 3) == drawn(drawing(), 3)
    assert drawn(drawing(), 3) != drawn(drawing(), 4)
    assert drawn(drawing(), 3) != drawn(drawing(2), 3)


def test_no_example_comes_again_before_all_have_come() -> None:
    of = drawing()
    texts = [e.text for n in range(4) for e in drawn(of, n) if e.text.startswith("ibm")]
    first_turn = texts[:18] + texts[18:36]
    assert len(set(first_turn)) == 36


def test_rare_classes_weigh_more() -> None:
    weights = drawing().class_weights()
    assert len(weights) == sum(len(classes) for classes in HEADS.values())
    assert all(weight == pytest.approx(1, abs=0.3) for weight in weights)


def test_what_people_like_is_thinned_out() -> None:
    many = [Example(text=str(n), head="target", label=2, target="t") for n in range(9_000)]
    few = [Example(text=str(n), head="target", label=0, target="t") for n in range(10)]
    kept = fewer_positives(many + few, 1)
    assert len(kept) == 7_010
    assert kept == fewer_positives(many + few, 1)
