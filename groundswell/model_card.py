"""What the shipped model says of itself in ``model.json``; read without loading the model."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groundswell.resources import bundled

FOLDER = "models/lite"
FILE = "model.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnseenError:
    """How far off the model's uncorrected share against a target is in the mean over ``targets``
    of a development set that training knew none of: ``against``, 0…1."""

    targets: int
    against: float


def read_card(folder: Path | None = None) -> dict[str, Any]:
    """The card in ``folder``, by default that of the shipped model. Raises ``OSError`` where there
    is none."""
    text = ((folder or bundled(FOLDER)) / FILE).read_text(encoding="utf-8")
    card: dict[str, Any] = json.loads(text)
    return card


def unseen_error(version: str) -> UnseenError | None:
    """The error of the model that scores are kept under as ``version`` ("lite-2.1": the model's
    and, behind the dot, the revision of what is asked of it). None for another than the one that
    ships, and for its small part alone ("lite-2.1-linear"), which were not measured so."""
    card = read_card()
    model, _, revision = version.rpartition(".")
    is_shipped = model == card["version"] and revision.isdecimal()
    return UnseenError(**card["unseen"]) if is_shipped else None
