"""Altered examples still carry the right label."""

import random

import pytest

from groundswell.scoring.lite.mixture import HEADS
from groundswell.scoring.lite.wording import MARK, prepare
from groundswell.scoring.train.altered import absent, altered, denied, hidden
from groundswell.scoring.train.examples import Example

AGAINST, NONE, FAVOR = range(3)


def example(text: str, target: str | None, label: int, head: str = "target") -> Example:
    return Example(
        text=text, head=head, label=label, target=target, names=(target,) if target else ()
    )


def test_a_hidden_name_is_hidden_beside_the_text_too() -> None:
    one = hidden(example("I hate Acme", "Acme", AGAINST))
    assert one.target == MARK
    assert "Acme" not in prepare(one.text, one.names).text


def test_a_name_that_the_text_lacks_cannot_be_hidden() -> None:
    unnamed = example("They are thieves", "Acme", AGAINST)
    assert hidden(unnamed) == unnamed


def test_of_an_absent_target_a_post_says_nothing() -> None:
    one = absent(example("I hate Acme", "Acme", AGAINST), "Borealis")
    assert (one.target, one.names, one.label) == ("Borealis", ("Borealis",), NONE)


@pytest.mark.parametrize("target", ["Acme", "acme", "Acme Group"])
def test_what_may_be_meant_is_not_absent(target: str) -> None:
    one = example("I hate Acme", "Acme", AGAINST)
    assert absent(one, target) == one


@pytest.mark.parametrize(("before", "after"), [(AGAINST, FAVOR), (FAVOR, AGAINST), (NONE, NONE)])
def test_a_denied_claim_turns_its_stance(before: int, after: int) -> None:
    claim = example("Cars kill people.", "cars", before, head="stance")
    one = denied(claim, random.Random(1))
    assert one.label == after
    assert ("cars kill people" in one.text) is (before != NONE)


def test_a_message_is_never_altered() -> None:
    message = Example(text="nice", head="sentiment", label=2)
    for seed in range(50):
        assert altered(message, ["Acme"], random.Random(seed)) == message


def test_tweets_are_never_denied_and_all_changes_happen() -> None:
    tweet = example("I love Acme", "Acme", FAVOR)
    claim = example("Acme is fine", "Acme", FAVOR, head="stance")
    tweets = [altered(tweet, ["Borealis"], random.Random(seed)) for seed in range(300)]
    claims = [altered(claim, ["Borealis"], random.Random(seed)) for seed in range(300)]
    assert {one.text for one in tweets} == {tweet.text}
    assert {one.target for one in tweets} == {"Acme", "Borealis", MARK}
    assert {one.label for one in claims} == {AGAINST, NONE, FAVOR}
    assert len(HEADS["stance"]) == 3
