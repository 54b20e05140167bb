"""``groundswell audit``: how good a topic's query is, from what people said of its finds."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain, islice

import click

from groundswell import home, home_arguments
from groundswell.audit import LEAST_LABELLED, Audit, GroupRecall, Label, Precision
from groundswell.audit import audit as audited
from groundswell.commands.options import home_option, json_option, print_json
from groundswell.post import Post
from groundswell.recapture import Recall
from groundswell.settings import Settings
from groundswell.topic import find, topics

MOST_POSTS = 20_000  # of the topic are read, the newest
MOST_ELSEWHERE = 5_000  # of all other topics of the home together


@click.command()
@click.argument("topic")
@home_option
@json_option
def audit(topic: str, settings: Settings, as_json: bool) -> None:
    """Says how much of what the query of TOPIC finds is on topic, and what it may miss.

    Precision comes from labels (see `groundswell label`), with a 95 % interval; what is missed is
    estimated from how often the query's own alternatives meet; and words are told that belong to
    the topic and that the query does not ask for.

    Example: groundswell audit openai-deepseek
    """
    found = find(settings.home, topic)
    done = audited(
        found.query,
        list(_posts(settings, topic, MOST_POSTS)),
        {one.name: _labels(settings, topic, one.name) for one in found.targets},
        islice(_elsewhere(settings, topic), MOST_ELSEWHERE),
    )
    if as_json:
        print_json(asdict(done))
        return
    for line in lines(topic, done):
        click.echo(line)


def lines(topic: str, done: Audit) -> Iterator[str]:
    """The audit in words."""
    yield f"Query of {topic}: {done.query}"
    yield f"{done.posts:,} posts read, the newest; {done.unmatched:,} no longer meet the query."
    for one in done.precision:
        yield f"Precision: {_precision(topic, one)}"
    for group in done.recall:
        yield f"Completeness: {_recall(group)}"
    if done.alternatives:
        yield "Alternatives (posts with it; with no other of its list; labelled off topic):"
        for part in done.alternatives:
            yield (
                f"  {part.group}. {part.term}: {part.posts:,}; {part.alone:,}; {part.off_topic:,}"
            )
    if done.compared:
        yield f"Words it does not ask for that stand out against {done.compared:,} other posts:"
    else:
        yield "Words it does not ask for, by posts; there is nothing to compare them with:"
    for term in done.missing:
        strength = "" if term.z is None else f", z {term.z:.1f}"
        yield f"  {term.term}: {term.posts:,} posts by {term.authors:,} accounts{strength}"


def _precision(topic: str, one: Precision) -> str:
    if one.share is None:
        return (
            f"not known of posts that speak of {one.target}: {one.labelled:,} were labelled, at "
            f"least {LEAST_LABELLED} are needed. Label some: groundswell label {topic}"
        )
    return (
        f"{one.share.share:.0%} of the posts that speak of {one.target} are on topic (95% interval "
        f"{one.share.low:.0%} to {one.share.high:.0%}; {one.labelled:,} labelled, "
        f"{one.off_topic:,} off topic)"
    )


def _recall(group: GroupRecall) -> str:
    others = ", ".join(group.others)
    if group.recall is None:
        return f"not known for {group.first}, {others}: too few posts hold one and another"
    found: Recall = group.recall
    return (
        f"{group.first} and its alternatives ({others}) find an estimated {found.share:.0%} of "
        f"what the rest of the query is about (95% interval {found.share_low:.0%} to "
        f"{found.share_high:.0%}), if people choose either word independently of the other"
    )


def _posts(settings: Settings, topic: str, most: int) -> Iterator[Post]:
    pages = home.stored_posts(settings, topic)
    for one in islice(chain.from_iterable(pages), most):
        yield one.post


def _elsewhere(settings: Settings, topic: str) -> Iterator[Post]:
    """Posts of the other topics that do not meet the query."""
    query = find(settings.home, topic).query
    for other in topics(settings.home):
        if other != topic:
            yield from (
                one for one in _posts(settings, other, MOST_ELSEWHERE) if not query.matches(one)
            )


def _labels(settings: Settings, topic: str, target: str) -> dict[tuple[str, str], Label]:
    return {
        (one["source"], one["uri"]): Label(on_topic=one["on_topic"], weight=one["weight"])
        for one in home_arguments.topic_labels_of(settings, topic, target)
    }
