"""The linear model counts what stands in a text, each text by itself."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.scoring.lite import linear
from groundswell.scoring.lite.linear import SIGNS, Linear, load, signs
from groundswell.scoring.lite.ngrams import BUCKETS, CHARS, grams
from groundswell.scoring.lite.wording import MARK

TEXTS = st.lists(st.text(max_size=40).map(lambda text: " ".join(text.split())), max_size=8)


def model(classes: int = 3) -> Linear:
    rng = np.random.default_rng(1)
    return Linear(
        table=rng.integers(-99, 99, (BUCKETS, classes)).astype(np.int8),
        scale=np.full(classes, 0.01),
        signs=rng.normal(size=(SIGNS + 1, classes)),
    )


def buckets(text: str, kind: int) -> Counter[int]:
    return Counter(list(grams([text]))[kind].bucket.tolist())


@given(TEXTS)
def test_a_text_gets_the_same_in_company_as_alone(texts: list[str]) -> None:
    together = model().logits(texts)
    for row, text in zip(together, texts, strict=True):
        assert row == pytest.approx(model().logits([text])[0])


@given(TEXTS)
def test_there_are_as_many_n_grams_as_places_for_them(texts: list[str]) -> None:
    characters, words = grams(texts)
    lengths = [len(text.lower()) + 2 for text in texts]
    expected = sum(max(0, length - n + 1) for length in lengths for n in CHARS)
    assert len(characters.bucket) == expected
    spoken = [text.lower().split(" ") if text else [] for text in texts]
    near = sum(MARK in word for said in spoken for word in said)
    plain = sum(len(said) + max(0, len(said) - 1) for said in spoken)
    assert (len(words.bucket) == plain) if not near else (len(words.bucket) >= plain)
    assert ((characters.bucket >= 0) & (characters.bucket < BUCKETS)).all()


def test_case_is_of_no_matter_and_order_is() -> None:
    assert buckets("GOOD Bad", 1) == buckets("good bad", 1)
    assert buckets("good bad", 1) != buckets("bad good", 1)
    assert buckets("ab", 0) != buckets("ba", 0)


def test_words_are_counted_by_their_side_of_the_mark() -> None:
    before, after = buckets(f"greedy {MARK}", 1), buckets(f"{MARK} greedy", 1)
    alone = buckets("greedy", 1)
    assert sum((before - after).values()) >= 1
    assert sum((after - before).values()) >= 1
    assert not alone - before


def test_n_grams_spread_over_the_buckets() -> None:
    words = [f"word{n}" for n in range(5_000)]
    found = {next(iter(buckets(word, 1))) for word in words}
    assert len(found) > 4_850  # by chance 4,906 of 5,000 in 131,072 buckets


def test_no_texts_are_no_rows() -> None:
    assert model().logits([]).shape == (0, 3)


def test_signs_tell_warm_from_hostile_near_the_mark() -> None:
    text = f"I love this wonderful day, {'and so on ' * 12} {MARK} is a horrible fraud"
    whole, near = signs([text])[0][[0, 4]]
    assert near < whole
    assert np.abs(signs(["!" * 900, "A" * 900, "", "love " * 90])).max() <= 1


def test_a_model_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = model()
    np.savez_compressed(
        tmp_path / "linear.npz",
        allow_pickle=False,
        m_table=written.table,
        m_scale=written.scale,
        m_signs=written.signs,
    )
    read = load(tmp_path / "linear.npz", "m")
    assert read.logits(["hello there"]) == pytest.approx(written.logits(["hello there"]))


def test_many_texts_are_hashed_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"post number {n}" for n in range(25)]
    at_once = model().logits(texts)
    monkeypatch.setattr(linear, "CHUNK", 4)
    assert model().logits(texts) == pytest.approx(at_once)
