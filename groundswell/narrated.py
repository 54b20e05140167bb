"""What was found out about the narratives of a topic, on its way into the database."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldNarrative:
    """A narrative without its posts; see ``groundswell.scoring.narratives.Narrative``."""

    id: str
    side: str
    terms: tuple[str, ...]
    counter: str | None
    nearness: float | None
    merged: tuple[str, ...]
    split_from: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPart:
    """A post of a narrative. ``seen_at`` is the sighting whose text was read: another text is not
    meant. ``closeness`` to its middle, None for copies."""

    source: str
    uri: str
    seen_at: datetime
    narrative: str
    closeness: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrated:
    """All narratives about one ``target``. ``posts`` were read of ``stated`` that take a side, by
    the model ``version``; ``fingerprint`` of the latter before that."""

    target: str
    posts: int
    stated: int
    version: str
    fingerprint: str | None
    narratives: tuple[ToldNarrative, ...]


_KINDS: dict[str, pa.DataType] = {
    "source": pa.string(),
    "uri": pa.string(),
    "seen_at": pa.timestamp("us", tz="UTC"),
    "narrative": pa.string(),
    "closeness": pa.float64(),
}
PARTS_SCHEMA = pa.schema(_KINDS)


def told(narrated: Narrated | None) -> dict[str, Any] | None:
    """``narrated`` as JSON holds it."""
    return None if narrated is None else asdict(narrated)


def narrated_of(said: dict[str, Any] | None) -> Narrated | None:
    """What ``told`` gave, after its way through JSON. Raises ``KeyError``, ``TypeError``."""
    if said is None:
        return None
    narratives = tuple(
        ToldNarrative(**{**one, "terms": tuple(one["terms"]), "merged": tuple(one["merged"])})
        for one in said["narratives"]
    )
    return Narrated(**{**said, "narratives": narratives})
