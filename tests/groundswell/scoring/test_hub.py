"""Any classifier or NLI model serves once its labels are understood; here tiny invented ones."""

# Torch and transformers are not there where types are checked.
# mypy: disable-error-code="import-not-found,import-untyped"

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from groundswell.errors import WrongUse
from groundswell.scoring import HubModel, hub, read
from groundswell.scoring.hub import OTHER_LANGUAGE, hub_scorer, meaning
from groundswell.scoring.rows import AskedText, read_rows
from groundswell.scoring.score import NOT_SCORED
from groundswell.topic import Target
from tests.builders import make_post

OPENAI = Target(name="OpenAI", aliases=("openai",))
GERMAN = "OpenAI sagt, dass die Konkurrenz ihr Modell kopiert hat"
ENGLISH = "OpenAI says that its rival has copied the model"
SENTIMENT, NLI, STANCE = (
    ["negative", "neutral", "positive"],
    ["entailment", "neutral", "contradiction"],
    ["AGAINST", "FAVOR", "NONE"],
)
needs_transformers = pytest.mark.skipif(
    find_spec("transformers") is None or find_spec("torch") is None,
    reason="transformers and torch, of the extra hub, are not installed",
)


@pytest.mark.parametrize(
    ("labels", "kind", "classes"),
    [
        (SENTIMENT, "sentiment", ("negative", "neutral", "positive")),
        (["NEG", "POS"], "sentiment", ("negative", "positive")),
        (
            ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"],
            "sentiment",
            ("negative", "negative", "neutral", "positive", "positive"),
        ),
        (["Very_Negative", "Neutral", "Very-Positive"], "sentiment", tuple(SENTIMENT)),
        (NLI, "nli", ("favor", "none", "against")),
        (STANCE, "stance", ("against", "favor", "none")),
        (["pro", "con"], "stance", ("favor", "against")),
    ],
)
def test_labels_tell_the_kind(labels: list[str], kind: str, classes: tuple[str, ...]) -> None:
    assert meaning(labels, "a/b") == (kind, classes)


@pytest.mark.parametrize(
    "labels",
    [["LABEL_0", "LABEL_1"], ["joy", "anger"], ["entailment", "not_entailment"], ["negative"], []],
)
def test_labels_that_say_nothing_are_refused(labels: list[str]) -> None:
    with pytest.raises(WrongUse, match="a/b are .*is not known"):
        meaning(labels, "a/b")


def test_without_the_extra_the_reader_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "transformers", None)
    hub._loaded.cache_clear()
    with pytest.raises(WrongUse, match=r"pip install 'groundswell\[hub\]'"):
        read([make_post()], hub=HubModel(name="a/b"))


def write_model(folder: Path, labels: list[str]) -> HubModel:
    """A BERT of one layer with invented weights and the labels given."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    torch.manual_seed(7)
    words = "openai sagt dass says that its rival has copied the model . author is in favor of"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(words.split())]
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(pieces), encoding="utf-8")
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        id2label=dict(enumerate(labels)),
        label2id={label: place for place, label in enumerate(labels)},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    return HubModel(name=str(folder))


def scores(text: str, model: HubModel) -> dict[str | None, Any]:
    (reading,) = read([make_post(text=text)], [OPENAI], hub=model)
    return {score.target: score for score in reading.scores if score.model == "hub"}


@needs_transformers
@pytest.mark.parametrize(("labels", "has_message"), [(SENTIMENT, 1), (NLI, 1), (STANCE, 0)])
def test_a_model_reads_what_it_can(tmp_path: Path, labels: list[str], has_message: int) -> None:
    model = write_model(tmp_path / "model", labels)
    found = scores(ENGLISH, model)
    assert len(found) == 1 + has_message
    assert {score.version for score in found.values()} == {model.name}
    side = found["OpenAI"]
    assert side.label in ("against", "none", "favor")
    assert 1 / 3 <= side.confidence <= 1
    assert -1 <= side.value <= 1
    if has_message:
        assert found[None].label in ("negative", "neutral", "positive")


@needs_transformers
def test_other_languages_are_read_only_by_a_model_that_knows_them(tmp_path: Path) -> None:
    english = write_model(tmp_path / "model", SENTIMENT)
    for score in scores(GERMAN, english).values():
        assert (score.label, score.reason) == (NOT_SCORED, OTHER_LANGUAGE)
    for languages in (("en", "de"), ("*",)):
        model = HubModel(name=english.name, languages=languages)
        found = scores(GERMAN, model)
        assert NOT_SCORED not in {score.label for score in found.values()}
    assert {score.reason for score in scores("🤡", model).values()} == {"no letters"}


@needs_transformers
def test_answers_come_in_the_order_asked(tmp_path: Path) -> None:
    scorer = hub_scorer(write_model(tmp_path / "model", SENTIMENT))
    texts = [f"{ENGLISH} " * (n % 5 + 1) for n in range(40)]
    asked = [(text, OPENAI if n % 3 else None) for n, text in enumerate(texts)]
    for question, answer in zip(asked, scorer.ask(asked), strict=True):
        (alone,) = scorer.ask([question])
        assert answer.probabilities == pytest.approx(dict(alone.probabilities), abs=1e-5)


@needs_transformers
def test_rows_of_a_file_are_answered_by_it_first(tmp_path: Path) -> None:
    model = HubModel(name=write_model(tmp_path / "model", SENTIMENT).name, languages=("*",))
    asked = [AskedText(text=GERMAN, target=OPENAI), AskedText(text=ENGLISH), AskedText(text="")]
    german, english, empty = read_rows(asked, hub=model)
    assert german.sentiment != NOT_SCORED
    assert german.stance in ("against", "none", "favor")
    assert (german.irony, german.compound) == (None, None)
    assert english.irony is not None
    assert (empty.sentiment, empty.stance) == (NOT_SCORED, None)


@needs_transformers
def test_a_name_that_is_no_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(WrongUse, match="cannot be loaded"):
        hub_scorer(HubModel(name=str(tmp_path / "empty")))
