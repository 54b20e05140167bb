"""What a topic's posts say of its targets is stored, whichever command brings or reads them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from groundswell import home as homes
from groundswell.cli import main
from groundswell.commands import reading
from groundswell.commands.reading import hub_of, joined, workers
from groundswell.errors import StoreError
from groundswell.scoring import HubModel
from groundswell.settings import Settings
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.owner import open_briefly
from groundswell.topic import Target, load
from tests.builders import make_post
from tests.groundswell.store.making import rows

TOPIC = """
title = "OpenAI and DeepSeek"
query = "openai OR deepseek OR thieves"
since = 2025-01-28
until = 2025-01-31
"""
OPENAI = '[[targets]]\nname = "OpenAI"\naliases = ["openai", "chatgpt"]\n'
DEEPSEEK = '[[targets]]\nname = "DeepSeek"\naliases = ["r1"]\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    (folder / "topics").mkdir(parents=True)
    (folder / "topics" / "story.toml").write_text(TOPIC + OPENAI)
    return folder


def run(home: Path, *words: str) -> str:
    done = CliRunner(env={"GROUNDSWELL_HOME": str(home)}).invoke(main, list(words))
    assert done.exit_code == 0, done.output
    return done.output


def bring(home: Path, *posts: dict[str, Any]) -> None:
    """Imports posts, a minute apart."""
    file = home / "posts.jsonl"
    said = [{"source": "survey", "created_at": "2025-01-29T10:00:00Z"} | post for post in posts]
    file.write_text("\n".join(map(json.dumps, said)) + "\n", encoding="utf-8")
    run(home, "import", "story", str(file))


def stances(home: Path) -> list[tuple[Any, ...]]:
    with open_briefly(home, Settings(home=home)) as visit, visit.read() as cur:
        return rows(
            cur,
            "SELECT p.uri, s.target, s.stance FROM stances AS s JOIN posts AS p USING (post_no) "
            "ORDER BY ALL",
        )


def test_an_imported_post_is_read_towards_what_it_speaks_of(home: Path) -> None:
    bring(
        home,
        {"uri": "urn:1", "text": "OpenAI is a disgrace and everybody hates it"},
        {"uri": "urn:2", "text": "DeepSeek is what we talk about today"},
        {"uri": "urn:3", "text": "OpenAI sagt, dass die Konkurrenz ihr Modell kopiert hat"},
    )
    assert stances(home) == [("urn:1", "OpenAI", "against"), ("urn:3", "OpenAI", "not_scored")]


def test_a_reply_is_about_what_is_stored_already(home: Path) -> None:
    bring(home, {"uri": "urn:1", "text": "OpenAI raised its prices again"})
    bring(home, {"uri": "urn:2", "text": "they are thieves", "reply_to": "urn:1"})
    assert ("urn:2", "OpenAI", "against") in stances(home)


def test_scoring_anew_reads_towards_a_target_that_is_new(home: Path) -> None:
    bring(home, {"uri": "urn:1", "text": "R1 is a disgrace and everybody hates it, not openai"})
    assert [row[1] for row in stances(home)] == ["OpenAI"]
    (home / "topics" / "story.toml").write_text(TOPIC + OPENAI + DEEPSEEK)
    assert "1 scored anew" in run(home, "rescore", "story")
    assert [row[:2] for row in stances(home)] == [("urn:1", "DeepSeek"), ("urn:1", "OpenAI")]
    with open_briefly(home, Settings(home=home)) as visit, visit.read() as cur:
        named = questions.targets(cur, "story")
        assert list(named["target"]) == ["OpenAI", "DeepSeek"]
        assert questions.count(cur, Filters(topic="story", target="DeepSeek")) == 1


def test_several_topics_join_their_targets(home: Path) -> None:
    other = home / "topics" / "other.toml"
    other.write_text(TOPIC + '[[targets]]\nname = "OpenAI"\naliases = ["altman"]\n' + DEEPSEEK)
    assert joined([load(home / "topics" / "story.toml"), load(other)]) == (
        Target(name="OpenAI", aliases=("openai", "chatgpt", "altman")),
        Target(name="DeepSeek", aliases=("r1",)),
    )


def test_a_home_that_does_not_answer_costs_mentions_alone(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def silent(_settings: Settings, _source: str, _uris: Sequence[str]) -> dict[str, str]:
        raise StoreError("The dashboard does not answer.")

    monkeypatch.setattr(homes, "texts_of", silent)
    read = reading.reader(Settings(home=home), [load(home / "topics" / "story.toml")])
    for number in (1, 2):
        (found,) = read([make_post(number, text="they are thieves", reply_to="urn:1")])
        assert {score.target for score in found.scores} == {None}
    assert capsys.readouterr().err.count("Replies are read without the posts they answer") == 1


def test_a_model_of_the_users_own_is_named_by_the_settings() -> None:
    assert hub_of(Settings()) is None
    own = Settings(model="organisation/model", model_languages=("en", "de"))
    assert hub_of(own) == HubModel(name="organisation/model", languages=("en", "de"))
    assert workers(own) == 1
