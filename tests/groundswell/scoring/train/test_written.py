"""Stories of our own: whole, fit to be told with any of their names, some kept from training."""

import tomllib
from collections import Counter
from string import Formatter
from typing import Any

import pytest

from groundswell.resources import bundled
from groundswell.scoring.copies import jaccard, shingles
from groundswell.scoring.lite.mixture import HEADS
from groundswell.scoring.train.examples import EVAL, fingerprint, read_set
from groundswell.scoring.train.sayings import written
from groundswell.scoring.train.written import (
    DRAWS,
    KEPT_BACK,
    KEPT_BACK_FILES,
    ROLES,
    for_training,
    kept_back,
    names_kept_back,
    stories,
)

TOPICS = "semeval17_topic"
POSTS: list[dict[str, str]] = [post for story in stories().values() for post in story["posts"]]


@pytest.mark.parametrize("story", stories().values(), ids=lambda story: story["story"])
def test_each_post_takes_a_stance_to_each_actor_and_names_no_other(story: dict[str, Any]) -> None:
    actors = [role for role in ROLES if story[role]]
    for post in story["posts"]:
        assert {role for role in ROLES if role in post} == set(actors), post
        assert {post[role] for role in actors} <= set(HEADS["target"]), post
        slots = {slot for _, slot, _, _ in Formatter().parse(post["text"]) if slot is not None}
        assert slots <= set(actors), post
    assert min(len(story[role]) for role in actors) >= 8
    assert not {"openai", "deepseek"} & {n.lower() for role in actors for n in story[role]}


def test_no_post_is_told_twice() -> None:
    told = Counter(post["text"] for post in POSTS)
    assert not [text for text, times in told.items() if times > 1]


def test_no_stance_is_most_of_them_and_blame_falls_on_both_alike() -> None:
    for role in ROLES:
        said = Counter(post[role] for post in POSTS if role in post)
        assert max(said.values()) < 0.55 * sum(said.values())
    first, second = (
        sum(post[role] == "against" for post in POSTS if "b" in post) for role in ROLES
    )
    assert 0.8 < first / second < 1.25


def test_stories_kept_back_are_not_learnt() -> None:
    names = names_kept_back()
    assert stories().keys() > names > KEPT_BACK
    assert {stories()[name]["file"] for name in names} > KEPT_BACK_FILES
    apart = {post["text"] for name in names for post in stories()[name]["posts"]}
    actors = sum(len(set(post) & set(ROLES)) for post in POSTS if post["text"] not in apart)
    assert len(for_training(1)) == DRAWS * actors
    learnt = {fingerprint(example.text) for example in for_training(1)}
    asked = {fingerprint(example.text) for example in kept_back()}
    assert len(learnt & asked) < 0.001 * len(asked)  # "Sent from my …" is written by many


def test_the_same_seed_draws_the_same_names_and_another_others() -> None:
    assert for_training(1) == for_training(1) != for_training(2)
    assert kept_back() == kept_back(1) != kept_back(2)


def test_traps_are_not_taught() -> None:
    traps = tomllib.loads(bundled("traps.toml").read_text(encoding="utf-8"))["trap"]
    taught = [shingles(post["text"].lower()) for post in POSTS]
    for trap in traps:
        asked = shingles(trap["text"].lower())
        assert max(jaccard(asked, one) for one in taught) < 0.5, trap["text"]


@pytest.mark.skipif(not (EVAL / TOPICS / "dev.tsv").is_file(), reason=f"{TOPICS} is not beside")
def test_no_name_of_ours_is_a_topic_that_must_stay_unseen() -> None:
    unseen = {str(example.target).lower() for example in read_set(TOPICS, "dev")}
    told = {name for story in stories().values() for role in ROLES for name in story[role]}
    ours = {name.lower().removeprefix("the ") for name in told | set(written()["names"])}
    assert not ours & unseen
