"""Labelled sets are read whole, in one shape, and none of a development set is learnt from."""

from pathlib import Path

import numpy as np
import pytest

from groundswell.errors import WrongUse
from groundswell.scoring.lite import Judgement
from groundswell.scoring.train.examples import (
    EVAL,
    SETS,
    Example,
    counts,
    fingerprint,
    read_set,
    read_training,
)
from groundswell.scoring.train.figures import Answers, f1_of, figures, likeliest, net_error


def write(folder: Path, name: str, split: str, *rows: str) -> None:
    header = "text\ttarget\tlabel" if SETS[name] in ("target", "stance") else "text\tlabel"
    (folder / name).mkdir(exist_ok=True)
    text = "\n".join([header, *rows]) + "\n"
    (folder / name / f"{split}.tsv").write_text(text, encoding="utf-8")


def test_a_row_becomes_an_example(tmp_path: Path) -> None:
    write(tmp_path, "sentfin", "dev", 'Profit at "Acme" &amp; Co up\tAcme\tpositive')
    assert read_set("sentfin", "dev", tmp_path) == [
        Example(
            text='Profit at "Acme" & Co up', head="target", label=2, target="Acme", names=("Acme",)
        )
    ]


def test_a_message_has_no_target(tmp_path: Path) -> None:
    write(tmp_path, "tweeteval_irony", "dev", "oh great\tirony", "hello\tnon_irony")
    found = read_set("tweeteval_irony", "dev", tmp_path)
    assert [(one.label, one.target) for one in found] == [(1, None), (0, None)]
    assert counts(found, "irony") == [1, 1]


def test_what_is_missing_or_strange_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"dev\.tsv is not there.*--eval"):
        read_set("sentfin", "dev", tmp_path)
    write(tmp_path, "sentfin", "dev", "a\tb\tmaybe")
    with pytest.raises(WrongUse, match="the label 'maybe'"):
        read_set("sentfin", "dev", tmp_path)


def test_copies_of_development_texts_are_not_learnt(tmp_path: Path) -> None:
    labels = {"sentiment": "neutral", "target": "neutral", "stance": "none", "irony": "irony"}
    for name, head in SETS.items():
        middle = "\tAcme\t" if head in ("target", "stance") else "\t"
        write(tmp_path, name, "dev", f"Seen in {name}!{middle}{labels[head]}")
        write(
            tmp_path,
            name,
            "train",
            f"@sample-user-17 seen in SENTFIN http://x{middle}{labels[head]}",
            f"new one{middle}{labels[head]}",
        )
    assert {
        name: [one.text for one in found] for name, found in read_training(tmp_path).items()
    } == (dict.fromkeys(SETS, ["new one"]))


def test_a_fingerprint_is_blind_to_manner() -> None:
    assert fingerprint("RT @sample-user-17 So True!! http://t.co/1") == fingerprint("rt so true")
    assert fingerprint("so true") != fingerprint("so false")


@pytest.mark.skipif(not EVAL.is_dir(), reason="the labelled sets are not beside the repository")
def test_topics_of_the_development_set_are_unseen() -> None:
    seen = {one.target for one in read_set("semeval17_topic", "train")}
    asked = {one.target for one in read_set("semeval17_topic", "dev")}
    assert len(asked) >= 20
    assert not seen & asked


def answered(labels: list[int], found: list[int], targets: list[str]) -> Answers:
    examples = [
        Example(text="", head="target", label=label, target=target)
        for label, target in zip(labels, targets, strict=True)
    ]
    kept = np.array([n % 2 == 0 for n in range(len(labels))])
    return Answers(examples=examples, rows=np.eye(3)[found], kept=kept)


def test_figures_worked_out_by_hand() -> None:
    of = answered([0, 0, 1, 2], [0, 1, 1, 0], ["a", "a", "b", "b"])
    got = figures(of)
    assert got.posts == 4
    assert got.recall == pytest.approx((0.5 + 1 + 0) / 3)
    assert f1_of(of.labels, of.rows.argmax(axis=1), 0) == pytest.approx(0.5)
    assert got.f_avg == pytest.approx(0.25)
    assert got.f_last == 0
    assert got.error == pytest.approx(0.5)
    assert (got.kept, got.kept_accuracy) == (0.5, 1.0)
    assert net_error(of) == pytest.approx((0.5 + 1) / 2)


def test_the_likeliest_class_counts_also_when_unsure() -> None:
    one = Judgement(label="not_scored", probabilities={"against": 0.4, "none": 0.35, "favor": 0.25})
    assert likeliest(one) == "against"
    assert likeliest(Judgement(label="not_scored")) == "not_scored"
