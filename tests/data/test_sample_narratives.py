"""The narratives that ship with the sample are those of the posts and the model that ship."""

from pathlib import Path

import pytest

from groundswell import home_arguments
from groundswell.commands import narrate
from groundswell.commands.sample import SLUG, load_sample
from groundswell.scoring.lite import available
from groundswell.settings import load


def test_loading_the_sample_finds_none_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert available().serves == "encoder"

    def anew(*_: object, **__: object) -> None:
        pytest.fail("data/models, the rules of scoring or the sample have changed: run "
                    "python data/sample/read.py, then python data/sample/argue.py")  # fmt: skip

    monkeypatch.setattr(narrate, "find", anew)
    settings = load(tmp_path)
    load_sample(settings)
    told = home_arguments.narratives_told(settings, SLUG, "OpenAI")
    assert len(told) > 20
    assert {one["side"] for one in told} == {"against", "favor"}
