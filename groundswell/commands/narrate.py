"""Keeps the narratives of a topic fresh: the step after those that bring posts and group copies."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias

import numpy as np

from groundswell import home, home_arguments
from groundswell.commands.options import say
from groundswell.errors import GroundswellError
from groundswell.model_card import read_card
from groundswell.narrated import Narrated, ToldNarrative, ToldPart
from groundswell.run import utc_now
from groundswell.scoring.lite import available
from groundswell.scoring.lite.model import load
from groundswell.scoring.narratives import (
    SIDES,
    Encode,
    Known,
    Narrative,
    PostKey,
    Said,
    find,
)
from groundswell.scoring.narratives.prepared import NOTHING, Prepared, recalled
from groundswell.settings import Settings
from groundswell.spool import Batch, Spool
from groundswell.topic import Topic
from groundswell.topic import find as find_topic

ROUTE = "narratives"  # asks no source: the store leaves it out of the runs of sources
MOST_POSTS = 6_000  # of a target are read, the newest: about 20 CPU-s, 450 MB
BY_WORDS = "words"

Record: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What tells which posts are alike: the model ``version`` and its ``encode``; words alone
    where it cannot run, for ``reason``; and what was found beforehand."""

    version: str
    encode: Encode | None
    reason: str | None
    prepared: Prepared = field(default_factory=dict)


def narrate(
    settings: Settings, topics: Iterable[str], *, quiet: bool, prepared: Prepared = NOTHING
) -> None:
    """Reads the narratives of ``topics`` anew whose posts changed since the last time, target by
    target, and hands them over. Copies must be grouped already. What is ``prepared`` of exactly
    these posts need not be found again.

    Trouble is told and no failure: the posts are stored, the next run reads them.
    """
    try:
        by = replace(reader(), prepared=prepared)
        done = [_narrate(settings, slug, by, quiet=quiet) for slug in dict.fromkeys(topics)]
        if any(done):
            home.absorb(settings)
    except GroundswellError as error:
        say(f"Narratives were not read, the next run does it. {error}")


def reader() -> Reader:
    """The model that ships, loaded with the first text, or words alone where it cannot run."""
    can = available()
    if can.serves != "encoder":
        return Reader(version=BY_WORDS, encode=None, reason=can.reason)
    return Reader(version=read_card()["version"], encode=remembering(_encode), reason=None)


def _encode(texts: Sequence[str]) -> np.ndarray:
    encoder = load().encoder
    if encoder is None:  # it was there a moment ago
        raise GroundswellError("The model can no longer run here. Run the command again.")
    return encoder.vectors(texts)


def remembering(encode: Encode) -> Encode:
    """``encode`` that reads no text twice: most posts of a topic speak of several targets."""
    known: dict[str, np.ndarray] = {}

    def vectors(texts: Sequence[str]) -> np.ndarray:
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(fresh, encode(fresh), strict=True))
        return np.stack([known[text] for text in texts])

    return vectors


def sides_of(posts: Sequence[Record]) -> dict[str, list[Said]]:
    """Posts of the material by the side they take."""
    return {side: [_said(one) for one in posts if one["stance"] == side] for side in SIDES}


def seed_of(topic: str, target: str) -> str:
    """What ids of narratives about a target are made from."""
    return f"{topic}\x1f{target}"


def names_of(topic: Topic) -> list[str]:
    """All that the targets of a topic are called."""
    return [name for one in topic.targets for name in (one.name, *one.aliases)]


def _narrate(settings: Settings, slug: str, by: Reader, *, quiet: bool) -> bool:
    """Whether any narrative of the topic was read anew."""
    topic = find_topic(settings.home, slug)
    done = [_narrate_one(settings, topic, one.name, by, quiet=quiet) for one in topic.targets]
    return any(done)


def _narrate_one(settings: Settings, story: Topic, target: str, by: Reader, *, quiet: bool) -> bool:
    read_at, topic = utc_now(), story.slug
    state = home_arguments.narrating_state(settings, topic, target, by.version)
    if not state.due:
        return False
    material = home_arguments.narrative_material(settings, topic, target, MOST_POSTS)
    posts = material["posts"]
    found = _found(story, target, material, by)
    narrated = Narrated(
        target=target,
        posts=len(posts),
        stated=state.stated,
        version=by.version,
        fingerprint=state.now,
        narratives=tuple(_told(one) for one in found),
    )
    seen = {(one["source"], one["uri"]): one["seen_at"] for one in posts}
    spool = Spool(settings.home, limit_bytes=settings.spool_limit_bytes)
    spool.write(_batch(topic, read_at, narrated, _parts(found, seen)))
    if not quiet:
        say(sentence(topic, narrated, by.reason))
    return True


def sentence(topic: str, narrated: Narrated, reason: str | None) -> str:
    """What came of it, in a line or two for people."""
    counts = [sum(one.side == side for one in narrated.narratives) for side in SIDES]
    said = (
        f"{topic}: {counts[0]:,} narratives against {narrated.target} and {counts[1]:,} in favor, "
        f"in {narrated.posts:,} posts that take a side."
    )
    if narrated.stated > narrated.posts == MOST_POSTS:
        said += f" Only the newest {MOST_POSTS:,} of {narrated.stated:,} were read."
    return f"{said} By words alone: {reason}." if reason else said


def _found(
    story: Topic, target: str, material: Mapping[str, Sequence[Record]], by: Reader
) -> list[Narrative]:
    sides, seed = sides_of(material["posts"]), seed_of(story.slug, target)
    known = [_known(one) for one in material["known"]]
    kept = None if known else recalled(by.prepared, sides, seed)
    if kept is not None:
        return kept
    return find(sides, known, encode=by.encode, seed=seed, targets=names_of(story))


def _said(record: Record) -> Said:
    return Said(
        key=(record["source"], record["uri"]),
        text=record["text"],
        author=record["author_no"],
        at=record["posted_at"],
        copies=("", str(record["group_no"])),
    )


def _known(record: Record) -> Known:
    return Known(
        id=record["narrative"],
        side=record["side"],
        terms=tuple(record["terms"]),
        keys=frozenset((key["source"], key["uri"]) for key in record["keys"]),
    )


def _told(one: Narrative) -> ToldNarrative:
    return ToldNarrative(
        id=one.id,
        side=one.side,
        terms=one.terms,
        counter=one.counter,
        nearness=one.nearness,
        merged=one.merged,
        split_from=one.split_from,
    )


def _parts(found: Sequence[Narrative], seen: dict[PostKey, datetime]) -> list[ToldPart]:
    return [
        ToldPart(
            source=part.key[0],
            uri=part.key[1],
            seen_at=seen[part.key],
            narrative=one.id,
            closeness=part.closeness,
        )
        for one in found
        for part in one.parts
    ]


def _batch(topic: str, read_at: datetime, narrated: Narrated, parts: Sequence[ToldPart]) -> Batch:
    return Batch(
        source=ROUTE,
        topic=topic,
        route=ROUTE,
        run_id=uuid.uuid4().hex,
        seq=0,
        written_at=read_at,
        parts=parts,
        narrated=narrated,
    )
