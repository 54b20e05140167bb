"""Every text gets an answer or a reason, in the order asked, with what is installed."""

from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.errors import GroundswellError
from groundswell.model_card import FILE
from groundswell.scoring import lite
from groundswell.scoring.lite import NO_WORDS, UNSURE, Judgement, available, model, read
from groundswell.scoring.lite.mixture import HEADS
from groundswell.scoring.lite.model import LINEAR, NEEDED
from groundswell.scoring.score import NOT_SCORED
from tests.groundswell.scoring.lite.invented import write_model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(autouse=True)
def _without_onnxruntime(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "find_spec", _nothing_needed)


def _nothing_needed(name: str) -> ModuleSpec | None:
    return None if name in NEEDED else find_spec(name)


def is_whole(judgement: Judgement, classes: tuple[str, ...]) -> bool:
    if judgement.reason == NO_WORDS:
        return judgement.label == NOT_SCORED and not judgement.probabilities
    sums = sum(judgement.probabilities.values()) == pytest.approx(1)
    return sums and tuple(judgement.probabilities) == classes


def test_a_message_and_a_target_are_different_questions(folder: Path) -> None:
    message, named, unnamed = read(
        ["I like Acme", "I like Acme", "They are thieves"], [None, "Acme", "Acme"], folder=folder
    )
    assert is_whole(message, HEADS["sentiment"])
    assert message.irony is not None
    assert 0 <= message.irony <= 1
    assert is_whole(named, HEADS["target"])
    assert (named.named, named.irony) == (True, None)
    assert not unnamed.named


def test_other_names_of_a_target_name_it(folder: Path) -> None:
    (one,) = read(["chatgpt is fun"], ["OpenAI"], {"OpenAI": ["ChatGPT"]}, folder=folder)
    assert one.named


def test_two_targets_of_one_post_are_asked_apart(folder: Path) -> None:
    text = "Acme copies Borealis"
    one, other = read([text, text], ["Acme", "Borealis"], folder=folder)
    assert one.probabilities != other.probabilities


BAD = ["", "😂", "https://example.org/x", "@sample-user-17", "\0", "12", "\ud800", " \n"]


def test_bad_texts_are_not_scored(folder: Path) -> None:
    for target in (None, "Acme"):
        found = read(BAD, [target] * len(BAD), folder=folder)
        assert {(one.label, one.abstained, one.reason) for one in found} == {
            (NOT_SCORED, True, NO_WORDS)
        }


@pytest.mark.timeout(30)
def test_a_huge_text_is_read(folder: Path) -> None:
    (one,) = read(["Acme is greedy " * 700_000], ["Acme"], folder=folder)
    assert one.confidence is not None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.text(max_size=60), st.sampled_from([None, "Acme", "a", ""]))))
def test_answers_come_in_the_order_asked(folder: Path, asked: list[tuple[str, str | None]]) -> None:
    found = read([text for text, _ in asked], [target for _, target in asked], folder=folder)
    assert len(found) == len(asked)
    for (_, target), one in zip(asked, found, strict=True):
        assert is_whole(one, HEADS["sentiment" if target is None else "target"])


def test_chunks_change_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"Acme has {n} good days" for n in range(20)]
    targets = [None if n % 3 else "Acme" for n in range(20)]
    at_once = read(texts, targets, folder=folder)
    monkeypatch.setattr(lite, "CHUNK", 3)
    in_turns = read(texts, targets, folder=folder)
    assert [one.label for one in in_turns] == [one.label for one in at_once]
    for one, other in zip(in_turns, at_once, strict=True):
        assert one.probabilities == pytest.approx(other.probabilities)


def test_below_the_cut_off_there_is_no_label(tmp_path: Path) -> None:
    (one,) = read(["Acme is so so"], ["Acme"], folder=write_model(tmp_path, cut_off=1.0))
    assert (one.label, one.abstained, one.reason) == (NOT_SCORED, True, UNSURE)
    assert sum(one.probabilities.values()) == pytest.approx(1)


def test_texts_and_targets_go_in_pairs(folder: Path) -> None:
    with pytest.raises(ValueError, match="zip"):
        read(["one", "two"], [None], folder=folder)


def test_without_onnxruntime_the_linear_model_serves_and_says_so(folder: Path) -> None:
    said = available(folder)
    assert said.serves == "linear"
    assert said.reason == "onnxruntime and tokenizers not installed"
    assert model.load(folder).version == "invented-1-linear"


def test_with_onnxruntime_the_encoder_serves(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "find_spec", lambda _name: ModuleSpec("x", None))
    assert available(folder) == lite.Availability(serves="encoder")


def test_without_a_model_the_error_says_what_to_do(tmp_path: Path) -> None:
    assert available(tmp_path).serves == ""
    with pytest.raises(GroundswellError, match=r"holds no model.*Install"):
        read(["Acme"], ["Acme"], folder=tmp_path)


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_a_damaged_model_is_never_used(tmp_path: Path, damage: str) -> None:
    path = write_model(tmp_path) / LINEAR
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1])
    assert (tmp_path / FILE).is_file()
    with pytest.raises(GroundswellError, match="not the file that was shipped"):
        read(["Acme"], ["Acme"], folder=tmp_path)
