"""Narratives found beforehand and kept in a file: good for the very same posts and model."""

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

from groundswell.scoring.narratives import SIDES, Narrative, Part, PostKey, Said
from groundswell.scoring.prepared import made_by

Prepared: TypeAlias = Mapping[str, list[dict[str, Any]]]  # by digest of the posts
NOTHING: Prepared = {}

Sides: TypeAlias = Mapping[str, Sequence[Said]]


def digest(sides: Sides, seed: str) -> str:
    """Names the posts, their sides and copies, what is asked, and the model that ships: another
    name where any of it is another."""
    leaders: dict[PostKey, PostKey] = {}
    for one in sorted(_all(sides), key=lambda one: one.key):
        leaders.setdefault(one.copies, one.key)
    said = [
        [side, *one.key, *leaders[one.copies]]
        for side in SIDES
        for one in sorted(sides.get(side, ()), key=lambda one: one.key)
    ]
    text = json.dumps([made_by(), seed, said], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def write(path: Path, found: Mapping[str, tuple[Sides, Sequence[Narrative]]]) -> None:
    """Keeps what was found of some posts, by ``digest``; posts are told by their place among the
    sorted ones. The same findings give the same bytes."""
    kept = {}
    for name, (sides, narratives) in found.items():
        place = {key: n for n, key in enumerate(_keys(sides))}
        kept[name] = [
            asdict(one) | {"parts": [[place[part.key], part.closeness] for part in one.parts]}
            for one in narratives
        ]
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def load(path: Path) -> Prepared:
    """What ``path`` keeps; nothing where it is absent."""
    if not path.is_file():
        return NOTHING
    found: Prepared = json.loads(gzip.decompress(path.read_bytes()))
    return found


def recalled(prepared: Prepared, sides: Sides, seed: str) -> list[Narrative] | None:
    """What was found of exactly these posts; None where nothing was."""
    kept = prepared.get(digest(sides, seed)) if prepared else None
    if kept is None:
        return None
    keys = _keys(sides)
    return [
        Narrative(
            **one
            | {
                "terms": tuple(one["terms"]),
                "merged": tuple(one["merged"]),
                "parts": tuple(
                    Part(key=keys[place], closeness=closeness) for place, closeness in one["parts"]
                ),
            }
        )
        for one in kept
    ]


def _keys(sides: Sides) -> list[PostKey]:
    return sorted(one.key for one in _all(sides))


def _all(sides: Sides) -> list[Said]:
    return [one for side in SIDES for one in sides.get(side, ())]
