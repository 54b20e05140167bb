"""The readings that ship with the sample are those of the model that ships."""

import gzip
import json

from groundswell.resources import bundled
from groundswell.scoring import prepared, read
from groundswell.scoring.lite import available
from groundswell.topic import load
from tests.builders import make_post

SAMPLE = bundled("sample")
FILE = SAMPLE / "readings.jsonl.gz"
ALIKE = 0.8  # numbers differ a little with the posts that are read together


def test_they_are_of_the_model_that_ships() -> None:
    assert available().serves == "encoder"
    assert prepared.load(FILE), (
        "data/models or the rules of scoring have changed: run python data/sample/read.py"
    )


def test_reading_some_of_them_again_says_the_same() -> None:
    known = prepared.load(FILE)
    with gzip.open(SAMPLE / "posts.jsonl.gz", "rt", encoding="utf-8") as file:
        said = [json.loads(line) for line in file][100:4_100:50]
    posts = [
        make_post(
            source=one["source"],
            uri=one["uri"],
            text=one["text"],
            lang_declared=one.get("lang_declared"),
            quoted_text=one.get("quoted_text"),
            card_text=one.get("card_text"),
            tags=tuple(one.get("tags", ())),
        )
        for one in said
        if (one["source"], one["uri"]) in known and "reply_to" not in one
    ]
    ours, same = read(posts, load(SAMPLE / "topic.toml").targets), []
    for post, reading in zip(posts, ours, strict=True):
        kept = known[post.source, post.uri]
        assert kept.lang == reading.lang
        assert kept.scores[0] == reading.scores[0]
        assert [(s.model, s.target) for s in kept.scores] == [
            (s.model, s.target) for s in reading.scores
        ]
        same += [a.label == b.label for a, b in zip(kept.scores, reading.scores, strict=True)]
    assert len(posts) >= 20
    assert sum(same) >= ALIKE * len(same)
