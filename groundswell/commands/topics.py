"""``groundswell topics``: lists the topics, and explains one's query in plain words."""

from pathlib import Path
from typing import Any

import click

from collectors import SOURCES
from collectors.rss.collector import feeds_of
from groundswell.commands.options import home_option, json_option, print_json, say
from groundswell.errors import TopicError
from groundswell.settings import Settings
from groundswell.topic import Topic, load
from groundswell.topic import topics as known_topics


@click.group(invoke_without_command=True)
@home_option
@json_option
@click.pass_context
def topics(context: click.Context, settings: Settings, as_json: bool) -> None:
    """Lists topics; `topics check FILE` explains one.

    Example: groundswell topics --json
    """
    if context.invoked_subcommand is not None:
        return
    rows = [_line(slug, path) for slug, path in known_topics(settings.home).items()]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['slug']:<28} {row['title']}")
    say(f"Home: {settings.home} (your topics go to {settings.home / 'topics'})")


@topics.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def check(file: Path, as_json: bool) -> None:
    """Explains a topic's query in words, or names each error by line.

    Example: groundswell topics check topics/openai-deepseek.toml
    """
    topic = load(file)
    if "rss" in topic.sources:
        feeds_of(topic)
    if as_json:
        print_json(_described(topic))
        return
    since = topic.since.date() if topic.since else "any time"
    click.echo(f"{topic.title} ({topic.slug})")
    click.echo(f"Query    {topic.query}")
    click.echo(f"Means    {topic.query.explain()}")
    click.echo(f"Since    {since}")
    click.echo(f"Targets  {', '.join(target.name for target in topic.targets) or 'none'}")
    click.echo(f"Sources  {', '.join(topic.sources) or 'none'}")
    click.echo(f"Events   {len(topic.events)}")
    for name in topic.sources:
        if name not in SOURCES:
            known = ", ".join(source for source in SOURCES if source != "import")
            click.echo(f"Note     this version knows no source {name} (known: {known})")
    click.echo("The file is good.")


def _line(slug: str, path: Path) -> dict[str, Any]:
    """One topic's row; a broken file is listed with its error instead of hiding the others."""
    try:
        topic = load(path)
    except TopicError as error:
        return {
            "slug": slug,
            "title": f"(broken: {str(error).splitlines()[0]})",
            "path": str(path),
            "error": str(error),
        }
    return {"slug": slug, "title": topic.title, "path": str(path), "synthetic": topic.synthetic}


def _described(topic: Topic) -> dict[str, Any]:
    return {
        "slug": topic.slug,
        "title": topic.title,
        "query": str(topic.query),
        "means": topic.query.explain(),
        "searches": [" ".join(t.text for t in s.terms) for s in topic.query.searches()],
        "since": topic.since,
        "until": topic.until,
        "targets": [target.name for target in topic.targets],
        "sources": list(topic.sources),
        "events": [{"at": event.at, "title": event.title} for event in topic.events],
    }
