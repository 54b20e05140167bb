"""Writes the model card: what it is trained on, how right it is on every set, where it fails."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from groundswell import model_card
from groundswell.resources import bundled
from groundswell.scoring.bare import bare
from groundswell.scoring.lite import available
from groundswell.scoring.lite.mixture import HEADS
from groundswell.scoring.train import written
from groundswell.scoring.train.crossed import topics_crossed
from groundswell.scoring.train.examples import SETS
from groundswell.scoring.train.figures import (
    Answers,
    answers,
    asked,
    figures,
    net_error,
    share_error,
    trap_hits,
    vader_answers,
    vader_asked,
)
from groundswell.scoring.vader import label, sentiment

_TEMPLATE = Path(__file__).with_name("card.md")
FILE = "MODEL_CARD.md"
WITH_GAP = "semeval17_topic"  # the only set with many posts a target
SIGNS = {"negative": "against", "neutral": "none", "positive": "favor"}
HEADER = (
    "| set | posts | macro-recall | macro-F1 | F_avg | F1 last class | gap | ECE | kept "
    "| right of kept |\n|---|---|---|---|---|---|---|---|---|---|"
)


def write_model_card(
    folder: Path, eval_folder: Path, *, version: str, seed: int, examples: int
) -> None:
    """Measures the model in ``folder`` and writes its card beside it."""
    unseen = _write_unseen(folder, eval_folder)
    hits = trap_hits(_traps(), folder=folder)
    text = _TEMPLATE.read_text(encoding="utf-8").format(
        version=version,
        seed=seed,
        examples=f"{examples:,}",
        size_mb=sum(path.stat().st_size for path in folder.iterdir()) / 1e6,
        unseen=unseen,
        stories=len(written.stories()),
        kept_back=len(written.names_kept_back()),
        learnt=f"{written.posts_for_training():,}",
        unseen_points=100 * unseen.against,
        crossed=_crossed(folder, eval_folder),
        figures="\n".join([HEADER, *_rows(folder, eval_folder)]),
        trap_count=len(hits),
        trap_right=sum(expected == found for _, _, expected, found in hits),
        trap_share=sum(expected == found for _, _, expected, found in hits) / len(hits),
        vader_share=sum(said == expected for said, expected in _by_vader(hits)) / len(hits),
    )
    (folder / FILE).write_text(text, encoding="utf-8")


def _write_unseen(folder: Path, eval_folder: Path) -> model_card.UnseenError:
    """Measures what is quoted where a share cannot be corrected, and lays it to the card that
    machines read."""
    of = answers(WITH_GAP, eval_folder, folder)
    error = model_card.UnseenError(
        targets=len(set(of.topics)),
        against=round(share_error(of, HEADS["target"].index("against")), 3),
    )
    card = model_card.read_card(folder) | {"unseen": asdict(error)}
    (folder / model_card.FILE).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return error


def _crossed(folder: Path, eval_folder: Path) -> str:
    """What topics come to that had no part in the choice; nothing where no encoder can run."""
    if available(folder).serves != "encoder":
        return ""
    of = topics_crossed(folder, eval_folder)
    return (
        "Answered by blends that\nwere chosen without them, a fifth of the topics at a time, they "
        f"reach a macro-recall of {figures(of).recall:.3f} and a gap of {net_error(of):.3f}."
    )


def _rows(folder: Path, eval_folder: Path) -> Iterator[str]:
    for name, head in SETS.items():
        yield _row(name, answers(name, eval_folder, folder))
        if head != "irony":
            yield _row(f"{name}, VADER", vader_answers(name, eval_folder), calibrated=False)
    stories = written.kept_back()
    yield _row("stories of our own", asked(stories, "target", folder))
    yield _row("stories of our own, VADER", vader_asked(stories, "target"), calibrated=False)


def _row(name: str, of: Answers, *, calibrated: bool = True) -> str:
    got = figures(of)
    gap = f"{net_error(of):.3f}" if name.startswith(WITH_GAP) else ""
    cells = [got.recall, got.f1, got.f_avg, got.f_last]
    last = [got.error, got.kept, got.kept_accuracy] if calibrated else []
    shown = [f"{cell:.3f}" for cell in cells] + [gap] + [f"{cell:.3f}" for cell in last]
    return f"| {name} | {got.posts:,} | {' | '.join(shown + [''] * (8 - len(shown)))} |"


def _traps() -> list[dict[str, object]]:
    found: list[dict[str, object]] = tomllib.loads(
        bundled("traps.toml").read_text(encoding="utf-8")
    )["trap"]
    return found


def _by_vader(hits: list[tuple[str, str, str, str]]) -> Iterator[tuple[str, str]]:
    for text, _, expected, _ in hits:
        compound = sentiment(bare(text), "en", 1.0).value or 0.0
        yield SIGNS[label(compound)], expected
