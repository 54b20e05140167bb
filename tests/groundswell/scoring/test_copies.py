"""Copies with small edits are one group whatever the order; different texts are not."""

import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.scoring import copies
from groundswell.scoring.copies import (
    LEAST_JACCARD,
    candidates,
    grouping,
    groups,
    jaccard,
    shingles,
)

SAID = "OpenAI says it has evidence that the Chinese startup used its models to train a rival"


@pytest.mark.parametrize(
    "edited",
    [
        SAID,
        SAID.upper(),
        f"RT @sample-user-17: {SAID}",
        f"{SAID} https://example.org/story",
        f"{SAID} 😂😂 #AI",
        SAID.replace("evidence", "evidense"),
        SAID[:70] + "…",
        f"BREAKING: {SAID}",
        SAID.replace("Chinese ", ""),
    ],
)
def test_a_copy_with_a_small_edit_is_a_copy(edited: str) -> None:
    assert groups({"a": SAID, "b": edited}) == {"a": "a", "b": "a"}


@pytest.mark.parametrize(
    "other",
    [
        "OpenAI says it has no plans to train a model with the data of its Chinese customers",
        "The startup released its model and the whole market fell within a single day",
        "",
        "@sample-user-17 https://example.org",
    ],
)
def test_another_text_is_not(other: str) -> None:
    assert groups({"a": SAID, "b": other}) == {"a": "a", "b": "b"}


def test_short_texts_are_copies_only_when_the_words_are_the_same() -> None:
    found = groups({"a": "So true!", "b": "so TRUE", "c": "so true lol", "d": "@x so true…"})
    assert found == {"a": "a", "b": "a", "c": "c", "d": "a"}


def test_emoji_alone_are_words_and_empty_texts_are_no_copies() -> None:
    found = groups({"a": "😂", "b": "😂 ", "c": "", "d": "", "e": "…", "f": "…"})
    assert found == {"a": "a", "b": "a", "c": "c", "d": "d", "e": "e", "f": "f"}


def test_scripts_without_spaces_are_measured_in_letters() -> None:
    said = "会社は競合他社がモデルをコピーしたと主張している"
    assert groups({"a": said, "b": said + "ね"}) == {"a": "a", "b": "a"}
    assert groups({"a": "面白いですね", "b": "面白いですよ"}) == {"a": "a", "b": "b"}


def test_the_group_is_named_by_its_smallest_key() -> None:
    assert set(groups({"c": SAID, "b": SAID + "!", "d": SAID}).values()) == {"b"}


def test_keys_may_be_pairs_of_source_and_uri() -> None:
    found = groups({("rss", "1"): SAID, ("bluesky", "9"): SAID})
    assert set(found.values()) == {("bluesky", "9")}


def test_no_posts_no_groups() -> None:
    assert groups(dict[str, str]()) == {}


def test_a_chain_of_edits_is_one_group() -> None:
    words = SAID.split()
    chain = {f"{n:02}": " ".join(words[n:]) for n in range(0, 9, 2)}
    assert set(groups(chain).values()) == {"00"}
    assert jaccard(shingles(chain["00"].lower()), shingles(chain["08"].lower())) < LEAST_JACCARD


texts = st.lists(
    st.builds(
        lambda start, n, tail: " ".join(SAID.split()[start : start + n]) + tail,
        st.integers(0, 8),
        st.integers(0, 16),
        st.sampled_from(["", "!", " 😂", " https://example.org", " indeed it does say so"]),
    ),
    max_size=12,
)


@given(texts, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_posts_is_of_no_matter(said: list[str], chance: random.Random) -> None:
    posts = {f"{n:02}": text for n, text in enumerate(said)}
    shuffled = list(posts)
    chance.shuffle(shuffled)
    assert groups({key: posts[key] for key in shuffled}) == groups(posts)


@given(texts)
@settings(max_examples=60)
def test_groups_are_disjoint_and_name_a_member(said: list[str]) -> None:
    found = groups({f"{n:02}": text for n, text in enumerate(said)})
    assert all(found[first] == first for first in found.values())
    assert all(first <= key for key, first in found.items())


def test_every_group_of_two_is_verified() -> None:
    chance = random.Random(17)
    vocabulary = ["".join(chance.choices(string.ascii_lowercase, k=4)) for _ in range(30)]
    posts = {f"{n:03}": " ".join(chance.choices(vocabulary, k=7)) for n in range(300)}
    found = groups(posts)
    members: dict[str, list[str]] = {}
    for key, first in found.items():
        members.setdefault(first, []).append(key)
    for pair in (keys for keys in members.values() if len(keys) == 2):
        one, other = (shingles(posts[key].lower()) for key in pair)
        assert jaccard(one, other) >= LEAST_JACCARD


@pytest.mark.timeout(30)
def test_a_flood_from_one_template_costs_no_square() -> None:
    flood = {f"{n:05}": f"Sample radio plays song number {n} of the evening" for n in range(4_000)}
    assert len(set(groups(flood).values())) == 1


def flood(posts: int, *, words: int = 40) -> dict[str, str]:
    """Posts of some words out of the same twenty: all resemble all, hardly any is a copy."""
    chance = random.Random(17)
    vocabulary = ["".join(chance.choices(string.ascii_lowercase, k=5)) for _ in range(20)]
    return {f"{n:05}": " ".join(chance.choices(vocabulary, k=words)) for n in range(posts)}


@pytest.mark.parametrize("posts", [600, 1_200])
def test_a_flood_from_a_tiny_vocabulary_costs_so_many_comparisons_a_post(
    posts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []

    def counted(one: set[str], other: set[str]) -> float:
        compared.append(1)
        return jaccard(one, other)

    monkeypatch.setattr(copies, "MOST_MISSES", 4)
    monkeypatch.setattr(copies, "jaccard", counted)
    found = grouping(flood(posts))
    assert 4 * posts / 2 <= len(compared) <= 5 * posts
    assert found.cut_short > posts / 2


def test_copies_amid_a_flood_are_found_and_it_is_told_who_was_not_compared_with_all() -> None:
    amid = {"a": SAID, "b": f"{SAID} indeed", "c": "Nobody said a word about the song of today"}
    again = {f"again-{key}": text for key, text in flood(1_500).items()}
    found = grouping(flood(1_500) | again | amid)
    assert [found.groups[key] for key in "abc"] == ["a", "a", "c"]
    assert all(found.groups[f"again-{key}"] == found.groups[key] for key in flood(1_500))
    assert 0 < found.cut_short <= 1_500


def test_who_is_out_of_reach_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "REACH", 2)
    assert grouping(flood(600)).cut_short > 0


def test_usual_posts_are_compared_with_all_that_may_be_like_them() -> None:
    template = {f"{n:03}": f"Sample radio plays song number {n} of the evening" for n in range(300)}
    assert grouping(template | {"x": SAID, "y": SAID + "!"}).cut_short == 0


def test_candidates_are_pairs_of_places() -> None:
    said = sorted([SAID.lower(), SAID.lower() + " indeed", "something else altogether, friends"])
    assert set(candidates(said)) == {(0, 1)}


@given(st.sets(st.text(max_size=4)), st.sets(st.text(max_size=4)))
def test_jaccard_is_a_symmetric_share(one: set[str], other: set[str]) -> None:
    assert 0.0 <= jaccard(one, other) == jaccard(other, one) <= 1.0
    assert jaccard(one, one) == (1.0 if one else 0.0)
