"""Texts of parents and files of one stance are the same whether or not a server owns the home."""

import csv
from pathlib import Path
from typing import Any

import pytest

from groundswell import home as homes
from groundswell.settings import Settings
from groundswell.spool import Batch, Spool
from groundswell.store.filters import Filters
from tests.groundswell.store.making import batch, post, read, scored


def _told() -> Batch:
    stances = ("against", "favor", "none", "against")
    posts = [read(scored(post(n)), {"Acme": stance}) for n, stance in enumerate(stances)]
    return batch(0, posts, targets={"story": ["Acme"]})


@pytest.fixture(params=["alone", "served"])
def settings(home: Path, request: pytest.FixtureRequest) -> Settings:
    """Of a home with four posts, owned by nobody or by a server."""
    Spool(home).write(_told())
    mine = Settings(home=home)
    assert homes.absorb(mine)
    if request.param == "served":
        request.getfixturevalue("served")
    return mine


def test_texts_of_parents(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(homes, "ASK_URIS", 2)
    uris = [post(n).uri for n in (0, 1, 2, 9)]
    assert homes.texts_of(settings, "bluesky", uris) == {
        post(n).uri: f"sample text number{n}" for n in (0, 1, 2)
    }


@pytest.mark.parametrize(
    ("name", "changes", "lines"),
    [
        ("posts", {"target": "Acme", "stances": ("against",)}, 2),
        ("stance", {"target": "Acme", "stances": ("favor", "none")}, 2),
        ("stance", {"target": "Zenith"}, 0),
    ],
)
def test_files_of_a_stance(
    settings: Settings, tmp_path: Path, name: str, changes: dict[str, Any], lines: int
) -> None:
    path = tmp_path / "out.csv"
    homes.save_csv(settings, name, Filters(topic="story", **changes), path)
    with path.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == lines
