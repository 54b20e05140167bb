"""Narratives are read after posts came, by whoever owns the home, and told by the command."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from duckdb import DuckDBPyConnection

from groundswell import home as homes
from groundswell import home_arguments
from groundswell.commands import narrate as narrating
from groundswell.errors import StoreError
from groundswell.scoring.lite import Availability
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store import draws, labels
from groundswell.store.owner import Owner, open_briefly
from tests.groundswell.commands.conftest import Groundswell, printed
from tests.groundswell.store.making import HOUR, T0, batch, post, read, rows, scored

TOPIC = """
title = "Acme"
query = "acme AND (smoke OR wages)"
[[targets]]
name = "Acme"
aliases = ["acme works"]
"""
SMOKE = "Acme lets black smoke hang over the river near village {n}"
WAGES = "Acme cut the wages of the night shift again, says driver {n}"
JOBS = "New jobs at the Acme depot, thanks, from family {n} and all wages rise"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose topic names a target."""
    (tmp_path / "home" / "topics").mkdir(parents=True)
    (tmp_path / "home" / "topics" / "story.toml").write_text(TOPIC)
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def by_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without onnxruntime: the same everywhere, whatever the model is."""
    serves = Availability(serves="linear", reason="onnxruntime not installed")
    monkeypatch.setattr(narrating, "available", lambda: serves)


def collected(home: Path, numbers: Iterable[int] = range(12), seq: int = 0) -> None:
    """Three arguments by accounts of their own, as a run hands them over."""
    posts = [
        read(
            scored(
                post(
                    100 * kind + n,
                    text=text.format(n=n + 100),
                    author_id=f"did:plc:sample-{kind}-{n}",
                    created_at=T0 - timedelta(hours=n),
                )
            ),
            {"Acme": "favor" if text == JOBS else "against"},
        )
        for kind, text in enumerate((SMOKE, WAGES, JOBS))
        for n in numbers
    ]
    Spool(home).write(batch(seq, posts, targets={"story": ["Acme"]}))


def test_it_tells_both_sides(home: Path, groundswell: Groundswell) -> None:
    collected(home)
    result = groundswell("narratives", "story")
    assert result.exit_code == 0
    said = result.stdout.splitlines()
    assert said[0] == "Against Acme: 2 narratives"
    assert "In favor of Acme: 1 narratives" in said
    assert any("smoke" in line or "river" in line for line in said)
    assert sum("12 posts by 12 accounts, 50% of 24 on this side" in line for line in said) == 2
    assert "By words alone: onnxruntime not installed." in result.stderr


def test_json_gives_all_of_each(home: Path, groundswell: Groundswell) -> None:
    collected(home)
    told = printed(groundswell("narratives", "story", "--target", "acme", "--json"))
    assert [(one["target"], one["side"], one["posts"]) for one in told] == [
        ("Acme", "against", 12),
        ("Acme", "against", 12),
        ("Acme", "favor", 12),
    ]
    assert all(len(one["narrative"]) == 12 for one in told)


def test_ids_stay_when_posts_come(home: Path, groundswell: Groundswell) -> None:
    collected(home)
    before = {
        one["narrative"]: one for one in printed(groundswell("narratives", "story", "--json"))
    }
    collected(home, range(12, 20), seq=1)
    after = {one["narrative"]: one for one in printed(groundswell("narratives", "story", "--json"))}
    assert set(after) == set(before)
    assert {one["posts"] for one in after.values()} == {20}
    assert {n: one["found_at"] for n, one in after.items()} == {
        n: one["found_at"] for n, one in before.items()
    }


def test_what_has_not_changed_is_not_read_again(home: Path, groundswell: Groundswell) -> None:
    collected(home)
    assert "3 posts" not in groundswell("narratives", "story").stderr
    assert groundswell("narratives", "story").stderr == ""
    with open_briefly(home, Settings(home=home)) as visit, visit.read() as cur:
        assert rows(cur, "SELECT count(*) FROM batches WHERE route = 'narratives'") == [(1,)]


def test_a_served_home_gives_the_same(home: Path, groundswell: Groundswell, served: Owner) -> None:
    collected(home)
    assert homes.absorb(Settings(home=home), patience_s=30.0)
    assert groundswell("narratives", "story").exit_code == 0
    assert homes.absorb(Settings(home=home), patience_s=30.0)
    told = printed(groundswell("narratives", "story", "--json"))
    assert [one["posts"] for one in told] == [12, 12, 12]
    with served.read() as cur:
        assert rows(cur, "SELECT version, posts, stated FROM narratings") == [("words", 36, 36)]


def test_only_the_newest_are_read_and_that_is_told(
    home: Path, groundswell: Groundswell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrating, "MOST_POSTS", 18)
    collected(home)
    assert "Only the newest 18 of 36 were read." in groundswell("narratives", "story").stderr


def test_trouble_is_told_and_no_failure(
    home: Path, groundswell: Groundswell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise StoreError("The disk hums.")

    collected(home)
    monkeypatch.setattr(home_arguments, "narrating_state", broken)
    result = groundswell("narratives", "story")
    assert result.exit_code == 0
    assert "Narratives were not read, the next run does it. The disk hums." in result.stderr


def test_a_topic_without_targets_and_a_stranger_are_refused(
    home: Path, groundswell: Groundswell
) -> None:
    assert groundswell("narratives", "story", "--target", "Zenith").exit_code == 2
    (home / "topics" / "bare.toml").write_text('title = "Bare"\nquery = "acme"\n')
    result = groundswell("narratives", "bare")
    assert result.exit_code == 2
    assert "[[targets]]" in result.stderr


def test_nothing_argued_is_said(home: Path, groundswell: Groundswell) -> None:
    result = groundswell("narratives", "story")
    assert result.exit_code == 0
    assert "Acme: no argument yet" in result.stdout


def test_an_encoder_reads_no_text_twice() -> None:
    asked: list[str] = []

    def encode(texts: Sequence[str]) -> np.ndarray:
        asked.extend(texts)
        return np.array([[float(len(text))] for text in texts])

    vectors = narrating.remembering(encode)
    assert vectors(["a", "bb", "a"]).tolist() == [[1.0], [2.0], [1.0]]
    assert vectors(["bb", "ccc"]).tolist() == [[2.0], [3.0]]
    assert asked == ["a", "bb", "ccc"]


def test_the_audit_takes_precision_from_labels(home: Path, groundswell: Groundswell) -> None:
    collected(home)
    homes.absorb(Settings(home=home))
    with open_briefly(home, Settings(home=home)) as visit:

        def label(con: DuckDBPyConnection) -> None:
            draws.draw(con, "story", "Acme", query="q1", size=36, now=T0)
            drawn = rows(con, "SELECT post_no FROM drawn ORDER BY post_no")
            for place, (post_no,) in enumerate(drawn):
                labels.give(
                    con,
                    "story",
                    "Acme",
                    post_no,
                    labeller="ada",
                    label="off_topic" if place < 3 else "against",
                    at=T0 + HOUR,
                    took_s=None,
                )

        visit.write(label)
    told = printed(groundswell("audit", "story", "--json"))
    (precision,) = told["precision"]
    assert (precision["labelled"], precision["off_topic"]) == (36, 3)
    assert precision["share"]["share"] == pytest.approx(33 / 36)
    assert precision["share"]["low"] < 33 / 36 < precision["share"]["high"]
    said = groundswell("audit", "story").stdout
    assert "92% of the posts that speak of Acme are on topic (95% interval" in said
    assert "1. smoke: 12; 12;" in said


def test_without_labels_the_audit_says_what_is_needed(home: Path, groundswell: Groundswell) -> None:
    collected(home)
    homes.absorb(Settings(home=home))
    said = groundswell("audit", "story").stdout
    assert "0 were labelled, at least 30 are needed" in said
    assert "  jobs: 12 posts by 12 accounts" in said


def test_the_audit_is_the_same_on_a_served_home(
    home: Path, groundswell: Groundswell, served: Owner
) -> None:
    collected(home)
    assert homes.absorb(Settings(home=home), patience_s=30.0)
    told = printed(groundswell("audit", "story", "--json"))
    assert (told["posts"], told["unmatched"]) == (36, 0)
    assert served.topic_version("story") > 0
