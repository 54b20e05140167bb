"""The last step of commands that bring posts: groups those that say nearly the same."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import TypeAlias

import click

from groundswell import home
from groundswell.commands.narrate import narrate
from groundswell.commands.options import on_terminal, say
from groundswell.errors import GroundswellError
from groundswell.run import utc_now
from groundswell.scoring import copies
from groundswell.scoring.narratives.prepared import NOTHING, Prepared
from groundswell.settings import Settings
from groundswell.spool import Batch, Compared, Copy, Spool

ROUTE = "copies"  # asks no source: the store leaves it out of the runs of sources
MOST_POSTS = (
    200_000  # of a topic are compared: about 10 CPU-s; the shingles of all stay in no memory
)
PATIENCE_S = 60.0  # for the owner of the database to take in what was collected

PostKey: TypeAlias = tuple[str, str]  # source, uri


def regroup(
    settings: Settings, topics: Iterable[str], *, quiet: bool, prepared: Prepared = NOTHING
) -> None:
    """Takes what waits into the database, then groups the copies of those ``topics`` whose posts
    came, went or changed since the last time, and reads their narratives anew; both go the way of
    all batches. ``prepared`` narratives of exactly these posts are taken as they are.

    Trouble with grouping is told and no failure: the posts are stored, the next run groups them.
    """
    if not home.absorb(settings, patience_s=PATIENCE_S):
        say("The dashboard that owns the home has not stored the new posts yet; copies wait.")
        return
    topics = list(dict.fromkeys(topics))
    try:
        for topic in topics:
            _regroup_one(settings, topic, quiet)
        home.absorb(settings)
    except GroundswellError as error:
        say(f"Copies were not grouped, the next run does it. {error}")
        return
    narrate(settings, topics, quiet=quiet, prepared=prepared)


def _regroup_one(settings: Settings, topic: str, quiet: bool) -> None:
    read_at = utc_now()
    state = home.grouping_state(settings, topic)
    if not state.due:
        return
    texts, seen = _newest(settings, topic)
    drawn = on_terminal() and not quiet
    if drawn:
        click.echo(f"{topic}: comparing {len(texts):,} posts ", err=True, nl=False)
    found = copies.grouping(texts)
    compared = Compared(posts=len(texts), fingerprint=state.now)
    spool = Spool(settings.home, limit_bytes=settings.spool_limit_bytes)
    spool.write(_batch(topic, read_at, compared, _alike(found.groups, seen)))
    if not quiet:
        again = len(texts) - len(set(found.groups.values()))
        said = f"{topic}: {again:,} of {len(texts):,} posts say nearly what another had said."
        say(("\r" if drawn else "") + said)
    if state.posts > len(texts) == MOST_POSTS:
        say(f"{topic}: only the newest {MOST_POSTS:,} of {state.posts:,} posts were compared.")
    if found.cut_short:
        say(
            f"{topic}: {found.cut_short:,} texts resemble so many others that they were compared "
            "with the nearest of these only; equal texts count as copies all the same."
        )


def _alike(groups: Mapping[PostKey, PostKey], seen: Mapping[PostKey, datetime]) -> list[Copy]:
    """All posts of groups of two and more."""
    sizes = Counter(groups.values())
    return [
        Copy(source=source, uri=uri, seen_at=seen[source, uri], group_source=group[0],
             group_uri=group[1])
        for (source, uri), group in groups.items() if sizes[group] > 1
    ]  # fmt: skip


def _batch(topic: str, read_at: datetime, compared: Compared, alike: Sequence[Copy]) -> Batch:
    return Batch(
        source=ROUTE,
        topic=topic,
        route=ROUTE,
        run_id=uuid.uuid4().hex,
        seq=0,
        written_at=read_at,
        copies=alike,
        compared=compared,
    )


def _newest(settings: Settings, topic: str) -> tuple[dict[PostKey, str], dict[PostKey, datetime]]:
    """Texts, and when each was seen, of the newest ``MOST_POSTS`` posts of a topic."""
    texts: dict[PostKey, str] = {}
    seen: dict[PostKey, datetime] = {}
    pages = home.stored_posts(settings, topic)
    for one in islice(chain.from_iterable(pages), MOST_POSTS):
        key = (one.post.source, one.post.uri)
        texts[key], seen[key] = one.post.text, one.post.first_seen_at
    return texts, seen
