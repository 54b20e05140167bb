"""What a text says in numbers: language, sentiment, stance and irony; text in, score out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from groundswell.post import Post
from groundswell.scoring.crew import Crew, crew
from groundswell.scoring.hub import HubModel
from groundswell.scoring.mentions import mentions
from groundswell.scoring.posts import read_posts, read_text
from groundswell.scoring.score import Reading
from groundswell.topic import Target

__all__ = ["Crew", "HubModel", "TextsOf", "crew", "read", "read_text", "reader"]

TextsOf: TypeAlias = Callable[[str, Sequence[str]], Mapping[str, str]]  # source, uris → text by uri


def read(
    posts: Sequence[Post],
    targets: Sequence[Target] = (),
    parents: Mapping[str, str] | None = None,
    *,
    hub: HubModel | None = None,
    workers: int = 1,
) -> list[Reading]:
    """A reading of each post, in order: VADER's score, the default model's of the message, its
    irony, and one towards each of ``targets`` that the post speaks of.

    ``parents`` are texts by uri of posts that others answer; those among ``posts`` are known
    without. A post whose text must not be kept is not read: language "und", not scored, "withheld".
    Any text is scored or not scored, never refused. With ``hub`` a model of the user's own reads
    too. A backlog is read by ``workers`` processes side by side. Raises ``GroundswellError`` when a
    model is missing or damaged.
    """
    with crew(workers) as others:
        return _read(posts, targets, parents or {}, hub, others)


def reader(
    targets: Sequence[Target] = (),
    texts_of: TextsOf | None = None,
    others: Crew | None = None,
    hub: HubModel | None = None,
) -> Callable[[Sequence[Post]], list[Reading]]:
    """A function that reads posts towards ``targets``, as ``read`` does, with ``others`` to help.
    ``texts_of`` is asked for the posts answered by those that name no target themselves."""

    def read_some(posts: Sequence[Post]) -> list[Reading]:
        parents = {} if texts_of is None else _stored_parents(posts, targets, texts_of)
        if others is None:
            return read(posts, targets, parents, hub=hub)
        return _read(posts, targets, parents, hub, others)

    return read_some


def _read(
    posts: Sequence[Post],
    targets: Sequence[Target],
    parents: Mapping[str, str],
    hub: HubModel | None,
    others: Crew,
) -> list[Reading]:
    known = {**parents, **{post.uri: post.text for post in posts}}
    asked = [(replace(post, raw=b""), known.get(post.reply_to or "")) for post in posts]
    return others.share(read_posts, asked, tuple(targets), hub)


def _stored_parents(
    posts: Sequence[Post], targets: Sequence[Target], texts_of: TextsOf
) -> dict[str, str]:
    here = {post.uri for post in posts}
    wanted: dict[str, dict[str, None]] = {}
    for post in posts:
        if post.reply_to and post.reply_to not in here and not mentions(post, targets):
            wanted.setdefault(post.source, {})[post.reply_to] = None
    found: dict[str, str] = {}
    for source, uris in wanted.items() if targets else ():
        found |= texts_of(source, list(uris))
    return found
