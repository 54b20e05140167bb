"""``groundswell label``: drawn, labelled key by key, carried as CSV, alone or beside a server."""

import csv
import io
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from click.testing import CliRunner, Result
from starlette.applications import Starlette

from dashboard.label_api import routes
from groundswell.cli import main
from groundswell.commands import label as command
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store.owner import Owner
from tests.groundswell.commands.conftest import printed
from tests.groundswell.store.making import batch, post, read, scored

TOPIC = """
title = "OpenAI and DeepSeek"
query = "openai AND deepseek"
[[targets]]
name = "OpenAI"
[[targets]]
name = "DeepSeek"
[sources.hackernews]
"""
HOSTILE = '=HYPERLINK("http://evil.example")\x1b[31m'
Label = Callable[..., Result]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A home with thirty posts that speak of OpenAI."""
    home = tmp_path / "home"
    (home / "topics").mkdir(parents=True)
    (home / "topics" / "story.toml").write_text(TOPIC, encoding="utf-8")
    posts = [
        read(
            scored(post(n, author_id=f"sample-{n}", author=f"sample-{n}", text=f"{HOSTILE} {n}")),
            {"OpenAI": ("against", "none", "favor")[n % 3]},
        )
        for n in range(30)
    ]
    Spool(home).write(batch(0, posts, targets={"story": ["OpenAI", "DeepSeek"]}))
    return home


@pytest.fixture(params=["alone", "served"])
def label(request: pytest.FixtureRequest, place: Path) -> Iterator[Label]:
    """Runs the command on the home, once free and once owned by a server."""

    def run(*words: str, keys: str = "", labeller: str = "ada", **env: str) -> Result:
        runner = CliRunner(env={"GROUNDSWELL_HOME": str(place), "USER": labeller} | env)
        return runner.invoke(main, ["label", "story", *words], input=keys)

    if request.param == "alone":
        yield run
        return
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        owner = Owner(place, Settings(home=place), url=url)
        app = Starlette(routes=list(routes(owner, owner.token)))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        owner.start()
        thread.start()
        _wait_until(lambda: not Spool(place).waiting())
        yield run
        server.should_exit = True
        thread.join()
        owner.stop()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits there."""
    monkeypatch.setattr(command, "_at_terminal", lambda: True)


def _wait_until(said: Callable[[], bool]) -> None:
    for _ in range(400):
        if said():
            return
        threading.Event().wait(0.05)
    raise AssertionError("not within 20 s")


def standing(label: Label, target: str = "OpenAI") -> dict[str, Any]:
    (record,) = printed(label("--target", target, "--json"))
    return dict(record)


def test_without_a_terminal_it_draws_and_says_what_is_open(label: Label) -> None:
    done = label("--target", "openai", "--draw", "12")
    assert done.exit_code == 0, done.output
    assert "Draw 1: 12 posts to label, of 30 that speak of the target." in done.stderr
    said = label()
    assert "OpenAI: 0 of 12 drawn posts labelled" in said.stdout
    assert "DeepSeek: 0 of 0 drawn posts labelled" in said.stdout
    assert "still needed: 100 labels, 10 against, 10 none, 10 favor" in said.stdout
    (one,) = standing(label)["draws"]
    assert (one["size"], one["seed"]) == (12, "story/OpenAI/1")


def test_key_by_key_with_undo_and_later_again(label: Label, terminal: None) -> None:
    first = label("--target", "OpenAI", "--draw", "12", keys="a?nzfsq")
    assert first.exit_code == 0, first.output
    assert "Taken back; here it is again." in first.stderr
    assert "4 labels given: 1 against, 1 none, 1 favor, 1 skip." in first.stderr
    assert first.stdout.count("Towards OpenAI:") == 7  # a post each time, one key explained
    progress = standing(label)["progress"]
    counts = [progress[name] for name in ("against", "none", "favor", "skipped", "open")]
    assert counts == [1, 0, 1, 1, 9]
    rest = label("--target", "OpenAI", keys="N" * 20)
    assert "9 labels given: 9 none." in rest.stderr
    assert "No drawn post waits for you" in label("--target", "OpenAI", keys="").stderr


def test_a_post_is_shown_without_its_author_or_score(label: Label, terminal: None) -> None:
    shown = label("--target", "OpenAI", "--draw", "3", keys="q").stdout
    assert "HYPERLINK" in shown
    assert "\x1b" not in shown
    assert "sample-" not in shown
    assert "0.75" not in shown
    assert shown.count("against") == 1  # the key


def test_labellers_who_differ_decide(label: Label, terminal: None) -> None:
    label("--target", "OpenAI", "--draw", "4", keys="aann")
    label("--target", "OpenAI", keys="afnn", labeller="ben")
    said = label("--target", "OpenAI", "--agreement")
    assert (
        "4 posts labelled by two or more of ada, ben; 75% of pairs of labels equal" in said.stdout
    )
    assert "Cohen's kappa 0.6" in said.stdout
    assert standing(label)["progress"]["differing"] == 1
    decided = label("--target", "OpenAI", "--differing", keys="a", labeller="ben")
    assert "1 labels given: 1 against." in decided.stderr
    assert standing(label)["gold"] == 4
    again = label("--target", "OpenAI", "--differing", labeller="ben")
    assert "agree on every post" in again.stderr


def test_labels_go_with_what_is_exported(place: Path, terminal: None, tmp_path: Path) -> None:
    runner = CliRunner(env={"GROUNDSWELL_HOME": str(place), "USER": "ada"})
    out = tmp_path / "out"
    assert runner.invoke(main, ["export", "story", "--out", str(out)]).exit_code == 0
    (head,) = (out / "labels.csv").read_text(encoding="utf-8").splitlines()
    assert head.startswith('"source","uri","target","labeller","label"')
    runner.invoke(main, ["label", "story", "--target", "OpenAI", "--draw", "2"], input="af")
    assert runner.invoke(main, ["export", "story", "--out", str(out)]).exit_code == 0
    runner.invoke(main, ["label", "story", "--export", str(tmp_path / "alone.csv")])
    assert (out / "labels.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()
    assert len((out / "labels.csv").read_text(encoding="utf-8").splitlines()) == 3


def test_labels_travel_as_csv_and_come_back_the_same(
    label: Label, terminal: None, tmp_path: Path
) -> None:
    label("--target", "OpenAI", "--draw", "4", keys="anfs")
    out, more = tmp_path / "out" / "labels.csv", tmp_path / "more.csv"
    assert "4 labels" in label("--export", str(out)).stderr
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"), newline="")))
    assert [row["label"] for row in rows] == ["against", "none", "favor", "skip"]
    assert all(row["text"].startswith("'=HYPERLINK") for row in rows)
    assert all(float(row["weight"]) > 0 for row in rows)
    again = label("--import", str(out))
    assert "0 labels taken, 4 known already, 0 rejected." in again.stderr
    told = [{**row, "labeller": "'=eve", "label": "Against"} for row in rows]
    told += [{**rows[0], "uri": "nowhere"}, {**rows[0], "label": "pro"}, {**rows[0], "target": "X"}]
    with more.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(told)
    said = label("--import", str(more), "--json")
    assert "4 labels taken, 0 known already, 3 rejected." in said.stderr
    assert "more.csv, line 6: no post of the topic that is shown has this uri." in said.stderr
    assert "more.csv, line 7: “pro” is no label" in said.stderr
    assert "more.csv, line 8: “X” is no target of the topic" in said.stderr
    assert "=eve" in [one["labeller"] for one in standing(label)["labellers"]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--target", "Meta"), "story has no target “Meta”. It has OpenAI, DeepSeek."),
        (("--draw", "5"), "Towards whom? Add --target with one of OpenAI, DeepSeek."),
        (("--target", "DeepSeek", "--draw", "5"), "groundswell rescore story"),
        (("--labeller", "x" * 61), "1 to 60 characters"),
        (("--import", "/nowhere.csv"), "cannot be read"),
        (("--draw", "0"), "0 is not in the range"),
    ],
)
def test_what_is_wrong_is_said(label: Label, words: tuple[str, ...], said: str) -> None:
    result = label(*words)
    assert result.exit_code == 2
    assert said in result.stderr
