"""``groundswell serve`` and ``groundswell demo``: the dashboard, and the owner of the database."""

from pathlib import Path

import click
from platformdirs import user_data_path

from groundswell import logs
from groundswell.commands.options import home_option, say
from groundswell.commands.sample import load_sample
from groundswell.settings import Settings, load


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Default: GROUNDSWELL_PORT or 8501.")
@click.option("--name", "names", multiple=True, help="Host name others ask for (repeatable).")
@click.option("--no-login", is_flag=True, help="A proxy in front has the login; pages only show.")
@click.option("--no-schedule", is_flag=True, help="Run no jobs and no stream.")
@home_option
def serve(
    host: str,
    port: int | None,
    names: tuple[str, ...],
    no_login: bool,
    no_schedule: bool,
    settings: Settings,
) -> None:
    """Serves the dashboard, runs the schedule and owns the database meanwhile. Ctrl-C ends it in
    order: running jobs finish their batch; a second ends them at once.

    What others can reach, by its address or by --name, needs a login (docs/deploy.md), or
    --no-login where a proxy in front has one.

    Example: groundswell serve --port 8600
    """
    _serve(settings, host, port, names, no_login=no_login, schedule=not no_schedule)


@click.command()
@click.option("--home", "folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--port", type=click.IntRange(0, 65535), help="Default: GROUNDSWELL_PORT or 8501.")
def demo(folder: Path | None, port: int | None) -> None:
    """Loads the synthetic sample into a home of its own and serves it.

    Example: groundswell demo
    """
    own = user_data_path("groundswell-demo", appauthor=False)
    settings = load(folder or own)
    posts = load_sample(settings)
    say(f"{posts:,} synthetic posts imported and scored into {settings.home}")
    say("These posts are synthetic: we wrote them to show the pages.")
    say("To collect the real story, without any key for Hacker News and feeds:")
    say("    groundswell collect openai-deepseek")
    say("    groundswell serve")
    _serve(settings, "127.0.0.1", port, schedule=False)


def _serve(
    settings: Settings,
    host: str,
    port: int | None,
    names: tuple[str, ...] = (),
    *,
    no_login: bool = False,
    schedule: bool,
) -> None:
    from dashboard.serve import serve as run_server  # loads Streamlit: only when it must

    asked = settings.port if port is None else port
    run_server(
        settings,
        host=host,
        port=asked,
        names=names,
        no_login=no_login,
        schedule=schedule,
        announce=_announce,
    )
    logs.tell("Stopped in order.", event="stopped")


def _announce(line: str) -> None:
    """The address, which scripts read from stdout."""
    if not logs.tell(line, event="serving", url=line.split()[-1]):
        click.echo(line)
