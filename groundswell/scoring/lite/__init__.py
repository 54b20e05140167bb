"""The default scorer: what a post says, and which side it takes towards a target."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from groundswell.scoring.lite.mixture import HEADS, Blend
from groundswell.scoring.lite.model import Availability, Model, available, load
from groundswell.scoring.lite.wording import Wording, prepare
from groundswell.scoring.score import NOT_SCORED

__all__ = ["Availability", "Judgement", "available", "read", "version"]

CHUNK = 2_000  # posts read at a time; a backlog of any size needs the room of one chunk
NO_WORDS = "no letters"
UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """``label`` is negative, neutral or positive of a message, against, none or favor towards a
    target, or ``not_scored`` when ``abstained``, for ``reason``. ``probabilities`` by class,
    empty when nothing was read; ``confidence`` the highest of them, 0…1. ``irony`` 0…1, of
    messages only. ``named``: whether the text names the target."""

    label: str
    probabilities: Mapping[str, float] = field(default_factory=dict)
    confidence: float | None = None
    abstained: bool = False
    reason: str | None = None
    irony: float | None = None
    named: bool = False


def read(
    texts: Sequence[str],
    targets: Sequence[str | None],
    aliases: Mapping[str, Sequence[str]] | None = None,
    *,
    threads: int = 1,
    folder: Path | None = None,
) -> list[Judgement]:
    """What each text says: towards its target, or as a message where that is None.

    ``aliases`` are other names of a target. English is taken for granted: ask
    ``language.identify`` first. ``folder`` None reads with the model that ships. Raises
    ``GroundswellError`` when there is no model or it is damaged.
    """
    model = load(folder, threads)
    asked = list(zip(texts, targets, strict=True))
    found: list[Judgement] = []
    for start in range(0, len(asked), CHUNK):
        found.extend(_read(model, asked[start : start + CHUNK], aliases or {}))
    return found


def version(folder: Path | None = None) -> str:
    """Version of the model that serves here; raises as ``read``."""
    return load(folder, 1).version


def _read(
    model: Model, asked: Sequence[tuple[str, str | None]], aliases: Mapping[str, Sequence[str]]
) -> Iterator[Judgement]:
    wordings = [
        prepare(text, () if target is None else (target, *aliases.get(target, ())))
        for text, target in asked
    ]
    judged: dict[int, Judgement] = {}
    for with_target in (False, True):
        places = [
            place
            for place, (_, target) in enumerate(asked)
            if (target is not None) is with_target and wordings[place].has_words
        ]
        pairs = [(wordings[place].text, asked[place][1]) for place in places]
        parts = model.parts(pairs) if pairs else {}
        judge = _stances if with_target else _messages
        found = judge(model, parts, [wordings[place] for place in places]) if pairs else []
        judged.update(zip(places, found, strict=True))
    silent = Judgement(label=NOT_SCORED, abstained=True, reason=NO_WORDS)
    return (judged.get(place, silent) for place in range(len(asked)))


def _messages(
    model: Model, parts: Mapping[str, np.ndarray], wordings: Sequence[Wording]
) -> list[Judgement]:
    blend = model.blends["sentiment"]
    irony = model.blends["irony"].probabilities(parts)[:, 1]
    rows = blend.probabilities(parts)
    return [
        _judgement(blend, HEADS["sentiment"], row, named=False, irony=float(ironic))
        for row, ironic, _ in zip(rows, irony, wordings, strict=True)
    ]


def _stances(
    model: Model, parts: Mapping[str, np.ndarray], wordings: Sequence[Wording]
) -> list[Judgement]:
    named, unnamed = model.blends["named"], model.blends["unnamed"]
    if_named, if_not = named.probabilities(parts), unnamed.probabilities(parts)
    return [
        _judgement(named, HEADS["target"], if_named[place], named=True)
        if wording.named
        else _judgement(unnamed, HEADS["target"], if_not[place], named=False)
        for place, wording in enumerate(wordings)
    ]


def _judgement(
    blend: Blend,
    classes: Sequence[str],
    row: np.ndarray,
    *,
    named: bool,
    irony: float | None = None,
) -> Judgement:
    best = int(row.argmax())
    confidence = float(row[best])
    unsure = confidence < blend.cut_off
    return Judgement(
        label=NOT_SCORED if unsure else classes[best],
        probabilities={name: float(share) for name, share in zip(classes, row, strict=True)},
        confidence=confidence,
        abstained=unsure,
        reason=UNSURE if unsure else None,
        irony=irony,
        named=named,
    )
