"""``groundswell rescore``: reads stored posts once more, with the models as they are now."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import click

from groundswell import home
from groundswell.commands.options import home_option, json_option, on_terminal, print_json, say
from groundswell.commands.reading import backlog_reader
from groundswell.commands.regroup import regroup
from groundswell.home import StoredPost
from groundswell.run import Reader, search_terms, utc_now
from groundswell.scoring.score import Reading
from groundswell.settings import Settings
from groundswell.spool import Batch, ScoredPost, Spool
from groundswell.topic import Topic, find

ROUTE = "rescore"  # asks no source: the store leaves it out of the runs of sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """How many stored posts of a topic were read, and how many of them got a score they had not."""

    topic: str
    posts: int
    rescored: int


@click.command()
@click.argument("topics", nargs=-1, required=True)
@home_option
@json_option
def rescore(topics: tuple[str, ...], settings: Settings, as_json: bool) -> None:
    """Scores the stored posts of TOPICS anew, after an update of the models.

    Earlier scores stay stored beside the new ones; pages and exports show the newest. What these
    models have scored already stays as it is, so a run that was stopped goes on where it was.

    Example: groundswell rescore openai-deepseek
    """
    found = [find(settings.home, slug) for slug in topics]
    done = [_rescore(topic, settings, quiet=as_json) for topic in found]
    regroup(settings, topics, quiet=as_json)
    if as_json:
        print_json([asdict(one) for one in done])


def sentence(done: Rescored) -> str:
    """One line for people."""
    news = f"{done.rescored:,} scored anew" if done.rescored else "scored by these models already"
    return f"{done.topic}: {done.posts:,} posts, {news}."


def _rescore(topic: Topic, settings: Settings, *, quiet: bool) -> Rescored:
    spool = Spool(settings.home, limit_bytes=settings.spool_limit_bytes)
    run_id, seq, posts, rescored = uuid.uuid4().hex, 0, 0, 0
    with backlog_reader(settings, [topic]) as read:
        for page in home.stored_posts(settings, topic.slug):
            for source, changed in _changed(page, read).items():
                spool.write(_batch(topic, source, changed, run_id, seq))
                seq, rescored = seq + 1, rescored + len(changed)
            posts += len(page)
            if on_terminal() and not quiet:
                click.echo(f"\r{topic.slug}: {posts:,} posts read ", err=True, nl=False)
    done = Rescored(topic=topic.slug, posts=posts, rescored=rescored)
    if not quiet:
        say(("\r" if on_terminal() else "") + sentence(done))
    return done


def _changed(page: Sequence[StoredPost], read: Reader) -> dict[str, list[ScoredPost]]:
    """The posts that got a score they had not, by source. They match no topic anew: what found
    them is stored, and a post that went meanwhile must stay away."""
    changed: dict[str, list[ScoredPost]] = defaultdict(list)
    readings = read([one.post for one in page])
    for one, reading in zip(page, readings, strict=True):
        if not set(_keys(reading)) <= one.scored_by:
            terms = search_terms(one.post)
            again = ScoredPost(post=one.post, reading=reading, tokens=terms, matches=())
            changed[one.post.source].append(again)
    return changed


def _keys(reading: Reading) -> Iterator[tuple[str, str, str | None]]:
    for score in reading.scores:
        yield score.model, score.version, score.target


def _batch(topic: Topic, source: str, posts: Sequence[ScoredPost], run_id: str, seq: int) -> Batch:
    return Batch(
        source=source,
        topic=topic.slug,
        route=ROUTE,
        run_id=run_id,
        seq=seq,
        written_at=utc_now(),
        posts=posts,
        targets={topic.slug: topic.target_names},
    )
