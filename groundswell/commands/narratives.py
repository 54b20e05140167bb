"""``groundswell narratives``: which arguments are made for and against a topic's targets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

import click

from groundswell import home_arguments
from groundswell.commands.narrate import narrate
from groundswell.commands.options import home_option, json_option, print_json, targets_of
from groundswell.scoring.narratives import SIDES
from groundswell.scoring.narratives.names import title
from groundswell.settings import Settings
from groundswell.topic import find

SHOWN = 8  # of each side; --json gives all

Record: TypeAlias = dict[str, Any]


@click.command()
@click.argument("topic")
@click.option("--target", help="Only what is argued about this target of the topic.")
@home_option
@json_option
def narratives(topic: str, target: str | None, settings: Settings, as_json: bool) -> None:
    """Groups the posts of TOPIC that make the same argument, for each target and side.

    Each is told with its posts and accounts, its share of its side, when it was first seen, how it
    grew, and what answers it on the other side. What changed since the last reading is read first.

    Example: groundswell narratives openai-deepseek --target OpenAI
    """
    found = find(settings.home, topic)
    asked = targets_of(found, target)
    narrate(settings, [topic], quiet=as_json)
    told = {name: home_arguments.narratives_told(settings, topic, name) for name in asked}
    if as_json:
        print_json([{"target": name, **row} for name, rows in told.items() for row in rows])
        return
    for name, rows in told.items():
        for line in lines(name, rows):
            click.echo(line)


def lines(target: str, rows: Sequence[Record]) -> list[str]:
    """The narratives about one target in words, the largest of each side first."""
    if not rows:
        return [
            f"{target}: no argument yet that several accounts make in words of their own. Posts "
            "that take a side are read; `groundswell rescore` looks for one in older posts."
        ]
    titles = {row["narrative"]: title(row["terms"], row["typical"]) for row in rows}
    said: list[str] = []
    for side in SIDES:
        ours = [row for row in rows if row["side"] == side]
        word = "Against" if side == "against" else "In favor of"
        said.append(f"{word} {target}: {len(ours):,} narratives")
        said += [line for row in ours[:SHOWN] for line in _about(row, titles)]
        if len(ours) > SHOWN:
            said.append(f"  and {len(ours) - SHOWN:,} smaller ones (--json gives all)")
    return said


def _about(row: Record, titles: dict[str, str]) -> list[str]:
    share = row["posts"] / row["side_posts"]
    first = f"{datetime.fromisoformat(row['first_at']):%Y-%m-%d %H:%M} UTC"
    period = "day" if row["period_h"] == 24 else "week"
    grew = f"{row['recent']:,} in the last {period} after {row['before']:,} in the one before"
    said = [
        f"  {titles[row['narrative']]}",
        f"    {row['posts']:,} posts by {row['authors']:,} accounts, {share:.0%} of "
        f"{row['side_posts']:,} on this side; first {first}; {grew}",
    ]
    if row["counter"] in titles:
        said.append(f"    answered by: {titles[row['counter']]} (nearness {row['nearness']:.2f})")
    return said
