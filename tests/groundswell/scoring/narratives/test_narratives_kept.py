"""Narratives found beforehand serve exactly the posts they were found of, and no others."""

from dataclasses import replace
from pathlib import Path

import pytest

from groundswell.scoring.narratives import Said, find, prepared
from tests.groundswell.scoring.narratives.argued import posts, said

Sides = dict[str, list[Said]]


def sides() -> Sides:
    return {"against": posts("paper", 9), "favor": posts("jobs", 8)}


@pytest.fixture
def kept(tmp_path: Path) -> prepared.Prepared:
    found = find(sides(), [], encode=None, seed="t")
    prepared.write(tmp_path / "kept.gz", {prepared.digest(sides(), "t"): (sides(), found)})
    return prepared.load(tmp_path / "kept.gz")


def test_the_same_posts_get_the_same_narratives(kept: prepared.Prepared) -> None:
    found = find(sides(), [], encode=None, seed="t")
    turned = {side: ones[::-1] for side, ones in sides().items()}
    assert prepared.recalled(kept, turned, "t") == found


def test_numbers_of_groups_of_copies_do_not_matter_but_groups_do(kept: prepared.Prepared) -> None:
    numbered = {side: [replace(one, copies=("#", one.key[1])) for one in ones]
                for side, ones in sides().items()}  # fmt: skip
    assert prepared.recalled(kept, numbered, "t") is not None
    joined = sides()
    joined["against"] = [replace(one, copies=("#", "1")) for one in joined["against"]]
    assert prepared.recalled(kept, joined, "t") is None


def test_others_get_none(kept: prepared.Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    more = sides()
    more["favor"].append(said("jobs", 99))
    swapped = {"against": sides()["favor"], "favor": sides()["against"]}
    assert prepared.recalled(kept, more, "t") is None
    assert prepared.recalled(kept, swapped, "t") is None
    assert prepared.recalled(kept, sides(), "another") is None
    monkeypatch.setattr(prepared, "made_by", lambda: {"lite": "another"})
    assert prepared.recalled(kept, sides(), "t") is None


def test_no_file_is_nothing(tmp_path: Path) -> None:
    assert prepared.load(tmp_path / "none.gz") == prepared.NOTHING
    assert prepared.recalled(prepared.NOTHING, sides(), "t") is None


def test_the_same_findings_give_the_same_bytes(tmp_path: Path) -> None:
    found = {prepared.digest(sides(), "t"): (sides(), find(sides(), [], encode=None, seed="t"))}
    for name in ("one", "two"):
        prepared.write(tmp_path / name, found)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
