"""Readings made beforehand and kept in a file: good for the very model that made them, no other."""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

from groundswell.model_card import read_card
from groundswell.post import Post
from groundswell.scoring import vader
from groundswell.scoring.score import Reading, Score
from groundswell.scoring.scorer import version

PostKey: TypeAlias = tuple[str, str]  # source, uri
DIGITS = 4


def write(path: Path, posts: Sequence[Post], readings: Sequence[Reading]) -> None:
    """Keeps ``readings`` of ``posts``, numbers to four digits, with the sums of the model that
    made them. The same readings give the same bytes."""
    lines = [made_by()]
    for post, reading in zip(posts, readings, strict=True):
        lines.append({"source": post.source, "uri": post.uri} | _plain(asdict(reading)))
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def load(path: Path) -> Mapping[PostKey, Reading]:
    """The readings in ``path`` by post; none of them when another model serves here, or none was
    kept."""
    if not path.is_file():
        return {}
    lines = _lines(path)
    return dict(map(_entry, lines)) if next(lines, None) == made_by() else {}


def knowing(
    known: Mapping[PostKey, Reading], read: Callable[[Sequence[Post]], list[Reading]]
) -> Callable[[Sequence[Post]], list[Reading]]:
    """``read``, asked only for the posts whose reading is not ``known``."""

    def read_rest(posts: Sequence[Post]) -> list[Reading]:
        rest = iter(read([post for post in posts if (post.source, post.uri) not in known]))
        return [known.get((post.source, post.uri)) or next(rest) for post in posts]

    return read_rest


def made_by() -> dict[str, Any]:
    """What makes readings here: versions, and the sums of the model's files."""
    return {"lite": version(), "vader": vader.version(), "sha256": read_card()["sha256"]}


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def _entry(line: dict[str, Any]) -> tuple[PostKey, Reading]:
    key = line.pop("source"), line.pop("uri")
    scores = tuple(Score(**score) for score in line.pop("scores"))
    return key, Reading(scores=scores, **line)


def _plain(value: Any) -> Any:
    """``value`` with short numbers and without what is None."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return round(value, DIGITS) if isinstance(value, float) else value
