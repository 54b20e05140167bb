"""``groundswell status``: how each source does, and what is missing."""

from datetime import datetime
from typing import Any

import click

from groundswell import home
from groundswell.commands.options import home_option, json_option, print_json, say
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store.schedule_records import next_run_of
from groundswell.store.status import KEYS, Record
from groundswell.topic import find


@click.command()
@click.argument("topic", required=False)
@home_option
@json_option
def status(topic: str | None, settings: Settings, as_json: bool) -> None:
    """Shows health, last run, coverage gaps and quarantine per source, of TOPIC or of all.

    Example: groundswell status openai-deepseek --json
    """
    found = find(settings.home, topic) if topic is not None else None
    rows = home.sources_status(settings, topic)
    if found is not None:
        ran = {row["source"] for row in rows}
        never = [source for source in found.sources if source not in ran]
        jobs = home.schedule(settings)["jobs"] if never else []
        rows += [_never_ran(found.slug, source, jobs) for source in never]
    for path, reason in Spool(settings.home).aside():
        say(f"A batch could not be read and was set aside: {path} ({reason})")
    if as_json:
        print_json(rows)
        return
    rows = [row for row in rows if not _is_import_elsewhere(row, rows)]
    if not rows:
        click.echo("Nothing was collected yet. Begin with: groundswell collect openai-deepseek")
    for row in rows:
        for line in lines(row):
            click.echo(line)


def _is_import_elsewhere(row: Record, rows: list[Record]) -> bool:
    """Whether a run of imports has no posts of its own, but its files' sources have rows."""
    imported = any(r["state"] == "imported" and r["topic"] == row["topic"] for r in rows)
    return row["source"] == "import" and row["posts"] == 0 and imported


def lines(row: dict[str, Any]) -> list[str]:
    """One source's record in words; times in UTC, to the minute."""
    head = (
        f"{row['topic']} · {row['source']}: {row['state']}, {row['posts']:,} posts, "
        f"{row['quarantined']:,} in quarantine, last run {_minute(row['last_run_at'])}"
    )
    if row["next_run_at"]:
        head += f", next run {_minute(row['next_run_at'])}"
    gaps = [
        f"    {gap['status']} {_minute(gap['from'])} to {_minute(gap['to'])}"
        f"{' at ' + gap['instance'] if gap['instance'] else ''}: {gap['reason']}"
        for gap in row["gaps"]
    ]
    message = [f"    {row['message']}"] if row["message"] and not gaps else []
    return [head, *message, *gaps, *_found(row["recall"])]


def _found(told: Record | None) -> list[str]:
    if told is None:
        return []
    return [
        f"    {' and '.join(told['routes'])} together found an estimated {told['share']:.0%} of "
        f"its posts (95% interval {told['low']:.0%} to {told['high']:.0%})"
    ]


def _never_ran(topic: str, source: str, jobs: list[Record]) -> Record:
    row: Record = dict.fromkeys(KEYS)
    message = f"never collected; try: groundswell collect {topic} --source {source}"
    known = {"topic": topic, "source": source, "state": "never_run", "message": message}
    due = next_run_of(jobs, topic, source)
    return row | known | {"posts": 0, "quarantined": 0, "gaps": [], "next_run_at": due}


def _minute(moment: str | None) -> str:
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M} UTC" if moment else "never"
