"""``groundswell export``: a topic as files: posts, stances, series, coverage, labels."""

from pathlib import Path

import click

from groundswell import home, home_labels
from groundswell.commands.options import home_option, say
from groundswell.run import utc_now
from groundswell.settings import Settings
from groundswell.store.filters import ORIGINALS, Filters
from groundswell.topic import find
from groundswell.when import parse_when

FILES = ("posts", "stance", "series", "coverage", "recall")


@click.command()
@click.argument("topic")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--since", help="Date, date-time or age; default: from the first post.")
@click.option("--until", help="Date, date-time or age; default: to the last post.")
@click.option("--originals", is_flag=True, help=ORIGINALS)
@home_option
def export(
    topic: str,
    out: Path,
    since: str | None,
    until: str | None,
    originals: bool,
    settings: Settings,
) -> None:
    """Writes posts.csv, stance.csv, series.csv, coverage.csv, recall.csv and labels.csv of TOPIC
    into a folder.

    Text is neutralised against spreadsheet formulas; deleted and withheld posts are left out.
    Labels are all that people gave, whenever the posts were written.

    Example: groundswell export openai-deepseek --out january --since 2025-01-20
    """
    found, now = find(settings.home, topic), utc_now()
    filters = Filters(
        topic=found.slug,
        since=parse_when(since, now) if since is not None else None,
        until=parse_when(until, now) if until is not None else None,
        originals=originals,
    )
    for name in FILES:
        home.save_csv(settings, name, filters, out / f"{name}.csv")
        say(f"{out / name}.csv")
    targets = [target.name for target in found.targets]
    home_labels.save_csv(settings, found.slug, targets, out / "labels.csv")
    say(f"{out / 'labels'}.csv")
