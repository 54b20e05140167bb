"""``groundswell label``: people say what posts say of a target; models are measured by that."""

import sys
from pathlib import Path

import click

from groundswell import home_labels
from groundswell.commands import label_words as words
from groundswell.commands.label_sitting import Place, sit
from groundswell.commands.options import home_option, json_option, print_json, say, targets_of
from groundswell.errors import WrongUse
from groundswell.labels.file import Reject, labeller_name, own_name, read_labels
from groundswell.run import utc_now
from groundswell.settings import Settings
from groundswell.store.draws import MOST_AT_ONCE
from groundswell.topic import Topic, find

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("topic")
@click.option("--target", help="Towards whom; needed where the topic has several.")
@click.option("--labeller", help="Your name beside your labels; default: that of your account.")
@click.option("--draw", "size", type=click.IntRange(1, MOST_AT_ONCE), help="Draw so many posts.")
@click.option("--export", "out", type=FILE, help="Write all labels as CSV.")
@click.option("--import", "file", type=FILE, help="Read labels from a CSV.")
@click.option("--agreement", is_flag=True, help="How far labellers agree.")
@click.option("--differing", is_flag=True, help="Decide where labellers do not agree.")
@home_option
@json_option
def label(
    topic: str,
    target: str | None,
    labeller: str | None,
    size: int | None,
    out: Path | None,
    file: Path | None,
    agreement: bool,
    differing: bool,
    settings: Settings,
    as_json: bool,
) -> None:
    """Shows the drawn posts of TOPIC one by one, without author and score, and keeps what you say
    of each with one key: a against, n none, f favor, u unclear, o off topic, s skip,
    z undo, q quit.

    Posts are drawn at random over time, source and predicted stance. Without a terminal, or with
    --json, it prints how far it is.

    Example: groundswell label openai-deepseek --target OpenAI --draw 200
    """
    found = find(settings.home, topic)
    name = labeller_name(labeller or own_name())
    targets = targets_of(found, target)
    if file is not None:
        _import(settings, found, targets, name, file)
    if size is not None:
        done = _draw(settings, found, _one(targets), size)
        say(words.drawn(done))
    if out is not None:
        count = home_labels.save_csv(settings, found.slug, targets, out)
        say(f"{out}: {count:,} labels")
    if as_json or agreement or not (_at_terminal() or any((file, size, out))):
        _print(settings, found.slug, targets, agreement=agreement, as_json=as_json)
    elif _at_terminal() and not any((file, out)):
        place = Place(found.slug, _one(targets), name, differing)
        sit(settings, place, click.getchar)


def _draw(settings: Settings, topic: Topic, target: str, size: int) -> words.Record:
    said = {"topic": topic.slug, "target": target, "query": topic.query.id, "size": size}
    return home_labels.edit(settings, "draw", said)


def _import(
    settings: Settings, topic: Topic, targets: list[str], labeller: str, file: Path
) -> None:
    try:
        body = file.read_bytes()
    except OSError as error:
        raise WrongUse(f"{file} cannot be read ({error.strerror}).") from error
    given, rejects = read_labels(body, targets, labeller, utc_now())
    parts = list(home_labels.take(settings, topic.slug, given))
    rejects += [Reject(**reject) for part in parts for reject in part["rejects"]]
    say(words.taken(parts, len(rejects)))
    for reject in sorted(rejects, key=lambda one: one.line):
        say(f"{file.name}, line {reject.line}: {reject.reason}.")


def _print(
    settings: Settings, topic: str, targets: list[str], *, agreement: bool, as_json: bool
) -> None:
    records = [home_labels.standing(settings, topic, target) for target in targets]
    if as_json:
        print_json(records)
        return
    for record in records:
        for line in words.agreement(record) if agreement else words.standing(record):
            click.echo(line)


def _one(targets: list[str]) -> str:
    if len(targets) > 1:
        raise WrongUse(f"Towards whom? Add --target with one of {', '.join(targets)}.")
    return targets[0]


def _at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
