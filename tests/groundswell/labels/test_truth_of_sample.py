"""Two hundred posts of the synthetic sample, labelled with the truth, say what all of it says."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from groundswell.post import Post
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.owner import Visit, open_briefly
from tests.groundswell.store.making import batch, read, scored
from tests.truth import SAMPLE, SLUG, label_with_truth, truths

TARGET = "OpenAI"
EVERY = 3  # of the sample's posts: enough, and quicker
RIGHT = 0.8  # how often the invented model says what is true


def sample_posts() -> Iterator[Post]:
    """Some posts of the sample, as its file has them."""
    known = {field.name for field in fields(Post)}
    with gzip.open(SAMPLE / "posts.jsonl.gz", "rt", encoding="utf-8") as file:
        for number, line in enumerate(file):
            if number % EVERY == 0:
                yield Post(**{k: _value(k, v) for k, v in json.loads(line).items() if k in known})


def _value(name: str, value: Any) -> Any:
    if name.endswith("_at"):
        return datetime.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """A home with posts of the sample, read by a model that is wrong as often against as for."""
    home = tmp_path_factory.mktemp("sample")
    true, dice = truths(TARGET), np.random.default_rng(5)
    posts = []
    for post in sample_posts():
        stance = true.get((post.source, post.uri))
        if stance is None:  # withheld
            continue
        other = ("against", "none", "favor", "not_scored")[dice.integers(4)]
        said = stance if dice.random() < RIGHT else other
        posts.append(read(scored(post, topics=(SLUG,)), {TARGET: said}))
    Spool(home, limit_bytes=10**9).write(batch(0, posts, topic=SLUG, targets={SLUG: [TARGET]}))
    with open_briefly(home, Settings(home=home)) as opened:
        yield opened


def weighted(gold: pd.DataFrame, stance: str) -> float:
    return float(np.average(gold["truth"] == stance, weights=gold["weight"]))


def test_gold_of_two_hundred_labels_says_what_the_whole_says(visit: Visit) -> None:
    gold = label_with_truth(visit, TARGET, 200, query="q")
    assert len(gold) == 200
    with visit.read() as cur:
        posts = questions.totals(cur, Filters(topic=SLUG)).posts
        everything = cur.execute("SELECT source, uri FROM posts").fetchall()
    true = truths(TARGET)
    whole = pd.Series([true[place] for place in everything]).value_counts(normalize=True)
    assert gold["weight"].sum() == pytest.approx(posts, rel=0.05)
    for stance in ("against", "none", "favor"):
        assert weighted(gold, stance) == pytest.approx(whole[stance], abs=0.12)
        assert (gold["truth"] == stance).sum() >= 30
    right = np.average(gold["truth"] == gold["predicted"], weights=gold["weight"])
    assert right == pytest.approx(RIGHT + 0.2 / 4, abs=0.1)
    assert gold["author_no"].dropna().is_unique


def test_a_second_draw_comes_nearer(visit: Visit) -> None:
    with visit.read() as cur:
        before = len(questions.gold(cur, SLUG, TARGET))
    gold = label_with_truth(visit, TARGET, 100, query="q")
    assert len(gold) == before + 100
    assert gold["post_no"].is_unique
    assert gold["weight"].min() > 0
