"""The example package of a plugin: built, installed beside Groundswell, and asked by a command."""

import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.collectors.web import Call, Reply, Web

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "groundswell-example-source"
PAGE = ROOT / "docs" / "plugins.md"
TOPIC = """
title = "Reactions on a notice board"
query = "openai"
since = 2025-01-20
until = 2025-02-01

[sources.noticeboard]
instances = ["{board}"]
"""


def run(
    *words: str, path: Path | None = None, settings: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """One run of Python, with ``path`` as one more folder of packages."""
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **(settings or {})}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    return subprocess.run(
        [sys.executable, *words], env=environment, capture_output=True, text=True, timeout=100
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the example as an installer puts it there, without any network."""
    target = tmp_path_factory.mktemp("site-packages")
    offline = ["--no-index", "--no-deps", "--no-build-isolation", "--quiet"]
    done = run("-m", "pip", "install", *offline, "--target", str(target), str(EXAMPLE))
    assert done.returncode == 0, done.stderr
    return target


def notices(call: Call) -> Reply:
    """Three notices on two pages, as the made-up site answers."""
    number = int(call.one("page"))
    first = (number - 1) * 2 + 1
    shown = [
        {"id": n, "at": f"2025-01-2{n}T10:00:00Z", "by": "sample-user-7", "text": f"OpenAI, {n}"}
        for n in range(first, min(first + 2, 4))
    ]
    body: dict[str, Any] = {"notices": shown, "next": 2 if number == 1 else None}
    return Reply(body=json.dumps(body).encode())


def test_a_topic_is_collected_through_the_plugin(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    with Web(notices) as web:
        topic = tmp_path / "topics" / "reactions.toml"
        topic.write_text(TOPIC.format(board=web.url))
        settings = {
            "GROUNDSWELL_HOME": str(tmp_path),
            "GROUNDSWELL_ALLOW_PRIVATE_ADDRESSES": "1",
        }
        collect = ["-m", "groundswell.cli", "collect", "reactions", "--json"]
        done = run(*collect, path=installed, settings=settings)
    assert done.returncode == 0, done.stderr
    (outcome,) = json.loads(done.stdout)
    assert (outcome["source"], outcome["state"], outcome["posts"]) == ("noticeboard", "ok", 3)
    assert outcome["gaps"] == []


def test_its_own_tests_pass_where_it_is_installed(installed: Path) -> None:
    done = run("-m", "pytest", "-q", "-p", "no:cacheprovider", str(EXAMPLE), path=installed)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_piece_of_code_of_the_page_stands_in_the_example() -> None:
    files = [path for path in EXAMPLE.rglob("*") if path.suffix in (".py", ".toml")]
    texts = [path.read_text(encoding="utf-8") for path in files] + [TOPIC]
    shown = re.findall(r"```(?:python|toml)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert len(shown) == 3
    for piece in shown:
        known = piece.replace("https://notices.example", "{board}")
        assert any(piece in text or known in text for text in texts), piece


def test_everything_the_page_names_can_be_imported() -> None:
    rows = re.findall(r"^\| `([a-z._]+)` \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.M)
    assert len(rows) == 9
    for module, cell in rows:
        names = [name for name in re.findall(r"`(\w+)`", cell) if name != "model_extra"]
        room = importlib.import_module(module)
        assert [name for name in names if not hasattr(room, name)] == []
