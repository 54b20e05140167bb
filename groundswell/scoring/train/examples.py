"""Reads the labelled sets that lie beside the repository as examples of one shape."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from groundswell.errors import WrongUse
from groundswell.scoring.lite.mixture import HEADS

# Where the sets lie when nothing else is said: beside the repository, never in it.
EVAL = Path(__file__).resolve().parents[3].parent / "shared" / "eval"

_CLASSES = {
    "negative": 0, "neutral": 1, "positive": 2, "against": 0, "none": 1, "favor": 2,
    "non_irony": 0, "irony": 1,
}  # fmt: skip
SETS = {
    "tweeteval_sentiment": "sentiment",
    "semeval17_topic": "target",
    "newsmtsc": "target",
    "sentfin": "target",
    "perspectrum": "stance",
    "ibm_claim_stance": "stance",
    "debatepedia": "stance",
    "tweeteval_irony": "irony",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """``label`` is the place of the class in its head; ``names`` are what the text may call the
    target; ``target`` None for heads that judge the message."""

    text: str
    head: str
    label: int
    target: str | None = None
    names: tuple[str, ...] = field(default=())


def read_set(name: str, split: str, folder: Path = EVAL) -> list[Example]:
    """The examples of one set, in the order of its file. ``split`` is "train" or "dev".

    Raises ``WrongUse`` when the file is not there or has a label that is unknown.
    """
    path = folder / name / f"{split}.tsv"
    if not path.is_file():
        raise WrongUse(f"{path} is not there. Say with --eval where the labelled sets lie.")
    return [_example(row, SETS[name], path) for row in _rows(path)]


def read_training(folder: Path = EVAL) -> dict[str, list[Example]]:
    """All sets for training, without the texts that also occur in any set for development."""
    kept_back = {
        fingerprint(example.text) for name in SETS for example in read_set(name, "dev", folder)
    }
    return {
        name: [e for e in read_set(name, "train", folder) if fingerprint(e.text) not in kept_back]
        for name in SETS
    }


def fingerprint(text: str) -> str:
    """Letters and digits of ``text`` without case, the first 80: equal for copies of a post."""
    words = (word for word in text.lower().split() if not word.startswith(("http", "@")))
    return "".join(letter for word in words for letter in word if letter.isalnum())[:80]


def counts(examples: Sequence[Example], head: str) -> list[int]:
    """How many examples of ``head`` there are in each of its classes."""
    labels = [example.label for example in examples if example.head == head]
    return [labels.count(place) for place in range(len(HEADS[head]))]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    header, *lines = path.read_text(encoding="utf-8").split("\n")
    names = header.split("\t")
    for line in lines:
        if line:
            yield dict(zip(names, line.split("\t"), strict=True))


def _example(row: dict[str, str], head: str, path: Path) -> Example:
    if row["label"] not in _CLASSES:
        raise WrongUse(f"{path} has the label {row['label']!r}, which no head knows.")
    target = row.get("target")
    return Example(
        text=html.unescape(row["text"]),
        head=head,
        label=_CLASSES[row["label"]],
        target=target,
        names=(target,) if target else (),
    )
