"""``groundswell schedule``: what is collected when; edited here, run by ``groundswell serve``."""

import sys
from pathlib import Path
from typing import Any

import click

from groundswell import home
from groundswell.commands.options import home_option, json_option, print_json, say
from groundswell.commands.schedule_words import line, when
from groundswell.errors import WrongUse
from groundswell.schedule.printed import SYSTEMS, Place, files, program
from groundswell.settings import Settings
from groundswell.store.owner import served_by
from groundswell.store.schedule_records import Record, job_of
from groundswell.timetable import every as read_interval
from groundswell.topic import find


@click.group()
def schedule() -> None:
    """Says what is collected when. `groundswell serve` runs it; without a server, `schedule print`
    gives the text for cron, systemd, launchd, Windows or GitHub.

    Example: groundswell schedule add openai-deepseek --every 15m --source hackernews
    """


@schedule.command(name="list")
@home_option
@json_option
def list_jobs(settings: Settings, as_json: bool) -> None:
    """Shows each job with its last and next run.

    Example: groundswell schedule list --json
    """
    board = home.schedule(settings)
    if as_json:
        print_json(board["jobs"])
        return
    for job in board["jobs"]:
        click.echo(line(job))
    if not board["jobs"]:
        say("Nothing is scheduled. Begin with: groundswell schedule add openai-deepseek")
    elif not board["runs"]:
        say(
            "Nobody runs these just now: start `groundswell serve`, or see `schedule print --help`."
        )
    for trouble in board["troubles"]:
        say(trouble)


@schedule.command()
@click.argument("topic")
@click.option("--source", "sources", multiple=True, help="Only this source (may be repeated).")
@click.option("--every", help="Interval such as 15m, 6h, 1d; default: the source's own.")
@click.option("--cron", help='Five fields instead, such as "30 2 * * *".')
@click.option("--zone", help="IANA time zone of --cron, such as Europe/Berlin; default: UTC.")
@click.option("--refresh", is_flag=True, help="Look again at stored posts instead of collecting.")
@home_option
@json_option
def add(
    topic: str,
    sources: tuple[str, ...],
    every: str | None,
    cron: str | None,
    zone: str | None,
    refresh: bool,
    settings: Settings,
    as_json: bool,
) -> None:
    """Adds a job for each source of TOPIC, or for those named.

    Example: groundswell schedule add openai-deepseek --cron "30 2 * * *" --zone Europe/Berlin
    """
    from groundswell.commands import schedule_sources as known  # loads every source

    found = find(settings.home, topic)
    chosen = known.chosen(found, sources, refresh=refresh)
    period = read_interval(every).period.total_seconds() if every is not None else None
    added = []
    for source in chosen:
        own = known.interval(source, refresh=refresh).total_seconds() if cron is None else None
        said = {
            "kind": "refresh" if refresh else "collect",
            "topic": found.slug,
            "sources": [source],
            "every_s": own if period is None else period,
            "cron": cron,
            "zone": zone,
        }
        added.append(home.edit_schedule(settings, "add", said))
    if as_json:
        print_json(added)
        return
    for job in added:
        click.echo(f"{job['name']}: {when(job)}")
    if not refresh:
        for proposal in known.proposals(found.slug, home.schedule(settings)["jobs"]):
            say(proposal)


@schedule.command()
@click.argument("job")
@home_option
def remove(job: str, settings: Settings) -> None:
    """Takes JOB out of the schedule; what it collected stays.

    Example: groundswell schedule remove openai-deepseek.hackernews
    """
    home.edit_schedule(settings, "remove", {"name": job})
    click.echo(f"{job}: removed")


@schedule.command()
@click.argument("job")
@home_option
def pause(job: str, settings: Settings) -> None:
    """Lets JOB rest until it is resumed; a run that goes on is finished.

    Example: groundswell schedule pause openai-deepseek.hackernews
    """
    home.edit_schedule(settings, "pause", {"name": job})
    click.echo(f"{job}: paused")


@schedule.command()
@click.argument("job")
@home_option
def resume(job: str, settings: Settings) -> None:
    """Lets JOB run again; what it missed is made up with one run.

    Example: groundswell schedule resume openai-deepseek.hackernews
    """
    home.edit_schedule(settings, "resume", {"name": job})
    click.echo(f"{job}: runs again")


@schedule.command(name="run-now")
@click.argument("job")
@home_option
def run_now(job: str, settings: Settings) -> None:
    """Runs JOB once, paused or not: by the server if there is one, else here until it ends.

    Example: groundswell schedule run-now openai-deepseek.hackernews
    """
    card = served_by(settings.home)
    if card is not None:
        started = home.order(card, "/api/schedule/run-now", {"name": job})
        click.echo(f"{job}: started (process {started['pid']})")
        return
    from groundswell.commands.schedule_run import run_here  # only when it is run here

    sys.exit(run_here(settings, job))


@schedule.command()
@home_option
@json_option
def defaults(settings: Settings, as_json: bool) -> None:  # noqa: ARG001  # every command takes --home
    """Shows how often each source is collected unless told otherwise, and how often its terms want
    stored posts looked at again.

    Example: groundswell schedule defaults --json
    """
    from groundswell.commands import schedule_sources as known  # loads every source

    rows = known.paces()
    if as_json:
        print_json(rows)
        return
    for row in rows:
        again = (
            f", looked at again {when(row, 'recheck_every_s')}" if row["recheck_every_s"] else ""
        )
        click.echo(f"{row['source']}: {when(row)}{again}")


@schedule.command(name="print")
@click.option("--for", "system", type=click.Choice(sorted(SYSTEMS)), required=True)
@click.option("--job", "names", multiple=True, help="Only this job (may be repeated).")
@click.option("--program", "path", help="Where groundswell is on the machine that will run it.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Write files to this folder."
)
@home_option
def print_for(
    system: str, names: tuple[str, ...], path: str | None, out: Path | None, settings: Settings
) -> None:
    """Prints the schedule for another scheduler, ready to install; for machines where
    `groundswell serve` does not run all the time.

    Example: groundswell schedule print --for systemd --out ~/.config/systemd/user
    """
    records = _named(home.schedule(settings)["jobs"], names)
    place = Place(
        program=path or program(),
        home=str(settings.home.resolve()),
        time_limit_s=settings.job_time_limit_s,
        memory_bytes=settings.job_memory_bytes,
    )
    texts = files(system, [job_of(record) for record in records], place)
    if out is None:
        heads = {name: f"# ==> {name} <==\n" if len(texts) > 1 else "" for name in texts}
        click.echo("\n".join(heads[name] + text for name, text in texts.items()))
        return
    with home.writable(out):
        out.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (out / name).write_text(text, encoding="utf-8")
            click.echo(str(out / name))


def _named(records: list[Record], names: tuple[str, ...]) -> list[Record]:
    known: dict[str, Any] = {record["name"]: record for record in records}
    unknown = [name for name in names if name not in known]
    if unknown or not known:
        listed = ", ".join(known) or "none. Add one with: groundswell schedule add TOPIC"
        raise WrongUse(f"There is no job {', '.join(unknown) or 'to print'}. Known: {listed}.")
    return [
        record for record in records if record["name"] in names or (not names and record["enabled"])
    ]
