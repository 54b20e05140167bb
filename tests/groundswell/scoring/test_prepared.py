"""Readings kept in a file come back whole, and only to the model that made them."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from groundswell.post import Post
from groundswell.scoring import prepared, read
from groundswell.scoring.score import Reading, Score
from groundswell.topic import Target
from tests.builders import make_post

POSTS = [
    make_post(1, text="OpenAI did it again, and I love every bit of it"),
    make_post(2, text="OpenAI sagt, dass die Konkurrenz ihr Modell kopiert hat"),
    make_post(3, text="🤡", withheld="no-unauthenticated"),
]


def rounded(score: Score) -> tuple[object, ...]:
    numbers = [None if n is None else round(n, 4) for n in (score.value, score.confidence)]
    return (score.model, score.version, score.label, score.target, score.reason, *numbers)


def test_readings_come_back_whole(tmp_path: Path) -> None:
    readings = read(POSTS, [Target(name="OpenAI")])
    for name in ("one.gz", "two.gz"):
        prepared.write(tmp_path / name, POSTS, readings)
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()
    known = prepared.load(tmp_path / "one.gz")
    assert list(known) == [(post.source, post.uri) for post in POSTS]
    for reading, back in zip(readings, known.values(), strict=True):
        assert back.lang == reading.lang
        assert list(map(rounded, back.scores)) == list(map(rounded, reading.scores))


def test_another_model_knows_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared.write(tmp_path / "one.gz", POSTS, read(POSTS))
    assert prepared.load(tmp_path / "none.gz") == {}
    monkeypatch.setattr(prepared, "version", lambda: "lite-9.1")
    assert prepared.load(tmp_path / "one.gz") == {}


def test_only_what_is_not_known_is_read() -> None:
    asked: list[str] = []

    def unread(posts: Sequence[Post]) -> list[Reading]:
        asked.extend(post.uri for post in posts)
        return [Reading(lang=post.text[:2], lang_confidence=1, scores=()) for post in posts]

    kept = Reading(lang="en", lang_confidence=0.5, scores=())
    known = {("bluesky", POSTS[1].uri): kept}
    readings = prepared.knowing(known, unread)(POSTS)
    assert [reading.lang for reading in readings] == ["Op", "en", "🤡"]
    assert asked == [POSTS[0].uri, POSTS[2].uri]
