"""``groundswell export``: the posts, stances and series of a topic as files."""

from pathlib import Path

import click

from groundswell import home
from groundswell.commands.options import home_option, say
from groundswell.run import utc_now
from groundswell.settings import Settings
from groundswell.store.filters import Filters
from groundswell.topic import find
from groundswell.when import parse_when

FILES = ("posts", "stance", "series")


@click.command()
@click.argument("topic")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--since", help="Date, date-time or age; default: from the first post.")
@click.option("--until", help="Date, date-time or age; default: to the last post.")
@home_option
def export(topic: str, out: Path, since: str | None, until: str | None, settings: Settings) -> None:
    """Writes posts.csv, stance.csv and series.csv of TOPIC into a folder.

    Text is neutralised against spreadsheet formulas; deleted and withheld posts are left out.

    Example: groundswell export openai-deepseek --out january --since 2025-01-20
    """
    found, now = find(settings.home, topic), utc_now()
    filters = Filters(
        topic=found.slug,
        since=parse_when(since, now) if since is not None else None,
        until=parse_when(until, now) if until is not None else None,
    )
    for name in FILES:
        home.save_csv(settings, name, filters, out / f"{name}.csv")
        say(f"{out / name}.csv")
