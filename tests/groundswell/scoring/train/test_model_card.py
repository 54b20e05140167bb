"""The card tells of every set, beside VADER, with figures that were measured."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from groundswell.model_card import read_card
from groundswell.scoring.lite import model
from groundswell.scoring.train.examples import SETS
from groundswell.scoring.train.model_card import FILE, write_model_card
from tests.groundswell.scoring.lite.invented import write_model
from tests.groundswell.scoring.train.test_example_sets import write

ROWS = {
    "sentiment": ["what a lovely day\tpositive", "it is awful\tnegative", "at ten\tneutral"],
    "irony": ["oh great\tirony", "see you\tnon_irony"],
    "target": [
        "Acme is great\tAcme\tpositive",
        "Acme is awful\tAcme\tnegative",
        "x\tAcme\tneutral",
    ],
    "stance": ["cars are great\tcars\tfavor", "cars kill\tcars\tagainst", "tea\tcars\tnone"],
}


def test_the_card_tells_of_every_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = model.NEEDED
    monkeypatch.setattr(model, "find_spec", lambda n: None if n in missing else find_spec(n))
    for name, head in SETS.items():
        write(tmp_path, name, "dev", *ROWS[head])
    folder = tmp_path / "model"
    folder.mkdir()
    write_model_card(write_model(folder), tmp_path, version="invented-1", seed=7, examples=12_345)
    text = (folder / FILE).read_text(encoding="utf-8")
    assert text.startswith("# Model card: invented-1\n")
    assert "12,345 drawn examples, seed 7" in text
    unseen = read_card(folder)["unseen"]
    assert unseen["targets"] == 1
    assert f"{100 * unseen['against']:.1f} points" in text
    rows = [line for line in text.splitlines() if line.startswith("| ") and " | " in line]
    measured = [row for row in rows if row.split()[1].rstrip(",") in SETS]
    assert {row.count("|") for row in measured} == {11}
    for name in SETS:
        assert any(row.startswith(f"| {name} | ") for row in rows)
    vader = next(row for row in rows if row.startswith("| semeval17_topic, VADER"))
    assert vader.split(" | ")[2:6] == ["1.000", "1.000", "1.000", "1.000"]
